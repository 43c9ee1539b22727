package org.silverblaze.engine.vector;

import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.silverblaze.BadInput;
import org.silverblaze.engine.NetworkProblem;

/**
 * The lanes of the network kernels. A micro-block is 16 consecutive examples of a batch, one in each lane, whatever the
 * width of this machine's vectors: memory is {@code [site][channel][16]}, or vector by vector in the padded input of a {@link
 * Correlation}, and a kernel walks through the 16 lanes in steps of {@link #WIDTH}.
 *
 * <p>There is one species per JVM, chosen once: the preferred one, at most 16 lanes. The system property {@code
 * silverblaze.vector.bits} (64, 128, 256 or 512) takes another one, so that tests can hold the path of one width to the bits of another; a
 * width that the machine does not have is emulated by Java, thousands of times slower.
 */
final class Lanes {
    /** Examples in a micro-block. */
    static final int BLOCK = NetworkProblem.MICRO_BLOCK;

    static final VectorSpecies<Float> FLOATS = species();

    /** Lanes of one vector: 16, 8, 4 or 2. */
    static final int WIDTH = FLOATS.length();

    /**
     * Whether 32 vectors fit into registers, rather than the 16 of SSE and AVX2: which tiles the kernels take. Outputs are the same to
     * the bit.
     */
    static final boolean MANY_REGISTERS =
            WIDTH == BLOCK || !List.of("amd64", "x86_64", "x86").contains(System.getProperty("os.arch"));

    /**
     * Where the kernels' own arrays begin to be used. Numbers of an array begin 16 bytes after its object, so with objects at
     * multiples of 64 bytes (JVM flag {@code -XX:ObjectAlignmentInBytes=64}) a vector 48 bytes further on never crosses a cache
     * line, which would make it two loads. Without the flag it is a matter of luck; the results are the same.
     */
    static final int FIRST = 12;

    // numbers of lanes of two vectors: the first and the second halves of their groups of 16, 8, 4, 2 lanes, A's before
    // B's
    private static final int[] LOW_EIGHT = {0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23};
    private static final int[] HIGH_EIGHT = {8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31};
    private static final int[] LOW_FOUR = {0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27};
    private static final int[] HIGH_FOUR = {4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31};
    private static final int[] LOW_TWO = {0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29};
    private static final int[] HIGH_TWO = {2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31};
    private static final int[] LOW_ONE = {0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30};
    private static final int[] HIGH_ONE = {1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31};

    // numbers of lanes of one vector of 8: each itself, and the one across in its group of 8, 4, 2 lanes
    private static final int[] IN_PLACE = {0, 1, 2, 3, 4, 5, 6, 7};
    private static final int[] ACROSS_HALVES = {4, 5, 6, 7, 0, 1, 2, 3};
    private static final int[] ACROSS_QUARTERS = {2, 3, 0, 1, 6, 7, 4, 5};
    private static final int[] ACROSS_EIGHTHS = {1, 0, 3, 2, 5, 4, 7, 6};

    private Lanes() {}

    /** Size of the group that begins with number {@code first} of {@code all} in the fewest groups of at most {@code most}, as equal as can be. */
    static int share(int first, int all, int most) {
        int groups = Math.ceilDiv(all, most);
        int least = all / groups;
        return first < all % groups * (least + 1) ? least + 1 : least;
    }

    private static VectorSpecies<Float> species() {
        String bits = System.getProperty("silverblaze.vector.bits");
        if (bits == null) {
            VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
            return preferred.length() > BLOCK ? FloatVector.SPECIES_512 : preferred;
        }
        return switch (bits) {
            case "64" -> FloatVector.SPECIES_64;
            case "128" -> FloatVector.SPECIES_128;
            case "256" -> FloatVector.SPECIES_256;
            case "512" -> FloatVector.SPECIES_512;
            default -> throw new BadInput("-Dsilverblaze.vector.bits=" + bits + ": expected 64, 128, 256 or 512");
        };
    }

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

    /**
     * Sums of {@link #sum}, with the same additions in the same order, as many side by side as a vector has lanes, 16 or 8.
     *
     * @param blocks {@code [vector of lanes][n][WIDTH]}: the first vector's from {@code at}, each further one's {@code vector} floats on
     * @param out receives the {@code n} sums from {@code to}
     */
    static void sum(float[] blocks, int at, int vector, int n, float[] out, int to) {
        int i = 0;
        if (WIDTH == BLOCK) {
            for (; i + BLOCK <= n; i += BLOCK) {
                sumSixteen(blocks, at + i * BLOCK, out, to + i);
            }
        } else if (WIDTH == 8) {
            sumEights(blocks, at, at + vector, n / 8, out, to);
            i = n / 8 * 8;
        }
        for (; i < n; i++) {
            out[to + i] = sumOf(blocks, at + i * WIDTH, vector);
        }
    }

