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

    @Option(names = "--device", paramLabel = "N", description = "which GPU engine cuda takes, from 0 (default: 0)")
    Integer device;

    /** The engine asked for, or the usual one. */
    EngineChoice choose() {
        pickDevice();
        return Dispatcher.choose(engine);
    }

    /** The engine asked for, or the fastest one for this work. */
    EngineChoice choose(Supplier<Demand> demand) {
        pickDevice();
        return Dispatcher.choose(engine, demand);
    }

    /** In every method here, since a command whose run has kept its engine does not choose one. */
    private void pickDevice() {
        if (device != null) {
            Dispatcher.useDevice(device);
        }
    }

    int threads() {
        pickDevice();
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (count < 1 || count > MOST_THREADS) {
            throw new BadInput("--threads " + count + ": expected 1 to " + MOST_THREADS);
        }
        return count;
    }
}
