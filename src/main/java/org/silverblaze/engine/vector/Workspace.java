package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import org.silverblaze.engine.LayerTimes;

/** Memory of one thread for one micro-block; allocated once. */
final class Workspace {
    /** {@code [stage]}: output of each stage, the padded input of a convolution, the places of a maximum. */
    final float[][] output;

    final float[][] padded;
    final float[][] places;
    /** What a stage's backward pass reads: the input of the stage as the forward pass gave it. */
    final float[][] input;

    /** The expanded input of the network, where it has no place in the first stage's padded input. */
    final float[] example;

    /** Gradients between the stages, each as large as the largest map, or padded one, that passes so. */
    float[] gradient;

    float[] spare;
    /** For use within one call of a stage. */
    float[] scratch = new float[0];

    float[] scratch2 = new float[0];
    double[] sums = new double[0];

    /** Receives the time of each layer; null: nobody wants it. */
    LayerTimes times;

    private long lapBegin;

    /**
     * @param input numbers of the network's input, one lane
     * @param largest numbers of the largest map, one lane
     */
    Workspace(int stages, int input, int largest) {
        output = new float[stages][];
        padded = new float[stages][];
        places = new float[stages][];
        this.input = new float[stages][];
        example = new float[Math.multiplyExact(input, BLOCK)];
        gradient = new float[Math.multiplyExact(largest, BLOCK)];
        spare = new float[gradient.length];
    }

    void needGradient(int size) {
        gradient = larger(gradient, size);
        spare = larger(spare, size);
    }

    void needScratch(int size) {
        scratch = larger(scratch, size);
    }

    void needScratch2(int size) {
        scratch2 = larger(scratch2, size);
    }

    void needSums(int size) {
        sums = sums.length < size ? new double[size] : sums;
    }

    /** Laps are measured from here on. */
    void beginLaps() {
        if (times != null) {
            lapBegin = System.nanoTime();
        }
    }

    /** The time since the last lap went into this layer. */
    void lap(int layer, LayerTimes.Phase phase) {
        if (times != null) {
            long now = System.nanoTime();
            times.add(layer, phase, now - lapBegin);
            lapBegin = now;
        }
    }

    private static float[] larger(float[] array, int size) {
        return array.length < size ? new float[size] : array;
    }
}
