package org.silverblaze.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silverblaze.random.Uniform;

/** The float32 functions of the phi representation against float64. */
final class FieldMathTest {
    @Test
    void exponentialIsTheLogarithmToFloatPrecision() {
        double worst = 0;
        int worstBits = 0;
        for (long word = 0; word < 1L << 32; word += 256 * 7) { // every 7th of the 2^24 numbers
            double exact = -StrictMath.log1p(-(double) Uniform.toFloat((int) word));
            float value = FieldMath.exponential((int) word);
            double error = exact == 0 ? Math.abs(value) : Math.abs(value - exact) / exact;
            if (error > worst) {
                worst = error;
                worstBits = (int) word;
            }
        }
        assertThat(worst).as("relative error, worst at bits %x", worstBits).isLessThan(2e-7);
        assertThat(FieldMath.exponential(0)).as("u = 0").isEqualTo(0.0f);
        assertThat(FieldMath.exponential(-1)).as("the largest u, 1 - 2^-24").isEqualTo((float)
                (24 * StrictMath.log(2)));
    }

    @Test
    void normalHasTheLengthAndTheDirectionOfItsBits() {
        float[] out = new float[2];
        for (int length : new int[] {0, 0x00000100, 0x12345678, 0x7FFFFFFF, 0xC0000000, 0xFFFFFFFF}) {
            double r = Math.sqrt(-StrictMath.log1p(-(double) Uniform.toFloat(length)));
            for (long word = 0; word < 1L << 32; word += 256 * 10007 + 1) { // the +1 goes through all low bits
                int bits = (int) word;
                double angle = (Uniform.toFloat(bits) - 0.5) * Math.PI / 2;
                double x = StrictMath.cos(angle);
                double y = StrictMath.sin(angle);
                double sign = (bits & 2) != 0 ? -r : r;
                FieldMath.normal(length, bits, out);
                assertThat(Math.abs(out[0] - sign * ((bits & 1) != 0 ? y : x))).isLessThanOrEqualTo(3e-7 * r);
                assertThat(Math.abs(out[1] - sign * ((bits & 1) != 0 ? x : y))).isLessThanOrEqualTo(3e-7 * r);
            }
        }
    }

    /** All 2^24 lengths and directions once each: moments of the numbers as they are, not as they are drawn. */
    @Test
    void momentsOfAllNumbersAreThoseOfTheNormalDistribution() {
        double mean = 0;
        double square = 0;
        double fourth = 0;
        double cos2 = 0;
        double xy = 0;
        float[] out = new float[2];
        int count = 1 << 22;
        for (int i = 0; i < count; i++) {
            double e = FieldMath.exponential(i << 10);
            mean += e;
            square += e * e;
            // a fixed length; direction bits in all four quarters
            FieldMath.normal(0x80000000, i << 10 | i & 3, out);
            cos2 += out[0] * (double) out[0] - out[1] * (double) out[1];
            xy += out[0] * (double) out[1];
            fourth += Math.pow(out[0], 4);
        }
        double n = count;
        // E[-ln v] over v = k/N is 1 - ln(2 pi N)/(2N): 2e-6 for this count; the second moment falls by as much times
        // ln N.
        assertThat(mean / n).isBetween(1 - 4e-6, 1 + 1e-7);
        assertThat(square / n).isBetween(2 - 1e-4, 2 + 1e-6);
        double r2 = StrictMath.log(2);
        assertThat(cos2 / n / r2).isBetween(-1e-6, 1e-6);
        assertThat(xy / n / r2).isBetween(-1e-6, 1e-6);
        assertThat(fourth / n / (r2 * r2)).isBetween(0.375 - 1e-6, 0.375 + 1e-6); // mean of cos^4
    }
}
