package org.silverblaze.bench;

import java.util.List;

/**
 * What {@code silverblaze bench} hands out; scripts rely on these names.
 *
 * @param machine processor, cores, Java
 * @param revision of the program
 * @param engine that did the work
 * @param threads of every workload and every limit
 * @param precision of the engine's networks
 * @param results in the order in which they were found
 * @param errors of the precision, where it is not float32
 */
public record BenchReport(
        String machine,
        String revision,
        String engine,
        String precision,
        int threads,
        List<BenchResult> results,
        List<PrecisionError> errors) {
    public BenchReport {
        errors = List.copyOf(errors);
        results = List.copyOf(results);
    }
}