    /** The sum of a block whose vectors of lanes stand {@code vector} floats apart. */
    private static float sumOf(float[] blocks, int at, int vector) {
        float s0 = sumOfFour(blocks, at, vector, 0);
        float s1 = sumOfFour(blocks, at, vector, 1);
        float s2 = sumOfFour(blocks, at, vector, 2);
        float s3 = sumOfFour(blocks, at, vector, 3);
        return (s0 + s2) + (s1 + s3);
    }

    /** Lanes k, k + 4, k + 8 and k + 12. */
    private static float sumOfFour(float[] blocks, int at, int vector, int k) {
        float a = blocks[place(at, vector, k)] + blocks[place(at, vector, k + 8)];
        float b = blocks[place(at, vector, k + 4)] + blocks[place(at, vector, k + 12)];
        return a + b;
    }

    private static int place(int at, int vector, int lane) {
        return at + lane / WIDTH * vector + lane % WIDTH;
    }

    private static void sumSixteen(float[] blocks, int at, float[] out, int to) {
        VectorSpecies<Integer> ints = IntVector.SPECIES_512;
        FloatVector a0 = FloatVector.fromArray(FLOATS, blocks, at);
        FloatVector a1 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 1);
        FloatVector a2 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 2);
        FloatVector a3 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 3);
        FloatVector a4 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 4);
        FloatVector a5 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 5);
        FloatVector a6 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 6);
        FloatVector a7 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 7);
        FloatVector a8 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 8);
        FloatVector a9 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 9);
        FloatVector a10 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 10);
        FloatVector a11 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 11);
        FloatVector a12 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 12);
        FloatVector a13 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 13);
        FloatVector a14 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 14);
        FloatVector a15 = FloatVector.fromArray(FLOATS, blocks, at + BLOCK * 15);
        IntVector low0 = IntVector.fromArray(ints, LOW_EIGHT, 0);
        IntVector high0 = IntVector.fromArray(ints, HIGH_EIGHT, 0);
        FloatVector b0 = low0.selectFrom(a0.reinterpretAsInts(), a8.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high0.selectFrom(a0.reinterpretAsInts(), a8.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector b1 = low0.selectFrom(a1.reinterpretAsInts(), a9.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high0.selectFrom(a1.reinterpretAsInts(), a9.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector b2 = low0.selectFrom(a2.reinterpretAsInts(), a10.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high0.selectFrom(a2.reinterpretAsInts(), a10.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector b3 = low0.selectFrom(a3.reinterpretAsInts(), a11.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high0.selectFrom(a3.reinterpretAsInts(), a11.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector b4 = low0.selectFrom(a4.reinterpretAsInts(), a12.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high0.selectFrom(a4.reinterpretAsInts(), a12.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector b5 = low0.selectFrom(a5.reinterpretAsInts(), a13.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high0.selectFrom(a5.reinterpretAsInts(), a13.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector b6 = low0.selectFrom(a6.reinterpretAsInts(), a14.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high0.selectFrom(a6.reinterpretAsInts(), a14.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector b7 = low0.selectFrom(a7.reinterpretAsInts(), a15.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high0.selectFrom(a7.reinterpretAsInts(), a15.reinterpretAsInts())
                        .reinterpretAsFloats());
        IntVector low1 = IntVector.fromArray(ints, LOW_FOUR, 0);
        IntVector high1 = IntVector.fromArray(ints, HIGH_FOUR, 0);
        FloatVector c0 = low1.selectFrom(b0.reinterpretAsInts(), b4.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high1.selectFrom(b0.reinterpretAsInts(), b4.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector c1 = low1.selectFrom(b1.reinterpretAsInts(), b5.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high1.selectFrom(b1.reinterpretAsInts(), b5.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector c2 = low1.selectFrom(b2.reinterpretAsInts(), b6.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high1.selectFrom(b2.reinterpretAsInts(), b6.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector c3 = low1.selectFrom(b3.reinterpretAsInts(), b7.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high1.selectFrom(b3.reinterpretAsInts(), b7.reinterpretAsInts())
                        .reinterpretAsFloats());
        IntVector low2 = IntVector.fromArray(ints, LOW_TWO, 0);
        IntVector high2 = IntVector.fromArray(ints, HIGH_TWO, 0);
        FloatVector d0 = low2.selectFrom(c0.reinterpretAsInts(), c2.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high2.selectFrom(c0.reinterpretAsInts(), c2.reinterpretAsInts())
                        .reinterpretAsFloats());
        FloatVector d1 = low2.selectFrom(c1.reinterpretAsInts(), c3.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high2.selectFrom(c1.reinterpretAsInts(), c3.reinterpretAsInts())
                        .reinterpretAsFloats());
        IntVector low3 = IntVector.fromArray(ints, LOW_ONE, 0);
        IntVector high3 = IntVector.fromArray(ints, HIGH_ONE, 0);
        FloatVector e0 = low3.selectFrom(d0.reinterpretAsInts(), d1.reinterpretAsInts())
                .reinterpretAsFloats()
                .add(high3.selectFrom(d0.reinterpretAsInts(), d1.reinterpretAsInts())
                        .reinterpretAsFloats());
        e0.intoArray(out, to);
    }

    /**
     * Sums eight by eight on vectors of 8 lanes. Two vectors a and b become one with the sums of a's halves and of b's: b's half is blended
     * into a, and what both left out is exchanged across and added; then so with quarters and with eighths.
     *
     * @param count eights
     */
    private static void sumEights(float[] blocks, int low, int high, int count, float[] out, int to) {
        IntVector place = IntVector.fromArray(IntVector.SPECIES_256, IN_PLACE, 0);
        IntVector halves = IntVector.fromArray(IntVector.SPECIES_256, ACROSS_HALVES, 0);
        IntVector quarters = IntVector.fromArray(IntVector.SPECIES_256, ACROSS_QUARTERS, 0);
        IntVector eighths = IntVector.fromArray(IntVector.SPECIES_256, ACROSS_EIGHTHS, 0);
        VectorMask<Float> upperHalves =
                halves.compare(VectorOperators.LT, place).cast(FLOATS);
        VectorMask<Float> upperQuarters =
                quarters.compare(VectorOperators.LT, place).cast(FLOATS);
        VectorMask<Float> upperEighths =
                eighths.compare(VectorOperators.LT, place).cast(FLOATS);
        for (int i = 0; i < 8 * count; i += 8) {
            int p = low + i * WIDTH;
            int q = high + i * WIDTH;
            FloatVector a0 = FloatVector.fromArray(FLOATS, blocks, p).add(FloatVector.fromArray(FLOATS, blocks, q));
            FloatVector a1 = FloatVector.fromArray(FLOATS, blocks, p + WIDTH * 1)
                    .add(FloatVector.fromArray(FLOATS, blocks, q + WIDTH * 1));
            FloatVector a2 = FloatVector.fromArray(FLOATS, blocks, p + WIDTH * 2)
                    .add(FloatVector.fromArray(FLOATS, blocks, q + WIDTH * 2));
            FloatVector a3 = FloatVector.fromArray(FLOATS, blocks, p + WIDTH * 3)
                    .add(FloatVector.fromArray(FLOATS, blocks, q + WIDTH * 3));
            FloatVector a4 = FloatVector.fromArray(FLOATS, blocks, p + WIDTH * 4)
                    .add(FloatVector.fromArray(FLOATS, blocks, q + WIDTH * 4));
            FloatVector a5 = FloatVector.fromArray(FLOATS, blocks, p + WIDTH * 5)
                    .add(FloatVector.fromArray(FLOATS, blocks, q + WIDTH * 5));
            FloatVector a6 = FloatVector.fromArray(FLOATS, blocks, p + WIDTH * 6)
                    .add(FloatVector.fromArray(FLOATS, blocks, q + WIDTH * 6));
            FloatVector a7 = FloatVector.fromArray(FLOATS, blocks, p + WIDTH * 7)
                    .add(FloatVector.fromArray(FLOATS, blocks, q + WIDTH * 7));
            FloatVector b0 = halves.selectFrom(a4.blend(a0, upperHalves).reinterpretAsInts())
                    .reinterpretAsFloats()
                    .add(a0.blend(a4, upperHalves));
            FloatVector b1 = halves.selectFrom(a5.blend(a1, upperHalves).reinterpretAsInts())
                    .reinterpretAsFloats()
                    .add(a1.blend(a5, upperHalves));
            FloatVector b2 = halves.selectFrom(a6.blend(a2, upperHalves).reinterpretAsInts())
                    .reinterpretAsFloats()
                    .add(a2.blend(a6, upperHalves));
            FloatVector b3 = halves.selectFrom(a7.blend(a3, upperHalves).reinterpretAsInts())
                    .reinterpretAsFloats()
                    .add(a3.blend(a7, upperHalves));
            FloatVector c0 = quarters.selectFrom(b2.blend(b0, upperQuarters).reinterpretAsInts())
                    .reinterpretAsFloats()
                    .add(b0.blend(b2, upperQuarters));
            FloatVector c1 = quarters.selectFrom(b3.blend(b1, upperQuarters).reinterpretAsInts())
                    .reinterpretAsFloats()
                    .add(b1.blend(b3, upperQuarters));
            FloatVector d0 = eighths.selectFrom(c1.blend(c0, upperEighths).reinterpretAsInts())
                    .reinterpretAsFloats()
                    .add(c0.blend(c1, upperEighths));
            d0.intoArray(out, to + i);
        }
    }
}
