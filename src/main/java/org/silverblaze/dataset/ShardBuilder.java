package org.silverblaze.dataset;

import java.util.Arrays;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;

/**
 * Collects the samples of one shard in whatever order chains hand them out: closed configurations, also where the data set has open
 * worms, which are inserted when the shard is whole.
 */
final class ShardBuilder {
    private final Manifest manifest;
    private final ShardId id;
    private final ObservableMeter meter;
    private final int links;
    private final int firstChain;
    /** Per chain of the block: index of its first sample in the shard, and its first draw. */
    private final int[] offset;

    private final long[] firstDraw;
    private final byte[] k;
    private final byte[] l;
    private final int[] chain;
    private final long[] draw;
    private final double[] n;
    private final double[] phi2;
    private final double[] phi4;
    private final double[] contact;
    private final boolean[] present;
    private int missing;

    ShardBuilder(Manifest manifest, ShardId id, ObservableMeter meter) {
        this.manifest = manifest;
        this.id = id;
        this.meter = meter;
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
        links = manifest.lattice().links();
        k = new byte[Math.multiplyExact(count, links)];
        l = new byte[k.length];
        chain = new int[count];
        draw = new long[count];
        n = new double[count];
        phi2 = new double[count];
        phi4 = new double[count];
        contact = new double[count];
        present = new boolean[count];
        missing = count;
    }

    /** Takes a sample of this shard, and measures it. */
    Observables accept(int chainNumber, long drawNumber, byte[] kOfSample, byte[] lOfSample) {
        int i = Objects.checkIndex(chainNumber - firstChain, firstDraw.length);
        int at = offset[i] + Objects.checkIndex((int) (drawNumber - firstDraw[i]), offset[i + 1] - offset[i]);
        if (present[at]) {
            throw new IllegalStateException("draw " + drawNumber + " of chain " + chainNumber + " came twice");
        }
        System.arraycopy(kOfSample, 0, k, at * links, links);
        System.arraycopy(lOfSample, 0, l, at * links, links);
        chain[at] = chainNumber;
        draw[at] = drawNumber;
        present[at] = true;
        missing--;
        return measure(at, kOfSample, lOfSample);
    }

    /** The samples that are there, by chain and draw. */
    void forEach(Consumer<BlockState.Sample> action) {
        for (int at = 0; at < present.length; at++) {
            if (present[at]) {
                int from = at * links;
                action.accept(new BlockState.Sample(
                        chain[at],
                        draw[at],
                        Arrays.copyOfRange(k, from, from + links),
                        Arrays.copyOfRange(l, from, from + links)));
            }
        }
    }

    boolean complete() {
        return missing == 0;
    }

    /** @param inserter of the manifest's task; null where it has none */
    Shard shard(WormInserter inserter) {
        if (!complete()) {
            throw new IllegalStateException(id.fileName() + ": " + missing + " samples are missing");
        }
        return manifest.task() == null
                ? new Shard(manifest, id, k, l, chain, draw, n, phi2, phi4, contact, new TreeMap<>())
                : withWorms(manifest.task(), inserter);
    }

    private Shard withWorms(ViolationTask task, WormInserter inserter) {
        int volume = manifest.lattice().volume();
        byte[] openK = new byte[k.length];
        byte[] openL = new byte[l.length];
        byte[] divergence = new byte[chain.length * volume];
        int[] steps = new int[chain.length * task.mostWorms()];
        SortedMap<String, double[]> labels = new TreeMap<>();
        task.labels().keySet().forEach(name -> labels.put(name, new double[chain.length]));
        for (int at = 0; at < chain.length; at++) {
            // Samples of a chain stand in the order of their draws.
            int from = (at - (int) (draw[at] - task.background(draw[at]))) * links;
            byte[] kOfSample = Arrays.copyOfRange(k, from, from + links);
            byte[] lOfSample = Arrays.copyOfRange(l, from, from + links);
            int[] stepsOfSample = inserter.insert(chain[at], draw[at], kOfSample, lOfSample);
            System.arraycopy(kOfSample, 0, openK, at * links, links);
            System.arraycopy(lOfSample, 0, openL, at * links, links);
            System.arraycopy(stepsOfSample, 0, steps, at * task.mostWorms(), stepsOfSample.length);
            Violations.divergence(manifest.lattice(), kOfSample, 0, divergence, at * volume);
            Violations.labels(task, chain[at], draw[at], divergence, at * volume, volume)
                    .forEach(set(labels, at));
            measure(at, kOfSample, lOfSample);
        }
        return new Shard(
                manifest,
                id,
                openK,
                openL,
                chain,
                draw,
                n,
                phi2,
                phi4,
                contact,
                labels,
                new Violations(divergence, steps));
    }

    private static BiConsumer<String, Double> set(SortedMap<String, double[]> labels, int at) {
        return (name, value) -> labels.get(name)[at] = value;
    }

    private Observables measure(int at, byte[] kOfSample, byte[] lOfSample) {
        Observables measured = meter.measure(kOfSample, lOfSample);
        n[at] = measured.n();
        phi2[at] = measured.phi2();
        phi4[at] = measured.phi4();
        contact[at] = measured.contact();
        return measured;
    }
}
