package org.silverblaze.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.ObservableMeter;

/** Data sets for tests: made of plaquettes and random l, so that flux is conserved. */
final class ShardFiles {
    private ShardFiles() {}

    static Manifest manifest(String lattice, long samples, int chains, long segmentSamples, double... mus) {
        List<Manifest.Point> points = new ArrayList<>();
        for (double mu : mus) {
            points.add(new Manifest.Point(mu, new Schedule(96, 2000, 13)));
        }
        return new Manifest(
                Lattice.parse(lattice),
                4.01,
                1.0,
                points,
                samples,
                chains,
                7,
                WormAlgorithm.DIRECTED,
                segmentSamples,
                new TreeMap<>());
    }

    /** Random l, and k from random loops round a plaquette or round the lattice. */
    static void fill(Random random, Lattice lattice, byte[] k, byte[] l) {
        int volume = lattice.volume();
        for (int i = 0; i < l.length; i++) {
            l[i] = (byte) random.nextInt(4);
            k[i] = 0;
        }
        for (int loop = 0; loop < volume; loop++) {
            int site = random.nextInt(volume);
            int one = random.nextInt(lattice.dimensions());
            int two = random.nextInt(lattice.dimensions());
            if (one == two) {
                int here = site;
                do {
                    k[one * volume + here]++;
                    here = lattice.forward(one, here);
                } while (here != site);
            } else {
                k[one * volume + site]++;
                k[two * volume + lattice.forward(one, site)]++;
                k[one * volume + lattice.forward(two, site)]--;
                k[two * volume + site]--;
            }
        }
    }

    /** Hands the samples of a block to {@code folder} chain by chain; the content depends on chain, draw and mu alone. */
    static void writeBlock(DatasetFolder folder, int mu, int block, int surplus) throws IOException {
        Manifest manifest = folder.manifest();
        Lattice lattice = manifest.lattice();
        ShardLayout layout = manifest.layout();
        BlockSink sink = new BlockSink(
                folder,
                mu,
                block,
                ObservableMeter.of(lattice, manifest.couplings(mu)),
                manifest.task() == null ? null : ShardFiles::insert,
                (chain, draw, observables, made) -> {});
        byte[] k = new byte[lattice.links()];
        byte[] l = new byte[lattice.links()];
        long[] samples = layout.samplesIn(block);
        for (int i = 0; i < samples.length; i++) {
            int chain = layout.firstChain(block) + i;
            for (long draw = 0; draw < samples[i] + surplus; draw++) {
                fill(new Random(chain * 1_000_003L + draw * 101 + mu), lattice, k, l);
                sink.accept(chain, draw, k, l);
            }
        }
        while (!sink.complete()) {
            sink.segmentDone(
                    () -> ChainState.cold(manifest.chainSpec(mu), layout.firstChain(block), layout.chainsIn(block)));
        }
        org.assertj.core.api.Assertions.assertThat(sink.complete()).isTrue();
    }

    /** Open worms of one step in time each, all on link 0, so that their ends coincide. */
    private static int[] insert(int chain, long draw, byte[] k, byte[] l) {
        int[] steps = new int[(int) ((chain + draw) % 3)];
        for (int worm = 0; worm < steps.length; worm++) {
            k[0]++;
            steps[worm] = 4 + worm;
        }
        return steps;
    }

    /** The manifest with that task: {@link #insert} puts 0, 1 or 2 worms into its samples. */
    static Manifest withWorms(Manifest manifest) {
        return manifest.withTask(
                ViolationTask.of(ViolationTask.Kind.COUNTING, List.of(0, 1, 2), new int[] {4, 9}, false));
    }

    /** A complete data set in {@code path}. */
    static Manifest write(Path path, Manifest manifest) throws IOException {
        try (DatasetFolder folder = DatasetFolder.open(path, manifest)) {
            for (int mu = 0; mu < manifest.points().size(); mu++) {
                for (int block = 0; block < manifest.layout().blocks(); block++) {
                    writeBlock(folder, mu, block, 2);
                }
            }
            folder.finish(provenance());
        }
        return manifest;
    }

    static Provenance provenance() {
        return Provenance.now("reference", 1, List.of("generate"), 1.5, 1.25, 1, false, true, List.of());
    }
}
