package org.silverblaze.bench;

import java.util.Arrays;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/** Blocks of chains, one for each thread or one on a device: openings, closings, random numbers and samples are included. */
final class SamplingWork {
    static final int CHAINS = 16;

    private static final double ETA = 4.01;
    private static final double LAMBDA = 1;
    private static final double MU = 1.05;
    /** So many steps without an l sweep are the worm nearly alone. */
    private static final int HARDLY_A_SWEEP = 1 << 16;
    /** Of {@link #sampling}. */
    private static final int WORMS_BETWEEN = 100;

    /** Occupations of all chains of a device: some of them are kept twice. */
    private static final int DEVICE_BYTES = 1 << 28;

    private SamplingWork() {}

    /** 16 chains for each thread; on a device as many as keep it busy, as far as its memory goes. */
    static int chains(Engine engine, Lattice lattice, int threads) {
        return engine.device()
                .map(device -> Math.clamp(DEVICE_BYTES / (4L * lattice.links()), 1, device.chains()))
                .orElse(CHAINS * threads);
    }

    /** Steps of the worm; hardly an l sweep in between. */
    static Work worm(Engine engine, Lattice lattice, int threads, int chains) {
        return blocks(
                engine,
                threads,
                chains,
                (first, count) -> chains(engine, lattice, first, count, HARDLY_A_SWEEP, 1000, 1));
    }

    /** Proposals of l: a sweep over all links after every step of the worm. */
    static Work links(Engine engine, Lattice lattice, int threads, int chains) {
        long links = (long) lattice.dimensions() * lattice.volume();
        return blocks(engine, threads, chains, (first, count) -> chains(engine, lattice, first, count, 1, 1, links));
    }

    /**
     * What a thread of {@code generate} does without measuring and writing: a block of 16 chains, an l sweep after every V steps of the worm.
     *
     * @param number of the block
     */
    static Work sampling(Engine engine, Lattice lattice, int number) {
        return chains(engine, lattice, number * CHAINS, CHAINS, lattice.volume(), WORMS_BETWEEN, 1);
    }

    private interface Block {
        Work of(int first, int count);
    }

    /** Shares the chains among the threads; a device gets them all in one block. */
    private static Work blocks(Engine engine, int threads, int chains, Block block) {
        int blocks = engine.device().isPresent() ? 1 : Math.min(threads, chains);
        return ThreadedWork.of(blocks, i -> {
            int first = (int) ((long) chains * i / blocks);
            return block.of(first, (int) ((long) chains * (i + 1) / blocks) - first);
        });
    }

    private static Work chains(
            Engine engine, Lattice lattice, int first, int count, int stepsPerSweep, int worms, long unitsPerStep) {
        Couplings couplings = new Couplings(ETA, LAMBDA, MU);
        ChainSpec spec =
                new ChainSpec(lattice, couplings, WormAlgorithm.DIRECTED, 1, new Schedule(stepsPerSweep, 0, worms));
        ChainBlock block = engine.sampling().start(spec, first, count);
        long[] wanted = new long[count];
        return new Work() {
            @Override
            public long run() {
                long before = block.clock();
                Arrays.fill(wanted, wanted[0] + 1);
                block.advance(wanted, (chain, draw, k, l) -> {});
                return (block.clock() - before) * count * unitsPerStep;
            }

            @Override
            public void close() {
                block.close();
            }
        };
    }

    /** Updates of sites of phi: a heat-bath sweep and the reflections of an update, each over all sites. */
    static Work field(Engine engine, Lattice lattice, int threads) {
        Couplings couplings = new Couplings(2 * lattice.dimensions() + 0.01, LAMBDA, 0);
        FieldSchedule schedule = new FieldSchedule(FieldSchedule.REFLECTIONS, 0, 10);
        FieldSpec spec = new FieldSpec(lattice, couplings, FieldAlgorithm.HEAT_BATH, 1, schedule);
        return ThreadedWork.of(threads, i -> {
            FieldBlock block = engine.fields().start(spec, i * CHAINS, CHAINS);
            return new Work() {
                @Override
                public long run() {
                    long before = block.clock();
                    block.advance(schedule.samplesAt(before) + 1, (chain, draw, phi) -> {});
                    return (block.clock() - before) * CHAINS * (1 + FieldSchedule.REFLECTIONS) * lattice.volume();
                }

                @Override
                public void close() {
                    block.close();
                }
            };
        });
    }
}
