package org.silverblaze.engine;

/**
 * A block of consecutive chains held by an engine and advanced together: all its chains have the same clock. Used by one
 * thread at a time.
 */
public interface ChainBlock extends AutoCloseable {
    ChainSpec spec();

    /** First chain number of the block. */
    int firstChain();

    /** Number of chains in the block. */
    int chains();

    /** Worm steps that every chain of the block has made. */
    long clock();

    /**
     * Advances all chains to the first multiple of P ({@link Schedule#stepsPerSweep()}) at which chain firstChain + i has
     * handed out at least {@code samples[i]} samples since its beginning, for every i. Each sample reaches the sink once,
     * surplus ones too.
     *
     * @throws OccupationLimitException where an occupation would leave its representation; names the chain
     */
    void advance(long[] samples, SampleSink sink);

    /** The whole state of all chains, open worms included; {@link SamplingEngine#resume} of any engine takes it. */
    ChainState state();

    @Override
    void close();
}
