package org.silverblaze.dataset;

import java.util.List;
import org.silverblaze.engine.ChainState;

/**
 * Where a block of chains stands at the end of a segment.
 *
 * @param chains the chains, open worms included
 * @param surplus samples that they have given beyond the segment, by segment, chain and draw
 */
record BlockState(ChainState chains, List<Sample> surplus) {
    /** One sample; k and l are {@code byte[d * V]}, {@code [direction][t][x]}. */
    record Sample(int chain, long draw, byte[] k, byte[] l) {}

    BlockState {
        surplus = List.copyOf(surplus);
    }
}
