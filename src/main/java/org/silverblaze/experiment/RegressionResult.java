package org.silverblaze.experiment;

import java.util.List;
import org.silverblaze.evaluation.EvaluationTable;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.theory.FluxConfiguration;
import org.silverblaze.training.EpochMetrics;
import org.silverblaze.training.TrainedEnsemble;
import org.silverblaze.training.TrainingSummary;

/**
 * Everything that came out of experiment A, for the report.
 *
 * @param plan what was asked for
 * @param ensembles every data set, one entry for each chemical potential
 * @param trainings every training
 * @param table errors of every network on every test set
 * @param pictures example configurations
 * @param engine why which engine
 * @param threads threads used
 * @param seconds wall time of the whole
 */
public record RegressionResult(
        RegressionPlan plan,
        List<Ensemble> ensembles,
        List<Training> trainings,
        EvaluationTable table,
        List<Picture> pictures,
        String engine,
        int threads,
        double seconds) {
    public RegressionResult {
        ensembles = List.copyOf(ensembles);
        trainings = List.copyOf(trainings);
        pictures = List.copyOf(pictures);
    }

    /** What an ensemble of configurations is for. */
    public enum Role {
        TRAINING,
        TEST,
        CURVE
    }

    /**
     * Observables of one ensemble.
     *
     * @param role what it is for
     * @param lattice as {@code 60x4}
     * @param mu chemical potential
     * @param samples number of samples
     * @param n particle density
     * @param phi2 |phi|^2
     */
    public record Ensemble(Role role, String lattice, double mu, long samples, Measured n, Measured phi2) {}

    /**
     * A measured mean beside the exact value.
     *
     * @param estimate mean over the samples, with its error by the Gamma method
     * @param exact transfer matrix; null where it does not reach the lattice
     * @param rare whether charged samples are so rare that the error by the Gamma method cannot be trusted
     */
    public record Measured(Estimate estimate, Double exact, boolean rare) {
        /** Deviation in units of the error; null where there is no exact value or no error to be trusted. */
        Double pull() {
            return exact == null || rare || !(estimate.error() > 0)
                    ? null
                    : (estimate.mean() - exact) / estimate.error();
        }
    }

    /**
     * One training of an ensemble of seeds.
     *
     * @param ensemble the trained networks
     * @param summary what {@code train --json} prints
     * @param metrics every epoch of every member
     * @param multiplyAdds of one configuration of the training lattice
     */
    public record Training(
            TrainedEnsemble ensemble, TrainingSummary summary, List<EpochMetrics> metrics, long multiplyAdds) {}

    /** A configuration worth a look. */
    public record Picture(String title, FluxConfiguration configuration) {}
}
