package org.silverblaze.random;

/**
 * The words of one (key, chain, purpose) read in order, for work that is not on a hot path: initial weights, shuffling,
 * bootstrap. Position is the only state.
 */
public final class RandomSequence {
    private final StreamKey key;
    private final int chain;
    private final Purpose purpose;
    private final int[] words = new int[Philox.WORDS];
    private long position;

    public RandomSequence(StreamKey key, int chain, Purpose purpose) {
        this.key = key;
        this.chain = chain;
        this.purpose = purpose;
    }

    /** The next 32 random bits. */
    public int nextBits() {
        int word = (int) (position % Philox.WORDS);
        if (word == 0) {
            key.block(position / Philox.WORDS, chain, purpose, words, 0);
        }
        position++;
        return words[word];
    }

    /** Uniform float in [0, 1), a multiple of 2^-24. */
    public float nextFloat() {
        return Uniform.toFloat(nextBits());
    }

    /** Uniform double in [0, 1), a multiple of 2^-53, from two words. */
    public double nextDouble() {
        long high = nextBits() & 0xFFFFFFFFL;
        long low = nextBits() & 0xFFFFFFFFL;
        return ((high << 21) | (low >>> 11)) * 0x1.0p-53;
    }

    /** Integer in [0, bound), unbiased: words that would favour small numbers are drawn anew. */
    public int nextInt(int bound) {
        long limit = (0x1_0000_0000L / bound) * bound;
        while (true) {
            long bits = nextBits() & 0xFFFFFFFFL;
            if (bits < limit) {
                return (int) (bits % bound);
            }
        }
    }

    /** Permutation of 0 .. n-1 (Fisher and Yates). */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        for (int i = n - 1; i > 0; i--) {
            int j = nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }
}
