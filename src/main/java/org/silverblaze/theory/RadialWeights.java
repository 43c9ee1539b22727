package org.silverblaze.theory;

import org.silverblaze.BadInput;

/**
 * The radial weights W(f) = int_0^inf dr r^{f+1} exp(-eta r^2 - lambda r^4) of the flux representation (PHYSICS.md section
 * 1, arXiv:1206.2954) and their ratios, tabulated once per coupling in float64.
 *
 * <p>With s = r^2 = e^u and a = f/2 + 1 the integral is (1/2) int du exp(a u - eta s - lambda s^2): one maximum s*, analytic
 * in the strip |Im u| < pi/4, so the trapezoidal rule converges exponentially. Measured from the maximum, v = u - ln s*, the
 * exponent is a (v - E) - lambda s*^2 E^2 with E = e^v - 1, which has no cancellation for any eta. The step obeys the bound
 * exp(c theta^2/2 - 2 pi theta/step) on the error (theta up to pi/4, c the curvature at the maximum), kept under 1e-16.
 *
 * <p>Errors: relative 1e-13 in {@link #g} and {@link #h}; absolute 1e-13 plus a few ulps in {@link #logW}. StrictMath only:
 * the same bits on every machine.
 */
public final class RadialWeights {
    private static final double LOG_2 = StrictMath.log(2);
    /** Terms this far below the largest one (in the logarithm) cannot change a float64 sum. */
    private static final double NEGLIGIBLE = -46;

    private static final double LARGEST_STEP = 0.0625;
    /** Largest step in units of the peak's width. */
    private static final double STEP_PER_WIDTH = 0.4;

    private final double eta;
    private final double lambda;
    private final double[] logW;
    private final double[] g;
    private final double[] h;
    private final double[] spread;

    private RadialWeights(double eta, double lambda, int maxF) {
        this.eta = eta;
        this.lambda = lambda;
        this.logW = new double[maxF + 1];
        this.g = new double[maxF + 1];
        this.h = new double[maxF + 1];
        this.spread = new double[maxF + 1];
        if (lambda == 0) {
            fillFree();
        } else {
            for (int f = 0; f <= maxF; f++) {
                integrate(f);
            }
        }
    }

    /**
     * Tables for 0 .. maxF.
     *
     * @param eta coefficient of |phi|^2; positive if lambda is 0, any number otherwise
     * @param lambda coefficient of |phi|^4, at least 0
     * @param maxF largest f asked for, at least 0
     */
    public static RadialWeights of(double eta, double lambda, int maxF) {
        new Couplings(eta, lambda, 0); // the same rules for eta and lambda
        if (maxF < 0) {
            throw new BadInput("largest f " + maxF + ": expected at least 0");
        }
        return new RadialWeights(eta, lambda, maxF);
    }

    public double eta() {
        return eta;
    }

    public double lambda() {
        return lambda;
    }

    /** Largest f of the tables. */
    public int maxF() {
        return logW.length - 1;
    }

    /** ln W(f), f = 0 .. maxF. */
    public double logW(int f) {
        return logW[f];
    }

    /** g(f) = W(f+2)/W(f) = mean of r^2 with weight r^{f+1} exp(-eta r^2 - lambda r^4), f = 0 .. maxF. */
    public double g(int f) {
        return g[f];
    }

    /** W(f+4)/W(f) = mean of r^4 with the same weight, f = 0 .. maxF. */
    public double h(int f) {
        return h[f];
    }

    /** W(f+4)/W(f) - g(f)^2 = variance of r^2 with the same weight, without the cancellation; f = 0 .. maxF. */
    public double variance(int f) {
        return spread[f];
    }

    /** lambda = 0: W(f) = Gamma(a) / (2 eta^a), a = f/2 + 1, by the recursion of Gamma in the logarithm. */
    private void fillFree() {
        double logEta = StrictMath.log(eta);
        // ln Gamma(1) = 0 and ln Gamma(3/2) = ln(sqrt(pi)/2), each carried with the rounding error of its sum (Kahan).
        double[] sum = {0, 0.5 * StrictMath.log(Math.PI) - LOG_2};
        double[] carry = new double[2];
        for (int f = 0; f < logW.length; f++) {
            double a = 0.5 * f + 1;
            int parity = f & 1;
            logW[f] = sum[parity] - a * logEta - LOG_2;
            g[f] = a / eta;
            h[f] = a * (a + 1) / (eta * eta);
            spread[f] = a / (eta * eta);
            double term = StrictMath.log(a) - carry[parity];
            double next = sum[parity] + term;
            carry[parity] = (next - sum[parity]) - term;
            sum[parity] = next;
        }
    }

    private void integrate(int f) {
        double a = 0.5 * f + 1;
        double root = StrictMath.sqrt(eta * eta + 8 * lambda * a);
        double top = eta > 0 ? 2 * a / (eta + root) : (root - eta) / (4 * lambda);
        double quartic = lambda * top * top;
        double curvature = a + 2 * quartic;
        double step = Math.min(STEP_PER_WIDTH / StrictMath.sqrt(curvature), LARGEST_STEP);
        double sum = 1;
        double first = 0; // sum of weight * E, E = s/s* - 1
        double second = 0; // sum of weight * E^2
        for (int side = -1; side <= 1; side += 2) {
            for (int i = 1; ; i++) {
                double v = side * i * step;
                double e = StrictMath.expm1(v);
                double exponent = a * (v - e) - quartic * e * e;
                if (exponent < NEGLIGIBLE) {
                    break;
                }
                double weight = StrictMath.exp(exponent);
                sum += weight;
                first += weight * e;
                second += weight * e * e;
            }
        }
        double mean = first / sum;
        double square = second / sum;
        logW[f] = a * StrictMath.log(top) - a + quartic + StrictMath.log(step * sum) - LOG_2;
        g[f] = top * (1 + mean);
        h[f] = top * top * (1 + 2 * mean + square);
        spread[f] = top * top * (square - mean * mean);
    }
}
