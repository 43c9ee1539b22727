package org.silverblaze.bench;

import java.util.List;

/**
 * What {@code silverblaze bench} hands out; scripts rely on these names.
 *
 * @param machine processor, cores, Java
 * @param revision of the program
 * @param engine that did the work
 * @param threads of every workload and every limit
 * @param results in the order in which they were found
 */
public record BenchReport(String machine, String revision, String engine, int threads, List<BenchResult> results) {
    public BenchReport {
        results = List.copyOf(results);
    }
}
