package org.silverblaze.dataset;

/** The samples of one (couplings, block, segment) in memory, ordered by (chain, draw), in whichever representation. */
public sealed interface ShardData permits Shard, FieldShard {
    /** The data set. */
    Manifest manifest();

    /** Which shard of it. */
    ShardId id();

    /** Chain number of each sample. */
    int[] chain();

    /** Number of each sample within its chain. */
    long[] draw();

    /** Number of samples. */
    default int count() {
        return chain().length;
    }
}
