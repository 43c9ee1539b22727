package org.silverblaze.engine.vector;

import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;

/** Consecutive chains of a block that are advanced together and have one clock. */
sealed interface ChainGroup permits PackedGroup, MetropolisGroup {
    long clock();

    /** How often the group had to leave the lanes. */
    long timesLeft();

    /** Whether chain i of the group has handed out {@code wanted[first + i]} samples, for all i. */
    boolean reached(long[] wanted, int first);

    /** P steps and the l sweep after them, of every chain. */
    void period(SampleSink sink);

    /** Writes the group's part of a block's state, chains {@code first ..} of it. */
    void store(ChainState state, int first);
}
