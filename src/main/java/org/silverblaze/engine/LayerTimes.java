package org.silverblaze.engine;

import java.util.concurrent.atomic.AtomicLongArray;

/** Where the time of a network's work goes: nanoseconds of each layer and phase, summed over all threads. Thread-safe. */
public final class LayerTimes {
    /** What is done in a layer. The backward pass of a layer without weights counts as its input gradient. */
    public enum Phase {
        FORWARD,
        INPUT_GRADIENT,
        WEIGHT_GRADIENT
    }

    private static final int PHASES = Phase.values().length;

    private final AtomicLongArray nanos;

    /** For a network of so many layers; all times are zero. */
    public LayerTimes(int layers) {
        nanos = new AtomicLongArray(layers * PHASES);
    }

    public void add(int layer, Phase phase, long nanoseconds) {
        nanos.addAndGet(layer * PHASES + phase.ordinal(), nanoseconds);
    }

    /** Nanoseconds so far of layer {@code layer}, counted from 0. */
    public long get(int layer, Phase phase) {
        return nanos.get(layer * PHASES + phase.ordinal());
    }
}
