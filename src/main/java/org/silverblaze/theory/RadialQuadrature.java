package org.silverblaze.theory;

/**
 * Gauss quadrature in s = r^2 for the weight (1/2) exp(-eta s - lambda s^2) ds on s > 0: exact for polynomials of s up to
 * degree 2 nodes - 1, so W(f) is exact for even f up to 4 nodes - 2. The recursion coefficients come from Lanczos on the
 * trapezoidal rule in ln s ({@link RadialWeights}).
 *
 * @param s nodes, rising
 * @param logWeight logarithms of the weights
 */
record RadialQuadrature(double[] s, double[] logWeight) {
    static RadialQuadrature of(double eta, double lambda, int nodes) {
        // The grid has to carry s^a, a from 1 to about 2 nodes: fine enough and wide enough for the extremes.
        double highest = 2.0 * nodes + 1;
        double topHigh = top(eta, lambda, highest);
        double topLow = top(eta, lambda, 1);
        double step = Math.min(0.05, 0.4 / StrictMath.sqrt(highest + 2 * lambda * topHigh * topHigh));
        double from = StrictMath.log(topLow) - 46;
        double to = StrictMath.log(topHigh);
        double peak = exponent(eta, lambda, highest, to);
        while (exponent(eta, lambda, highest, to) > peak - 46) {
            to += step;
        }
        // Where eta is negative and the well is deep, nothing near s = 0 counts.
        double lowPeak = exponent(eta, lambda, 1, StrictMath.log(topLow));
        while (exponent(eta, lambda, 1, from + step) < lowPeak - 50) {
            from += step;
        }
        int points = (int) Math.ceil((to - from) / step) + 1;
        double[] x = new double[points];
        double[] q = new double[points];
        double norm = 0;
        for (int i = 0; i < points; i++) {
            double u = from + i * step;
            x[i] = StrictMath.exp(u);
            q[i] = StrictMath.exp(0.5 * (exponent(eta, lambda, 1, u) - lowPeak));
            norm += q[i] * q[i];
        }
        double logTotal = StrictMath.log(0.5 * step * norm) + lowPeak;
        double[][] basis = new double[nodes][];
        double[] diagonal = new double[nodes];
        double[] below = new double[nodes];
        double scale = 1 / StrictMath.sqrt(norm);
        for (int k = 0; k < nodes; k++) {
            for (int i = 0; i < points; i++) {
                q[i] *= scale;
            }
            basis[k] = q;
            double[] next = new double[points];
            for (int i = 0; i < points; i++) {
                next[i] = x[i] * q[i];
                diagonal[k] += next[i] * q[i];
            }
            for (int pass = 0; pass < 2; pass++) {
                for (int j = k; j >= 0; j--) {
                    double dot = 0;
                    for (int i = 0; i < points; i++) {
                        dot += basis[j][i] * next[i];
                    }
                    for (int i = 0; i < points; i++) {
                        next[i] -= dot * basis[j][i];
                    }
                }
            }
            double square = 0;
            for (int i = 0; i < points; i++) {
                square += next[i] * next[i];
            }
            below[k] = StrictMath.sqrt(square);
            scale = 1 / below[k];
            q = next;
        }
        SymmetricEigen eigen = SymmetricEigen.ofTridiagonal(diagonal, below);
        double[] s = new double[nodes];
        double[] logWeight = new double[nodes];
        for (int i = 0; i < nodes; i++) {
            int last = nodes - 1 - i;
            s[i] = eigen.values()[last];
            logWeight[i] = logTotal + 2 * logFirstComponent(diagonal, below, s[i]);
        }
        return new RadialQuadrature(s, logWeight);
    }

    /** ln |first component| of the unit eigenvector by the three-term recursion: relative precision where it is tiny. */
    private static double logFirstComponent(double[] diagonal, double[] below, double value) {
        double before = 0;
        double at = 1;
        double log = 0;
        double sum = 1;
        for (int k = 0; k < diagonal.length - 1; k++) {
            double next = ((value - diagonal[k]) * at - (k == 0 ? 0 : below[k - 1]) * before) / below[k];
            before = at;
            at = next;
            sum += at * at;
            if (sum > 1e200) {
                before *= 1e-100;
                at *= 1e-100;
                sum *= 1e-200;
                log += 100 * StrictMath.log(10);
            }
        }
        return -0.5 * StrictMath.log(sum) - log;
    }

    /** s at the maximum of s^a exp(-eta s - lambda s^2). */
    private static double top(double eta, double lambda, double a) {
        double root = StrictMath.sqrt(eta * eta + 8 * lambda * a);
        return eta > 0 ? 2 * a / (eta + root) : (root - eta) / (4 * lambda);
    }

    private static double exponent(double eta, double lambda, double a, double u) {
        double s = StrictMath.exp(u);
        return a * u - eta * s - lambda * s * s;
    }
}
