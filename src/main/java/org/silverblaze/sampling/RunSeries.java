package org.silverblaze.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two observables of the samples of a run at one mu, from the first of each chain on, those of earlier runs on the same folder among them:
 * |phi|^2, and n of fluxes or the zero mode of fields. Each chain is filled by one thread at a time; when it is asked for, no sample
 * before its last one is missing.
 */
final class RunSeries {
    private static final int FIRST_LENGTH = 64;

    private final int kept;
    private final RunWords words;
    private final double[][] first;
    private final double[][] phi2;
    private final int[] length;
    private final AtomicLong made = new AtomicLong();

    /** @param kept measurements kept of each chain, its first ones */
    RunSeries(RunWords words, int chains, long kept) {
        this.words = words;
        this.kept = Math.clamp(kept, 1, Integer.MAX_VALUE / 2);
        this.first = new double[chains][0];
        this.phi2 = new double[chains][0];
        this.length = new int[chains];
    }

    /**
     * @param draw number of the sample within its chain; one that comes again has the same values
     * @param counts whether the sample is one that was missing
     */
    void take(int chain, long draw, double ofFirst, double ofPhi2, boolean counts) {
        if (counts) {
            made.incrementAndGet();
        }
        if (draw < kept) {
            int at = (int) draw;
            if (at >= first[chain].length) {
                int larger = Math.min(kept, Math.max(FIRST_LENGTH, 2 * at));
                first[chain] = Arrays.copyOf(first[chain], larger);
                phi2[chain] = Arrays.copyOf(phi2[chain], larger);
            }
            first[chain][at] = ofFirst;
            phi2[chain][at] = ofPhi2;
            length[chain] = Math.max(length[chain], at + 1);
        }
    }

    /** Samples that were missing and are made. */
    long made() {
        return made.get();
    }

    /** What its observables are called. */
    RunWords words() {
        return words;
    }

    /** The first observable, {@code [chain][measurement]}, without chains of other parts. */
    double[][] first() {
        return filled(first);
    }

    /** |phi|^2, as {@link #first()}. */
    double[][] phi2() {
        return filled(phi2);
    }

    private double[][] filled(double[][] values) {
        List<double[]> filled = new ArrayList<>();
        for (int chain = 0; chain < values.length; chain++) {
            if (length[chain] > 0) {
                filled.add(Arrays.copyOf(values[chain], length[chain]));
            }
        }
        return filled.toArray(new double[0][]);
    }

    /** Null where there are no samples. */
    SlowestObservable slowest() {
        double[][] ofFirst = first();
        return ofFirst.length == 0 ? null : SlowestObservable.of(words.first(), ofFirst, phi2());
    }
}
