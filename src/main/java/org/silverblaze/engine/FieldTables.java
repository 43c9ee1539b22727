package org.silverblaze.engine;

import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/**
 * The float32 constants of the phi representation, made once on the host for all engines: computed in float64 by StrictMath
 * and rounded once.
 *
 * <p>At fixed neighbours a site has the weight exp(-eta' r^2 - lambda r^4 + 2 Re(phi* b)), r = |phi|, where b is the sum of its 2d
 * neighbours. On an axis of extent 1 a site is its own neighbour: that link gives 2 r^2 and leaves b, so eta' is eta less 2 for every
 * such axis. On an extent of 2 the one neighbour counts twice.
 *
 * <p>The proposal is the normal distribution of width 1/A about b/A. The A for which it covers the weight most tightly minimises
 * the integral of its envelope, exp(lambda c^2 + |b|^2/A)/A with A = eta' + 2 lambda c: the positive root of
 * <pre>  (A - eta') A^2 = 2 lambda (A + |b|^2),</pre>
 * a concave function of |b|^2. Any positive function would do; taken is its tangent at a typical |b|^2 (mean field), which
 * is positive and exact for lambda = 0. FieldTablesTest holds how often the proposal is accepted.
 *
 * @param eta eta'
 * @param lambda lambda
 * @param widthAtZero A at b = 0
 * @param widthSlope rise of A with |b|^2
 */
public record FieldTables(float eta, float lambda, float widthAtZero, float widthSlope) {
    private static final int ROUNDS = 200;
    private static final double LARGEST_FIELD = 1e6;

    /** @throws BadInput where a constant leaves the range of float32 */
    public static FieldTables of(Lattice lattice, Couplings couplings) {
        double eta = couplings.eta();
        int neighbours = 0;
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            if (lattice.extent(axis) == 1) {
                eta -= 2;
            } else {
                neighbours += 2;
            }
        }
        double lambda = couplings.lambda();
        // Mean field: independent neighbours, each a normal number of width 1/A about b/A.
        double typical = neighbours;
        for (int i = 0; i < ROUNDS; i++) {
            double width = width(eta, lambda, typical);
            double next = neighbours / width + neighbours / width * (neighbours / width) * typical;
            typical = Math.min(0.5 * (typical + next), LARGEST_FIELD);
        }
        double width = width(eta, lambda, typical);
        double slope = 2 * lambda / ((3 * width - 2 * eta) * width - 2 * lambda);
        FieldTables tables =
                new FieldTables((float) eta, (float) lambda, (float) (width - slope * typical), (float) slope);
        if (!(Math.abs(tables.eta) < Float.MAX_VALUE
                && tables.lambda < Float.MAX_VALUE
                && tables.widthAtZero >= Float.MIN_NORMAL
                && tables.widthAtZero < Float.MAX_VALUE
                && tables.widthSlope >= 0)) {
            throw new BadInput("--eta " + couplings.eta() + " with --lambda " + lambda
                    + ": the constants of the phi representation leave the range of float32");
        }
        return tables;
    }

    /** The positive root A for field {@code b2} = |b|^2. */
    static double width(double eta, double lambda, double b2) {
        if (lambda == 0) {
            return eta;
        }
        // Above the root the cubic is convex and rises, so Newton's steps fall to the root from here.
        double width = Math.max(eta, 0) + StrictMath.sqrt(2 * lambda) + StrictMath.cbrt(2 * lambda * b2);
        while (true) {
            double value = (width - eta) * width * width - 2 * lambda * (width + b2);
            double next = width - value / ((3 * width - 2 * eta) * width - 2 * lambda);
            if (!(next < width)) {
                return width;
            }
            width = next;
        }
    }
}
