package org.silverblaze.engine.reference;

/** The standard normal distribution to double accuracy, in the tails relative to the value. */
final class NormalDistribution {
    private static final double SQRT_PI = StrictMath.sqrt(StrictMath.PI);
    private static final double SQRT_TWO = StrictMath.sqrt(2);
    private static final double SQRT_TWO_PI = StrictMath.sqrt(2 * StrictMath.PI);
    /** Below it 1 - erf loses no digit that matters; above it the continued fraction converges. */
    private static final double SERIES_BELOW = 1;

    /** At x = 1 so many leave a relative error of 5e-17, further out less. */
    private static final int FRACTION_TERMS = 200;

    private NormalDistribution() {}

    /** Phi(x) = erfc(-x / sqrt 2) / 2: the probability below x. */
    static double below(double x) {
        return erfc(-x / SQRT_TWO) / 2;
    }

    /** The density exp(-x^2 / 2) / sqrt(2 pi). */
    static double density(double x) {
        return expOfMinusSquare(x / SQRT_TWO) / SQRT_TWO_PI;
    }

    /** Complementary error function 1 - erf(x) (Abramowitz and Stegun 7.1.2). */
    static double erfc(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        if (Math.abs(x) < SERIES_BELOW) {
            return 1 - erfSeries(x);
        }
        return x > 0 ? erfcFraction(x) : 2 - erfcFraction(-x);
    }

    /** 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (1 3 5 ... (2n+1)) (7.1.6): all terms of one sign. */
    private static double erfSeries(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > Math.ulp(sum) / 4; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / SQRT_PI * expOfMinusSquare(x) * sum;
    }

    /** exp(-x^2)/sqrt(pi) / (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...)))) (7.1.14), evaluated from the inside. */
    private static double erfcFraction(double x) {
        double fraction = x;
        for (int n = FRACTION_TERMS; n >= 1; n--) {
            fraction = x + n / 2.0 / fraction;
        }
        return expOfMinusSquare(x) / SQRT_PI / fraction;
    }

    /** exp(-x^2) without the rounding error of x^2, which the exponential would multiply by x^2. */
    private static double expOfMinusSquare(double x) {
        if (Math.abs(x) > 40) {
            return 0;
        }
        double head = (float) x;
        double rest = x - head;
        return StrictMath.exp(-head * head) * StrictMath.exp(-rest * (x + head));
    }
}
