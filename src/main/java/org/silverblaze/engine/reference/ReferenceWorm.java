package org.silverblaze.engine.reference;

import org.silverblaze.engine.ChainState;

/** One chain of the reference engine, whatever its algorithm. */
sealed interface ReferenceWorm permits ReferenceChain, MetropolisChain {
    /** Takes up chain number {@code c} of a block's state. */
    void load(ChainState state, int c);

    /** Writes this chain as number {@code c} of a block's state; the clock is the block's. */
    void store(ChainState state, int c);

    /** P steps of the clock and the l sweep after them. */
    void stepsAndSweep();

    /** Samples handed out so far. */
    long samples();
}
