package org.silverblaze.random;

/**
 * What a random number is for: the last word of the counter. Numbers of different purposes never coincide. The codes are
 * part of the data format: never renumber, only append. The purposes of the sampler's hot loops draw from {@link Threefry}, all
 * others from {@link Philox}.
 */
public enum Purpose {
    /** Moves of a worm: word {@code step} of a chain. */
    WORM_MOVE(0, true),
    /** Opening of a worm: block {@code worm number} of a chain. */
    WORM_OPENING(1, true),
    /** Local updates of l: block {@code sweep, link}. */
    L_SWEEP(2, true),
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
    private final boolean hot;

    Purpose(int code) {
        this(code, false);
    }

    Purpose(int code, boolean hot) {
        this.code = code;
        this.hot = hot;
    }

    public int code() {
        return code;
    }

    /** Whether its numbers come from {@link Threefry}. */
    boolean hot() {
        return hot;
    }
}
