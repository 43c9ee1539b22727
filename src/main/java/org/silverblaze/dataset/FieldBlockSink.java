package org.silverblaze.dataset;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.silverblaze.BadInput;
import org.silverblaze.engine.FieldState;
import org.silverblaze.theory.FieldMeter;
import org.silverblaze.theory.FieldObservables;

/**
 * Takes the samples of one block of chains of the field phi, segment by segment, as {@link BlockSink} does for fluxes. All chains of a
 * block have the same clock and give their samples at the same updates, so none is ever beyond its segment, and the state of a
 * block is its fields. Used by one thread at a time.
 */
public final class FieldBlockSink {
    /** Is told of every sample once, in the order of each chain. */
    @FunctionalInterface
    public interface Listener {
        /** @param made whether the shard of the sample is still to be written */
        void take(int chain, long draw, FieldObservables observables, boolean made);
    }

    private final DatasetFolder folder;
    private final int block;
    private final FieldMeter meter;
    private final Listener listener;
    private final ShardLayout layout;
    /** The end of the last segment that was missing at the beginning. */
    private final int end;

    private int segment;
    private FieldShardBuilder builder;

    /** @param block number of the block */
    public FieldBlockSink(DatasetFolder folder, int block, Listener listener) {
        Manifest manifest = folder.manifest();
        this.folder = folder;
        this.block = block;
        this.meter = new FieldMeter(manifest.lattice(), manifest.couplings(0));
        this.listener = listener;
        this.layout = manifest.layout();
        int last = layout.segments(block) - 1;
        while (last >= 0 && folder.has(id(last))) {
            last--;
        }
        this.end = last + 1;
        begin(0);
    }

    /**
     * Goes to the first segment that is missing, as far as states of the chains reach. Called before the first sample.
     *
     * @return the chains' state to go on from; empty: from the start
     */
    public Optional<FieldState> resume() throws IOException {
        int missing = 0;
        while (missing < end && folder.has(id(missing))) {
            missing++;
        }
        for (int last = missing - 1; last >= 0; last--) {
            if (folder.hasState(id(last))) {
                FieldState state;
                try {
                    state = folder.readFieldState(id(last));
                } catch (BadInput damaged) {
                    continue; // An older state, or the start, leads to the same bits.
                }
                begin(last + 1);
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }

    private void begin(int next) {
        segment = next;
        builder = next < end ? new FieldShardBuilder(folder.manifest(), id(next)) : null;
    }

    /** Samples of the longest chain up to the end of the segment in hand: what {@code FieldBlock.advance} takes. */
    public long samplesUntil() {
        return layout.firstDraw(layout.firstChain(block), segment + 1);
    }

    /** One sample; those that shorter chains give beyond their last are passed over. */
    public void accept(int chain, long draw, float[] phi) {
        if (draw >= layout.samplesOf(chain)) {
            return;
        }
        FieldObservables measured = meter.measure(phi);
        builder.accept(chain, draw, phi, measured);
        listener.take(chain, draw, measured, !folder.has(id(segment)));
    }

    /**
     * The chains have given all samples of the segment in hand: its shard and, unless it is the last, the state are written
     * where they are not there.
     *
     * @param state of the chains; asked for where it is needed
     */
    public void segmentDone(Supplier<FieldState> state) throws IOException {
        ShardId id = id(segment);
        if (!folder.has(id)) {
            folder.write(builder.shard());
        }
        boolean more = segment + 1 < end;
        if (more) {
            folder.writeFieldState(id, state.get());
        }
        folder.removeStatesBefore(more ? id : id(layout.segments(block)));
        begin(segment + 1);
    }

    /** Whether every shard of the block is on the disk. */
    public boolean complete() {
        return segment >= end;
    }

    private ShardId id(int ofSegment) {
        return new ShardId(0, block, ofSegment);
    }
}
