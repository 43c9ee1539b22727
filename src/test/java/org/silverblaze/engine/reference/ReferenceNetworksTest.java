package org.silverblaze.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.silverblaze.BadInput;
import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkCases;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.network.PoolingKind;
import org.silverblaze.network.Shape;

final class ReferenceNetworksTest {
    private static final ReferenceNetworks ENGINE = new ReferenceNetworks();

    private static CompiledNetwork compile(NetworkSpec network, Lattice lattice, Loss loss) {
        return ENGINE.compile(NetworkCases.problem(network, lattice, 40, loss));
    }

    /** Output of the first layer for one example. */
    private static double[] firstLayer(LayerSpec layer, Lattice lattice, double[] parameters, int... values) {
        NetworkSpec network = NetworkCases.network(1, layer, new Flatten());
        byte[] inputs = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            inputs[i] = (byte) values[i];
        }
        Examples examples = new Examples(lattice, 1, 1, inputs, 1, new float[1]);
        try (CompiledNetwork compiled = compile(network, lattice, Loss.MEAN_SQUARED_ERROR)) {
            compiled.setParameters(0, parameters);
            return compiled.featureMap(0, 0, examples, 0);
        }
    }

    // By hand: the window reaches (k-1)/2 sites to the left and k/2 to the right.

    @Test
    void anEvenKernelReachesFurtherToTheRight() {
        Lattice row = Lattice.of(1, 4);
        assertThat(firstLayer(new Convolution(1, 1, 2, 1, 1), row, new double[] {1, 10, 0}, 1, 2, 3, 4))
                .containsExactly(21, 32, 43, 14);
        assertThat(firstLayer(new Convolution(1, 1, 4, 1, 1), row, new double[] {1, 10, 100, 1000, 0}, 1, 2, 3, 4))
                .containsExactly(3214, 4321, 1432, 2143);
        assertThat(firstLayer(new Convolution(1, 1, 3, 1, 1), row, new double[] {1, 10, 100, 0.5}, 1, 2, 3, 4))
                .containsExactly(214.5, 321.5, 432.5, 143.5);
        assertThat(firstLayer(new Convolution(1, 2, 1, 1, 1), Lattice.of(4, 1), new double[] {1, 10, 0}, 1, 2, 3, 4))
                .containsExactly(21, 32, 43, 14);
    }

    @Test
    void aStridedWindowIsCentredOnStrideTimesIndex() {
        assertThat(firstLayer(new Convolution(1, 1, 2, 1, 2), Lattice.of(1, 5), new double[] {1, 10, 0}, 1, 2, 3, 4, 5))
                .containsExactly(21, 43, 15);
        assertThat(firstLayer(
                        new Convolution(1, 3, 1, 3, 1), Lattice.of(5, 1), new double[] {1, 10, 100, 0}, 1, 2, 3, 4, 5))
                .containsExactly(215, 543);
    }

    @Test
    void aKernelLargerThanTheLatticeGoesRoundIt() {
        double[] weights = {1, 10, 100, 1000, 10000, 0};
        assertThat(firstLayer(new Convolution(1, 1, 5, 1, 1), Lattice.of(1, 2), weights, 1, 2))
                .containsExactly(12121, 21212);
        assertThat(firstLayer(new Convolution(1, 5, 1, 1, 1), Lattice.of(1, 2), weights, 1, 2))
                .containsExactly(11111, 22222);
    }

    @Test
    void aKernelInTwoDimensionsIsRowMajorInTAndX() {
        // weights [t][x] = 1 10 / 100 1000, lattice 1 2 3 / 4 5 6
        assertThat(firstLayer(
                        new Convolution(1, 2, 2, 1, 1),
                        Lattice.of(2, 3),
                        new double[] {1, 10, 100, 1000, 0},
                        1,
                        2,
                        3,
                        4,
                        5,
                        6))
                .containsExactly(5421, 6532, 4613, 2154, 3265, 1346);
    }

    @Test
    void aPoolingWindowStartsAtStrideTimesIndexAndWraps() {
        double[] none = {};
        Lattice row = Lattice.of(1, 5);
        assertThat(firstLayer(new SpatialPooling(PoolingKind.AVERAGE, 1, 2, 1, 2), row, none, 1, 2, 3, 4, 6))
                .containsExactly(1.5, 3.5, 3.5);
        assertThat(firstLayer(new SpatialPooling(PoolingKind.MAX, 1, 3, 1, 2), row, none, 5, 2, 3, 4, 1))
                .containsExactly(5, 4, 5);
        // A window of 3 rows on one row counts it three times; the divisor is the full window.
        assertThat(firstLayer(new SpatialPooling(PoolingKind.AVERAGE, 3, 5, 2, 5), row, none, 1, 2, 3, 4, 5))
                .containsExactly(3);
    }

    @Test
    void activationsAreThoseOfPyTorch() {
        Lattice row = Lattice.of(1, 4);
        double[] none = {};
        assertThat(firstLayer(new Activation(ActivationKind.RELU), row, none, -2, 0, 1, 3))
                .containsExactly(0, 0, 1, 3);
        assertThat(firstLayer(new Activation(ActivationKind.LEAKY_RELU), row, none, -2, 0, 1, 3))
                .containsExactly(-0.02, 0, 1, 3);
        assertThat(firstLayer(new Activation(ActivationKind.TANH), row, none, -2, 0, 1, 3))
                .containsExactly(
                        new double[] {-0.9640275800758169, 0, 0.7615941559557649, 0.9950547536867305}, within(1e-15));
        // mpmath: x erfc(-x / sqrt 2) / 2
        assertThat(firstLayer(new Activation(ActivationKind.GELU), row, none, -2, 0, 1, 3))
                .containsExactly(
                        new double[] {-0.0455002638963584144, 0, 0.841344746068542949, 2.99595030590510972},
                        within(1e-15));
    }

    @Test
    void slopesAtZeroAndSharedMaximaAreThoseOfPyTorch() {
        // Loss = out^2 with out = w a(0) + ...: the derivative of b in w a(b x), x = 1, b = 0.
        for (ActivationKind kind : List.of(ActivationKind.RELU, ActivationKind.LEAKY_RELU)) {
            NetworkSpec network =
                    NetworkCases.network(1, new Flatten(), new Dense(1), new Activation(kind), new Dense(1));
            Examples one = new Examples(Lattice.of(1, 1), 1, 1, new byte[] {1}, 1, new float[] {-1});
            try (CompiledNetwork compiled = compile(network, Lattice.of(1, 1), Loss.MEAN_SQUARED_ERROR)) {
                compiled.setParameters(0, new double[] {0, 0, 3, 0});
                double[] gradient = new double[4];
                assertThat(compiled.gradient(0, one, new int[] {0}, gradient)).isEqualTo(1);
                double slope = kind == ActivationKind.RELU ? 0 : 0.01;
                assertThat(gradient).containsExactly(2 * 3 * slope, 2 * 3 * slope, 0, 2);
            }
        }
        // Two channels of a 1x1 convolution on 1 1: both sites share the maximum, the first one gets the gradient.
        double[] gradientIn = ReferenceLayers.backward(
                NetworkShapes.of(NetworkCases.network(1, new GlobalPooling(PoolingKind.MAX)), Lattice.of(2, 2))
                        .layers()
                        .getFirst(),
                null,
                null,
                new double[] {1, 5, 5, 5},
                new double[] {2},
                null);
        assertThat(gradientIn).containsExactly(0, 2, 0, 0);
    }

    // Finite differences.

    record Case(NetworkSpec network, Lattice lattice) {
        @Override
        public String toString() {
            return lattice + ": " + NetworkSpecs.text(network);
        }
    }

    static Stream<Case> cases() {
        return NetworkCases.lattices().stream()
                .flatMap(lattice -> NetworkCases.all().stream().map(network -> new Case(network, lattice)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientIsTheSlopeOfTheLoss(Case c) {
        long seed = 7;
        int outputs = NetworkShapes.of(c.network, c.lattice).output().size();
        Examples examples = NetworkCases.examples(c.lattice, c.network.inputChannels(), 3, outputs, seed);
        for (Loss loss : Loss.values()) {
            try (CompiledNetwork compiled = compile(c.network, c.lattice, loss)) {
                double[] parameters = NetworkCases.parameters(c.network, c.lattice, 0);
                assertSlope(compiled, examples, parameters, seed);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aParameterMapIsAppliedBeforeAndItsTransposeAfter(Case c) {
        long seed = 11;
        int outputs = NetworkShapes.of(c.network, c.lattice).output().size();
        int raw = ParameterLayout.of(c.network, c.lattice).count();
        ParameterMap map = NetworkCases.sparseMap(raw, seed);
        Examples examples = NetworkCases.examples(c.lattice, c.network.inputChannels(), 2, outputs, seed);
        double[] free =
                new SplittableRandom(seed).doubles(map.free(), -0.3, 0.3).toArray();
        double[] expanded = new double[raw];
        for (int r = 0; r < raw; r++) {
            for (int e = map.rowStart()[r]; e < map.rowStart()[r + 1]; e++) {
                expanded[r] += map.value()[e] * free[map.column()[e]];
            }
        }
        try (CompiledNetwork mapped = ENGINE.compile(
                        NetworkCases.problem(c.network, map, c.lattice, 40, Loss.MEAN_SQUARED_ERROR, 1));
                CompiledNetwork plain = compile(c.network, c.lattice, Loss.MEAN_SQUARED_ERROR)) {
            mapped.setParameters(0, free);
            plain.setParameters(0, expanded);
            int[] both = {0, 1};
            assertThat(mapped.parameters(0)).containsExactly(free);
            assertThat(mapped.forward(0, examples, both)).containsExactly(plain.forward(0, examples, both));
            if (raw > 0) {
                assertSlope(mapped, examples, free, seed);
            }
        }
    }

    /** Compares at most 40 components of the gradient with central differences. */
    private static void assertSlope(CompiledNetwork compiled, Examples examples, double[] parameters, long seed) {
        int[] selection = IntStream.range(0, examples.count()).toArray();
        compiled.setParameters(0, parameters);
        double[] gradient = new double[parameters.length];
        double loss = compiled.gradient(0, examples, selection, gradient);
        assertThat(loss).isFinite();
        double scale = 1
                + Math.abs(loss)
                + Arrays.stream(gradient).map(Math::abs).max().orElse(0);
        double h = 1e-6;
        int[] chosen = new SplittableRandom(seed)
                .ints(40, 0, Math.max(1, parameters.length))
                .distinct()
                .filter(p -> p < parameters.length)
                .toArray();
        for (int p : chosen) {
            double[] moved = parameters.clone();
            moved[p] = parameters[p] + h;
            compiled.setParameters(0, moved);
            double above = compiled.gradient(0, examples, selection, new double[parameters.length]);
            moved[p] = parameters[p] - h;
            compiled.setParameters(0, moved);
            double below = compiled.gradient(0, examples, selection, new double[parameters.length]);
            assertThat(gradient[p])
                    .as("seed %d, parameter %d", seed, p)
                    .isCloseTo((above - below) / (2 * h), within(1e-7 * scale));
        }
    }

    // Equivariance.

    static Stream<Case> equivariantCases() {
        return Stream.of(Lattice.of(1, 5), Lattice.of(2, 2), Lattice.of(7, 3), Lattice.of(6, 4))
                .flatMap(lattice -> NetworkCases.equivariant().stream().map(network -> new Case(network, lattice)));
    }

    @ParameterizedTest
    @MethodSource("equivariantCases")
    void mapsOfEqNetworksShiftWithTheInputEqualToTheBit(Case c) {
        long seed = 3;
        NetworkShapes shapes = NetworkShapes.of(c.network, c.lattice);
        Examples examples = NetworkCases.examples(
                c.lattice, c.network.inputChannels(), 1, shapes.output().size(), seed);
        try (CompiledNetwork compiled = compile(c.network, c.lattice, Loss.MEAN_SQUARED_ERROR)) {
            compiled.setParameters(0, NetworkCases.parameters(c.network, c.lattice, 1));
            for (int dt = 0; dt < c.lattice.extent(0); dt++) {
                for (int dx = 0; dx < c.lattice.extent(1); dx++) {
                    Examples shifted = NetworkCases.shifted(examples, dt, dx);
                    for (NetworkShapes.Layer layer : shapes.layers()) {
                        double[] before = compiled.featureMap(0, layer.index(), examples, 0);
                        double[] after = compiled.featureMap(0, layer.index(), shifted, 0);
                        if (!layer.output().vector()) {
                            assertThat(after)
                                    .as("seed %d, shift (%d, %d), layer %s", seed, dt, dx, layer)
                                    .containsExactly(shift(before, layer.output(), c.lattice, dt, dx));
                        } else if (layer.spec().equals(new GlobalPooling(PoolingKind.MAX))) {
                            assertThat(after).containsExactly(before);
                        } else {
                            double scale =
                                    Arrays.stream(before).map(Math::abs).max().orElseThrow();
                            assertThat(after).containsExactly(before, within(1e-13 * (1 + scale)));
                        }
                    }
                }
            }
        }
    }

    private static double[] shift(double[] map, Shape shape, Lattice lattice, int dt, int dx) {
        double[] result = new double[map.length];
        for (int channel = 0; channel < shape.channels(); channel++) {
            for (int site = 0; site < shape.sites(); site++) {
                result[channel * shape.sites() + lattice.shifted(site, dt, dx)] = map[channel * shape.sites() + site];
            }
        }
        return result;
    }

    @Test
    void stridesBreakEquivarianceUnderAShiftByOneAndKeepItUnderTheStride() {
        NetworkSpec network = NetworkCases.network(
                2,
                new Convolution(3, 3, 3, 2, 2),
                new Activation(ActivationKind.RELU),
                new GlobalPooling(PoolingKind.MAX),
                new Dense(1));
        Lattice lattice = Lattice.of(6, 4);
        Examples examples = NetworkCases.examples(lattice, 2, 1, 1, 5);
        int[] only = {0};
        try (CompiledNetwork compiled = compile(network, lattice, Loss.MEAN_SQUARED_ERROR)) {
            compiled.setParameters(0, NetworkCases.parameters(network, lattice, 0));
            double[] out = compiled.forward(0, examples, only);
            assertThat(compiled.forward(0, NetworkCases.shifted(examples, 2, 2), only))
                    .containsExactly(out);
            assertThat(Math.abs(compiled.forward(0, NetworkCases.shifted(examples, 1, 0), only)[0] - out[0]))
                    .isGreaterThan(1e-3);
        }
    }

    // Losses.

    /** One weight w and no bias on the input 1: the output is w. */
    private static double[] lossAndSlope(Loss loss, double out, float target) {
        NetworkSpec network = NetworkCases.network(1, new Flatten(), new Dense(1));
        Examples one = new Examples(Lattice.of(1, 1), 1, 1, new byte[] {1}, 1, new float[] {target});
        try (CompiledNetwork compiled = compile(network, Lattice.of(1, 1), loss)) {
            compiled.setParameters(0, new double[] {out, 0});
            double[] gradient = new double[2];
            double value = compiled.gradient(0, one, new int[] {0}, gradient);
            assertThat(gradient[0]).isEqualTo(gradient[1]);
            return new double[] {value, gradient[0]};
        }
    }

    @Test
    void crossEntropyIsStableAtLargeLogits() {
        double tail = 3.720075976020836e-44; // e^-100
        Loss loss = Loss.BINARY_CROSS_ENTROPY;
        assertClose(lossAndSlope(loss, 100, 1), tail, -tail);
        assertClose(lossAndSlope(loss, 100, 0), 100, 1);
        assertClose(lossAndSlope(loss, -100, 0), tail, tail);
        assertClose(lossAndSlope(loss, -100, 1), 100, -1);
        assertClose(lossAndSlope(loss, 1e6, 0), 1e6, 1);
        assertClose(lossAndSlope(loss, -1e6, 1), 1e6, -1);
        assertClose(lossAndSlope(loss, 0, 1), 0.6931471805599453, -0.5);
        // 2 - 2/4 + ln(1 + e^-2), 1/(1 + e^-2) - 1/4
        assertClose(lossAndSlope(loss, 2, 0.25f), 1.6269280110429725, 0.6307970779778824);
        assertClose(lossAndSlope(Loss.MEAN_SQUARED_ERROR, 2, 0.5f), 2.25, 3);
    }

    private static void assertClose(double[] actual, double loss, double slope) {
        double one = 4e-16;
        // The slope at logit 100, target 1, is sigma - 1 rounded to double: 0 stands for -e^-100.
        assertThat(actual[0]).isCloseTo(loss, within(one * Math.abs(loss)));
        assertThat(actual[1]).isCloseTo(slope, within(one));
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void theLossOfABatchIsTheMeanOverExamplesAndOutputs(Loss loss) {
        NetworkSpec network =
                NetworkCases.network(2, new Convolution(3, 2, 2, 1, 1), new GlobalPooling(PoolingKind.MAX));
        Lattice lattice = Lattice.of(3, 2);
        Examples examples = NetworkCases.examples(lattice, 2, 40, 3, 9);
        try (CompiledNetwork compiled = compile(network, lattice, loss)) {
            compiled.setParameters(0, NetworkCases.parameters(network, lattice, 0));
            int parameters = compiled.parameters(0).length;
            // 37 examples are 3 micro-blocks, the last one partly filled; an example may come twice.
            int[] selection = IntStream.range(0, 37).map(i -> i * i % 40).toArray();
            double[] sum = new double[parameters];
            double losses = 0;
            for (int example : selection) {
                double[] one = new double[parameters];
                losses += compiled.gradient(0, examples, new int[] {example}, one);
                for (int p = 0; p < parameters; p++) {
                    sum[p] += one[p];
                }
            }
            double[] mean = Arrays.stream(sum).map(s -> s / selection.length).toArray();
            double[] gradient = new double[parameters];
            assertThat(compiled.gradient(0, examples, selection, gradient))
                    .isCloseTo(losses / selection.length, within(1e-14));
            assertThat(gradient).containsExactly(mean, within(1e-13));
        }
    }

    // Optimizer.

    /** torch.optim.AdamW written a second time, in the words of its documentation (algorithm box), for one weight. */
    private static final class DocumentedAdamW {
        private final AdamW o;
        private double theta;
        private double m;
        private double v;
        private double vHatMax;
        private double beta1Power = 1;
        private double beta2Power = 1;

        DocumentedAdamW(AdamW optimizer, double theta) {
            this.o = optimizer;
            this.theta = theta;
        }

        void step(double g) {
            beta1Power *= o.beta1();
            beta2Power *= o.beta2();
            theta = theta - o.learningRate() * o.weightDecay() * theta;
            m = o.beta1() * m + (1 - o.beta1()) * g;
            v = o.beta2() * v + (1 - o.beta2()) * g * g;
            double mHat = m / (1 - beta1Power);
            double used = v;
            if (o.amsgrad()) {
                vHatMax = Math.max(vHatMax, v);
                used = vHatMax;
            }
            theta = theta - o.learningRate() * mHat / (Math.sqrt(used / (1 - beta2Power)) + o.epsilon());
        }
    }

    static Stream<AdamW> optimizers() {
        return Stream.of(
                AdamW.amsgrad(0.01),
                new AdamW(0.05, 0.9, 0.999, 1e-8, 0, false),
                new AdamW(0.02, 0.8, 0.9, 1e-3, 0.3, true),
                new AdamW(0.02, 0, 0.5, 1e-8, 0.1, false));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void stepsAreThoseOfTheDocumentedFormula(AdamW optimizer) {
        // out = w x + b, loss (out - y)^2; large inputs first and small ones later, so that the running maximum
        // matters.
        byte[] inputs = {100, -50, 3, 2, 1, 1, 2, 1, 0, 1};
        float[] targets = {5, 6, 1, 0.5f, 2, 0.25f, 1, 1, 3, -2};
        NetworkSpec network = NetworkCases.network(1, new Flatten(), new Dense(1));
        Lattice lattice = Lattice.of(1, 1);
        Examples examples = new Examples(lattice, 1, inputs.length, inputs, 1, targets);
        NetworkProblem problem = new NetworkProblem(
                network, ParameterMap.identity(2), lattice, 1, Loss.MEAN_SQUARED_ERROR, List.of(optimizer), 1);
        DocumentedAdamW w = new DocumentedAdamW(optimizer, 0.5);
        DocumentedAdamW b = new DocumentedAdamW(optimizer, -0.25);
        try (CompiledNetwork compiled = ENGINE.compile(problem)) {
            compiled.setParameters(0, new double[] {0.5, -0.25});
            double[] losses = new double[1];
            for (int step = 0; step < 40; step++) {
                int example = step < 2 ? step : 2 + step % 8;
                double error = w.theta * inputs[example] + b.theta - targets[example];
                compiled.trainStep(examples, new int[][] {{example}}, losses);
                w.step(2 * error * inputs[example]);
                b.step(2 * error);
                assertThat(losses[0]).isCloseTo(error * error, within(1e-11 * (1 + error * error)));
                assertThat(compiled.parameters(0))
                        .as("step %d", step)
                        .containsExactly(new double[] {w.theta, b.theta}, within(1e-12));
            }
            OptimizerState state = compiled.optimizerState(0);
            assertThat(state.step()).isEqualTo(40);
            assertThat(state.first()).containsExactly(new double[] {w.m, b.m}, within(1e-11));
            assertThat(state.second()).containsExactly(new double[] {w.v, b.v}, within(1e-9));
            assertThat(state.largest()).containsExactly(new double[] {w.vHatMax, b.vHatMax}, within(1e-9));
            if (optimizer.amsgrad()) {
                assertThat(state.largest()[0]).isGreaterThan(state.second()[0]);
            }
        }
    }

    @Test
    void twoStepsByHand() {
        // w = 1, x = 1, y = 0, no bias movement counted: g1 = 2. m = 0.2, v = 0.004; both corrected: 2 and 4; the step
        // is
        // lr 2 / (2 + eps). With lr = 0.5, eps = 1: w = 1 (1 - 0.5 * 0.1) - 0.5 * 2/3.
        NetworkSpec network = NetworkCases.network(1, new Flatten(), new Dense(1));
        Lattice lattice = Lattice.of(1, 1);
        Examples examples = new Examples(lattice, 1, 2, new byte[] {1, 0}, 1, new float[] {0, 0});
        AdamW optimizer = new AdamW(0.5, 0.9, 0.999, 1, 0.1, true);
        try (CompiledNetwork compiled = ENGINE.compile(new NetworkProblem(
                network, ParameterMap.identity(2), lattice, 1, Loss.MEAN_SQUARED_ERROR, List.of(optimizer), 1))) {
            compiled.setParameters(0, new double[] {1, 0});
            compiled.trainStep(examples, new int[][] {{0}}, new double[1]);
            double w = 0.95 - 1.0 / 3;
            assertThat(compiled.parameters(0)).containsExactly(new double[] {w, -1.0 / 3}, within(1e-14));
            // x = 0: gradient of w is 0. m = 0.18, corrected by 1 - 0.81; v = 0.003996, its maximum 0.004 stays,
            // corrected
            // by 1 - 0.998001 = 0.001999.
            compiled.trainStep(examples, new int[][] {{1}}, new double[1]);
            double expected = w * 0.95 - 0.5 * (0.18 / 0.19) / (Math.sqrt(0.004 / 0.001999) + 1);
            assertThat(compiled.parameters(0)[0]).isCloseTo(expected, within(1e-13));
        }
    }

    @Test
    void frozenMembersAreNotTouchedAndMembersHaveTheBitsOfTheirSoloRun() {
        NetworkSpec network = NetworkCases.network(
                2,
                new Convolution(3, 3, 2, 1, 1),
                new Activation(ActivationKind.GELU),
                new GlobalPooling(PoolingKind.AVERAGE),
                new Dense(2));
        Lattice lattice = Lattice.of(4, 3);
        ParameterMap map =
                ParameterMap.identity(ParameterLayout.of(network, lattice).count());
        Examples examples = NetworkCases.examples(lattice, 2, 50, 2, 21);
        NetworkProblem ensemble = NetworkCases.problem(network, map, lattice, 20, Loss.MEAN_SQUARED_ERROR, 3);
        try (CompiledNetwork together = ENGINE.compile(ensemble)) {
            for (int m = 0; m < 3; m++) {
                together.setParameters(m, NetworkCases.parameters(network, lattice, m));
            }
            double[] losses = {-1, -1, -1};
            for (int step = 0; step < 4; step++) {
                int[][] selections = {batch(0, step), step < 2 ? batch(1, step) : null, batch(2, step)};
                double[] before = losses.clone();
                double[] parameters = together.parameters(1);
                together.trainStep(examples, selections, losses);
                if (step >= 2) {
                    assertThat(losses[1]).isEqualTo(before[1]);
                    assertThat(together.parameters(1)).containsExactly(parameters);
                }
                assertThat(losses[0]).isNotEqualTo(before[0]);
            }
            assertThat(together.optimizerState(1).step()).isEqualTo(2);
            for (int m = 0; m < 3; m++) {
                NetworkProblem solo = new NetworkProblem(
                        network,
                        map,
                        lattice,
                        20,
                        Loss.MEAN_SQUARED_ERROR,
                        List.of(ensemble.optimizers().get(m)),
                        1);
                try (CompiledNetwork alone = ENGINE.compile(solo)) {
                    alone.setParameters(0, NetworkCases.parameters(network, lattice, m));
                    double[] loss = new double[1];
                    for (int step = 0; step < (m == 1 ? 2 : 4); step++) {
                        if (step == 1) {
                            // A snapshot put back changes nothing.
                            OptimizerState state = alone.optimizerState(0);
                            double[] parameters = alone.parameters(0);
                            alone.trainStep(examples, new int[][] {batch(0, 17)}, loss);
                            alone.setParameters(0, parameters);
                            alone.setOptimizerState(0, state);
                        }
                        alone.trainStep(examples, new int[][] {batch(m, step)}, loss);
                    }
                    assertThat(alone.parameters(0)).as("model %d", m).containsExactly(together.parameters(m));
                    assertThat(loss[0]).isEqualTo(losses[m]);
                }
            }
        }
    }

    private static int[] batch(int model, int step) {
        return IntStream.range(0, 17 + step % 4)
                .map(i -> (7 * i + 3 * step + 11 * model) % 50)
                .toArray();
    }

    @Test
    void whatDoesNotFitIsRefused() {
        NetworkSpec network = NetworkCases.network(2, new GlobalPooling(PoolingKind.SUM), new Dense(1));
        Lattice lattice = Lattice.of(3, 3);
        assertThatThrownBy(() -> ENGINE.compile(NetworkCases.problem(
                        network, ParameterMap.identity(4), lattice, 1, Loss.MEAN_SQUARED_ERROR, 1)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("parameter map");
        assertThatThrownBy(() -> compile(NetworkCases.network(2, new Dense(1)), lattice, Loss.MEAN_SQUARED_ERROR))
                .isInstanceOf(BadInput.class);
        try (CompiledNetwork compiled = compile(network, lattice, Loss.MEAN_SQUARED_ERROR)) {
            int[] one = {0};
            Examples channels = NetworkCases.examples(lattice, 3, 1, 1, 1);
            assertThatThrownBy(() -> compiled.forward(0, channels, one)).isInstanceOf(IllegalArgumentException.class);
            Examples lattices = NetworkCases.examples(Lattice.of(9, 1), 2, 1, 1, 1);
            assertThatThrownBy(() -> compiled.forward(0, lattices, one)).isInstanceOf(IllegalArgumentException.class);
            Examples targets = NetworkCases.examples(lattice, 2, 1, 2, 1);
            assertThatThrownBy(() -> compiled.gradient(0, targets, one, new double[3]))
                    .isInstanceOf(IllegalArgumentException.class);
            Examples good = NetworkCases.examples(lattice, 2, 1, 1, 1);
            assertThatThrownBy(() -> compiled.gradient(0, good, new int[0], new double[3]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> compiled.gradient(0, good, new int[41], new double[3]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> compiled.setParameters(0, new double[2]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
