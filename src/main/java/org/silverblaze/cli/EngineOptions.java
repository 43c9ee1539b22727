package org.silverblaze.cli;

import org.silverblaze.BadInput;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.dispatch.EngineChoice;
import picocli.CommandLine.Option;

/** Options of every command that gives work to an engine. */
final class EngineOptions {
    /** More than any node has; every thread has memory of its own. */
    private static final int MOST_THREADS = 4096;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = Dispatcher.AUTO,
            description = "auto, vector, cuda or reference (default: ${DEFAULT-VALUE})")
    String engine;

    @Option(names = "--threads", paramLabel = "N", description = "threads (default: the cores this process may use)")
    Integer threads;

    EngineChoice choose() {
        return Dispatcher.choose(engine);
    }

    int threads() {
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (count < 1 || count > MOST_THREADS) {
            throw new BadInput("--threads " + count + ": expected 1 to " + MOST_THREADS);
        }
        return count;
    }
}
