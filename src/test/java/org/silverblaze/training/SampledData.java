package org.silverblaze.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.silverblaze.dataset.BlockSink;
import org.silverblaze.dataset.DatasetFolder;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.Provenance;
import org.silverblaze.dataset.ShardLayout;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.reference.ReferenceSampler;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;

/** Small ensembles from the reference sampler. */
public final class SampledData {
    private SampledData() {}

    /** Examples of one chain with labels (n, |phi|^2). */
    public static Examples examples(Lattice lattice, Couplings couplings, int count, long seed) {
        ObservableMeter meter = ObservableMeter.of(lattice, couplings);
        Schedule schedule = new Schedule(4 * lattice.volume(), 200, 5);
        ChainSpec spec = new ChainSpec(lattice, couplings, WormAlgorithm.DIRECTED, seed, schedule);
        int links = lattice.links();
        byte[] inputs = new byte[2 * count * links];
        float[] targets = new float[2 * count];
        try (ChainBlock block = new ReferenceSampler().start(spec, 0, 1)) {
            block.advance(new long[] {count}, (chain, draw, k, l) -> {
                if (draw < count) {
                    int i = (int) draw;
                    System.arraycopy(k, 0, inputs, 2 * i * links, links);
                    System.arraycopy(l, 0, inputs, (2 * i + 1) * links, links);
                    Observables observables = meter.measure(k, l);
                    targets[2 * i] = (float) observables.n();
                    targets[2 * i + 1] = (float) observables.phi2();
                }
            });
        }
        return new Examples(lattice, 4, count, inputs, 2, targets);
    }

    /** A complete data set in {@code folder}. */
    public static Manifest dataset(Path folder, Lattice lattice, int samples, int chains, double... mus)
            throws IOException {
        List<Manifest.Point> points = Arrays.stream(mus)
                .mapToObj(mu -> new Manifest.Point(mu, new Schedule(4 * lattice.volume(), 100, 5)))
                .toList();
        Manifest manifest = Manifest.of(lattice, 4.01, 1, points, samples, chains, 3, WormAlgorithm.DIRECTED);
        ShardLayout layout = manifest.layout();
        try (DatasetFolder data = DatasetFolder.open(folder, manifest)) {
            for (int mu = 0; mu < mus.length; mu++) {
                ObservableMeter meter = ObservableMeter.of(lattice, manifest.couplings(mu));
                for (int b = 0; b < layout.blocks(); b++) {
                    BlockSink sink = new BlockSink(data, mu, b, meter);
                    try (ChainBlock block = new ReferenceSampler()
                            .start(manifest.chainSpec(mu), layout.firstChain(b), layout.chainsIn(b))) {
                        while (!sink.complete()) {
                            block.advance(layout.samplesUntil(b, sink.segment()), sink);
                            sink.segmentDone(block::state);
                        }
                    }
                }
            }
            data.finish(Provenance.now("reference", 1, List.of("generate"), 1, 1, 1, false, true, List.of()));
        }
        return manifest;
    }
}
