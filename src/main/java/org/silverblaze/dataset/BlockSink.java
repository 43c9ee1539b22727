package org.silverblaze.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.theory.ObservableMeter;

/**
 * Takes the samples of one block of chains and writes each of its shards as soon as it is complete. Surplus samples of a
 * chain, and those of shards that are on the disk already, are passed over; those of a later segment are kept for it. Used by
 * one thread at a time.
 */
public final class BlockSink implements SampleSink {
    private final DatasetFolder folder;
    private final int mu;
    private final int block;
    private final ObservableMeter meter;
    private final long segmentSamples;
    private final int segments;
    private final boolean[] written;
    private final Map<Integer, ShardBuilder> open = new HashMap<>();

    /**
     * @param mu index into the manifest's points
     * @param block number of the block
     * @param meter of the manifest's lattice and couplings; one for each thread
     */
    public BlockSink(DatasetFolder folder, int mu, int block, ObservableMeter meter) {
        this.folder = folder;
        this.mu = mu;
        this.block = block;
        this.meter = meter;
        ShardLayout layout = folder.manifest().layout();
        segmentSamples = layout.segmentSamples();
        segments = layout.segments(block);
        written = new boolean[segments];
        for (int segment = 0; segment < segments; segment++) {
            written[segment] = folder.has(new ShardId(mu, block, segment));
        }
    }

    /** @throws UncheckedIOException where a complete shard cannot be written */
    @Override
    public void accept(int chain, long draw, byte[] k, byte[] l) {
        long number = draw / segmentSamples;
        if (number >= segments || written[(int) number]) {
            return;
        }
        int segment = (int) number;
        ShardBuilder builder = open.computeIfAbsent(
                segment, s -> new ShardBuilder(folder.manifest(), new ShardId(mu, block, s), meter));
        if (builder.accept(chain, draw, k, l) && builder.complete()) {
            try {
                folder.write(builder.shard());
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
            written[segment] = true;
            open.remove(segment);
        }
    }

    /** Whether every shard of the block is on the disk. */
    public boolean complete() {
        for (boolean w : written) {
            if (!w) {
                return false;
            }
        }
        return true;
    }
}
