package org.silverblaze.random;

/**
 * Threefry4x32-13, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2,
 * 3" (SC11), for the hot loops of the sampler: additions, rotations and exclusive ors of 32 bits alone, which every lane of a vector
 * does at full speed, where the 64-bit products of {@link Philox} do not. The paper's authors ran the Crush batteries of TestU01 on it; 12
 * rounds are the fewest that pass them all.
 */
public final class Threefry {
    /** Added to the exclusive or of the key words as a fifth key word (Skein 1.3). */
    public static final int PARITY = 0x1BD11BDA;

    public static final int ROUNDS = 13;
    /** Words in one block. */
    public static final int WORDS = 4;

    /** Rotations of the first and of the second pair of words in round r mod 8. */
    private static final int[] ROTATION_0 = {10, 11, 13, 23, 6, 17, 25, 18};

    private static final int[] ROTATION_1 = {26, 21, 27, 5, 20, 11, 10, 20};

    private Threefry() {}

    /** Writes the four words of counter (c0, c1, c2, c3) under key (k0, k1, k2, k3) to {@code out[at .. at+3]}. */
    public static void block(int c0, int c1, int c2, int c3, int k0, int k1, int k2, int k3, int[] out, int at) {
        int k4 = PARITY ^ k0 ^ k1 ^ k2 ^ k3;
        int x0 = c0 + k0;
        int x1 = c1 + k1;
        int x2 = c2 + k2;
        int x3 = c3 + k3;
        for (int round = 0; round < ROUNDS; round++) {
            // Words 1 and 3 change places after every round; here it is the pairs that change.
            if (round % 2 == 0) {
                x0 += x1;
                x1 = Integer.rotateLeft(x1, ROTATION_0[round % 8]) ^ x0;
                x2 += x3;
                x3 = Integer.rotateLeft(x3, ROTATION_1[round % 8]) ^ x2;
            } else {
                x0 += x3;
                x3 = Integer.rotateLeft(x3, ROTATION_0[round % 8]) ^ x0;
                x2 += x1;
                x1 = Integer.rotateLeft(x1, ROTATION_1[round % 8]) ^ x2;
            }
            if (round % 4 == 3) {
                int first = k0;
                k0 = k1;
                k1 = k2;
                k2 = k3;
                k3 = k4;
                k4 = first;
                x0 += k0;
                x1 += k1;
                x2 += k2;
                x3 += k3 + (round + 1) / 4;
            }
        }
        out[at] = x0;
        out[at + 1] = x1;
        out[at + 2] = x2;
        out[at + 3] = x3;
    }
}
