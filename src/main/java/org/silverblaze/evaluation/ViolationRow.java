package org.silverblaze.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * How one network answers one test set of detection or counting; averages by sample, float64. What does not apply is null: everything
 * where the network does not run on the lattice, numbers of the other task, numbers of pairs on an ordinary set.
 *
 * @param network name of the recipe; {@code constant} (mean training label) and {@code oracle} (exact) are the two ends of the scale
 * @param family EQ, ST or FL
 * @param seed member of the ensemble; null for constant and oracle
 * @param lattice of the test set
 * @param eta of the test set
 * @param lambda of the test set
 * @param mu of the test set
 * @param set {@code ordinary} or {@code pairs}
 * @param output {@code open} or {@code violations}
 * @param samples examples of the test set
 * @param mse mean squared error of the answer: a probability (detection) or a number (counting)
 * @param mseOverVariance mse / variance of the label on this test set
 * @param largestError largest |answer - label|
 * @param crossEntropy detection: mean binary cross-entropy
 * @param accuracy detection: fraction of samples with answer > 1/2 where the label is 1, and only there
 * @param auc detection: area under the ROC curve, the chance that an open configuration gets more than a closed one, ties by half
 * @param falsePositives detection: rate of false positives at the largest threshold with 99 % true positives
 * @param exact counting: fraction of samples whose rounded answer is the label
 * @param meanError counting: mean |answer - label|
 * @param ordered pairs, detection: fraction of pairs in which the open member gets more than the closed one, ties by half; reading
 *     what both members have in common gives 1/2
 * @param differences pairs, counting: fraction of pairs whose difference of answers, rounded, is that of the labels
 * @param byNumber counting: the same for each number of violations
 */
@JsonPropertyOrder({"network", "family", "seed", "lattice", "eta", "lambda", "mu", "set", "output", "samples"})
public record ViolationRow(
        String network,
        String family,
        Long seed,
        String lattice,
        double eta,
        double lambda,
        double mu,
        String set,
        String output,
        long samples,
        Double mse,
        @JsonProperty("mse_over_variance") Double mseOverVariance,
        @JsonProperty("largest_error") Double largestError,
        @JsonProperty("cross_entropy") Double crossEntropy,
        Double accuracy,
        Double auc,
        @JsonProperty("fpr_at_tpr_99") Double falsePositives,
        Double exact,
        @JsonProperty("mean_absolute_error") Double meanError,
        @JsonProperty("pairs_ordered") Double ordered,
        @JsonProperty("pair_differences_exact") Double differences,
        @JsonProperty("by_number") List<Count> byNumber) {
    /** Name of test sets of independent samples. */
    public static final String ORDINARY = "ordinary";
    /** Name of test sets of matched pairs. */
    public static final String PAIRS = "pairs";

    /**
     * Counting, samples with one label.
     *
     * @param violations the label, sum_x |d_x| / 2
     * @param samples samples with it
     * @param exact fraction whose rounded answer is the label
     * @param meanError mean |answer - label|
     */
    public record Count(
            int violations,
            long samples,
            double exact,
            @JsonProperty("mean_absolute_error") double meanError) {}
}
