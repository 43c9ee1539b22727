package org.silverblaze.engine;

/**
 * A block of consecutive chains of the field phi held by an engine and advanced together: all its chains have the same clock.
 * Used by one thread at a time.
 */
public interface FieldBlock extends AutoCloseable {
    FieldSpec spec();

    /** First chain number of the block. */
    int firstChain();

    /** Number of chains in the block. */
    int chains();

    /** Updates that every chain of the block has made. */
    long clock();

    /**
     * Advances all chains to the update at which each has handed out {@code samples} samples since its beginning (all chains
     * take theirs at the same updates). Each sample reaches the sink once. Does nothing where they are there already.
     */
    void advance(long samples, FieldSink sink);

    /** The whole state of all chains; {@link FieldEngine#resume} of any engine takes it. */
    FieldState state();

    @Override
    void close();
}
