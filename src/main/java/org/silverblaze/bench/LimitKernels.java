package org.silverblaze.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops that find out what a core can do at most. Every one is a method of its own, so that the JIT compiles it alone. */
final class LimitKernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = FLOATS.length();
    private static final int CHAINS = 12;
    private static final int FMA_STEPS = 20_000;

    private LimitKernels() {}

    /** Floating-point operations of one call of {@link #fma}. */
    static long fmaFlops() {
        return 2L * CHAINS * WIDTH * FMA_STEPS;
    }

    /** Fused multiply-adds on registers alone, twelve independent chains: more than latency times ports of any core today. */
    static float fma(float multiplier, float start) {
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
            a0 = a0.fma(x, y);
            a1 = a1.fma(x, y);
            a2 = a2.fma(x, y);
            a3 = a3.fma(x, y);
            a4 = a4.fma(x, y);
            a5 = a5.fma(x, y);
            a6 = a6.fma(x, y);
            a7 = a7.fma(x, y);
            a8 = a8.fma(x, y);
            a9 = a9.fma(x, y);
            a10 = a10.fma(x, y);
            a11 = a11.fma(x, y);
        }
        FloatVector sum = a0.add(a1).add(a2).add(a3).add(a4).add(a5);
        return sum.add(a6).add(a7).add(a8).add(a9).add(a10).add(a11).lane(0);
    }

    /** Reads all of {@code memory}, whose length is a multiple of 8 vectors; eight sums, so that no addition waits for another. */
    static float read(float[] memory) {
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        for (int at = 0; at < memory.length; at += 8 * WIDTH) {
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

    /** to[i] = from[i] + factor: every number read once, and written once elsewhere. */
    static float stream(float[] from, float[] to, float factor) {
        FloatVector summand = FloatVector.broadcast(FLOATS, factor);
        for (int at = 0; at < from.length; at += WIDTH) {
            FloatVector.fromArray(FLOATS, from, at).add(summand).intoArray(to, at);
        }
        return to[0];
    }

    /** Length of an array of about {@code bytes} bytes that {@link #read} takes. */
    static int floats(int bytes) {
        return Math.max(1, bytes / (Float.BYTES * 8 * WIDTH)) * 8 * WIDTH;
    }
}
