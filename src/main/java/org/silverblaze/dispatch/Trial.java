package org.silverblaze.dispatch;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * A choice beside what the engines then did. Times are seconds of the whole workload.
 *
 * @param name of the workload
 * @param kind of the workload
 * @param chosen engine
 * @param reason in one line
 * @param predicted time by engine, from slices; engines that failed in theirs are missing
 * @param measured time by engine, from a piece of the work done as the run does it
 * @param failed engines that could not do their piece, with their reasons
 * @param choiceSeconds that the choice took
 * @param right whether the chosen engine is the fastest one or within {@link #MARGIN} of it
 */
public record Trial(
        String name,
        String kind,
        String chosen,
        String reason,
        Map<String, Double> predicted,
        Map<String, Double> measured,
        List<String> failed,
        @JsonProperty("choice_seconds") double choiceSeconds,
        boolean right) {
    /** How many times slower than the fastest one the chosen engine may be. */
    public static final double MARGIN = 1.1;

    static Trial of(
            String name,
            Demand demand,
            Decision decision,
            Map<String, Double> measured,
            List<String> failed,
            double choiceSeconds) {
        String chosen = decision.choice().engine().name();
        double best = measured.values().stream().mapToDouble(s -> s).min().orElse(Double.NaN);
        Double time = measured.get(chosen);
        return new Trial(
                name,
                demand.kind(),
                chosen,
                decision.choice().reason(),
                decision.seconds(),
                measured,
                failed,
                choiceSeconds,
                time != null && time <= MARGIN * best);
    }
}
