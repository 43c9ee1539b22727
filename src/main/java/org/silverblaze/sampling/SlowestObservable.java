package org.silverblaze.sampling;

import org.silverblaze.statistics.Estimate;
import org.silverblaze.statistics.GammaMethod;

/**
 * The slower of n and |phi|^2. n is left out where it is a rare episode, whose autocorrelation a run cannot see: where fewer than 1 %
 * of the samples have N != 0, or where N stayed constant in some chain.
 *
 * @param name {@code n} or {@code phi2}
 * @param estimate of that observable, tau_int in units of the spacing of measurements
 * @param n of the particle density; null where it is left out
 * @param phi2 of |phi|^2
 */
record SlowestObservable(String name, Estimate estimate, Estimate n, Estimate phi2) {
    private static final double RARE = 0.01;

    /**
     * @param n particle density, {@code [chain][measurement]}
     * @param phi2 |phi|^2, same shape
     */
    static SlowestObservable of(double[][] n, double[][] phi2) {
        Estimate ofPhi2 = GammaMethod.mean(phi2);
        if (!moves(n)) {
            return new SlowestObservable("phi2", ofPhi2, null, ofPhi2);
        }
        Estimate ofN = GammaMethod.mean(n);
        boolean slower = ofN.tauInt() > ofPhi2.tauInt();
        return new SlowestObservable(slower ? "n" : "phi2", slower ? ofN : ofPhi2, ofN, ofPhi2);
    }

    private static boolean moves(double[][] n) {
        long charged = 0;
        long count = 0;
        for (double[] chain : n) {
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
