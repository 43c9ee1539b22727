package org.silverblaze.engine;

/** An occupation left its int8 range: the run stops, it never goes on with wrong weights. The message is one line. */
public final class OccupationLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OccupationLimitException(String message) {
        super(message);
    }
}
