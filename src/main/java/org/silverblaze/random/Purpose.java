package org.silverblaze.random;

/**
 * What a random number is for: the last word of the counter. Numbers of different purposes never coincide. The codes are
 * part of the data format: never renumber, only append.
 */
public enum Purpose {
    /** Moves of a worm: word {@code step} of a chain. */
    WORM_MOVE(0),
    /** Opening of a worm: block {@code worm number} of a chain. */
    WORM_OPENING(1),
    /** Local updates of l: block {@code sweep, link}. */
    L_SWEEP(2),
    INITIAL_WEIGHTS(3),
    SHUFFLING(4),
    BOOTSTRAP(5),
    /** Drawing of subsets and splits. */
    SPLITTING(6),
    /** Open worms inserted for detection and counting tasks. */
    VIOLATION(7),
    /** Heat bath of the phi representation: word {@code 3 position + i} of a sweep. */
    FIELD_UPDATE(8),
    /** Hot starts of chains. */
    HOT_START(9);

    private final int code;

    Purpose(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
