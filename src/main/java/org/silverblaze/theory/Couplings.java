package org.silverblaze.theory;

import org.silverblaze.BadInput;

/**
 * Couplings of the complex phi^4 theory, lattice units (PHYSICS.md section 1, arXiv:1206.2954):
 * S = sum_x [ eta |phi|^2 + lambda |phi|^4 - hopping terms with e^{+-mu} in time ].
 *
 * @param eta coefficient of |phi|^2, eta = 2d + m^2
 * @param lambda coefficient of |phi|^4, at least 0; for lambda = 0 eta has to be positive
 * @param mu chemical potential
 */
public record Couplings(double eta, double lambda, double mu) {
    public Couplings {
        if (!Double.isFinite(eta)) {
            throw new BadInput("eta = " + eta + ": expected a finite number");
        }
        if (!Double.isFinite(lambda) || lambda < 0) {
            throw new BadInput("lambda = " + lambda + ": expected a finite number, at least 0");
        }
        if (!Double.isFinite(mu)) {
            throw new BadInput("mu = " + mu + ": expected a finite number");
        }
        if (lambda == 0 && eta <= 0) {
            throw new BadInput("eta = " + eta + " with lambda = 0: W(f) diverges; eta has to be positive");
        }
    }

    /** The same couplings at another chemical potential. */
    public Couplings withMu(double other) {
        return new Couplings(eta, lambda, other);
    }
}
