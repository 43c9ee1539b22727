package org.silverblaze.engine.vector;

import java.util.Arrays;

/** Raw parameters of one model and their packed forms, made anew whenever the free parameters changed. */
final class ModelWeights {
    final float[] raw;
    /** {@code [stage]}: for the forward and for the backward correlation. */
    final float[][] forward;

    final float[][] backward;
    /** {@code [stage]}: whether the packed forms belong to these parameters. */
    final boolean[] forwardPacked;

    final boolean[] backwardPacked;

    ModelWeights(int parameters, int stages) {
        raw = new float[parameters];
        forward = new float[stages][];
        backward = new float[stages][];
        forwardPacked = new boolean[stages];
        backwardPacked = new boolean[stages];
    }

    /** The raw parameters are other ones now. */
    void changed() {
        Arrays.fill(forwardPacked, false);
        Arrays.fill(backwardPacked, false);
    }
}
