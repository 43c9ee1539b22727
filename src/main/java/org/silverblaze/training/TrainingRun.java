package org.silverblaze.training;

import java.util.List;

/**
 * A finished training.
 *
 * @param ensemble the trained networks
 * @param metrics every epoch of every member, by epoch
 * @param trainingSamples number of training examples
 * @param validationSamples number of validation examples
 * @param seconds wall time of all epochs
 */
public record TrainingRun(
        TrainedEnsemble ensemble,
        List<EpochMetrics> metrics,
        int trainingSamples,
        int validationSamples,
        double seconds) {
    public TrainingRun {
        metrics = List.copyOf(metrics);
    }

    /** What {@code train --json} prints. */
    public TrainingSummary summary() {
        return TrainingSummary.of(this);
    }
}
