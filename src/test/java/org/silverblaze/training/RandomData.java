package org.silverblaze.training;

import java.util.stream.IntStream;
import org.silverblaze.engine.Examples;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;
import org.silverblaze.random.StreamKey;
import org.silverblaze.theory.Couplings;

/** Random fluxes (no physics) with labels that a test wants. */
final class RandomData {
    static final Couplings COUPLINGS = new Couplings(4.01, 1, 1.05);

    /** Labels of one configuration. */
    @FunctionalInterface
    interface Labels {
        /** @param means mean of each of the four channels */
        double[] of(double[] means, RandomSequence random);
    }

    private RandomData() {}

    /** The first {@code training} examples train, the other {@code validation} ones validate. */
    static TrainingData data(Lattice lattice, int training, int validation, long seed, Labels labels) {
        int count = training + validation;
        int volume = lattice.volume();
        RandomSequence random = new RandomSequence(StreamKey.of("test data " + seed), 0, Purpose.SPLITTING);
        byte[] inputs = new byte[count * 4 * volume];
        float[] targets = new float[count * 2];
        for (int example = 0; example < count; example++) {
            double[] means = new double[4];
            for (int i = 0; i < 4 * volume; i++) {
                int channel = i / volume;
                byte value = (byte) (channel < 2 ? random.nextInt(3) - 1 : random.nextInt(3));
                inputs[example * 4 * volume + i] = value;
                means[channel] += (double) value / volume;
            }
            double[] label = labels.of(means, random);
            targets[2 * example] = (float) label[0];
            targets[2 * example + 1] = (float) label[1];
        }
        return new TrainingData(
                COUPLINGS,
                new Examples(lattice, 4, count, inputs, 2, targets),
                IntStream.range(0, training).toArray(),
                IntStream.range(training, count).toArray(),
                "manifest of seed " + seed);
    }
}
