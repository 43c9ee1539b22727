package org.silverblaze.engine;

import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.StreamKey;
import org.silverblaze.theory.Couplings;

/**
 * Everything that defines the chains of an ensemble, whatever engine runs them: chain c of a spec is one sequence of
 * configurations, bit for bit.
 *
 * @param lattice 1 to 4 dimensions
 * @param couplings the theory
 * @param algorithm the worm
 * @param seed the user's seed
 * @param schedule clock, thermalization, spacing
 */
public record ChainSpec(Lattice lattice, Couplings couplings, WormAlgorithm algorithm, long seed, Schedule schedule) {
    /** Key of the random numbers: the first 64 bits of SHA-256 over seed, lattice and couplings (DESIGN.md). */
    public StreamKey key() {
        return StreamKey.of("silverblaze chain;seed=" + seed + ";lattice=" + lattice + ";eta="
                + Double.toHexString(couplings.eta()) + ";lambda=" + Double.toHexString(couplings.lambda()) + ";mu="
                + Double.toHexString(couplings.mu()));
    }
}
