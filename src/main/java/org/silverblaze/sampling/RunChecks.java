package org.silverblaze.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.silverblaze.statistics.Estimate;

/**
 * What a run at one mu says about itself, in lines for people: whether it had thermalized (hot against cold start, and the first
 * tenth of every chain against the rest of it), whether its samples are far enough apart and many enough, and where the
 * Gamma method cannot be trusted. No line, no objection.
 */
final class RunChecks {
    /**
     * Standard errors at which two means are said to differ. They come from the spread of 16 or more chains; with two tests of two
     * observables at each of 30 mu a false alarm has a chance of about one per cent.
     */
    private static final double ALARM = 4.5;

    private static final int FEWEST_CHAINS = 8;
    /** tau_int, in spacings, of samples of an exponential autocorrelation that are 2 tau_int apart: coth(1)/2. */
    private static final double AT_TWO_TAU = 0.6565;

    private static final double LONG = 1000;

    private RunChecks() {}

    /**
     * What was found at one mu.
     *
     * @param notes lines for people
     * @param thermalized whether no test of it failed
     */
    record Verdict(List<String> notes, boolean thermalized) {}

    /**
     * @param mu chemical potential
     * @param series of the run, at least one sample
     * @param hot null where no chains were run from a hot start, since all samples were there
     */
    static Verdict of(double mu, RunSeries series, HotStart hot) {
        List<String> notes = new ArrayList<>();
        String at = "mu = " + mu + ": ";
        RunWords words = series.words();
        double[][] first = series.first();
        double[][] phi2 = series.phi2();
        SlowestObservable slowest = SlowestObservable.of(words.first(), first, phi2);
        boolean moves = slowest.first() != null;

        if (moves) {
            thermalized(at, words, words.first(), first, hot == null ? null : hot.first(), notes);
        }
        thermalized(at, words, "phi2", phi2, hot == null ? null : hot.phi2(), notes);
        boolean thermalized = notes.isEmpty();
        if (hot == null) {
            notes.add(at + "all samples are of earlier runs: not compared with chains from a hot start");
        }
        Estimate estimate = slowest.estimate();
        if (estimate.tauInt() - 2 * estimate.tauIntError() > AT_TWO_TAU) {
            notes.add(at
                    + line(
                            "samples are less than 2 tau_int apart (tau_int of %s is %s spacings);"
                                    + " %s sets the spacing",
                            slowest.name(),
                            Estimate.format(estimate.tauInt(), estimate.tauIntError()),
                            words.spacingOption()));
        }
        double length = estimate.count() / slowest.tauInt();
        if (length < LONG) {
            notes.add(at
                    + line(
                            "the run has only %.0f tau_int of %s: errors and tau_int are uncertain by tens of per cent",
                            length, slowest.name()));
        }
        if (!moves) {
            double charged = charged(first);
            String why = charged < SlowestObservable.RARE
                    ? line("N != 0 is a rare episode (%.2g %% of the samples)", 100 * charged)
                    : "N stayed as it was in some chain";
            notes.add(at + why + ": no error of n by the Gamma method can be trusted");
        }
        return new Verdict(notes, thermalized);
    }

    private static double charged(double[][] n) {
        long charged = 0;
        long count = 0;
        for (double[] chain : n) {
            charged += Arrays.stream(chain).filter(value -> value != 0).count();
            count += chain.length;
        }
        return charged / (double) count;
    }

    private static void thermalized(
            String at, RunWords words, String name, double[][] chains, double[] hot, List<String> notes) {
        double[] means = Arrays.stream(chains)
                .mapToDouble(chain -> Arrays.stream(chain).average().orElseThrow())
                .toArray();
        if (means.length < FEWEST_CHAINS) {
            return;
        }
        Spread cold = Spread.of(means);
        if (hot != null) {
            Spread fromHot = Spread.of(hot);
            double error = StrictMath.hypot(cold.error(), fromHot.error());
            if (Math.abs(fromHot.mean() - cold.mean()) > ALARM * error) {
                notes.add(at
                        + line(
                                "not thermalized: from a hot start %s is %s, from a cold one %s; --thermalization"
                                        + " sets the %s before the first sample",
                                name,
                                Estimate.format(fromHot.mean(), fromHot.error()),
                                Estimate.format(cold.mean(), cold.error()),
                                words.clock()));
            }
        }
        // The first tenth of every chain against the rest of the same chain.
        double[] trends = Arrays.stream(chains)
                .filter(chain -> chain.length > 1)
                .mapToDouble(RunChecks::trend)
                .toArray();
        if (trends.length >= FEWEST_CHAINS) {
            Spread trend = Spread.of(trends);
            if (Math.abs(trend.mean()) > ALARM * trend.error()) {
                notes.add(at
                        + line(
                                "not thermalized: %s in the first tenth of the chains is off the rest by %s;"
                                        + " --thermalization sets it",
                                name, Estimate.format(trend.mean(), trend.error())));
            }
        }
    }

    private static double trend(double[] chain) {
        int first = (chain.length + 9) / 10;
        return Arrays.stream(chain, 0, first).average().orElseThrow()
                - Arrays.stream(chain, first, chain.length).average().orElseThrow();
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Mean of independent values and its standard error. */
    private record Spread(double mean, double error) {
        static Spread of(double[] values) {
            double mean = Arrays.stream(values).average().orElseThrow();
            double square =
                    Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
            return new Spread(mean, StrictMath.sqrt(square / (values.length - 1) / values.length));
        }
    }
}
