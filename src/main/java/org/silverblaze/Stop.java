package org.silverblaze;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Asks work to end before it is done. Long work looks here often, drops what is not whole and throws {@link Stopped}; what it has
 * saved stays, and the same request goes on from there. The first request counts. Thread-safe.
 */
public final class Stop {
    /** Why. */
    public enum Reason {
        /** Somebody wants the process to end: SIGINT, SIGTERM. */
        INTERRUPTED,
        /** On purpose, to be run again: SIGUSR1, a time limit. */
        EARLY
    }

    private final AtomicReference<Stopped> request = new AtomicReference<>();

    /**
     * Asks for the end.
     *
     * @param cause in a few words, such as the name of the signal
     * @return whether this is the first request
     */
    public boolean request(Reason reason, String cause) {
        return request.compareAndSet(null, new Stopped(reason, cause));
    }

    public boolean requested() {
        return request.get() != null;
    }

    /** @throws Stopped where the end was asked for */
    public void check() {
        Stopped stopped = request.get();
        if (stopped != null) {
            throw stopped;
        }
    }
}
