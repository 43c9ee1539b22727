package org.silverblaze.cli;

/** Exit codes of every command (DESIGN.md, Command line). */
final class ExitCode {
    static final int DONE = 0;
    /** The work failed. */
    static final int FAILED = 1;
    /** Bad usage or bad input. */
    static final int BAD_INPUT = 2;

    private ExitCode() {}
}
