package org.silverblaze.cli;

import java.util.function.Supplier;
import org.silverblaze.BadInput;
import org.silverblaze.dispatch.Demand;
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

    /** The engine asked for, or the usual one. */
    EngineChoice choose() {
        return Dispatcher.choose(engine);
    }

    /** The engine asked for, or the fastest one for this work. */
    EngineChoice choose(Supplier<Demand> demand) {
        return Dispatcher.choose(engine, demand);
    }

    int threads() {
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (count < 1 || count > MOST_THREADS) {
            throw new BadInput("--threads " + count + ": expected 1 to " + MOST_THREADS);
        }
        return count;
    }
}
