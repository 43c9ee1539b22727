package org.silverblaze.bench;

import java.util.List;

/**
 * What {@code silverblaze bench} hands out; scripts rely on these names.
 *
 * @param machine processor, cores, Java
 * @param revision of the program
 * @param engine that did the work; "all": see {@code engines}
 * @param precision of the engine's networks
 * @param threads of every workload and every limit of the processors
 * @param engines what they are; those that do not work here, too, where all were asked for
 * @param results in the order in which they were found
 * @param ratios of engines to each other; empty where there was one
 * @param errors of the precision, where it is not float32
 */
public record BenchReport(
        String machine,
        String revision,
        String engine,
        String precision,
        int threads,
        List<EngineLine> engines,
        List<BenchResult> results,
        List<EngineRatio> ratios,
        List<PrecisionError> errors) {
    public BenchReport {
        engines = List.copyOf(engines);
        errors = List.copyOf(errors);
        results = List.copyOf(results);
        ratios = List.copyOf(ratios);
    }
}
