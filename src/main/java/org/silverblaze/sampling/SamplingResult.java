package org.silverblaze.sampling;

import java.nio.file.Path;
import java.util.List;

/**
 * What came of a run; the keys of {@code generate --json}. Times cover the whole of it, from the request to the checksums: pilot runs,
 * JIT compilation, thermalization, the chains from a hot start, measuring and writing; not the start of the Java machine.
 *
 * @param samples samples in the folder, all mu together
 * @param chains Markov chains at each mu
 * @param threads threads used
 * @param engine engine that sampled
 * @param seconds wall time
 * @param cpuSeconds processor time of all threads of the process, the JIT compiler's and the garbage collector's included
 * @param samplesPerSecond samples that this run made per second of wall time
 * @param effectiveSamplesPerSecond of them, samples / (2 tau_int) of the slower of n and |phi|^2 per second; null where this run
 *     made none
 * @param observable the slower of the two, at the mu with the fewest effective samples: {@code n}, {@code phi2} or (fields)
 *     {@code zero_mode}; null where this
 *     run made none
 * @param samplingSeconds wall time from the first chain's start to the last shard's name, so without pilot runs and analysis;
 *     0 where nothing was missing
 * @param samplingCpuSeconds processor time within it
 * @param longRunRate samples per second of processor time in the second half of the samples that this run made, where with one block of
 *     chains nothing is left of what comes once (compilation, thermalization); null where it passed too fast to be measured
 * @param points each mu of which this run made samples
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
        double samplingSeconds,
        double samplingCpuSeconds,
        Double longRunRate,
        List<Point> points,
        Path out,
        long made,
        List<String> notes) {
    /**
     * What this run made at one mu.
     *
     * @param mu chemical potential
     * @param made samples
     * @param tauIntN integrated autocorrelation time of n in units of the spacing of samples, as measured (0.5: uncorrelated); null
     *     where n is left out ({@link SlowestObservable})
     * @param tauIntNError its standard error, or null
     * @param tauIntPhi2 of |phi|^2
     * @param tauIntPhi2Error its standard error
     */
    public record Point(
            double mu, long made, Double tauIntN, Double tauIntNError, double tauIntPhi2, double tauIntPhi2Error) {}
}
