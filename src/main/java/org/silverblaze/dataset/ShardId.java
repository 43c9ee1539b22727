package org.silverblaze.dataset;

import java.util.Locale;

/**
 * Which piece of a data set: couplings, block, segment, all counted from 0.
 *
 * @param mu index into the manifest's points
 * @param block block of chains
 * @param segment segment of the block's chains
 */
public record ShardId(int mu, int block, int segment) implements Comparable<ShardId> {
    /** Name in the folder: {@code mu000-block000-segment000.h5}. */
    public String fileName() {
        return String.format(Locale.ROOT, "mu%03d-block%03d-segment%03d.h5", mu, block, segment);
    }

    @Override
    public int compareTo(ShardId other) {
        int byMu = Integer.compare(mu, other.mu);
        int byBlock = Integer.compare(block, other.block);
        return byMu != 0 ? byMu : byBlock != 0 ? byBlock : Integer.compare(segment, other.segment);
    }
}
