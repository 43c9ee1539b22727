package org.silverblaze.engine;

import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.StreamKey;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.FreeField;

/**
 * Everything that defines the chains of an ensemble in the phi representation, whatever engine runs them: chain c of a spec is
 * one sequence of field configurations, bit for bit.
 *
 * @param lattice 1 to 4 dimensions
 * @param couplings the theory; mu = 0, for otherwise the weight e^{-S} is complex
 * @param algorithm the local updates
 * @param seed the user's seed
 * @param schedule updates, thermalization, spacing
 */
public record FieldSpec(
        Lattice lattice, Couplings couplings, FieldAlgorithm algorithm, long seed, FieldSchedule schedule) {
    public FieldSpec {
        if (couplings.mu() != 0) {
            throw new BadInput("--representation phi with --mu " + couplings.mu()
                    + ": the weight of phi is complex unless mu is 0; use --mu 0 or the flux representation");
        }
        FreeField.validate(lattice, couplings);
    }

    /** Philox key: the first 64 bits of SHA-256 over seed, lattice and couplings; no flux ensemble has the same. */
    public StreamKey key() {
        return StreamKey.of("silverblaze field;seed=" + seed + ";lattice=" + lattice + ";eta="
                + Double.toHexString(couplings.eta()) + ";lambda=" + Double.toHexString(couplings.lambda()));
    }
}
