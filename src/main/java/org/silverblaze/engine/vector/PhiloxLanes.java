package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.LONGS;
import static org.silverblaze.engine.vector.WormLanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import org.silverblaze.random.Philox;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Uniform;

/**
 * Philox4x32-10 for consecutive chains in the lanes: the words of {@link StreamKey#block} of chain firstChain + lane. Even and
 * odd lanes are computed in two vectors of 64-bit lanes, which hold the 64-bit products.
 */
final class PhiloxLanes {
    private static final long LOW = 0xFFFFFFFFL;

    private PhiloxLanes() {}

    /**
     * Words of draws {@code draw .. draw + draws - 1}, row 4 i + w being word w of draw i: as int bits to {@code bits}, or where
     * that is null as uniform floats to {@code uniforms}, {@code [row][lane]}.
     */
    static void fill(
            StreamKey key, int firstChain, Purpose purpose, long draw, int draws, int[] bits, float[] uniforms) {
        LongVector lane = LongVector.broadcast(LONGS, 0).addIndex(2);
        LongVector evenChain = lane.add(firstChain & LOW).and(LOW);
        LongVector oddChain = lane.add((firstChain & LOW) + 1).and(LOW);
        LongVector m0 = LongVector.broadcast(LONGS, Philox.MULTIPLIER_0 & LOW);
        LongVector m1 = LongVector.broadcast(LONGS, Philox.MULTIPLIER_1 & LOW);
        LongVector evenProduct = evenChain.mul(m1);
        LongVector oddProduct = oddChain.mul(m1);
        LongVector evenHigh = evenProduct.lanewise(VectorOperators.LSHR, 32);
        LongVector oddHigh = oddProduct.lanewise(VectorOperators.LSHR, 32);
        for (int i = 0; i < draws; i++) {
            // In the first two rounds two of the four words of the counter are the same in all lanes.
            long counter = draw + i;
            int k0 = key.low();
            int k1 = key.high();
            long first0 = (Philox.MULTIPLIER_0 & LOW) * (counter & LOW);
            long word2 = first0 >>> 32 ^ purpose.code() ^ k1 & LOW;
            LongVector e0 = evenHigh.lanewise(VectorOperators.XOR, counter >>> 32 ^ k0 & LOW);
            LongVector o0 = oddHigh.lanewise(VectorOperators.XOR, counter >>> 32 ^ k0 & LOW);
            k0 += Philox.WEYL_0;
            k1 += Philox.WEYL_1;
            long second1 = (Philox.MULTIPLIER_1 & LOW) * word2;
            LongVector e3 = e0.and(LOW).mul(m0);
            LongVector o3 = o0.and(LOW).mul(m0);
            e0 = evenProduct.lanewise(VectorOperators.XOR, second1 >>> 32 ^ k0 & LOW);
            o0 = oddProduct.lanewise(VectorOperators.XOR, second1 >>> 32 ^ k0 & LOW);
            LongVector e2 =
                    e3.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, first0 & LOW ^ k1 & LOW);
            LongVector o2 =
                    o3.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, first0 & LOW ^ k1 & LOW);
            LongVector e1 = LongVector.broadcast(LONGS, second1 & LOW);
            LongVector o1 = e1;
            k0 += Philox.WEYL_0;
            k1 += Philox.WEYL_1;
            for (int round = 2; round < Philox.ROUNDS; round++) {
                LongVector ep0 = e0.and(LOW).mul(m0);
                LongVector ep1 = e2.and(LOW).mul(m1);
                LongVector op0 = o0.and(LOW).mul(m0);
                LongVector op1 = o2.and(LOW).mul(m1);
                e0 = ep1.lanewise(VectorOperators.LSHR, 32)
                        .lanewise(VectorOperators.XOR, e1)
                        .lanewise(VectorOperators.XOR, k0 & LOW);
                o0 = op1.lanewise(VectorOperators.LSHR, 32)
                        .lanewise(VectorOperators.XOR, o1)
                        .lanewise(VectorOperators.XOR, k0 & LOW);
                e2 = ep0.lanewise(VectorOperators.LSHR, 32)
                        .lanewise(VectorOperators.XOR, e3)
                        .lanewise(VectorOperators.XOR, k1 & LOW);
                o2 = op0.lanewise(VectorOperators.LSHR, 32)
                        .lanewise(VectorOperators.XOR, o3)
                        .lanewise(VectorOperators.XOR, k1 & LOW);
                e1 = ep1;
                o1 = op1;
                e3 = ep0;
                o3 = op0;
                k0 += Philox.WEYL_0;
                k1 += Philox.WEYL_1;
            }
            IntVector w0 = e0.and(LOW).or(o0.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
            IntVector w1 = e1.and(LOW).or(o1.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
            IntVector w2 = e2.and(LOW).or(o2.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
            IntVector w3 = e3.and(LOW).or(o3.lanewise(VectorOperators.LSHL, 32)).reinterpretAsInts();
            int at = i * Philox.WORDS * WIDTH;
            if (bits != null) {
                w0.intoArray(bits, at);
                w1.intoArray(bits, at + WIDTH);
                w2.intoArray(bits, at + 2 * WIDTH);
                w3.intoArray(bits, at + 3 * WIDTH);
            } else {
                ((FloatVector) w0.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                        .mul(Uniform.STEP)
                        .intoArray(uniforms, at);
                ((FloatVector) w1.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                        .mul(Uniform.STEP)
                        .intoArray(uniforms, at + WIDTH);
                ((FloatVector) w2.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                        .mul(Uniform.STEP)
                        .intoArray(uniforms, at + 2 * WIDTH);
                ((FloatVector) w3.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                        .mul(Uniform.STEP)
                        .intoArray(uniforms, at + 3 * WIDTH);
            }
        }
    }
}
