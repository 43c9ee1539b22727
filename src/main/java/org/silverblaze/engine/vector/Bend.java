package org.silverblaze.engine.vector;

import org.silverblaze.network.ActivationKind;

/**
 * A piecewise linear activation, or its derivative at its output: a number x becomes slope x, or +0, where v is less than a threshold.
 * Forward v is x; backward x is a gradient and v the activation's output.
 *
 * @param slope below the threshold
 * @param mask and'ed to slope x: 0 makes it +0, -1 leaves it
 * @param threshold of v; the least number above 0 stands for "v at most 0"
 */
record Bend(float slope, int mask, float threshold) {
    private static final Bend RELU = new Bend(0f, 0, Float.MIN_VALUE);
    private static final Bend LEAKY_RELU = new Bend(ActivationKernels.SLOPE, -1, 0f);
    private static final Bend LEAKY_RELU_BACKWARD = new Bend(ActivationKernels.SLOPE, -1, Float.MIN_VALUE);

    /** Null for no activation and for one that is not piecewise linear. */
    static Bend of(ActivationKind kind, boolean backward) {
        if (kind == ActivationKind.RELU) {
            return RELU;
        }
        if (kind == ActivationKind.LEAKY_RELU) {
            return backward ? LEAKY_RELU_BACKWARD : LEAKY_RELU;
        }
        return null;
    }
}
