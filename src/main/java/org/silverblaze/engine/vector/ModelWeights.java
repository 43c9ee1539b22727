package org.silverblaze.engine.vector;

/** Raw parameters of one model and their packed forms, made anew whenever the free parameters changed. */
final class ModelWeights {
    final float[] raw;
    /** {@code [stage]}: for the forward and for the backward correlation. */
    final float[][] forward;

    final float[][] backward;

    ModelWeights(int parameters, int stages) {
        raw = new float[parameters];
        forward = new float[stages][];
        backward = new float[stages][];
    }
}
