package org.silverblaze.bench;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Named work.
 *
 * @param name parts with slashes between them, such as {@code step/EQ-small/60x4/64}
 * @param unit of the rate: FLOP/s, B/s, steps/s, ...
 * @param start makes the work ready
 * @param limit the rate that the engine's machine allows at most, in the same unit; null where nothing is known
 */
public record Workload(String name, String unit, Supplier<Work> start, Function<EngineLimits, Double> limit) {
    /** Whether {@code wanted} is this workload's name or its first parts. */
    public boolean answersTo(String wanted) {
        return name.equalsIgnoreCase(wanted) || name.regionMatches(true, 0, wanted + "/", 0, wanted.length() + 1);
    }
}
