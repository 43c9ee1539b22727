package org.silverblaze.engine;

import org.silverblaze.random.Uniform;

/**
 * The functions of the phi representation in float32: products, sums, square roots and integer operations in the one order that is
 * written here, so that every engine computes the same bits (Java contracts nothing to FMA; square root and quotient are rounded
 * correctly everywhere). Library functions would differ from machine to machine.
 *
 * <p>The polynomials are those of the Cephes library (S. Moshier): logf, sinf and cosf.
 */
public final class FieldMath {
    /** Bits of sqrt(1/2), rounded down: the mantissa of the logarithm lies in [sqrt(1/2), sqrt(2)). */
    public static final int ROOT_HALF_BITS = 0x3F3504F3;

    public static final int MANTISSA_BITS = 23;
    /** ln 2 in two parts; products of the first with exponents are exact. */
    public static final float LN2_HIGH = 0.693359375f;

    public static final float LN2_LOW = -2.12194440e-4f;

    public static final float LOG_8 = 7.0376836292e-2f;
    public static final float LOG_7 = -1.1514610310e-1f;
    public static final float LOG_6 = 1.1676998740e-1f;
    public static final float LOG_5 = -1.2420140846e-1f;
    public static final float LOG_4 = 1.4249322787e-1f;
    public static final float LOG_3 = -1.6668057665e-1f;
    public static final float LOG_2 = 2.0000714765e-1f;
    public static final float LOG_1 = -2.4999993993e-1f;
    public static final float LOG_0 = 3.3333331174e-1f;

    public static final float HALF_PI = 1.57079632679f;
    public static final float SIN_2 = -1.9515295891e-4f;
    public static final float SIN_1 = 8.3321608736e-3f;
    public static final float SIN_0 = -1.6666654611e-1f;
    public static final float COS_2 = 2.443315711809948e-5f;
    public static final float COS_1 = -1.388731625493765e-3f;
    public static final float COS_0 = 4.166664568298827e-2f;

    /** Bit of the direction's word that swaps the components. */
    public static final int SWAP_BIT = 1;
    /** Bit of the direction's word that turns the number round, and its way to the sign bit of a float. */
    public static final int SIGN_BIT = 2;

    public static final int SIGN_SHIFT = 30;

    private FieldMath() {}

    /**
     * Exponentially distributed number -ln(1 - u) of 32 random bits, in [0, 16.7]; u = {@link Uniform#toFloat}. Relative error at most
     * 2e-7.
     */
    public static float exponential(int bits) {
        int v = Float.floatToRawIntBits(1 - Uniform.toFloat(bits));
        int exponent = (v - ROOT_HALF_BITS) >> MANTISSA_BITS;
        float x = Float.intBitsToFloat(v - (exponent << MANTISSA_BITS)) - 1;
        float z = x * x;
        float p = LOG_8;
        p = p * x + LOG_7;
        p = p * x + LOG_6;
        p = p * x + LOG_5;
        p = p * x + LOG_4;
        p = p * x + LOG_3;
        p = p * x + LOG_2;
        p = p * x + LOG_1;
        p = p * x + LOG_0;
        float y = p * (x * z) + exponent * LN2_LOW;
        y = y - 0.5f * z;
        return 0 - ((x + y) + exponent * LN2_HIGH);
    }

    /**
     * Complex normal number g of density exp(-|g|^2)/pi from the bits of its length and of its direction: an angle in one quarter of
     * the circle from the upper 24 bits, which quarter from the two lowest. Components to {@code out[0..1]}.
     */
    public static void normal(int lengthBits, int directionBits, float[] out) {
        float length = (float) Math.sqrt(exponential(lengthBits));
        length = Float.intBitsToFloat(Float.floatToRawIntBits(length) ^ ((directionBits & SIGN_BIT) << SIGN_SHIFT));
        float angle = (Uniform.toFloat(directionBits) - 0.5f) * HALF_PI;
        float z = angle * angle;
        float s = SIN_2;
        s = s * z + SIN_1;
        s = s * z + SIN_0;
        float sin = s * (z * angle) + angle;
        float c = COS_2;
        c = c * z + COS_1;
        c = c * z + COS_0;
        float cos = c * (z * z) + (1 - 0.5f * z);
        boolean swap = (directionBits & SWAP_BIT) != 0;
        out[0] = length * (swap ? sin : cos);
        out[1] = length * (swap ? cos : sin);
    }
}
