package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;
import static org.silverblaze.engine.vector.WormLanes.INTS;
import static org.silverblaze.engine.vector.WormLanes.WIDTH;

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
    private ThreefryLanes() {}

    /**
     * Words of draws {@code draw .. draw + draws - 1}, row 4 i + w being word w of draw i: as int bits to {@code bits}, or where
     * that is null as uniform floats to {@code uniforms}, {@code [row][lane]}.
     */
    static void fill(
            StreamKey key, int firstChain, Purpose purpose, long draw, int draws, int[] bits, float[] uniforms) {
        for (int first = 0; first < CHAINS; first += WIDTH) {
            fill(key, firstChain, first, purpose, draw, draws, bits, uniforms);
        }
    }

    /** Lanes {@code first .. first + WIDTH - 1} of the rows. */
    private static void fill(
            StreamKey key,
            int firstChain,
            int first,
            Purpose purpose,
            long draw,
            int draws,
            int[] bits,
            float[] uniforms) {
        IntVector chain = IntVector.broadcast(INTS, firstChain + first).addIndex(1);
        IntVector code = IntVector.broadcast(INTS, purpose.code());
        IntVector k0 = IntVector.broadcast(INTS, key.low());
        IntVector k1 = IntVector.broadcast(INTS, key.high());
        IntVector k2 = IntVector.broadcast(INTS, 0);
        IntVector k3 = IntVector.broadcast(INTS, 0);
        IntVector k4 = IntVector.broadcast(INTS, Threefry.PARITY ^ key.low() ^ key.high());
        for (int i = 0; i < draws; i++) {
            IntVector x0 = k0.add((int) (draw + i));
            IntVector x1 = k1.add((int) (draw + i >>> 32));
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
            x1 = x1.add(k2);
            x2 = x2.add(k3);
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
            x0 = x0.add(k2);
            x1 = x1.add(k3);
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
            x0 = x0.add(k3);
            x1 = x1.add(k4);
            x2 = x2.add(k0);
            x3 = x3.add(k1.add(3));
            x0 = x0.add(x1);
            x1 = x1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, x0);
            x2 = x2.add(x3);
            x3 = x3.lanewise(VectorOperators.ROL, 20).lanewise(VectorOperators.XOR, x2);
            int at = i * Threefry.WORDS * CHAINS + first;
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
