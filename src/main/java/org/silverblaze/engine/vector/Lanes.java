package org.silverblaze.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.silverblaze.engine.NetworkProblem;

/**
 * The lanes of the network kernels. A micro-block is 16 consecutive examples of a batch, one in each lane, whatever the
 * width of this machine's vectors: memory is always {@code [site][channel][16]}, and a kernel walks through the 16 lanes in
 * steps of {@link #WIDTH}.
 *
 * <p>There is one species per JVM, chosen once: the preferred one, at most 16 lanes.
 */
final class Lanes {
    /** Examples in a micro-block. */
    static final int BLOCK = NetworkProblem.MICRO_BLOCK;

    static final VectorSpecies<Float> FLOATS =
            FloatVector.SPECIES_PREFERRED.length() > BLOCK ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;

    /** Lanes of one vector: 16, 8, 4 or 2. */
    static final int WIDTH = FLOATS.length();

    private Lanes() {}

    /** One line for people: lanes and shape. */
    static String description() {
        return "JDK Vector API, " + WIDTH + " float lanes (" + FLOATS.vectorBitSize() + " bit)";
    }

    /**
     * Sum of the 16 lanes at {@code block[at .. at+15]}: always the same binary tree, halves added to halves. Never
     * reduceLanes, whose order Java leaves open.
     */
    static float sum(float[] block, int at) {
        float s0 = block[at] + block[at + 8];
        float s1 = block[at + 1] + block[at + 9];
        float s2 = block[at + 2] + block[at + 10];
        float s3 = block[at + 3] + block[at + 11];
        float s4 = block[at + 4] + block[at + 12];
        float s5 = block[at + 5] + block[at + 13];
        float s6 = block[at + 6] + block[at + 14];
        float s7 = block[at + 7] + block[at + 15];
        return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
    }
}
