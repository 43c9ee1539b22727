package org.silverblaze.statistics;

/**
 * Where the Gamma-method error of a susceptibility of an integer charge cannot be trusted. A rare charge far from the mean weighs with
 * the square of its distance: with N = 0 and 1 half and half, (N - mean)^2 hardly varies, and the error comes from the rare
 * N = 2. A run that by chance has met that one not at all, or a few times, then gives an error that is far too small.
 */
public final class RareSectors {
    private RareSectors() {}

    /**
     * Whether one more episode, of one effective sample, in the charge beyond the lowest or the highest one met would move Var(N) by
     * more than its error: then the error says less about the susceptibility than what was not met.
     *
     * @param charge mean and tau_int of the charge N
     * @param lowest least N met
     * @param highest largest N met
     * @param variance Var(N) and its error
     */
    public static boolean outweigh(Estimate charge, double lowest, double highest, Estimate variance) {
        double effective = charge.count() / (2 * Math.max(0.5, charge.tauInt()));
        double distance = Math.max(highest + 1 - charge.mean(), charge.mean() - (lowest - 1));
        return (distance * distance - variance.mean()) / effective > variance.error();
    }
}
