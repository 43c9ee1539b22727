package org.silverblaze.engine;

/** An occupation left its int8 range: the run stops, it never goes on with wrong weights. The message is one line. */
public final class OccupationLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OccupationLimitException(String message) {
        super(message);
    }

    /** The same line on every engine. */
    public static OccupationLimitException of(ChainSpec spec, int chain) {
        return new OccupationLimitException("chain " + chain + " on " + spec.lattice() + " at mu = "
                + spec.couplings().mu() + ": an occupation |k|+l would exceed " + WormTables.MAX_OCCUPATION
                + "; the couplings are too far in the dense phase (smaller mu or larger eta)");
    }
}
