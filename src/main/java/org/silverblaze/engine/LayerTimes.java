package org.silverblaze.engine;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** Where the time of a network's work goes: nanoseconds of each layer and phase, summed over all threads. Thread-safe. */
public final class LayerTimes {
    /** What is done in a layer. The backward pass of a layer without weights counts as its input gradient. */
    public enum Phase {
        FORWARD,
        INPUT_GRADIENT,
        WEIGHT_GRADIENT
    }

    /** Nanoseconds of each layer. */
    private final Map<Phase, AtomicLongArray> nanos = new EnumMap<>(Phase.class);

    /** For a network of so many layers; all times are zero. */
    public LayerTimes(int layers) {
        for (Phase phase : Phase.values()) {
            nanos.put(phase, new AtomicLongArray(layers));
        }
    }

    public void add(int layer, Phase phase, long nanoseconds) {
        nanos.get(phase).addAndGet(layer, nanoseconds);
    }

    /** Nanoseconds so far of layer {@code layer}, counted from 0. */
    public long get(int layer, Phase phase) {
        return nanos.get(phase).get(layer);
    }
}
