package org.silverblaze.dispatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/**
 * Sampling of fluxes. A unit is one step of one chain.
 *
 * <p>Slices are chains of their own, not the beginning of the run's. The engine is chosen before pilot runs, on that engine, find the
 * schedule, which every chain depends on; and thermalization comes before any sample. Slices of an hour's run are at most some seconds, once for
 * each kind of work, so nothing is gained by waiting for the schedule.
 *
 * @param lattice 1 to 4 dimensions
 * @param couplings of the point that stands for all points of the run
 * @param algorithm the worm
 * @param stepsPerSweep P
 * @param wormsBetween worms from one sample to the next; null where pilot runs are to find it
 * @param blockChains chains of a block
 * @param blocks of all points together
 * @param samples of all points together
 * @param threads at most so many blocks are advanced at the same time
 */
public record SamplingDemand(
        Lattice lattice,
        Couplings couplings,
        WormAlgorithm algorithm,
        int stepsPerSweep,
        Long wormsBetween,
        int blockChains,
        int blocks,
        double samples,
        int threads)
        implements Demand {
    /** Steps between two samples, in sites, where pilot runs are to find it: 16 on 8x8, 26 on 60x4 (jmh/results/README.md). */
    private static final double GUESSED_SPACING = 25;
    /** A step with its l sweep, of one thread: lanes take 5 to 7 (jmh/results/README.md), other kernels more. */
    private static final double GUESSED_NANOS = 8;
    /** Worms of every chain by which the length of a worm is found: it only says how large a slice is, which counts its steps itself. */
    private static final int TRIAL_WORMS = 1;

    private static final long MOST_DRAWS = 1 << 12;
    private static final long SEED = 20262;

    @Override
    public String kind() {
        return "sampling " + algorithm.id() + " " + lattice + " at eta " + couplings.eta() + ", lambda "
                + couplings.lambda() + ", mu " + couplings.mu() + ", P " + stepsPerSweep
                + (wormsBetween == null ? "" : ", worms between " + wormsBetween) + ", " + together() + " blocks of "
                + blockChains + " chains, threads " + threads;
    }

    private int together() {
        return Math.min(threads, blocks);
    }

    @Override
    public double units() {
        return samples * GUESSED_SPACING * lattice.volume();
    }

    @Override
    public double guessedSeconds() {
        return units() * GUESSED_NANOS * 1e-9 / together();
    }

    /**
     * The blocks that the run advances together, each on a thread of its own, from the cold start. Where a sample takes longer than that,
     * samples are taken sooner.
     */
    @Override
    public Slice slice(Engine engine, double most) {
        double stepsPerWorm = stepsPerWorm(engine);
        long spacing = spacing(stepsPerWorm);
        double unitsAWorm = stepsPerWorm * blockChains * together();
        long worms = (long) Math.clamp(most / unitsAWorm, 1, spacing);
        return new Blocks(engine, spec(worms), draws(most / (worms * unitsAWorm)));
    }

    /** Samples at their distance. */
    @Override
    public Slice piece(Engine engine, double most) {
        double stepsPerWorm = stepsPerWorm(engine);
        long spacing = spacing(stepsPerWorm);
        return new Blocks(engine, spec(spacing), draws(most / (spacing * stepsPerWorm * blockChains * together())));
    }

    private static long draws(double wanted) {
        return (long) Math.clamp(wanted, 1, MOST_DRAWS);
    }

    /** Worms from one sample to the next. */
    private long spacing(double stepsPerWorm) {
        double steps = GUESSED_SPACING * lattice.volume();
        return wormsBetween != null ? wormsBetween : (long) Math.max(1, steps / stepsPerWorm);
    }

    private ChainSpec spec(long worms) {
        return new ChainSpec(lattice, couplings, algorithm, SEED, new Schedule(stepsPerSweep, 0, worms));
    }

    private double stepsPerWorm(Engine engine) {
        try (ChainBlock block = engine.sampling().start(spec(1), 0, blockChains)) {
            long[] wanted = new long[blockChains];
            Arrays.fill(wanted, TRIAL_WORMS);
            long[] made = new long[1];
            block.advance(wanted, (chain, draw, k, l) -> made[0]++);
            return Math.max(1, (double) block.clock() * blockChains / made[0]);
        }
    }

    /** Blocks that are advanced together. */
    private final class Blocks implements Slice {
        private final List<ChainBlock> blocks = new ArrayList<>();
        private final ExecutorService pool;
        private final long draws;
        private long drawn;

        Blocks(Engine engine, ChainSpec spec, long draws) {
            this.draws = draws;
            pool = Executors.newFixedThreadPool(together(), task -> {
                Thread thread = new Thread(task, "dispatch");
                thread.setDaemon(true);
                return thread;
            });
            try {
                for (int i = 0; i < together(); i++) {
                    blocks.add(engine.sampling().start(spec, i * blockChains, blockChains));
                }
            } catch (RuntimeException | Error e) {
                close();
                throw e;
            }
        }

        @Override
        public double run() {
            drawn += draws;
            long[] wanted = new long[blockChains];
            Arrays.fill(wanted, drawn);
            if (blocks.size() == 1) {
                return (double) advance(blocks.getFirst(), wanted) * blockChains;
            }
            List<Callable<Long>> tasks = new ArrayList<>();
            for (ChainBlock block : blocks) {
                tasks.add(() -> advance(block, wanted));
            }
            double steps = 0;
            try {
                for (Future<Long> done : pool.invokeAll(tasks)) {
                    steps += done.get();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof Error failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            }
            return steps * blockChains;
        }

        private static long advance(ChainBlock block, long[] wanted) {
            long before = block.clock();
            block.advance(wanted, (chain, draw, k, l) -> {});
            return block.clock() - before;
        }

        @Override
        public void close() {
            pool.shutdownNow();
            blocks.forEach(ChainBlock::close);
        }
    }
}
