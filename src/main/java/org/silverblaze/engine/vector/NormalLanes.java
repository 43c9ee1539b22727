package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.FLOATS;
import static org.silverblaze.engine.vector.WormLanes.INTS;
import static org.silverblaze.engine.vector.WormLanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.silverblaze.engine.FieldMath;
import org.silverblaze.random.Uniform;

/** {@link FieldMath} for consecutive chains in the lanes, operation for operation. */
final class NormalLanes {
    private NormalLanes() {}

    /**
     * Turns the words of {@code sites} sites, rows 3i, 3i+1, 3i+2 of {@code bits [row][lane]}, into the same rows of {@code out}: a
     * complex normal number (two rows) and an exponential one. One method on purpose: see {@link LaneWorm}.
     */
    static void fill(int[] bits, float[] out, int sites) {
        for (int at = 0; at < 3 * WIDTH * sites; at += 3 * WIDTH) {
            IntVector w0 = IntVector.fromArray(INTS, bits, at);
            IntVector w1 = IntVector.fromArray(INTS, bits, at + WIDTH);
            IntVector w2 = IntVector.fromArray(INTS, bits, at + 2 * WIDTH);
            FloatVector one = FloatVector.broadcast(FLOATS, 1);

            // The two exponentials side by side: neither waits for the other.
            IntVector va = one.sub(
                            ((FloatVector) w0.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                                    .mul(Uniform.STEP))
                    .reinterpretAsInts();
            IntVector vb = one.sub(
                            ((FloatVector) w2.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                                    .mul(Uniform.STEP))
                    .reinterpretAsInts();
            IntVector ia = va.sub(FieldMath.ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, FieldMath.MANTISSA_BITS);
            IntVector ib = vb.sub(FieldMath.ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, FieldMath.MANTISSA_BITS);
            FloatVector xa = va.sub(ia.lanewise(VectorOperators.LSHL, FieldMath.MANTISSA_BITS))
                    .reinterpretAsFloats()
                    .sub(one);
            FloatVector xb = vb.sub(ib.lanewise(VectorOperators.LSHL, FieldMath.MANTISSA_BITS))
                    .reinterpretAsFloats()
                    .sub(one);
            FloatVector ea = (FloatVector) ia.convert(VectorOperators.I2F, 0);
            FloatVector eb = (FloatVector) ib.convert(VectorOperators.I2F, 0);
            FloatVector za = xa.mul(xa);
            FloatVector zb = xb.mul(xb);
            FloatVector pa = xa.mul(FieldMath.LOG_8).add(FieldMath.LOG_7);
            FloatVector pb = xb.mul(FieldMath.LOG_8).add(FieldMath.LOG_7);
            pa = pa.mul(xa).add(FieldMath.LOG_6);
            pb = pb.mul(xb).add(FieldMath.LOG_6);
            pa = pa.mul(xa).add(FieldMath.LOG_5);
            pb = pb.mul(xb).add(FieldMath.LOG_5);
            pa = pa.mul(xa).add(FieldMath.LOG_4);
            pb = pb.mul(xb).add(FieldMath.LOG_4);
            pa = pa.mul(xa).add(FieldMath.LOG_3);
            pb = pb.mul(xb).add(FieldMath.LOG_3);
            pa = pa.mul(xa).add(FieldMath.LOG_2);
            pb = pb.mul(xb).add(FieldMath.LOG_2);
            pa = pa.mul(xa).add(FieldMath.LOG_1);
            pb = pb.mul(xb).add(FieldMath.LOG_1);
            pa = pa.mul(xa).add(FieldMath.LOG_0);
            pb = pb.mul(xb).add(FieldMath.LOG_0);
            FloatVector ya = pa.mul(xa.mul(za)).add(ea.mul(FieldMath.LN2_LOW)).sub(za.mul(0.5f));
            FloatVector yb = pb.mul(xb.mul(zb)).add(eb.mul(FieldMath.LN2_LOW)).sub(zb.mul(0.5f));
            FloatVector zero = FloatVector.zero(FLOATS);
            FloatVector first = zero.sub(xa.add(ya).add(ea.mul(FieldMath.LN2_HIGH)));
            FloatVector second = zero.sub(xb.add(yb).add(eb.mul(FieldMath.LN2_HIGH)));

            FloatVector length = first.lanewise(VectorOperators.SQRT)
                    .reinterpretAsInts()
                    .lanewise(
                            VectorOperators.XOR,
                            w1.and(FieldMath.SIGN_BIT).lanewise(VectorOperators.LSHL, FieldMath.SIGN_SHIFT))
                    .reinterpretAsFloats();
            FloatVector angle = ((FloatVector)
                            w1.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
                    .mul(Uniform.STEP)
                    .sub(0.5f)
                    .mul(FieldMath.HALF_PI);
            FloatVector z = angle.mul(angle);
            FloatVector s = z.mul(FieldMath.SIN_2).add(FieldMath.SIN_1);
            s = s.mul(z).add(FieldMath.SIN_0);
            FloatVector sin = s.mul(z.mul(angle)).add(angle);
            FloatVector c = z.mul(FieldMath.COS_2).add(FieldMath.COS_1);
            c = c.mul(z).add(FieldMath.COS_0);
            FloatVector cos = c.mul(z.mul(z)).add(one.sub(z.mul(0.5f)));
            VectorMask<Float> swap =
                    w1.and(FieldMath.SWAP_BIT).compare(VectorOperators.NE, 0).cast(FLOATS);
            length.mul(cos.blend(sin, swap)).intoArray(out, at);
            length.mul(sin.blend(cos, swap)).intoArray(out, at + WIDTH);
            second.intoArray(out, at + 2 * WIDTH);
        }
    }
}
