package org.silverblaze.dataset;

import java.util.Objects;
import org.silverblaze.theory.FieldObservables;

/** Collects the samples of one shard of fields in whatever order chains hand them out. */
final class FieldShardBuilder {
    private final Manifest manifest;
    private final ShardId id;
    private final int numbers;
    private final int firstChain;
    /** Per chain of the block: index of its first sample in the shard, and its first draw. */
    private final int[] offset;

    private final long[] firstDraw;
    private final float[] phi;
    private final int[] chain;
    private final long[] draw;
    private final double[][] observables;
    private final boolean[] present;
    private int missing;

    FieldShardBuilder(Manifest manifest, ShardId id) {
        this.manifest = manifest;
        this.id = id;
        ShardLayout layout = manifest.layout();
        int chains = layout.chainsIn(id.block());
        firstChain = layout.firstChain(id.block());
        offset = new int[chains + 1];
        firstDraw = new long[chains];
        for (int i = 0; i < chains; i++) {
            firstDraw[i] = layout.firstDraw(firstChain + i, id.segment());
            offset[i + 1] = offset[i] + layout.samplesOf(firstChain + i, id.segment());
        }
        int count = offset[chains];
        numbers = 2 * manifest.lattice().volume();
        phi = new float[Math.multiplyExact(count, numbers)];
        chain = new int[count];
        draw = new long[count];
        observables = new double[FieldShard.NAMES.length][count];
        present = new boolean[count];
        missing = count;
    }

    /** Takes a sample of this shard. */
    void accept(int chainNumber, long drawNumber, float[] field, FieldObservables measured) {
        int i = Objects.checkIndex(chainNumber - firstChain, firstDraw.length);
        int at = offset[i] + Objects.checkIndex((int) (drawNumber - firstDraw[i]), offset[i + 1] - offset[i]);
        if (present[at]) {
            throw new IllegalStateException("draw " + drawNumber + " of chain " + chainNumber + " came twice");
        }
        System.arraycopy(field, 0, phi, at * numbers, numbers);
        chain[at] = chainNumber;
        draw[at] = drawNumber;
        double[] values = FieldShard.values(measured);
        for (int name = 0; name < values.length; name++) {
            observables[name][at] = values[name];
        }
        present[at] = true;
        missing--;
    }

    FieldShard shard() {
        if (missing > 0) {
            throw new IllegalStateException(id.fileName() + ": " + missing + " samples are missing");
        }
        return new FieldShard(manifest, id, phi, chain, draw, observables);
    }
}
