package org.silverblaze.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the networks of an engine compute. Runs of different precision have different bits, so it is part of a run's request. */
public enum Precision {
    /** float32 by the direct formulas: the maps of an EQ network shift with its input, equal to the bit. */
    FLOAT32,
    /**
     * float32 with fewer multiplications (Winograd) where they are fewer by enough: larger roundings, and equivariance to these
     * roundings only.
     */
    FAST;

    /** The name in command lines and files. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one with this name; empty where there is none. */
    public static Optional<Precision> of(String id) {
        return Arrays.stream(values()).filter(p -> p.id().equals(id)).findFirst();
    }

    /** All names, for messages. */
    public static String names() {
        return Arrays.stream(values()).map(Precision::id).collect(Collectors.joining(" or "));
    }
}
