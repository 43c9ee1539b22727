package org.silverblaze.engine;

/** Sampling half of an engine. */
public interface SamplingEngine {
    /** Chains firstChain .. firstChain + chains - 1 at their cold start, clock 0. */
    ChainBlock start(ChainSpec spec, int firstChain, int chains);

    /** Chains as {@link ChainBlock#state()} left them, on whatever engine. */
    ChainBlock resume(ChainSpec spec, ChainState state);

    /**
     * Says how much is about to be asked for, so that an engine may prepare for it. No chain depends on it.
     *
     * @param steps of the head, of all chains together, at the least
     */
    default void expect(double steps) {}
}
