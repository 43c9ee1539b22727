package org.silverblaze.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silverblaze.BadInput;
import org.silverblaze.engine.NetworkBounds.Bounded;
import org.silverblaze.engine.reference.ReferenceNetworks;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.network.PoolingKind;

/**
 * What every engine of float32 has to keep: its networks against the reference, within the bounds of a running error analysis, and
 * against itself to the bit.
 */
public abstract class NetworkContract {
    private static final int[] BATCHES = {1, 3, 15, 16, 17, 33};
    private static final int[] CHANNELS = {1, 2, 3, 4, 5, 8, 16, 17};
    private static final List<Lattice> LATTICES = List.of(
            Lattice.of(1, 1),
            Lattice.of(1, 5),
            Lattice.of(5, 1),
            Lattice.of(2, 2),
            Lattice.of(3, 7),
            Lattice.of(6, 4),
            Lattice.of(8, 8),
            Lattice.of(12, 6));

    /** The engine that is held to it. */
    protected abstract NetworkEngine engine();

    /** One comparison; the seed tells how to make it again. */
    protected record Case(NetworkSpec network, Lattice lattice, int batch, boolean sparse, Loss loss, long seed) {
        NetworkProblem problem(int models, int threads) {
            int raw = NetworkCases.problem(network, lattice, batch, loss).map().raw();
            ParameterMap map = sparse ? NetworkCases.sparseMap(raw, seed) : ParameterMap.identity(raw);
            NetworkProblem problem = NetworkCases.problem(network, map, lattice, batch, loss, models);
            return new NetworkProblem(network, map, lattice, batch, loss, problem.optimizers(), threads);
        }

        Examples examples() {
            int outputs = problem(1, 1).shapes().output().size();
            return NetworkCases.examples(lattice, network.inputChannels(), batch + 3, outputs, seed);
        }

        /** Not in order, so that a mistake in the selection shows. */
        int[] selection() {
            return IntStream.range(0, batch).map(i -> (i * 7 + 2) % (batch + 3)).toArray();
        }

        double[] parameters(int model) {
            SplittableRandom random = new SplittableRandom(seed + model);
            double[] raw = NetworkCases.parameters(network, lattice, model);
            double[] free = new double[problem(1, 1).map().free()];
            for (int i = 0; i < free.length; i++) {
                free[i] = sparse ? (float) random.nextDouble(-0.5, 0.5) : (float) raw[i];
            }
            return free;
        }

        @Override
        public String toString() {
            return NetworkSpecs.text(network) + " on " + lattice + ", batch " + batch + (sparse ? ", sparse map" : "")
                    + ", " + loss + ", seed " + seed;
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        long seed = 1;
        for (NetworkSpec network : NetworkCases.all()) {
            // two lattices for each, another pair each time
            for (int i = 0; i < 2; i++) {
                cases.add(build(network, LATTICES.get((int) (seed * 5 % 6)), seed++));
            }
        }
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < 80; i++) {
            cases.add(build(randomNetwork(random), LATTICES.get(i % LATTICES.size()), seed++));
        }
        return cases.stream();
    }

    private static Case build(NetworkSpec network, Lattice lattice, long seed) {
        Loss loss = seed % 3 == 0 ? Loss.BINARY_CROSS_ENTROPY : Loss.MEAN_SQUARED_ERROR;
        return new Case(network, lattice, BATCHES[(int) (seed % BATCHES.length)], seed % 4 == 1, loss, seed);
    }

    private static int pick(SplittableRandom random, int[] from) {
        return from[random.nextInt(from.length)];
    }

