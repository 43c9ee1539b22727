package org.silverblaze.random;

/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2,
 * 3" (SC11). A block of four 32-bit words is a pure function of a 128-bit counter and a 64-bit key, so a number depends on
 * what it is for and never on threads, lanes or order of execution.
 */
public final class Philox {
    public static final int MULTIPLIER_0 = 0xD2511F53;
    public static final int MULTIPLIER_1 = 0xCD9E8D57;
    public static final int WEYL_0 = 0x9E3779B9;
    public static final int WEYL_1 = 0xBB67AE85;
    public static final int ROUNDS = 10;
    /** Words in one block. */
    public static final int WORDS = 4;

    private Philox() {}

    /** Writes the four words of counter (c0, c1, c2, c3) under key (k0, k1) to {@code out[at .. at+3]}. */
    public static void block(int c0, int c1, int c2, int c3, int k0, int k1, int[] out, int at) {
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = (MULTIPLIER_0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
            long product1 = (MULTIPLIER_1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
            int n0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            int n2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c1 = (int) product1;
            c3 = (int) product0;
            c0 = n0;
            c2 = n2;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        out[at] = c0;
        out[at + 1] = c1;
        out[at + 2] = c2;
        out[at + 3] = c3;
    }
}
