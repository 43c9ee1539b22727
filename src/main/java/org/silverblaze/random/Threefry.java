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

    /** Words in one block. */
    public static final int WORDS = 4;

    private Threefry() {}

    /**
     * Writes the four words of counter (c0, c1, c2, c3) under key (k0, k1, k2, k3) to {@code out[at .. at+3]}. Words 1 and 3 change
     * places after every round; here it is the pairs that change. Written out, since a loop over rounds takes several times as long.
     */
    public static void block(int c0, int c1, int c2, int c3, int k0, int k1, int k2, int k3, int[] out, int at) {
        int k4 = PARITY ^ k0 ^ k1 ^ k2 ^ k3;
        int x0 = c0 + k0;
        int x1 = c1 + k1;
        int x2 = c2 + k2;
        int x3 = c3 + k3;
        x0 += x1;
        x1 = Integer.rotateLeft(x1, 10) ^ x0;
        x2 += x3;
        x3 = Integer.rotateLeft(x3, 26) ^ x2;
        x0 += x3;
        x3 = Integer.rotateLeft(x3, 11) ^ x0;
        x2 += x1;
        x1 = Integer.rotateLeft(x1, 21) ^ x2;
        x0 += x1;
        x1 = Integer.rotateLeft(x1, 13) ^ x0;
        x2 += x3;
        x3 = Integer.rotateLeft(x3, 27) ^ x2;
        x0 += x3;
        x3 = Integer.rotateLeft(x3, 23) ^ x0;
        x2 += x1;
        x1 = Integer.rotateLeft(x1, 5) ^ x2;

        x0 += k1;
        x1 += k2;
        x2 += k3;
        x3 += k4 + 1;

        x0 += x1;
        x1 = Integer.rotateLeft(x1, 6) ^ x0;
        x2 += x3;
        x3 = Integer.rotateLeft(x3, 20) ^ x2;
        x0 += x3;
        x3 = Integer.rotateLeft(x3, 17) ^ x0;
        x2 += x1;
        x1 = Integer.rotateLeft(x1, 11) ^ x2;
        x0 += x1;
        x1 = Integer.rotateLeft(x1, 25) ^ x0;
        x2 += x3;
        x3 = Integer.rotateLeft(x3, 10) ^ x2;
        x0 += x3;
        x3 = Integer.rotateLeft(x3, 18) ^ x0;
        x2 += x1;
        x1 = Integer.rotateLeft(x1, 20) ^ x2;

        x0 += k2;
        x1 += k3;
        x2 += k4;
        x3 += k0 + 2;

        x0 += x1;
        x1 = Integer.rotateLeft(x1, 10) ^ x0;
        x2 += x3;
        x3 = Integer.rotateLeft(x3, 26) ^ x2;
        x0 += x3;
        x3 = Integer.rotateLeft(x3, 11) ^ x0;
        x2 += x1;
        x1 = Integer.rotateLeft(x1, 21) ^ x2;
        x0 += x1;
        x1 = Integer.rotateLeft(x1, 13) ^ x0;
        x2 += x3;
        x3 = Integer.rotateLeft(x3, 27) ^ x2;
        x0 += x3;
        x3 = Integer.rotateLeft(x3, 23) ^ x0;
        x2 += x1;
        x1 = Integer.rotateLeft(x1, 5) ^ x2;

        x0 += k3;
        x1 += k4;
        x2 += k0;
        x3 += k1 + 3;

        x0 += x1;
        x1 = Integer.rotateLeft(x1, 6) ^ x0;
        x2 += x3;
        x3 = Integer.rotateLeft(x3, 20) ^ x2;
        out[at] = x0;
        out[at + 1] = x1;
        out[at + 2] = x2;
        out[at + 3] = x3;
    }
}
