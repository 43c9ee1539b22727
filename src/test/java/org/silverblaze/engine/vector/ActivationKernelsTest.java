package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silverblaze.network.ActivationKind;

/** The errors that {@link ActivationKernels} states, over a dense set of arguments. */
final class ActivationKernelsTest {
    private static final int N = 16 * 1500;

    /** Half the arguments evenly from -16 to 16, half evenly in the logarithm from 1e-8 to 100, both signs. */
    private static float[] arguments() {
        float[] x = new float[N];
        for (int i = 0; i < N / 2; i++) {
            x[i] = -16f + 32f * i / (N / 2);
            double size = StrictMath.pow(10, -8 + 10.0 * i / (N / 2));
            x[N / 2 + i] = (float) (i % 2 == 0 ? size : -size);
        }
        return x;
    }

    private static float[] applied(ActivationKind kind) {
        float[] out = new float[N];
        ActivationKernels.forward(kind, arguments(), out, 0, N);
        return out;
    }

    private static float[] derivatives(ActivationKind kind) {
        float[] value = ActivationKernels.derivativeFromOutput(kind) ? applied(kind) : arguments();
        float[] gradient = new float[N];
        java.util.Arrays.fill(gradient, 1f);
        ActivationKernels.backward(kind, value, gradient, 0, N);
        return gradient;
    }

    /**
     * Phi(-a) = phi(a) times the continued fraction 1/(a + 1/(a + 2/(a + ...))) for a above 2, else 1/2 - phi(a) (a + a^3/3 +
     * a^5/15 + ...): both to float64.
     */
    private static double tail(double a) {
        double density = StrictMath.exp(-a * a / 2) / StrictMath.sqrt(2 * Math.PI);
        if (a > 2) {
            double fraction = a;
            for (int k = 200; k >= 1; k--) {
                fraction = a + k / fraction;
            }
            return density / fraction;
        }
        double term = a;
        double sum = a;
        for (int k = 1; k < 60; k++) {
            term *= a * a / (2 * k + 1);
            sum += term;
        }
        return 0.5 - density * sum;
    }

    @Test
    void theTailOfThisTestIsRight() {
        // scipy.stats.norm.sf(1), sf(2.5), sf(6): Abramowitz and Stegun, table 26.1
        assertThat(tail(1)).isCloseTo(0.158655253931457, org.assertj.core.data.Offset.offset(1e-14));
        assertThat(tail(2.5)).isCloseTo(0.006209665325776, org.assertj.core.data.Offset.offset(1e-14));
        assertThat(tail(6) * 1e10).isCloseTo(9.865876, org.assertj.core.data.Offset.offset(1e-5));
    }

    @Test
    void tanhIsWithinItsStatedError() {
        float[] x = arguments();
        float[] y = applied(ActivationKind.TANH);
        float[] slope = derivatives(ActivationKind.TANH);
        for (int i = 0; i < N; i++) {
            double exact = StrictMath.tanh(x[i]);
            assertThat(Math.abs(y[i] - exact)).as("tanh(%s)", x[i]).isLessThanOrEqualTo(3e-7 * Math.abs(exact));
            assertThat(Math.abs(slope[i] - (1 - exact * exact)))
                    .as("tanh'(%s)", x[i])
                    .isLessThanOrEqualTo(1e-6);
        }
    }

    @Test
    void geluIsWithinItsStatedError() {
        float[] x = arguments();
        float[] y = applied(ActivationKind.GELU);
        float[] slope = derivatives(ActivationKind.GELU);
        for (int i = 0; i < N; i++) {
            double a = Math.abs((double) x[i]);
            double q = tail(a);
            double exact = x[i] < 0 ? -a * q : a - a * q;
            double bound = 5e-7 * Math.abs(exact) + 6e-8 * a * a * a * q + 1e-37;
            assertThat(Math.abs(y[i] - exact)).as("gelu(%s)", x[i]).isLessThanOrEqualTo(bound);
            double density = StrictMath.exp(-a * a / 2) / StrictMath.sqrt(2 * Math.PI);
            double derivative = x[i] < 0 ? q - a * density : 1 - q + a * density;
            assertThat(Math.abs(slope[i] - derivative)).as("gelu'(%s)", x[i]).isLessThanOrEqualTo(1e-6);
        }
    }

    @Test
    void hingesAreExact() {
        float[] x = arguments();
        float[] relu = applied(ActivationKind.RELU);
        float[] leaky = applied(ActivationKind.LEAKY_RELU);
        float[] reluSlope = derivatives(ActivationKind.RELU);
        float[] leakySlope = derivatives(ActivationKind.LEAKY_RELU);
        for (int i = 0; i < N; i++) {
            assertThat(relu[i]).isEqualTo(Math.max(x[i], 0f));
            assertThat(leaky[i]).isEqualTo(x[i] > 0 ? x[i] : 0.01f * x[i]);
            assertThat(reluSlope[i]).isEqualTo(x[i] > 0 ? 1f : 0f);
            assertThat(leakySlope[i]).isEqualTo(x[i] > 0 ? 1f : 0.01f);
        }
    }

    /** Site by site to a result in another layout, as {@link PooledGradient} does it, is the same to the bit. */
    @Test
    void oneSiteIsTheSame() {
        int channels = N / Lanes.BLOCK;
        int step = Lanes.WIDTH + 1;
        for (ActivationKind kind : ActivationKind.values()) {
            float[] value = ActivationKernels.derivativeFromOutput(kind) ? applied(kind) : arguments();
            float[] gradient = arguments();
            float[] expected = gradient.clone();
            ActivationKernels.backward(kind, value, expected, 0, N);
            for (int lane = 0; lane < Lanes.BLOCK; lane += Lanes.WIDTH) {
                float[] result = new float[channels * step];
                ActivationKernels.backward(kind, value, lane, gradient, lane, result, 0, step, channels);
                for (int i = 0; i < channels * Lanes.WIDTH; i++) {
                    int c = i / Lanes.WIDTH;
                    int k = i % Lanes.WIDTH;
                    assertThat(result[c * step + k])
                            .as("%s, channel %d, lane %d", kind, c, lane + k)
                            .isEqualTo(expected[c * Lanes.BLOCK + lane + k]);
                }
            }
        }
    }

    @Test
    void endsAreWhatTheLimitsSay() {
        float[] in = new float[16];
        in[0] = Float.MAX_VALUE;
        in[1] = -Float.MAX_VALUE;
        in[2] = Float.NaN;
        float[] out = new float[16];
        ActivationKernels.forward(ActivationKind.TANH, in, out, 0, 16);
        assertThat(out[0]).isEqualTo(1f);
        assertThat(out[1]).isEqualTo(-1f);
        assertThat(out[2]).isNaN();
        ActivationKernels.forward(ActivationKind.GELU, in, out, 0, 16);
        assertThat(out[0]).isEqualTo(Float.MAX_VALUE);
        assertThat(Math.abs(out[1])).isLessThan(1e-30f);
        assertThat(out[2]).isNaN();
        for (ActivationKind kind : new ActivationKind[] {ActivationKind.RELU, ActivationKind.LEAKY_RELU}) {
            ActivationKernels.forward(kind, in, out, 0, 16);
            assertThat(out[2]).as("%s of NaN", kind).isNaN();
        }
    }
}
