package org.silverblaze.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two observables of the samples that a run makes at one mu, from the first of each chain on: |phi|^2, and n of fluxes or the zero mode of
 * fields. Each chain is filled by one thread, in order.
 */
final class RunSeries {
    private static final int FIRST_LENGTH = 64;

    private final int kept;
    private final RunWords words;
    private final double[][] first;
    private final double[][] phi2;
    private final int[] length;
    /** Whether the first measurement of a chain is the first of its samples. */
    private final boolean[] fromStart;

    private final AtomicLong made = new AtomicLong();

    /** @param kept measurements kept of each chain, its first ones */
    RunSeries(RunWords words, int chains, long kept) {
        this.words = words;
        this.kept = Math.clamp(kept, 1, Integer.MAX_VALUE / 2);
        this.first = new double[chains][0];
        this.phi2 = new double[chains][0];
        this.length = new int[chains];
        this.fromStart = new boolean[chains];
    }

    /** @param counts whether the sample is one that was missing */
    void take(int chain, long draw, double ofFirst, double ofPhi2, boolean counts) {
        if (counts) {
            made.incrementAndGet();
        }
        int at = length[chain];
        if (at == 0) {
            fromStart[chain] = draw == 0;
        }
        if (at < kept) {
            if (at == first[chain].length) {
                int larger = Math.min(kept, Math.max(FIRST_LENGTH, 2 * at));
                first[chain] = Arrays.copyOf(first[chain], larger);
                phi2[chain] = Arrays.copyOf(phi2[chain], larger);
            }
            first[chain][at] = ofFirst;
            phi2[chain][at] = ofPhi2;
            length[chain]++;
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

    /** The first observable, {@code [chain][measurement]}, without chains that were not run. */
    double[][] first() {
        return filled(first);
    }

    /** |phi|^2, as {@link #first()}. */
    double[][] phi2() {
        return filled(phi2);
    }

    /** Whether every chain that was run was run from its start. */
    boolean fromStart() {
        for (int chain = 0; chain < length.length; chain++) {
            if (length[chain] > 0 && !fromStart[chain]) {
                return false;
            }
        }
        return true;
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

    /** Null where no chain was run. */
    SlowestObservable slowest() {
        double[][] ofFirst = first();
        return ofFirst.length == 0 ? null : SlowestObservable.of(words.first(), ofFirst, phi2());
    }
}
