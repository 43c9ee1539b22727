package org.silverblaze.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Error of one network on one test set in one output; averages by sample, float64.
 *
 * @param network name of the recipe; {@code constant} (mean training labels) and {@code oracle} (exact) are the two ends of
 *     the scale
 * @param family EQ, ST or FL
 * @param seed member of the ensemble; null for constant and oracle
 * @param lattice of the test set, as {@code 60x4}
 * @param eta of the test set
 * @param lambda of the test set
 * @param mu of the test set
 * @param output {@code n}, {@code phi2}, or {@code both}: the mean over both
 * @param samples examples of the test set
 * @param mse mean squared error; null where the network does not apply to this lattice
 * @param mseOverVariance mse / variance of the label on this test set, of both: mean mse / mean variance; null where the
 *     network does not apply or the labels do not vary
 * @param largestError largest |output - label|; null where the network does not apply
 */
@JsonPropertyOrder({
    "network",
    "family",
    "seed",
    "lattice",
    "eta",
    "lambda",
    "mu",
    "output",
    "samples",
    "mse",
    "mse_over_variance",
    "largest_error"
})
public record EvaluationRow(
        String network,
        String family,
        Long seed,
        String lattice,
        double eta,
        double lambda,
        double mu,
        String output,
        long samples,
        Double mse,
        @JsonProperty("mse_over_variance") Double mseOverVariance,
        @JsonProperty("largest_error") Double largestError) {}
