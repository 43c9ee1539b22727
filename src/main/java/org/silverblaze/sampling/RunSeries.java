package org.silverblaze.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.silverblaze.theory.Observables;

/**
 * n and |phi|^2 of the samples that a run makes at one mu, from the first of each chain on. Each chain is filled by one thread, in
 * order.
 */
final class RunSeries {
    private static final int FIRST_LENGTH = 64;

    private final int kept;
    private final double[][] n;
    private final double[][] phi2;
    private final int[] length;
    /** Whether the first measurement of a chain is the first of its samples. */
    private final boolean[] fromStart;

    private final AtomicLong made = new AtomicLong();

    /** @param kept measurements kept of each chain, its first ones */
    RunSeries(int chains, long kept) {
        this.kept = Math.clamp(kept, 1, Integer.MAX_VALUE / 2);
        this.n = new double[chains][0];
        this.phi2 = new double[chains][0];
        this.length = new int[chains];
        this.fromStart = new boolean[chains];
    }

    /** @param counts whether the sample is one that was missing */
    void take(int chain, long draw, Observables observables, boolean counts) {
        if (counts) {
            made.incrementAndGet();
        }
        int at = length[chain];
        if (at == 0) {
            fromStart[chain] = draw == 0;
        }
        if (at < kept) {
            if (at == n[chain].length) {
                int larger = Math.min(kept, Math.max(FIRST_LENGTH, 2 * at));
                n[chain] = Arrays.copyOf(n[chain], larger);
                phi2[chain] = Arrays.copyOf(phi2[chain], larger);
            }
            n[chain][at] = observables.n();
            phi2[chain][at] = observables.phi2();
            length[chain]++;
        }
    }

    /** Samples that were missing and are made. */
    long made() {
        return made.get();
    }

    /** The particle density, {@code [chain][measurement]}, without chains that were not run. */
    double[][] n() {
        return filled(n);
    }

    /** |phi|^2, as {@link #n()}. */
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
        double[][] ofN = n();
        return ofN.length == 0 ? null : SlowestObservable.of(ofN, phi2());
    }
}
