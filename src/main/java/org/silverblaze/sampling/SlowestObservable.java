package org.silverblaze.sampling;

import org.silverblaze.statistics.Estimate;
import org.silverblaze.statistics.GammaMethod;

/**
 * The slower of two observables: of n and |phi|^2, or, for fields, of the zero mode and |phi|^2. n is left out where it is a rare episode, whose autocorrelation a run cannot see: where fewer than 1 %
 * of the samples have N != 0, or where N stayed constant in some chain.
 *
 * @param name {@code n}, {@code zero_mode} or {@code phi2}
 * @param estimate of that observable, tau_int in units of the spacing of measurements
 * @param first of the particle density or the zero mode; null where it is left out
 * @param phi2 of |phi|^2
 */
record SlowestObservable(String name, Estimate estimate, Estimate first, Estimate phi2) {
    /** Below this fraction of samples with N != 0 the particle density is left out. */
    static final double RARE = 0.01;

    /**
     * @param name of the first observable
     * @param first particle density or zero mode, {@code [chain][measurement]}
     * @param phi2 |phi|^2, same shape
     */
    static SlowestObservable of(String name, double[][] first, double[][] phi2) {
        Estimate ofPhi2 = GammaMethod.mean(phi2);
        if (!moves(first)) {
            return new SlowestObservable("phi2", ofPhi2, null, ofPhi2);
        }
        Estimate ofFirst = GammaMethod.mean(first);
        boolean slower = ofFirst.tauInt() > ofPhi2.tauInt();
        return new SlowestObservable(slower ? name : "phi2", slower ? ofFirst : ofPhi2, ofFirst, ofPhi2);
    }

    private static boolean moves(double[][] first) {
        long charged = 0;
        long count = 0;
        for (double[] chain : first) {
            boolean constant = true;
            for (double value : chain) {
                charged += value != 0 ? 1 : 0;
                constant &= value == chain[0];
            }
            count += chain.length;
            if (constant && chain.length > 0) {
                return false;
            }
        }
        return charged >= RARE * count;
    }

    /** tau_int, at least that of independent measurements. */
    double tauInt() {
        return Math.max(0.5, estimate.tauInt());
    }
}
