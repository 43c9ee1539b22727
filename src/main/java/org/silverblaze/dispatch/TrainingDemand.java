package org.silverblaze.dispatch;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.network.NetworkCounts;
import org.silverblaze.network.NetworkSpecs;

/**
 * A training. A unit is one example in one step of one model.
 *
 * @param problem what is compiled
 * @param examples in all steps of a model together
 */
public record TrainingDemand(NetworkProblem problem, double examples) implements Demand {
    /** Operations per second of a thread: between those of AVX2 and of AVX-512 cores. */
    private static final double GUESSED_FLOPS = 60e9;
    /** Forward pass, gradient of the maps, gradient of the weights. */
    private static final int PASSES = 3;

    private static final int LARGEST_FLUX = 2;
    private static final double WEIGHTS = 0.1;

    @Override
    public String kind() {
        return "training " + NetworkSpecs.text(problem.network()) + " on " + problem.lattice() + ", batch "
                + problem.batch() + ", models " + problem.models() + ", threads " + problem.threads();
    }

    @Override
    public double units() {
        return examples * problem.models();
    }

    @Override
    public double guessedSeconds() {
        long multiplyAdds =
                NetworkCounts.of(problem.network(), problem.lattice()).multiplyAdds();
        return units() * PASSES * 2 * multiplyAdds / (GUESSED_FLOPS * problem.threads());
    }

    /** Training steps of as many of the models as fit {@code most}, at least one, which then has a smaller batch. */
    @Override
    public Slice slice(Engine engine, double most) {
        int models = (int) Math.clamp(most / problem.batch(), 1, problem.models());
        int least = Math.min(NetworkProblem.MICRO_BLOCK, problem.batch());
        int batch = models > 1 ? problem.batch() : (int) Math.clamp(most, least, problem.batch());
        CompiledNetwork network = engine.networks()
                .compile(new NetworkProblem(
                        problem.network(),
                        problem.map(),
                        problem.lattice(),
                        batch,
                        problem.loss(),
                        problem.optimizers().subList(0, models),
                        problem.threads()));
        try {
            SplittableRandom random = new SplittableRandom(1);
            for (int model = 0; model < models; model++) {
                network.setParameters(
                        model,
                        random.doubles(problem.map().free(), -WEIGHTS, WEIGHTS).toArray());
            }
            Examples data = examples(batch, network.outputs(), random);
            int[] selection = IntStream.range(0, batch).toArray();
            int[][] selections = Stream.generate(() -> selection).limit(models).toArray(int[][]::new);
            double[] losses = new double[models];
            return new Slice() {
                @Override
                public double run() {
                    network.trainStep(data, selections, losses);
                    return (double) batch * models;
                }

                @Override
                public void close() {
                    network.close();
                }
            };
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    /** Whole steps of all models. */
    @Override
    public Slice piece(Engine engine, double most) {
        return slice(engine, Double.MAX_VALUE);
    }

    private Examples examples(int count, int outputs, SplittableRandom random) {
        int channels = problem.network().inputChannels();
        byte[] inputs =
                new byte[Math.multiplyExact(count, channels * problem.lattice().volume())];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (byte) random.nextInt(-LARGEST_FLUX, LARGEST_FLUX + 1);
        }
        float[] targets = new float[count * outputs];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = random.nextFloat();
        }
        return new Examples(problem.lattice(), channels, count, inputs, outputs, targets);
    }
}
