package org.silverblaze.sampling;

import java.util.Arrays;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.dataset.ViolationTask;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.FreeField;

/**
 * What the user asks for. What is null is left to the program: the number of chains follows from the number of samples, the
 * schedule from a {@link Pilot}, so that both are functions of lattice, couplings and samples alone.
 *
 * @param lattice 1 to 4 dimensions, time first
 * @param eta coefficient of |phi|^2
 * @param lambda coefficient of |phi|^4
 * @param mus chemical potentials, each once
 * @param samples samples at each mu
 * @param chains Markov chains at each mu, or null
 * @param stepsPerSweep worm steps between two l sweeps, or null for the number of sites
 * @param thermalization worms before sampling starts, or null
 * @param wormsBetween worms from one sample to the next, or null
 * @param algorithm the worm
 * @param seed the seed
 * @param segmentSamples samples of each chain in a segment, or null
 * @param task open worms to put into the closed configurations, or null
 */
public record SamplingRequest(
        Lattice lattice,
        double eta,
        double lambda,
        List<Double> mus,
        long samples,
        Integer chains,
        Integer stepsPerSweep,
        Long thermalization,
        Long wormsBetween,
        WormAlgorithm algorithm,
        long seed,
        Long segmentSamples,
        ViolationTask task) {
    private static final long SAMPLES_PER_CHAIN = 100;
    private static final int FEWEST_CHAINS = 16;
    private static final int MOST_CHAINS = 1024;
    private static final int LARGEST_CHAINS = 1 << 24;

    /** @throws BadInput where there is no such ensemble */
    public SamplingRequest {
        mus = List.copyOf(mus);
        if (mus.isEmpty()) {
            throw new BadInput("--mu: expected at least one value");
        }
        checkCounts(samples, chains, segmentSamples);
        for (double mu : mus) {
            FreeField.validate(lattice, new Couplings(eta, lambda, mu));
        }
        if (stepsPerSweep != null && stepsPerSweep < 1) {
            throw new BadInput("--steps-per-sweep " + stepsPerSweep + ": expected at least 1");
        }
        if (thermalization != null && thermalization < 0) {
            throw new BadInput("--thermalization " + thermalization + ": expected at least 0 worms");
        }
        if (wormsBetween != null && wormsBetween < 1) {
            throw new BadInput("--worms-between " + wormsBetween + ": expected at least 1");
        }
    }

    /** Numbers that every request has; null where they are left to the program. */
    static void checkCounts(long samples, Integer chains, Long segmentSamples) {
        if (samples < 1) {
            throw new BadInput("--samples " + samples + ": expected at least 1");
        }
        if (chains != null && (chains < 1 || chains > Math.min(samples, LARGEST_CHAINS))) {
            throw new BadInput("--chains " + chains + ": expected 1 to " + Math.min(samples, LARGEST_CHAINS)
                    + " (at most one chain for each of " + samples + " samples)");
        }
        if (segmentSamples != null && (segmentSamples < 1 || segmentSamples > samples)) {
            throw new BadInput("--segment-samples " + segmentSamples + ": expected 1 to " + samples + " (--samples)");
        }
    }

    /** A request for closed configurations. */
    public SamplingRequest(
            Lattice lattice,
            double eta,
            double lambda,
            List<Double> mus,
            long samples,
            Integer chains,
            Integer stepsPerSweep,
            Long thermalization,
            Long wormsBetween,
            WormAlgorithm algorithm,
            long seed,
            Long segmentSamples) {
        this(
                lattice,
                eta,
                lambda,
                mus,
                samples,
                chains,
                stepsPerSweep,
                thermalization,
                wormsBetween,
                algorithm,
                seed,
                segmentSamples,
                null);
    }

    /** A request that leaves chains and schedule to the program. */
    public static SamplingRequest of(
            Lattice lattice,
            double eta,
            double lambda,
            double[] mus,
            long samples,
            WormAlgorithm algorithm,
            long seed) {
        return new SamplingRequest(
                lattice,
                eta,
                lambda,
                Arrays.stream(mus).boxed().toList(),
                samples,
                null,
                null,
                null,
                null,
                algorithm,
                seed,
                null);
    }

    /** This request with that many chains. */
    public SamplingRequest withChains(Integer number) {
        return new SamplingRequest(
                lattice,
                eta,
                lambda,
                mus,
                samples,
                number,
                stepsPerSweep,
                thermalization,
                wormsBetween,
                algorithm,
                seed,
                segmentSamples,
                task);
    }

    /** This request with that schedule; null leaves a number to the program. */
    public SamplingRequest withSchedule(Integer newStepsPerSweep, Long newThermalization, Long newWormsBetween) {
        return new SamplingRequest(
                lattice,
                eta,
                lambda,
                mus,
                samples,
                chains,
                newStepsPerSweep,
                newThermalization,
                newWormsBetween,
                algorithm,
                seed,
                segmentSamples,
                task);
    }

    /** This request with segments of so many samples of each chain; null leaves it to the program. */
    public SamplingRequest withSegmentSamples(Long newSegmentSamples) {
        return new SamplingRequest(
                lattice,
                eta,
                lambda,
                mus,
                samples,
                chains,
                stepsPerSweep,
                thermalization,
                wormsBetween,
                algorithm,
                seed,
                newSegmentSamples,
                task);
    }

    /** This request with open worms in its configurations; null leaves them closed. */
    public SamplingRequest withTask(ViolationTask newTask) {
        return new SamplingRequest(
                lattice,
                eta,
                lambda,
                mus,
                samples,
                chains,
                stepsPerSweep,
                thermalization,
                wormsBetween,
                algorithm,
                seed,
                segmentSamples,
                newTask);
    }

    /**
     * Chains at each mu: as asked for, otherwise the largest power of two that leaves every chain 100 samples, 16 to 1024, at
     * most one for each sample. Enough for all cores and for splits by chain, few enough that thermalization stays cheap.
     */
    public int resolvedChains() {
        return chains != null ? chains : defaultChains(samples);
    }

    static int defaultChains(long samples) {
        long most = Math.clamp(samples / SAMPLES_PER_CHAIN, FEWEST_CHAINS, MOST_CHAINS);
        return (int) Math.min(samples, Long.highestOneBit(most));
    }
}
