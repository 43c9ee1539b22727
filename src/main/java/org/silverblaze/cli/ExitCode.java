package org.silverblaze.cli;

import org.silverblaze.Stop;

/** Exit codes of every command (DESIGN.md, Command line). */
final class ExitCode {
    static final int DONE = 0;
    /** The work failed. */
    static final int FAILED = 1;
    /** Bad usage or bad input. */
    static final int BAD_INPUT = 2;
    /** Stopped early on purpose, run again: SIGUSR1, {@code --time-limit}. */
    static final int STOPPED_EARLY = 75;
    /** SIGINT, SIGTERM. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(Stop.Reason reason) {
        return switch (reason) {
            case EARLY -> STOPPED_EARLY;
            case INTERRUPTED -> INTERRUPTED;
        };
    }
}
