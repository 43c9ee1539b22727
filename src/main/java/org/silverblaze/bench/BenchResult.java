package org.silverblaze.bench;

/**
 * One line of the report.
 *
 * @param engine that did the work; null for limits of the host's processors
 * @param name the workload's
 * @param value rate, the median of the repetitions
 * @param fastest rate of the repetitions: what there is where nobody else disturbs them
 * @param unit of value, fastest, spread and limit
 * @param spread half the distance between the extremes of the repetitions
 * @param limit the rate that the machine allows at most, measured in the same run; null where there is none
 * @param fraction value / limit; null where there is no limit
 */
public record BenchResult(
        String engine,
        String name,
        double value,
        double fastest,
        String unit,
        double spread,
        Double limit,
        Double fraction) {
    static BenchResult of(String engine, String name, String unit, Timing.Rates rates, Double limit) {
        Double fraction = limit == null ? null : rates.median() / limit;
        return new BenchResult(engine, name, rates.median(), rates.most(), unit, rates.spread(), limit, fraction);
    }

    /** A limit, which is the best of its repetitions. */
    static BenchResult limit(String engine, String name, String unit, Timing.Rates rates) {
        return new BenchResult(engine, name, rates.most(), rates.most(), unit, rates.spread(), null, null);
    }
}
