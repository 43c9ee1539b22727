package org.silverblaze.theory;

import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;

/**
 * The free theory, lambda = 0, in closed form (PHYSICS.md section 3): ln Z = -sum_p ln D_p + const over the lattice momenta,
 * D_p = eta - 2 sum_{nu != t} cos p_nu - 2 cosh(mu + i p_t). Holds on every lattice, extents 1 and 2 included.
 */
public final class FreeField {
    private FreeField() {}

    /** Refuses couplings at which the free theory does not exist: lambda = 0 needs min Re D_p > 0. Others pass. */
    public static void validate(Lattice lattice, Couplings couplings) {
        if (couplings.lambda() != 0) {
            return;
        }
        // cos p and Re cosh(mu + ip) = cosh mu cos p are largest at p = 0.
        double bound = 2.0 * (lattice.dimensions() - 1) + 2 * StrictMath.cosh(couplings.mu());
        if (!(couplings.eta() > bound)) {
            throw new BadInput("--lambda 0 with --eta " + couplings.eta() + " and --mu " + couplings.mu()
                    + ": the free theory on " + lattice + " exists only for eta > 2(d-1) + 2 cosh(mu) = " + bound);
        }
    }

    /** n, |phi|^2 and both susceptibilities, exact up to float64 rounding. Couplings must have lambda = 0. */
    public static ExactValues exact(Lattice lattice, Couplings couplings) {
        if (couplings.lambda() != 0) {
            throw new BadInput("--lambda " + couplings.lambda() + ": the closed form holds for lambda = 0 only");
        }
        validate(lattice, couplings);
        int times = lattice.extent(0);
        double sinh = 2 * StrictMath.sinh(couplings.mu());
        double cosh = 2 * StrictMath.cosh(couplings.mu());
        double n = 0;
        double phi2 = 0;
        double chiN = 0;
        double chiPhi2 = 0;
        for (int site = 0; site < lattice.volume(); site++) { // site numbers the momenta as well
            double spatial = couplings.eta();
            for (int axis = 1; axis < lattice.dimensions(); axis++) {
                spatial -= 2 * StrictMath.cos(2 * Math.PI * lattice.coordinate(axis, site) / lattice.extent(axis));
            }
            double p = 2 * Math.PI * lattice.coordinate(0, site) / times;
            double cos = StrictMath.cos(p);
            double sin = StrictMath.sin(p);
            double realD = spatial - cosh * cos;
            double imaginaryD = -sinh * sin;
            // 1/D, and S/D with S = 2 sinh(mu + ip) = dD/d(-mu), C = 2 cosh(mu + ip)
            double norm = realD * realD + imaginaryD * imaginaryD;
            double realInverse = realD / norm;
            double imaginaryInverse = -imaginaryD / norm;
            double realRatio = sinh * cos * realInverse - cosh * sin * imaginaryInverse;
            double imaginaryRatio = sinh * cos * imaginaryInverse + cosh * sin * realInverse;
            n += realRatio;
            phi2 += realInverse;
            // d/dmu (S/D) = C/D + (S/D)^2;  -d/deta (1/D) = 1/D^2
            chiN += cosh * cos * realInverse
                    - sinh * sin * imaginaryInverse
                    + realRatio * realRatio
                    - imaginaryRatio * imaginaryRatio;
            chiPhi2 += realInverse * realInverse - imaginaryInverse * imaginaryInverse;
        }
        double v = lattice.volume();
        return new ExactValues(n / v, phi2 / v, chiN / v, chiPhi2 / v, 0);
    }
}
