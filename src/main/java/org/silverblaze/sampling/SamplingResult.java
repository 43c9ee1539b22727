package org.silverblaze.sampling;

import java.nio.file.Path;
import java.util.List;

/**
 * What came of a run; the keys of {@code generate --json}.
 *
 * @param samples samples in the folder, all mu together
 * @param chains Markov chains at each mu
 * @param threads threads used
 * @param engine engine that sampled
 * @param seconds wall time, pilot included
 * @param cpuSeconds processor time
 * @param samplesPerSecond samples that this run made per second of wall time
 * @param effectiveSamplesPerSecond of them, samples / (2 tau_int) of the slower of n and |phi|^2 per second; null where this run
 *     made none
 * @param observable the slower of the two, at the mu with the fewest effective samples: {@code n} or {@code phi2}; null where this
 *     run made none
 * @param out folder of the data set
 * @param made samples that this run made; the rest was there
 * @param notes lines for people: what they should know about this run
 */
public record SamplingResult(
        long samples,
        int chains,
        int threads,
        String engine,
        double seconds,
        double cpuSeconds,
        double samplesPerSecond,
        Double effectiveSamplesPerSecond,
        String observable,
        Path out,
        long made,
        List<String> notes) {}
