package org.silverblaze.bench;

/**
 * Rates of the same workload on two engines, measured in one run.
 *
 * @param name the workload's
 * @param engine whose rate is divided
 * @param to the engine by whose rate it is divided
 * @param value the quotient: more than 1 where {@code engine} is faster
 */
public record EngineRatio(String name, String engine, String to, double value) {}
