package org.silverblaze.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code train --json} prints and a run folder keeps as summary.json.
 *
 * @param recipe name of the recipe
 * @param engine name of the engine
 * @param parameters free parameters of one network
 * @param epochs epochs of the member that was trained longest
 * @param bestValidationLoss of one network; of an ensemble the median of its members'
 * @param seconds wall time of all epochs, all members together
 * @param secondsPerEpoch seconds / epochs
 * @param trainingSamples number of training examples
 * @param validationSamples number of validation examples
 * @param labelMeans mean labels of the training examples
 * @param members every member
 */
public record TrainingSummary(
        String recipe,
        String engine,
        int parameters,
        int epochs,
        @JsonProperty("best_validation_loss") double bestValidationLoss,
        double seconds,
        @JsonProperty("seconds_per_epoch") double secondsPerEpoch,
        @JsonProperty("training_samples") int trainingSamples,
        @JsonProperty("validation_samples") int validationSamples,
        @JsonProperty("label_means") List<Double> labelMeans,
        List<Member> members) {

    /** One member; see {@link TrainedMember}. */
    public record Member(
            long seed,
            int epochs,
            @JsonProperty("best_epoch") int bestEpoch,
            @JsonProperty("best_validation_loss") double bestValidationLoss,
            TrainedMember.End end) {}

    static TrainingSummary of(TrainingRun run) {
        TrainedEnsemble ensemble = run.ensemble();
        List<TrainedMember> members = ensemble.members();
        int epochs = members.stream().mapToInt(TrainedMember::epochs).max().orElseThrow();
        double[] losses = members.stream()
                .mapToDouble(TrainedMember::bestValidationLoss)
                .sorted()
                .toArray();
        double median = (losses[(losses.length - 1) / 2] + losses[losses.length / 2]) / 2;
        return new TrainingSummary(
                ensemble.recipe().name(),
                ensemble.engine(),
                members.getFirst().parameters().length,
                epochs,
                median,
                run.seconds(),
                run.seconds() / epochs,
                run.trainingSamples(),
                run.validationSamples(),
                Arrays.stream(ensemble.labelMeans()).boxed().toList(),
                members.stream()
                        .map(m -> new Member(m.seed(), m.epochs(), m.bestEpoch(), m.bestValidationLoss(), m.end()))
                        .toList());
    }
}