    private static NetworkSpec randomNetwork(SplittableRandom random) {
        List<LayerSpec> layers = new ArrayList<>();
        ActivationKind[] kinds = ActivationKind.values();
        PoolingKind[] poolings = PoolingKind.values();
        int convolutions = random.nextInt(1, 4);
        for (int i = 0; i < convolutions; i++) {
            layers.add(new Convolution(
                    pick(random, CHANNELS),
                    random.nextInt(1, 6),
                    random.nextInt(1, 6),
                    random.nextInt(3) == 0 ? random.nextInt(1, 4) : 1,
                    random.nextInt(3) == 0 ? random.nextInt(1, 4) : 1));
            layers.add(new Activation(kinds[random.nextInt(kinds.length)]));
            if (random.nextInt(4) == 0) {
                layers.add(new SpatialPooling(
                        random.nextBoolean() ? PoolingKind.AVERAGE : PoolingKind.MAX,
                        random.nextInt(1, 4),
                        random.nextInt(1, 4),
                        random.nextInt(1, 3),
                        random.nextInt(1, 3)));
            }
        }
        layers.add(
                random.nextInt(3) == 0 ? new Flatten() : new GlobalPooling(poolings[random.nextInt(poolings.length)]));
        if (random.nextBoolean()) {
            layers.add(new Dense(pick(random, CHANNELS)));
            layers.add(new Activation(kinds[random.nextInt(kinds.length)]));
            layers.add(new Activation(kinds[random.nextInt(kinds.length)]));
        }
        layers.add(new Dense(random.nextInt(1, 6)));
        return new NetworkSpec(pick(random, CHANNELS), layers);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void outputsLossAndGradientAgreeWithTheReference(Case c) {
        NetworkProblem problem = c.problem(1, 1);
        Examples examples = c.examples();
        int[] selection = c.selection();
        double[] parameters = c.parameters(0);
        NetworkBounds bounds = new NetworkBounds(problem, parameters);
        try (CompiledNetwork reference = new ReferenceNetworks().compile(problem);
                CompiledNetwork engine = engine().compile(problem)) {
            reference.setParameters(0, parameters);
            engine.setParameters(0, parameters);
            assertThat(engine.parameters(0)).containsExactly(parameters);

            double[] expected = reference.forward(0, examples, selection);
            double[] outputs = engine.forward(0, examples, selection);
            int k = engine.outputs();
            for (int i = 0; i < selection.length; i++) {
                Bounded bound = bounds.forward(examples, selection[i]).getLast();
                requireWithin(
                        c + ": output of example " + i,
                        Arrays.copyOfRange(outputs, i * k, i * k + k),
                        Arrays.copyOfRange(expected, i * k, i * k + k),
                        bound.error());
            }

            double[] expectedGradient = new double[parameters.length];
            double expectedLoss = reference.gradient(0, examples, selection, expectedGradient);
            double[] gradient = new double[parameters.length];
            double loss = engine.gradient(0, examples, selection, gradient);
            double[] lossBound = new double[2];
            Bounded gradientBound = bounds.gradient(examples, selection, lossBound);
            requireWithin(
                    c + ": loss", new double[] {loss}, new double[] {expectedLoss}, new double[] {lossBound[1] + 1e-30
                    });
            requireWithin(c + ": gradient", gradient, expectedGradient, gradientBound.error());
            // the bounds would be worth nothing if they belonged to other numbers
            for (int i = 0; i < gradient.length; i++) {
                assertThat(expectedGradient[i])
                        .as("%s: bound's own gradient %d", c, i)
                        .isCloseTo(
                                gradientBound.value()[i],
                                org.assertj.core.data.Offset.offset(
                                        gradientBound.error()[i] + 1e-9 * Math.abs(expectedGradient[i])));
            }
        }
    }

    private static void requireWithin(String what, double[] actual, double[] expected, double[] bound) {
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(actual[i] - expected[i]) <= bound[i])) {
                throw new AssertionError(what + " [" + i + "] is " + actual[i] + ", reference " + expected[i]
                        + ", difference " + Math.abs(actual[i] - expected[i]) + ", bound " + bound[i]);
            }
        }
    }

    /** The bounds have to be tight enough to find a wrong weight: gradients mostly have three right digits. */
    @Test
    void theBoundsAreTight() {
        Case c = build(NetworkCases.equivariant().getFirst(), Lattice.of(6, 4), 2);
        double[] loss = new double[2];
        Bounded bound = new NetworkBounds(c.problem(1, 1), c.parameters(0)).gradient(c.examples(), c.selection(), loss);
        double norm = 0;
        double error = 0;
        for (int i = 0; i < bound.value().length; i++) {
            norm += bound.value()[i] * bound.value()[i];
            error += bound.error()[i] * bound.error()[i];
        }
        assertThat(Math.sqrt(error / norm)).isLessThan(1e-3);
        assertThat(loss[1]).isLessThan(1e-4 * loss[0]);
    }

    /**
     * Each step from the same state in both engines, whose gradients differ by at most the bound e: moments within (1 -
     * beta) of what e makes, parameters within what the moments make, all with the rounding of the state.
     */
    @ParameterizedTest
    @MethodSource("optimizers")
    void stepsOfAdamWAgreeWithTheReference(AdamW adam) {
        Case c =
                new Case(NetworkCases.equivariant().getFirst(), Lattice.of(3, 7), 33, true, Loss.MEAN_SQUARED_ERROR, 5);
        NetworkProblem plain = c.problem(1, 1);
        NetworkProblem problem = new NetworkProblem(
                plain.network(), plain.map(), plain.lattice(), plain.batch(), plain.loss(), List.of(adam), 1);
        Examples examples = c.examples();
        int[][] selections = {c.selection()};
        double u = 0x1p-24;
        try (CompiledNetwork reference = new ReferenceNetworks().compile(problem);
                CompiledNetwork engine = engine().compile(problem)) {
            engine.setParameters(0, c.parameters(0));
            double first = 0;
            for (int step = 1; step <= 6; step++) {
                double[] parameters = engine.parameters(0);
                reference.setParameters(0, parameters);
                reference.setOptimizerState(0, engine.optimizerState(0));
                NetworkBounds bounds = new NetworkBounds(problem, parameters);
                double[] gradientBound =
                        bounds.gradient(examples, selections[0], new double[2]).error();
                double[] gradient = new double[parameters.length];
                reference.gradient(0, examples, selections[0], gradient);
                double[] losses = new double[1];
                double[] expectedLosses = new double[1];
                engine.trainStep(examples, selections, losses);
                reference.trainStep(examples, selections, expectedLosses);
                first = step == 1 ? losses[0] : first;
                assertThat(losses[0])
                        .isCloseTo(expectedLosses[0], org.assertj.core.data.Percentage.withPercentage(0.01));

                OptimizerState state = engine.optimizerState(0);
                OptimizerState expected = reference.optimizerState(0);
                assertThat(state.step()).isEqualTo(step);
                double[] now = engine.parameters(0);
                double[] expectedNow = reference.parameters(0);
                double correction = Math.sqrt(1 - Math.pow(adam.beta2(), step));
                double rate = adam.learningRate() / (1 - Math.pow(adam.beta1(), step));
                for (int i = 0; i < parameters.length; i++) {
                    double e = gradientBound[i];
                    double em = (1 - adam.beta1()) * e + u * Math.abs(expected.first()[i]) + 1e-38;
                    double ev = (1 - adam.beta2()) * (2 * Math.abs(gradient[i]) * e + e * e)
                            + 2 * u * expected.second()[i]
                            + 1e-38;
                    String what = "step " + step + ", parameter " + i;
                    assertThat(state.first()[i]).as(what).isCloseTo(expected.first()[i], offset(em));
                    assertThat(state.second()[i]).as(what).isCloseTo(expected.second()[i], offset(ev));
                    assertThat(state.largest()[i]).as(what).isCloseTo(expected.largest()[i], offset(ev));
                    // corners of the box of moments
                    double m = expected.first()[i];
                    double w = adam.amsgrad() ? expected.largest()[i] : expected.second()[i];
                    double centre = rate * m / (Math.sqrt(w) / correction + adam.epsilon());
                    double most = 0;
                    for (double dm : new double[] {-em, em}) {
                        for (double dw : new double[] {-ev, ev}) {
                            double move =
                                    rate * (m + dm) / (Math.sqrt(Math.max(0, w + dw)) / correction + adam.epsilon());
                            most = Math.max(most, Math.abs(move - centre));
                        }
                    }
                    assertThat(now[i])
                            .as(what)
                            .isCloseTo(expectedNow[i], offset(most + u * Math.abs(expectedNow[i]) + 1e-12));
                }
            }
            double[] last = new double[1];
            engine.trainStep(examples, selections, last);
            assertThat(last[0]).as("training lowers the loss").isLessThan(first);
        }
    }

    static Stream<AdamW> optimizers() {
        return Stream.of(
                AdamW.amsgrad(1e-2),
                new AdamW(1e-3, 0.8, 0.99, 1e-6, 0.1, true),
                new AdamW(1e-2, 0.9, 0.999, 1e-8, 0.01, false));
    }

    private static org.assertj.core.data.Offset<Double> offset(double e) {
        return org.assertj.core.data.Offset.offset(e);
    }

    /** Every layer's map within its bound of the reference's. */
    @Test
    void featureMapsAgreeWithTheReference() {
        for (NetworkSpec network : NetworkCases.all()) {
            Case c = build(network, Lattice.of(3, 7), 6);
            NetworkProblem problem = c.problem(1, 1);
            Examples examples = c.examples();
            try (CompiledNetwork reference = new ReferenceNetworks().compile(problem);
                    CompiledNetwork engine = engine().compile(problem)) {
                reference.setParameters(0, c.parameters(0));
                engine.setParameters(0, c.parameters(0));
                List<Bounded> bounds = new NetworkBounds(problem, c.parameters(0)).forward(examples, 1);
                for (int layer = 0; layer < network.layers().size(); layer++) {
                    requireWithin(
                            c + ": map of layer " + layer,
                            engine.featureMap(0, layer, examples, 1),
                            reference.featureMap(0, layer, examples, 1),
                            bounds.get(layer + 1).error());
                }
            }
        }
    }

    // --- equivariance

    /** Maps of stride-1 networks shift with the input, equal to the bit; pooled means and sums within an ulp of sum |x|. */
    @Test
    void mapsOfEquivariantNetworksShiftEqualToTheBit() {
        long seed = 11;
        for (NetworkSpec network : NetworkCases.equivariant()) {
            for (Lattice lattice : List.of(Lattice.of(3, 7), Lattice.of(6, 4), Lattice.of(1, 5))) {
                Case c = new Case(network, lattice, 3, false, Loss.MEAN_SQUARED_ERROR, seed++);
                Examples examples = c.examples();
                int dt = (int) (seed % lattice.extent(0));
                int dx = 1 + (int) (seed % (lattice.extent(1) - 1));
                Examples shifted = NetworkCases.shifted(examples, dt, dx);
                try (CompiledNetwork engine = engine().compile(c.problem(1, 1))) {
                    engine.setParameters(0, c.parameters(0));
                    for (int layer = 0; layer < network.layers().size(); layer++) {
                        double[] map = engine.featureMap(0, layer, examples, 1);
                        double[] moved = engine.featureMap(0, layer, shifted, 1);
                        String what = c + ", layer " + layer + ", shift " + dt + "," + dx;
                        if (network.layers().get(layer) instanceof GlobalPooling pooling) {
                            double[] below = engine.featureMap(0, layer - 1, examples, 1);
                            requirePooledAlike(what, pooling.kind(), map, moved, below, lattice.volume());
                            break;
                        }
                        for (int i = 0; i < map.length; i++) {
                            int channel = i / lattice.volume();
                            int to = channel * lattice.volume() + lattice.shifted(i % lattice.volume(), dt, dx);
                            assertThat(Double.doubleToRawLongBits(moved[to]))
                                    .as(what)
                                    .isEqualTo(Double.doubleToRawLongBits(map[i]));
                        }
                    }
                }
            }
        }
    }

    private static void requirePooledAlike(
            String what, PoolingKind kind, double[] map, double[] moved, double[] below, int volume) {
        for (int c = 0; c < map.length; c++) {
            if (kind == PoolingKind.MAX) {
                assertThat(Double.doubleToRawLongBits(moved[c])).as(what).isEqualTo(Double.doubleToRawLongBits(map[c]));
                continue;
            }
            double absolute = 0;
            for (int site = 0; site < volume; site++) {
                absolute += Math.abs(below[c * volume + site]);
            }
            double scale = kind == PoolingKind.AVERAGE ? absolute / volume : absolute;
            assertThat(moved[c]).as(what).isCloseTo(map[c], offset(Math.ulp((float) scale)));
        }
    }

    /** -0 and +0 are equal, and their order must not show: LeakyReLU keeps the sign of a zero. */
    @Test
    void aMaximumHasNoSignOfZero() {
        NetworkSpec network =
                NetworkCases.network(1, new Convolution(1, 1, 1, 1, 1), new GlobalPooling(PoolingKind.MAX));
        Lattice lattice = Lattice.of(1, 3);
        Case c = new Case(network, lattice, 1, false, Loss.MEAN_SQUARED_ERROR, 0);
        try (CompiledNetwork engine = engine().compile(c.problem(1, 1))) {
            engine.setParameters(0, new double[] {1e-30, -0.0});
            for (byte[] in : List.of(new byte[] {0, -1, -2}, new byte[] {-2, 0, -1}, new byte[] {-1, -2, 0})) {
                Examples examples = new Examples(lattice, 1, 1, in, 1, new float[1]);
                assertThat(Double.doubleToRawLongBits(engine.forward(0, examples, new int[] {0})[0]))
                        .isZero();
            }
        }
    }

    // --- determinism

    protected static final NetworkSpec ENSEMBLE = NetworkCases.network(
            4,
            new Convolution(5, 3, 3, 1, 1),
            new Activation(ActivationKind.RELU),
            new Convolution(4, 2, 3, 1, 1),
            new Activation(ActivationKind.TANH),
            new GlobalPooling(PoolingKind.AVERAGE),
            new Dense(2));

    private static int[][] batches(int models, int step, int count) {
        int[][] selections = new int[models][];
        for (int model = 0; model < models; model++) {
            SplittableRandom random = new SplittableRandom(1000L * step + model);
            int n = BATCHES[(step + model) % BATCHES.length];
            selections[model] = random.ints(n, 0, count).toArray();
        }
        return selections;
    }

    private static void requireSame(String what, CompiledNetwork a, int modelA, CompiledNetwork b, int modelB) {
        assertThat(a.parameters(modelA)).as(what).containsExactly(b.parameters(modelB));
        OptimizerState one = a.optimizerState(modelA);
        OptimizerState other = b.optimizerState(modelB);
        assertThat(one.step()).as(what).isEqualTo(other.step());
        assertThat(one.first()).as(what).containsExactly(other.first());
        assertThat(one.second()).as(what).containsExactly(other.second());
        assertThat(one.largest()).as(what).containsExactly(other.largest());
    }

    @Test
    void theSameBitsAtAnyThreadCount() {
        sameBitsAtAnyThreadCount(Lattice.of(3, 7), 100);
    }

    /** Outputs, loss and gradient of a small network, for lattices that this class has no time for on every engine. */
    protected final void agreesWithTheReference(Lattice lattice, int batch) {
        agreesWithTheReference(ENSEMBLE, lattice, batch);
    }

    /** As the other one. */
    protected final void agreesWithTheReference(NetworkSpec network, Lattice lattice, int batch) {
        outputsLossAndGradientAgreeWithTheReference(
                new Case(network, lattice, batch, false, Loss.MEAN_SQUARED_ERROR, 3));
    }

    /** Two models, batches of the given size and of others. */
    protected final void sameBitsAtAnyThreadCount(Lattice lattice, int batch) {
        sameBitsAtAnyThreadCount(ENSEMBLE, lattice, batch);
    }

    /** As the other one. */
    protected final void sameBitsAtAnyThreadCount(NetworkSpec network, Lattice lattice, int batch) {
        Case c = new Case(network, lattice, batch, false, Loss.MEAN_SQUARED_ERROR, 3);
        Examples examples = c.examples();
        int[] all = IntStream.range(0, examples.count()).toArray();
        try (CompiledNetwork one = engine().compile(c.problem(2, 1))) {
            for (int threads : new int[] {2, 3}) {
                for (int model = 0; model < 2; model++) {
                    one.setParameters(model, c.parameters(model));
                    double[] zero = new double[one.parameters(model).length];
                    one.setOptimizerState(model, new OptimizerState(0, zero, zero, zero));
                }
                try (CompiledNetwork many = engine().compile(c.problem(2, threads))) {
                    for (int model = 0; model < 2; model++) {
                        many.setParameters(model, c.parameters(model));
                    }
                    for (int step = 0; step < 4; step++) {
                        int[][] selections = {c.selection(), batches(2, step, examples.count())[1]};
                        double[] a = new double[2];
                        double[] b = new double[2];
                        one.trainStep(examples, selections, a);
                        many.trainStep(examples, selections, b);
                        assertThat(b)
                                .as("losses with %d threads, step %d", threads, step)
                                .containsExactly(a);
                    }
                    for (int model = 0; model < 2; model++) {
                        requireSame(threads + " threads, model " + model, one, model, many, model);
                    }
                    assertThat(many.forward(1, examples, all)).containsExactly(one.forward(1, examples, all));
                    double[] g = new double[one.parameters(0).length];
                    double[] h = g.clone();
                    assertThat(many.gradient(0, examples, c.selection(), h))
                            .isEqualTo(one.gradient(0, examples, c.selection(), g));
                    assertThat(h).containsExactly(g);
                }
            }
        }
    }

    @Test
    void anEnsembleMemberHasTheBitsOfItsSoloRunAndAFrozenOneIsLeftAlone() {
        Case c = new Case(ENSEMBLE, Lattice.of(6, 4), 33, true, Loss.BINARY_CROSS_ENTROPY, 4);
        Examples examples = c.examples();
        int models = 3;
        int steps = 5;
        NetworkProblem problem = c.problem(models, 2);
        try (CompiledNetwork ensemble = engine().compile(problem)) {
            for (int model = 0; model < models; model++) {
                ensemble.setParameters(model, c.parameters(model));
            }
            double[][] losses = new double[steps][models];
            for (int step = 0; step < steps; step++) {
                int[][] selections = batches(models, step, examples.count());
                if (step >= 3) {
                    selections[1] = null;
                    losses[step][1] = -7;
                }
                ensemble.trainStep(examples, selections, losses[step]);
            }
            for (int model = 0; model < models; model++) {
                NetworkProblem solo = new NetworkProblem(
                        problem.network(),
                        problem.map(),
                        problem.lattice(),
                        problem.batch(),
                        problem.loss(),
                        List.of(problem.optimizers().get(model)),
                        1);
                try (CompiledNetwork alone = engine().compile(solo)) {
                    alone.setParameters(0, c.parameters(model));
                    for (int step = 0; step < (model == 1 ? 3 : steps); step++) {
                        double[] loss = new double[1];
                        alone.trainStep(examples, new int[][] {batches(models, step, examples.count())[model]}, loss);
                        assertThat(losses[step][model]).isEqualTo(loss[0]);
                    }
                    requireSame("model " + model, ensemble, model, alone, 0);
                }
            }
            assertThat(losses[3][1]).isEqualTo(-7);
            assertThat(losses[4][1]).isEqualTo(-7);
        }
    }

    /** Lanes do not touch each other: outputs do not depend on what else is in the batch, or where in it an example stands. */
    @Test
    void anExampleHasTheSameOutputInEveryLane() {
        Case c = new Case(ENSEMBLE, Lattice.of(2, 2), 33, false, Loss.MEAN_SQUARED_ERROR, 9);
        Examples examples = c.examples();
        try (CompiledNetwork engine = engine().compile(c.problem(1, 1))) {
            engine.setParameters(0, c.parameters(0));
            int[] all = IntStream.range(0, examples.count()).toArray();
            double[] together = engine.forward(0, examples, all);
            for (int example : all) {
                assertThat(engine.forward(0, examples, new int[] {example}))
                        .containsExactly(together[2 * example], together[2 * example + 1]);
            }
            assertThat(engine.forward(0, examples, new int[0])).isEmpty();
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Case c = new Case(ENSEMBLE, Lattice.of(2, 2), 5, false, Loss.MEAN_SQUARED_ERROR, 9);
        NetworkProblem problem = c.problem(1, 1);
        NetworkProblem wrongMap = new NetworkProblem(
                problem.network(),
                ParameterMap.identity(3),
                problem.lattice(),
                5,
                problem.loss(),
                problem.optimizers(),
                1);
        assertThatThrownBy(() -> engine().compile(wrongMap)).isInstanceOf(BadInput.class);
        Examples examples = c.examples();
        Examples elsewhere = NetworkCases.examples(Lattice.of(3, 2), 4, 5, 2, 1);
        Examples otherTargets = NetworkCases.examples(Lattice.of(2, 2), 4, 5, 3, 1);
        try (CompiledNetwork engine = engine().compile(problem)) {
            double[] before = engine.parameters(0);
            double[] losses = new double[1];
            for (int[] selection : List.of(new int[0], new int[6], new int[] {8}, new int[] {-1})) {
                assertThatThrownBy(() -> engine.trainStep(examples, new int[][] {selection}, losses))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            int[][] one = {{0}};
            assertThatThrownBy(() -> engine.trainStep(elsewhere, one, losses))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> engine.trainStep(otherTargets, one, losses))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> engine.setParameters(0, new double[1]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(engine.parameters(0)).containsExactly(before);
            assertThat(engine.optimizerState(0).step()).isZero();
        }
    }
}
