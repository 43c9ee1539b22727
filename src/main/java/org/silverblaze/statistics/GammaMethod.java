package org.silverblaze.statistics;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

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

    /** Deviations this small in units of the mean are rounding errors of the sum. */
    private static final double ROUNDING = 1e-13;

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
     * A function of the means of several observables, with the error of its linear form sum_o gradient_o (a_o - mean_o), so
     * correlations between the observables count. With two chains or more the bias of a nonlinear function, of order 1/N, is
     * taken out by comparison with the chains one by one (Wolff, section 3.1).
     *
     * @param observables each {@code [chain][measurement]}, all of the same shape
     * @param function of the means, in the order of {@code observables}
     * @param gradient its derivatives there
     */
    public static Estimate derived(
            List<double[][]> observables, ToDoubleFunction<double[]> function, UnaryOperator<double[]> gradient) {
        double[][] first = observables.getFirst();
        double[] means = new double[observables.size()];
        double[][] chainMeans = new double[first.length][means.length];
        for (int o = 0; o < means.length; o++) {
            double[][] chains = observables.get(o);
            means[o] = average(chains);
            for (int c = 0; c < first.length; c++) {
                if (chains.length != first.length || chains[c].length != first[c].length) {
                    throw new IllegalArgumentException("observables differ in their shape [chain][measurement]");
                }
                chainMeans[c][o] = chains[c].length == 0 ? 0 : average(new double[][] {chains[c]});
            }
        }
        double[] slope = gradient.apply(means);
        double[][] deviations = new double[first.length][];
        double single = 0;
        long count = 0;
        int replica = 0;
        for (int c = 0; c < first.length; c++) {
            deviations[c] = new double[first[c].length];
            for (int o = 0; o < means.length; o++) {
                for (int i = 0; i < first[c].length; i++) {
                    deviations[c][i] += slope[o] * (observables.get(o)[c][i] - means[o]);
                }
            }
            if (first[c].length > 0) {
                single += first[c].length * function.applyAsDouble(chainMeans[c]);
                count += first[c].length;
                replica++;
            }
        }
        double value = function.applyAsDouble(means);
        if (replica >= 2) {
            value = (replica * value - single / count) / (replica - 1);
        }
        return estimate(value, deviations);
    }

    /**
     * Susceptibility V (mean(a^2) - mean(a)^2) + mean(b), by linear error propagation: its fluctuation is V (a - mean)^2 + b.
     * The variance around the mean of the data is short by the square of that mean's error, which is added back.
     *
     * @param volume V
     * @param a measurements {@code [chain][measurement]}
     * @param b contact term of each measurement, same shape; null for none
     */
    public static Estimate susceptibility(double volume, double[][] a, double[][] b) {
        Estimate primary = mean(a);
        double bias = volume * primary.error() * primary.error();
        double[][] fluctuation = new double[a.length][];
        for (int c = 0; c < a.length; c++) {
            fluctuation[c] = new double[a[c].length];
            for (int i = 0; i < a[c].length; i++) {
                double deviation = a[c][i] - primary.mean();
                fluctuation[c][i] = volume * deviation * deviation + (b == null ? 0 : b[c][i]) + bias;
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
        double largest = 0;
        for (double[] chain : deviations) {
            n += chain.length;
            longest = Math.max(longest, chain.length);
            for (double deviation : chain) {
                largest = Math.max(largest, Math.abs(deviation));
            }
        }
        double gamma0 = gamma(deviations, 0);
        // A constant series: what deviates is the rounding of its mean.
        if (!(gamma0 > 0) || largest <= ROUNDING * Math.abs(mean)) {
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
