package org.silverblaze.bench;

/**
 * One line of the report.
 *
 * @param name the workload's
 * @param value rate, the median of the repetitions
 * @param unit of value, spread and limit
 * @param spread half the distance between the extremes of the repetitions
 * @param limit the rate that the machine allows at most, measured in the same run; null where there is none
 * @param fraction value / limit; null where there is no limit
 */
public record BenchResult(String name, double value, String unit, double spread, Double limit, Double fraction) {
    static BenchResult of(String name, String unit, Timing.Rates rates, double limit) {
        return new BenchResult(name, rates.median(), unit, rates.spread(), limit, rates.median() / limit);
    }
}
