package org.silverblaze.experiment;

import java.util.Optional;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.ExactValues;
import org.silverblaze.theory.TransferMatrix;

/** Exact values to hold a plan's ensembles against, where the transfer matrix can give them. */
final class ExactReference {
    /** Null where it does not reach the lattice. */
    private final TransferMatrix matrix;

    private ExactReference(TransferMatrix matrix) {
        this.matrix = matrix;
    }

    static ExactReference of(Lattice lattice, RegressionPlan plan) {
        return new ExactReference(
                TransferMatrix.reaches(lattice) ? TransferMatrix.of(lattice, plan.eta(), plan.lambda()) : null);
    }

    /** Empty where there is none of the accuracy that the transfer matrix asks of itself. */
    Optional<ExactValues> at(double mu) {
        if (matrix == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(matrix.at(mu));
        } catch (BadInput beyondReach) {
            return Optional.empty();
        }
    }
}
