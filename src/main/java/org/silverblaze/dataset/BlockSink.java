package org.silverblaze.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.silverblaze.BadInput;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;

/**
 * Takes the samples of one block of chains, segment by segment. {@link #segmentDone} writes the shard of the segment in hand, then
 * the state of the chains with the surplus samples, which belong to later segments; then the state before it may go. So
 * wherever a run is killed, {@link #resume} goes on from the last segment that is whole. Used by one thread at a time.
 *
 * <p>What a state file holds depends on the request alone, too: the chains' state at the end of the segment, and every sample beyond
 * it that the chains had given by then.
 */
public final class BlockSink implements SampleSink {
    /** Is told of every sample that counts, once and in the order of each chain; those of a state file come first. */
    @FunctionalInterface
    public interface Listener {
        /** @param made whether the shard of the sample is still to be written */
        void take(int chain, long draw, Observables observables, boolean made);
    }

    private final DatasetFolder folder;
    private final int mu;
    private final int block;
    private final ObservableMeter meter;
    private final WormInserter inserter;
    private final Listener listener;
    private final ShardLayout layout;
    /** Whether the shard of a segment is on the disk. */
    private final boolean[] present;
    /** The end of the last segment that was missing at the beginning. */
    private final int end;
    /** Segments from {@link #segment} on that have samples. */
    private final SortedMap<Integer, ShardBuilder> open = new TreeMap<>();

    private int segment;

    /** As the other one; nobody listens. */
    public BlockSink(DatasetFolder folder, int mu, int block, ObservableMeter meter) {
        this(folder, mu, block, meter, null, (chain, draw, observables, made) -> {});
    }

    /**
     * @param mu index into the manifest's points
     * @param block number of the block
     * @param meter of the manifest's lattice and couplings; one for each thread
     * @param inserter of the manifest's task; null where it has none
     */
    public BlockSink(
            DatasetFolder folder, int mu, int block, ObservableMeter meter, WormInserter inserter, Listener listener) {
        if ((inserter == null) != (folder.manifest().task() == null)) {
            throw new IllegalArgumentException("open worms are inserted where the manifest has a task, nowhere else");
        }
        this.folder = folder;
        this.mu = mu;
        this.block = block;
        this.meter = meter;
        this.inserter = inserter;
        this.listener = listener;
        this.layout = folder.manifest().layout();
        this.present = new boolean[layout.segments(block)];
        int last = -1;
        for (int s = 0; s < present.length; s++) {
            present[s] = folder.has(id(s));
            last = present[s] ? last : s;
        }
        this.end = last + 1;
    }

    /**
     * Goes to the first segment that is missing, as far as states of the chains reach. Called before the first sample.
     *
     * @return the chains' state to go on from; empty: from the start
     */
    public Optional<ChainState> resume() throws IOException {
        int missing = 0;
        while (missing < end && present[missing]) {
            missing++;
        }
        for (int last = missing - 1; last >= 0; last--) {
            if (folder.hasState(id(last))) {
                BlockState state;
                try {
                    state = folder.readState(id(last));
                } catch (BadInput damaged) {
                    continue; // An older state, or the start, leads to the same bits.
                }
                segment = last + 1;
                for (BlockState.Sample sample : state.surplus()) {
                    accept(sample.chain(), sample.draw(), sample.k(), sample.l());
                }
                return Optional.of(state.chains());
            }
        }
        return Optional.empty();
    }

    /** The segment in hand, from 0. */
    public int segment() {
        return segment;
    }

    @Override
    public void accept(int chain, long draw, byte[] k, byte[] l) {
        if (draw >= layout.samplesOf(chain)) {
            return;
        }
        int number = Math.toIntExact(draw / layout.segmentSamples());
        if (number < segment) {
            throw new IllegalStateException(
                    "draw " + draw + " of chain " + chain + " in segment " + segment + ": its shard is finished");
        }
        Observables measured = open.computeIfAbsent(number, s -> new ShardBuilder(folder.manifest(), id(s), meter))
                .accept(chain, draw, k, l);
        listener.take(chain, draw, measured, !present[number]);
    }

    /**
     * The chains have given all samples of the segment in hand: its shard and, unless it is the last, the state are written
     * where they are not there.
     *
     * @param state of the chains; asked for where it is needed
     */
    public void segmentDone(Supplier<ChainState> state) throws IOException {
        ShardBuilder builder = open.remove(segment);
        ShardId id = id(segment);
        if (!present[segment]) {
            if (builder == null) {
                throw new IllegalStateException(id.fileName() + ": no samples");
            }
            folder.write(builder.shard(inserter));
            present[segment] = true;
        }
        boolean more = segment + 1 < end;
        if (more) {
            List<BlockState.Sample> surplus = new ArrayList<>();
            open.values().forEach(later -> later.forEach(surplus::add));
            folder.writeState(id, new BlockState(state.get(), surplus));
        }
        folder.removeStatesBefore(more ? id : id(present.length));
        segment++;
    }

    /** Whether every shard of the block is on the disk. */
    public boolean complete() {
        return segment >= end;
    }

    private ShardId id(int ofSegment) {
        return new ShardId(mu, block, ofSegment);
    }
}
