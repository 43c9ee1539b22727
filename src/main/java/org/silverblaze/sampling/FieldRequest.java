package org.silverblaze.sampling;

import org.silverblaze.BadInput;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/**
 * What the user asks for in the phi representation. What is null is left to the program, as in {@link SamplingRequest}: the chains follow
 * from the samples, the schedule from a {@link FieldPilot}.
 *
 * @param lattice 1 to 4 dimensions, time first
 * @param eta coefficient of |phi|^2
 * @param lambda coefficient of |phi|^4
 * @param samples samples in all
 * @param chains Markov chains, or null
 * @param reflections sweeps of reflections after every heat-bath sweep, or null
 * @param thermalization updates before sampling starts, or null
 * @param updatesBetween updates from one sample to the next, or null
 * @param seed the seed
 * @param segmentSamples samples of each chain in a segment, or null
 */
public record FieldRequest(
        Lattice lattice,
        double eta,
        double lambda,
        long samples,
        Integer chains,
        Integer reflections,
        Long thermalization,
        Long updatesBetween,
        long seed,
        Long segmentSamples) {
    /** @throws BadInput where there is no such ensemble */
    public FieldRequest {
        SamplingRequest.checkCounts(samples, chains, segmentSamples);
        FieldSchedule schedule = new FieldSchedule(
                reflections == null ? FieldSchedule.REFLECTIONS : reflections,
                thermalization == null ? 0 : thermalization,
                updatesBetween == null ? 1 : updatesBetween);
        new FieldSpec(lattice, new Couplings(eta, lambda, 0), FieldAlgorithm.HEAT_BATH, seed, schedule);
    }

    /** Sweeps of reflections after every heat-bath sweep. */
    int resolvedReflections() {
        return reflections == null ? FieldSchedule.REFLECTIONS : reflections;
    }

    /** Chains: as asked for, otherwise as {@link SamplingRequest#resolvedChains}. */
    public int resolvedChains() {
        return chains != null ? chains : SamplingRequest.defaultChains(samples);
    }
}
