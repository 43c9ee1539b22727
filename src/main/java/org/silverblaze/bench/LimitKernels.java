package org.silverblaze.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops that find out what a core can do at most. Every one is a method of its own, so that the JIT compiles it alone. */
public final class LimitKernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = FLOATS.length();
    private static final int CHAINS = 12;
    private static final int FMA_STEPS = 20_000;

    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final long LOW = 0xFFFFFFFFL;
    /** Ten rounds of two products for four words. */
    private static final int PRODUCTS_PER_WORD = 5;

    private static final int PRODUCT_STEPS = 10_000;
    private static final int WALK_STEPS = 10_000;

    private LimitKernels() {}

    /** Floating-point operations of one call of {@link #fma}. */
    public static long fmaFlops() {
        return 2L * CHAINS * WIDTH * FMA_STEPS;
    }

    /** Fused multiply-adds on registers alone, twelve independent chains: more than latency times ports of any core today. */
    public static float fma(float multiplier, float start) {
        FloatVector x = FloatVector.broadcast(FLOATS, multiplier);
        FloatVector y = FloatVector.broadcast(FLOATS, start);
        FloatVector a0 = y;
        FloatVector a1 = y;
        FloatVector a2 = y;
        FloatVector a3 = y;
        FloatVector a4 = y;
        FloatVector a5 = y;
        FloatVector a6 = y;
        FloatVector a7 = y;
        FloatVector a8 = y;
        FloatVector a9 = y;
        FloatVector a10 = y;
        FloatVector a11 = y;
        for (int i = 0; i < FMA_STEPS; i++) {
            a0 = x.fma(y, a0);
            a1 = x.fma(y, a1);
            a2 = x.fma(y, a2);
            a3 = x.fma(y, a3);
            a4 = x.fma(y, a4);
            a5 = x.fma(y, a5);
            a6 = x.fma(y, a6);
            a7 = x.fma(y, a7);
            a8 = x.fma(y, a8);
            a9 = x.fma(y, a9);
            a10 = x.fma(y, a10);
            a11 = x.fma(y, a11);
        }
        FloatVector sum = a0.add(a1).add(a2).add(a3).add(a4).add(a5);
        return sum.add(a6).add(a7).add(a8).add(a9).add(a10).add(a11).lane(0);
    }

    /**
     * Reads {@code length} numbers from place {@code from} on, a multiple of 8 vectors; eight sums, so that no addition waits for
     * another.
     */
    static float read(float[] memory, int from, int length) {
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        for (int at = from; at < from + length; at += 8 * WIDTH) {
            a0 = a0.add(FloatVector.fromArray(FLOATS, memory, at));
            a1 = a1.add(FloatVector.fromArray(FLOATS, memory, at + WIDTH));
            a2 = a2.add(FloatVector.fromArray(FLOATS, memory, at + 2 * WIDTH));
            a3 = a3.add(FloatVector.fromArray(FLOATS, memory, at + 3 * WIDTH));
            a4 = a4.add(FloatVector.fromArray(FLOATS, memory, at + 4 * WIDTH));
            a5 = a5.add(FloatVector.fromArray(FLOATS, memory, at + 5 * WIDTH));
            a6 = a6.add(FloatVector.fromArray(FLOATS, memory, at + 6 * WIDTH));
            a7 = a7.add(FloatVector.fromArray(FLOATS, memory, at + 7 * WIDTH));
        }
        return a0.add(a1).add(a2).add(a3).add(a4).add(a5).add(a6).add(a7).lane(0);
    }

    /** Words of one call of {@link #products}. */
    static long productWords() {
        return (long) CHAINS * LONGS.length() * PRODUCT_STEPS / PRODUCTS_PER_WORD;
    }

    /** Products of 32 by 32 bits on registers alone, twelve independent chains; Philox4x32-10 is made of them. */
    static long products(long multiplier, long start) {
        LongVector x = LongVector.broadcast(LONGS, multiplier & LOW);
        LongVector a0 = LongVector.broadcast(LONGS, start);
        LongVector a1 = a0;
        LongVector a2 = a0;
        LongVector a3 = a0;
        LongVector a4 = a0;
        LongVector a5 = a0;
        LongVector a6 = a0;
        LongVector a7 = a0;
        LongVector a8 = a0;
        LongVector a9 = a0;
        LongVector a10 = a0;
        LongVector a11 = a0;
        for (int i = 0; i < PRODUCT_STEPS; i++) {
            a0 = a0.and(LOW).mul(x);
            a1 = a1.and(LOW).mul(x);
            a2 = a2.and(LOW).mul(x);
            a3 = a3.and(LOW).mul(x);
            a4 = a4.and(LOW).mul(x);
            a5 = a5.and(LOW).mul(x);
            a6 = a6.and(LOW).mul(x);
            a7 = a7.and(LOW).mul(x);
            a8 = a8.and(LOW).mul(x);
            a9 = a9.and(LOW).mul(x);
            a10 = a10.and(LOW).mul(x);
            a11 = a11.and(LOW).mul(x);
        }
        LongVector sum = a0.add(a1).add(a2).add(a3).add(a4).add(a5);
        return sum.add(a6).add(a7).add(a8).add(a9).add(a10).add(a11).lane(0);
    }

    /** Vector steps of one call of {@link #walk}. */
    static long walkSteps() {
        return (long) INTS.length() * WALK_STEPS;
    }

    /**
     * A walk in every lane: each reads where it goes next from the place where it stands, so that no step can begin before the
     * last one has ended. What a worm cannot do without.
     *
     * @param next {@code [place]} the place after
     * @param at where the lanes stand, before and after
     */
    static void walk(int[] next, int[] at) {
        for (int i = 0; i < WALK_STEPS; i++) {
            IntVector.fromArray(INTS, next, 0, at, 0).intoArray(at, 0);
        }
    }

    /** Lanes of {@link #walk}. */
    static int lanes() {
        return INTS.length();
    }

    /** Adds to {@code length} numbers from place {@code from} on, a multiple of 4 vectors: each is read once and written once. */
    static float update(float[] memory, int from, int length, float factor) {
        FloatVector summand = FloatVector.broadcast(FLOATS, factor);
        for (int at = from; at < from + length; at += 4 * WIDTH) {
            FloatVector a0 = FloatVector.fromArray(FLOATS, memory, at).add(summand);
            FloatVector a1 = FloatVector.fromArray(FLOATS, memory, at + WIDTH).add(summand);
            FloatVector a2 =
                    FloatVector.fromArray(FLOATS, memory, at + 2 * WIDTH).add(summand);
            FloatVector a3 =
                    FloatVector.fromArray(FLOATS, memory, at + 3 * WIDTH).add(summand);
            a0.intoArray(memory, at);
            a1.intoArray(memory, at + WIDTH);
            a2.intoArray(memory, at + 2 * WIDTH);
            a3.intoArray(memory, at + 3 * WIDTH);
        }
        return memory[from];
    }

    /** Length of an array of about {@code bytes} bytes that {@link #read} and {@link #update} take. */
    static int floats(int bytes) {
        return Math.max(1, bytes / (Float.BYTES * 8 * WIDTH)) * 8 * WIDTH;
    }
}
