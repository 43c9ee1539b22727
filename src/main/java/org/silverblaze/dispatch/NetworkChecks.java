package org.silverblaze.dispatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.silverblaze.dispatch.Verification.Comparison;
import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.Initialization;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.network.PoolingKind;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;
import org.silverblaze.random.StreamKey;

/**
 * Networks: outputs, losses and gradients against reference's float64; and an engine's training against itself to the bit, over
 * repetition, threads and ensembles.
 */
public final class NetworkChecks {
    /** Largest difference from reference, relative to the largest number of the same kind. */
    public static final double TOLERANCE = 2e-5;

    private static final StreamKey KEY = StreamKey.of("silverblaze verify");
    private static final int BATCH = 37;

    private NetworkChecks() {}

    private record Named(String name, NetworkSpec network, Lattice lattice) {}

    private static final List<Named> CASES = List.of(
            new Named(
                    "EQ",
                    network(convolution(8, 3, 1), new GlobalPooling(PoolingKind.AVERAGE), new Dense(2)),
                    Lattice.of(7, 4)),
            new Named(
                    "EQ, even kernel",
                    network(convolution(5, 2, 1), new GlobalPooling(PoolingKind.SUM), new Dense(2)),
                    Lattice.of(6, 5)),
            new Named(
                    "ST",
                    network(convolution(6, 3, 2), new GlobalPooling(PoolingKind.MAX), new Dense(3)),
                    Lattice.of(9, 5)),
            new Named(
                    "FL",
                    network(
                            convolution(4, 3, 1),
                            new SpatialPooling(PoolingKind.AVERAGE, 2, 2, 2, 2),
                            new Flatten(),
                            new Dense(5),
                            new Activation(ActivationKind.TANH),
                            new Dense(1)),
                    Lattice.of(6, 3)));

    private static NetworkSpec network(LayerSpec... layers) {
        List<LayerSpec> all = new ArrayList<>(List.of(layers));
        all.add(1, new Activation(ActivationKind.LEAKY_RELU));
        return new NetworkSpec(4, all);
    }

    private static Convolution convolution(int channels, int kernel, int stride) {
        return new Convolution(channels, kernel, kernel, stride, stride);
    }

    static List<Comparison> of(NetworkEngine engine, NetworkEngine reference) {
        List<Comparison> all = new ArrayList<>();
        for (Named c : CASES) {
            String where = c.name() + " on " + c.lattice();
            for (Loss loss : Loss.values()) {
                all.add(new Comparison(
                        where + ": outputs, loss and gradient (" + loss.name().toLowerCase(Locale.ROOT) + ")",
                        () -> againstReference(engine, reference, c, loss)));
            }
            all.add(new Comparison(
                    where + ": the same training twice, to the bit",
                    () -> same(trained(engine, c, 1, 1), trained(engine, c, 1, 1))));
            all.add(new Comparison(
                    where + ": training with 1 and 3 threads, to the bit",
                    () -> same(trained(engine, c, 1, 1), trained(engine, c, 1, 3))));
            all.add(new Comparison(
                    where + ": a model alone and in an ensemble of 3, to the bit",
                    () -> same(trained(engine, c, 1, 1), trained(engine, c, 3, 2))));
        }
        return all;
    }

    private static NetworkProblem problem(Named c, Loss loss, int models, int threads) {
        ParameterMap map = ParameterMap.identity(
                ParameterLayout.of(c.network(), c.lattice()).count());
        List<AdamW> optimizers = IntStream.range(0, models)
                .mapToObj(m -> AdamW.amsgrad(0.01 / (m + 1)))
                .toList();
        return new NetworkProblem(c.network(), map, c.lattice(), BATCH, loss, optimizers, threads);
    }

    private static Examples examples(Named c) {
        NetworkProblem problem = problem(c, Loss.MEAN_SQUARED_ERROR, 1, 1);
        int outputs = problem.shapes().output().size();
        RandomSequence random = new RandomSequence(KEY, 0, Purpose.SHUFFLING);
        byte[] inputs = new byte[2 * BATCH * 4 * c.lattice().volume()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (byte) (random.nextInt(7) - 3);
        }
        float[] targets = new float[2 * BATCH * outputs];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = random.nextInt(1 << 20) * 0x1p-20f;
        }
        return new Examples(c.lattice(), 4, 2 * BATCH, inputs, outputs, targets);
    }

    private static CompiledNetwork compiled(NetworkEngine engine, NetworkProblem problem) {
        CompiledNetwork network = engine.compile(problem);
        for (int m = 0; m < problem.models(); m++) {
            network.setParameters(m, Initialization.raw(problem.network(), problem.lattice(), KEY, m));
        }
        return network;
    }

    private static int[] selection(int step) {
        return IntStream.range(0, BATCH).map(i -> (5 * i + step) % (2 * BATCH)).toArray();
    }

    private static String againstReference(NetworkEngine engine, NetworkEngine reference, Named c, Loss loss) {
        Examples examples = examples(c);
        try (CompiledNetwork ours = compiled(engine, problem(c, loss, 1, 1));
                CompiledNetwork theirs = compiled(reference, problem(c, loss, 1, 1))) {
            double[] gradient = new double[ours.problem().map().free()];
            double[] expected = new double[gradient.length];
            double mean = ours.gradient(0, examples, selection(1), gradient);
            double expectedMean = theirs.gradient(0, examples, selection(1), expected);
            String fault = difference(
                    "output", theirs.forward(0, examples, selection(1)), ours.forward(0, examples, selection(1)));
            if (fault == null) {
                fault = difference("loss", new double[] {expectedMean}, new double[] {mean});
            }
            return fault != null ? fault : difference("gradient", expected, gradient);
        }
    }

    private static String difference(String what, double[] expected, double[] actual) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        double worst = IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.abs(expected[i] - actual[i]))
                .max()
                .orElse(0);
        return worst <= TOLERANCE * largest
                ? null
                : String.format(
                        Locale.ROOT,
                        "%s differs by %.1e from reference's, whose largest is %.1e",
                        what,
                        worst,
                        largest);
    }

    /** Parameters of model 0 after three steps. */
    private static double[] trained(NetworkEngine engine, Named c, int models, int threads) {
        Examples examples = examples(c);
        try (CompiledNetwork network = compiled(engine, problem(c, Loss.MEAN_SQUARED_ERROR, models, threads))) {
            for (int step = 0; step < 3; step++) {
                int[][] selections = new int[models][];
                for (int m = 0; m < models; m++) {
                    selections[m] = selection(step + 7 * m);
                }
                network.trainStep(examples, selections, new double[models]);
            }
            return network.parameters(0);
        }
    }

    private static String same(double[] expected, double[] actual) {
        return Arrays.equals(expected, actual) ? null : "the parameters after three steps differ";
    }
}
