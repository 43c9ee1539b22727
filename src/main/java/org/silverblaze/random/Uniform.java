package org.silverblaze.random;

/** The one map from random bits to numbers that all engines use. */
public final class Uniform {
    /** 2^-24: float has 24 significant bits, so every multiple of it in [0, 1) is exact. */
    public static final float STEP = 0x1.0p-24f;

    private Uniform() {}

    /** Upper 24 of the 32 bits as a float in [0, 1). */
    public static float toFloat(int bits) {
        return (bits >>> 8) * STEP;
    }

    /** Integer in [0, bound): the high word of bits times bound. Relative bias at most bound / 2^32. */
    public static int below(int bits, int bound) {
        return (int) (((bits & 0xFFFFFFFFL) * bound) >>> 32);
    }
}
