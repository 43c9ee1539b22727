package org.silverblaze.statistics;

/**
 * The Gamma method of U. Wolff, "Monte Carlo errors with less errors" (hep-lat/0306017): errors from the explicitly summed
 * autocorrelation function, with an automatic window, for several chains (replica) of any lengths.
 *
 * <p>With deviations from the mean over all chains, Gamma(t) is the mean over all pairs at distance t within chains; C(W) =
 * Gamma(0) + 2 sum_{t=1}^{W} Gamma(t); the window W minimises the sum of truncation and statistical error for S = 1.5 (eqs.
 * 50-52); every Gamma(t) gets C(W)/N added against the bias of the subtracted mean (eq. 49). Then error^2 = C/N and tau_int
 * = C / (2 Gamma(0)).
 *
 * <p>Sums run in a fixed order in float64 and functions are StrictMath's, so results are the same bits everywhere.
 */
public final class GammaMethod {
    /** Wolff's S: ratio of the exponential to the integrated autocorrelation time that the window assumes. */
    private static final double S = 1.5;

    private GammaMethod() {}

    /**
     * Mean of a primary observable.
     *
     * @param chains measurements {@code [chain][measurement]}, at least one in all
     */
    public static Estimate mean(double[]... chains) {
        double mean = average(chains);
        double[][] deviations = new double[chains.length][];
        for (int c = 0; c < chains.length; c++) {
            deviations[c] = new double[chains[c].length];
            for (int i = 0; i < chains[c].length; i++) {
                deviations[c][i] = chains[c][i] - mean;
            }
        }
        return estimate(mean, deviations);
    }

    /**
     * Susceptibility V (mean(a^2) - mean(a)^2) + mean(b), by linear error propagation: its fluctuation is V (a - mean)^2 + b.
     *
     * @param volume V
     * @param a measurements {@code [chain][measurement]}
     * @param b contact term of each measurement, same shape; null for none
     */
    public static Estimate susceptibility(double volume, double[][] a, double[][] b) {
        double mean = average(a);
        double[][] fluctuation = new double[a.length][];
        for (int c = 0; c < a.length; c++) {
            fluctuation[c] = new double[a[c].length];
            for (int i = 0; i < a[c].length; i++) {
                double deviation = a[c][i] - mean;
                fluctuation[c][i] = volume * deviation * deviation + (b == null ? 0 : b[c][i]);
            }
        }
        return mean(fluctuation);
    }

    private static double average(double[][] chains) {
        double sum = 0;
        long count = 0;
        for (double[] chain : chains) {
            for (double value : chain) {
                sum += value;
            }
            count += chain.length;
        }
        if (count == 0) {
            throw new IllegalArgumentException("no measurements");
        }
        return sum / count;
    }

    private static Estimate estimate(double mean, double[][] deviations) {
        long n = 0;
        int longest = 0;
        for (double[] chain : deviations) {
            n += chain.length;
            longest = Math.max(longest, chain.length);
        }
        double gamma0 = gamma(deviations, 0);
        if (!(gamma0 > 0)) {
            return new Estimate(mean, 0, 0, 0.5, 0, 0, true, n);
        }
        double c = gamma0;
        double sum = 0;
        int window = 0;
        boolean resolved = n == 1;
        // Beyond half of the longest chain Gamma(t) is noise alone.
        while (!resolved && window < longest / 2) {
            window++;
            double gamma = gamma(deviations, window);
            c += 2 * gamma;
            // Absolute values: the rule as it stands would stop at once where neighbours are anticorrelated.
            sum += StrictMath.abs(gamma) / gamma0;
            double tau = sum > 0 ? S / StrictMath.log((sum + 1) / sum) : Double.MIN_NORMAL;
            resolved = StrictMath.exp(-window / tau) - tau / StrictMath.sqrt((double) window * n) < 0;
        }
        double bias = c / n;
        double corrected = c + (2.0 * window + 1) * bias;
        double tauInt = corrected / (2 * (gamma0 + bias));
        double error = StrictMath.sqrt(Math.max(0, corrected) / n);
        return new Estimate(
                mean,
                error,
                error * StrictMath.sqrt((window + 0.5) / n),
                tauInt,
                2 * tauInt * StrictMath.sqrt(Math.max(0, window + 0.5 - tauInt) / n),
                window,
                resolved,
                n);
    }

    /** Mean product of deviations at distance t, over all pairs within chains. */
    private static double gamma(double[][] deviations, int t) {
        double sum = 0;
        long pairs = 0;
        for (double[] chain : deviations) {
            for (int i = 0; i + t < chain.length; i++) {
                sum += chain[i] * chain[i + t];
            }
            pairs += Math.max(0, chain.length - t);
        }
        return sum / pairs;
    }
}
