package org.silverblaze.engine;

import org.silverblaze.BadInput;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;

/**
 * The whole state of a block of chains of the field phi, engine-independent. Random numbers have no state beyond the clock, nor
 * have the numbers of samples.
 *
 * @param firstChain number of the first chain
 * @param clock updates made by every chain
 * @param phi field, {@code [chain][component][site]}, {@code float[chains * 2 * V]}
 */
public record FieldState(int firstChain, long clock, float[] phi) {
    /** The cold start: phi = 0, clock 0. */
    public static FieldState cold(FieldSpec spec, int firstChain, int chains) {
        long numbers = 2L * spec.lattice().volume() * chains;
        if (numbers > Integer.MAX_VALUE - 8) {
            throw new BadInput("--lattice " + spec.lattice() + ": the state of a block of " + chains
                    + " chains would take " + numbers + " numbers; at most 2^31 are possible");
        }
        return new FieldState(firstChain, 0, new float[(int) numbers]);
    }

    /**
     * A hot start, for checks of thermalization: both components of every site uniform in [-2, 2), clock 0. Random numbers are those of
     * {@link Purpose#HOT_START}.
     */
    public static FieldState hot(FieldSpec spec, int firstChain, int chains) {
        FieldState state = cold(spec, firstChain, chains);
        int numbers = 2 * spec.lattice().volume();
        for (int c = 0; c < chains; c++) {
            RandomSequence random = new RandomSequence(spec.key(), firstChain + c, Purpose.HOT_START);
            for (int i = 0; i < numbers; i++) {
                state.phi[c * numbers + i] = 4 * random.nextFloat() - 2;
            }
        }
        return state;
    }

    /** Chains of the block on this lattice. */
    public int chains(FieldSpec spec) {
        return phi.length / (2 * spec.lattice().volume());
    }
}
