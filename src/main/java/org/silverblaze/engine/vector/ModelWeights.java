package org.silverblaze.engine.vector;

import java.util.Arrays;

/** Raw parameters of one model and their packed forms, made anew whenever the free parameters changed. */
final class ModelWeights {
    /** Plans are for 16, 1, 2, 4 and 8 examples. */
    private static final int SLOTS = 5;

    final float[] raw;
    /** {@code [slot]}: for the forward correlation; by Winograd it packs other weights in each plan: {@link #slot}. */
    final float[][] forward;
    /** {@code [slot]}: for the backward correlation; so it does with a stride, too. */
    final float[][] backward;
    /** {@code [slot]}: whether the packed forms belong to these parameters. */
    final boolean[] forwardPacked;

    final boolean[] backwardPacked;

    ModelWeights(int parameters, int stages) {
        raw = new float[parameters];
        forward = new float[SLOTS * stages][];
        backward = new float[SLOTS * stages][];
        forwardPacked = new boolean[SLOTS * stages];
        backwardPacked = new boolean[SLOTS * stages];
    }

    /**
     * Where a form of a layer stands.
     *
     * @param ofPlan whether it differs from plan to plan
     * @param examples of the plan's micro-blocks, 1, 2, 4, 8 or 16
     */
    static int slot(int stage, int stages, boolean ofPlan, int examples) {
        int plan = !ofPlan || examples == Lanes.BLOCK ? 0 : 1 + Integer.numberOfTrailingZeros(examples);
        return plan * stages + stage;
    }

    /** The raw parameters are other ones now. */
    void changed() {
        Arrays.fill(forwardPacked, false);
        Arrays.fill(backwardPacked, false);
    }
}
