package org.silverblaze.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Spread over the seeds of a network on one test set in one output.
 *
 * @param network name of the recipe, {@code constant} or {@code oracle}
 * @param family EQ, ST or FL
 * @param lattice of the test set
 * @param mu of the test set
 * @param output {@code n}, {@code phi2} or {@code both}
 * @param seeds number of seeds
 * @param mse over the seeds; null where the network does not apply
 * @param mseOverVariance over the seeds; null where the network does not apply or the labels do not vary
 */
public record SpreadRow(
        String network,
        String family,
        String lattice,
        double eta,
        double lambda,
        double mu,
        String output,
        int seeds,
        Band mse,
        @JsonProperty("mse_over_variance") Band mseOverVariance) {

    /** Median and the 20 % and 80 % quantiles, interpolated linearly between order statistics. */
    public record Band(double median, double low, double high) {
        static Band of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return new Band(quantile(sorted, 0.5), quantile(sorted, 0.2), quantile(sorted, 0.8));
        }

        private static double quantile(double[] sorted, double probability) {
            double place = probability * (sorted.length - 1);
            int below = (int) place;
            int above = Math.min(below + 1, sorted.length - 1);
            return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
        }
    }

    private record Group(
            String network, String family, String lattice, double eta, double lambda, double mu, String output) {}

    /** Rows of equal network, test set and output put together, in the order of their first appearance. */
    static List<SpreadRow> of(List<EvaluationRow> rows) {
        Map<Group, List<EvaluationRow>> groups = new LinkedHashMap<>();
        for (EvaluationRow row : rows) {
            Group group = new Group(
                    row.network(), row.family(), row.lattice(), row.eta(), row.lambda(), row.mu(), row.output());
            groups.computeIfAbsent(group, g -> new ArrayList<>()).add(row);
        }
        List<SpreadRow> spread = new ArrayList<>();
        groups.forEach((g, members) -> spread.add(new SpreadRow(
                g.network,
                g.family,
                g.lattice,
                g.eta,
                g.lambda,
                g.mu,
                g.output,
                members.size(),
                band(members, EvaluationRow::mse),
                band(members, EvaluationRow::mseOverVariance))));
        return List.copyOf(spread);
    }

    private static Band band(List<EvaluationRow> members, Function<EvaluationRow, Double> value) {
        if (members.stream().map(value).anyMatch(Objects::isNull)) {
            return null;
        }
        return Band.of(
                members.stream().map(value).mapToDouble(Double::doubleValue).toArray());
    }
}
