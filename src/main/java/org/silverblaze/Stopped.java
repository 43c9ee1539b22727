package org.silverblaze;

/** Work ended before it was done because {@link Stop} asked for it. The message says in a few words what asked. */
public final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Stop.Reason reason;

    Stopped(Stop.Reason reason, String cause) {
        super(cause);
        this.reason = reason;
    }

    public Stop.Reason reason() {
        return reason;
    }
}
