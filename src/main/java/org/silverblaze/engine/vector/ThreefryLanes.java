package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;
import static org.silverblaze.engine.vector.WormLanes.INTS;
import static org.silverblaze.engine.vector.WormLanes.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Threefry;
import org.silverblaze.random.Uniform;

/**
 * Threefry4x32-13 for 16 consecutive chains in the lanes of one vector or two: the words of {@link StreamKey#block} of chain firstChain + lane. The rounds are
 * those of {@link Threefry#block}, written out since a rotation is one instruction only where its count is a constant.
 */
final class ThreefryLanes {
    /** Values of the lower half of a counter. */
    private static final long LOWER_HALVES = 1L << 32;

    private final StreamKey key;
    private final int firstChain;
    /** Halves of the first draw of every lane. */
    private final int[] low = new int[CHAINS];

    private final int[] high = new int[CHAINS];

    ThreefryLanes(StreamKey key, int firstChain) {
        this.key = key;
        this.firstChain = firstChain;
    }

    /**
     * Words of draws {@code draw .. draw + draws - 1}, row 4 i + w being word w of draw i: as int bits to {@code bits}, or where
     * that is null as uniform floats to {@code uniforms}, {@code [row][lane]}.
     */
    void fill(Purpose purpose, long draw, int draws, int[] bits, float[] uniforms) {
        for (int from = 0, count; from < draws; from += count) {
            // The upper half of a counter is the same in a piece.
            count = (int) Math.min(draws - from, LOWER_HALVES - Integer.toUnsignedLong((int) (draw + from)));
            Arrays.fill(low, (int) (draw + from));
            Arrays.fill(high, (int) (draw + from >>> 32));
            piece(purpose, from, count, bits, uniforms);
        }
    }

    /** As the other one with bits alone and with a first draw for every lane. */
    void fill(Purpose purpose, long[] draw, int draws, int[] bits) {
        for (int from = 0, count; from < draws; from += count) {
            count = draws - from;
            for (int lane = 0; lane < CHAINS; lane++) {
                low[lane] = (int) (draw[lane] + from);
                high[lane] = (int) (draw[lane] + from >>> 32);
                count = (int) Math.min(count, LOWER_HALVES - Integer.toUnsignedLong(low[lane]));
            }
            piece(purpose, from, count, bits, null);
        }
    }

    private void piece(Purpose purpose, int from, int draws, int[] bits, float[] uniforms) {
        for (int first = 0; first < CHAINS; first += WIDTH) {
            piece(first, purpose, from, draws, bits, uniforms);
        }
    }

    /** Lanes {@code first .. first + WIDTH - 1} of the rows from draw {@code from} on. */
    private void piece(int first, Purpose purpose, int from, int draws, int[] bits, float[] uniforms) {
        IntVector chain = IntVector.broadcast(INTS, firstChain + first).addIndex(1);
        IntVector code = IntVector.broadcast(INTS, purpose.code());
        IntVector k0 = IntVector.broadcast(INTS, key.low());
        IntVector k1 = IntVector.broadcast(INTS, key.high());
        // Words 2 and 3 of the key are 0.
        IntVector k4 = IntVector.broadcast(INTS, Threefry.PARITY ^ key.low() ^ key.high());
        IntVector first0 = k0.add(IntVector.fromArray(INTS, low, first));
        IntVector first1 = k1.add(IntVector.fromArray(INTS, high, first));
        for (int i = 0; i < draws; i++) {
            IntVector x0 = first0.add(i);
            IntVector x1 = first1;
            IntVector x2 = chain;
            IntVector x3 = code;
            x0 = x0.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 10).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, x2);
            x0 = x0.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 11).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 21).lanewise(VectorOperators.XOR, x2);
            x0 = x0.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 27).lanewise(VectorOperators.XOR, x2);
            x0 = x0.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 23).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 5).lanewise(VectorOperators.XOR, x2);
            x0 = x0.add(k1);
            x3 = x3.add(k4.add(1));
            x0 = x0.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 20).lanewise(VectorOperators.XOR, x2);
            x0 = x0.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 11).lanewise(VectorOperators.XOR, x2);
            x0 = x0.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 25).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 10).lanewise(VectorOperators.XOR, x2);
            x0 = x0.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 18).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 20).lanewise(VectorOperators.XOR, x2);
            x2 = x2.add(k4);
            x3 = x3.add(k0.add(2));
            x0 = x0.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 10).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, x2);
            x0 = x0.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 11).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 21).lanewise(VectorOperators.XOR, x2);
            x0 = x0.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 27).lanewise(VectorOperators.XOR, x2);
            x0 = x0.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 23).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 5).lanewise(VectorOperators.XOR, x2);
            x1 = x1.add(k4);
            x2 = x2.add(k0);
            x3 = x3.add(k1.add(3));
            x0 = x0.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 20).lanewise(VectorOperators.XOR, x2);
            int at = (from + i) * Threefry.WORDS * CHAINS + first;
            if (bits != null) {
                x0.intoArray(bits, at);
                x1.intoArray(bits, at + CHAINS);
                x2.intoArray(bits, at + 2 * CHAINS);
                x3.intoArray(bits, at + 3 * CHAINS);
            } else {
                ((FloatVector) x0.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                        .mul(Uniform.STEP)
                        .intoArray(uniforms, at);
                ((FloatVector) x1.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                        .mul(Uniform.STEP)
                        .intoArray(uniforms, at + CHAINS);
                ((FloatVector) x2.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                        .mul(Uniform.STEP)
                        .intoArray(uniforms, at + 2 * CHAINS);
                ((FloatVector) x3.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                        .mul(Uniform.STEP)
                        .intoArray(uniforms, at + 3 * CHAINS);
            }
        }
    }
}
