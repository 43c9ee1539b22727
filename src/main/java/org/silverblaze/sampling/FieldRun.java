package org.silverblaze.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.silverblaze.Progress;
import org.silverblaze.dataset.ShardLayout;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.theory.FieldMeter;
import org.silverblaze.theory.FieldObservables;

/**
 * Samples of an ensemble in the phi representation, every block of chains on a thread of its own. The samples are the same to the
 * bit whatever the engine and the number of threads.
 */
public final class FieldRun {
    /** Receives the samples: those of one chain in order from one thread, different blocks at the same time. */
    @FunctionalInterface
    public interface Sink {
        /**
         * @param chain chain number
         * @param draw number of the sample within its chain, from 0
         * @param phi field, {@code [component][site]}; reused after the call
         * @param observables of that field
         */
        void accept(int chain, long draw, float[] phi, FieldObservables observables);
    }

    private FieldRun() {}

    /**
     * Hands out every sample of the layout once: samples/chains of each chain, the first chains one more where it does not come out
     * even. The first failure stops all threads and is thrown.
     *
     * @param layout samples, chains and blocks
     * @param threads at most so many blocks at the same time
     */
    public static void run(
            FieldSpec spec, ShardLayout layout, FieldEngine engine, int threads, Sink sink, Progress progress) {
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicLong made = new AtomicLong();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "fields");
            thread.setDaemon(true);
            return thread;
        })) {
            List<Future<?>> blocks = new ArrayList<>();
            for (int i = 0; i < layout.blocks(); i++) {
                int block = i;
                blocks.add(pool.submit(() -> {
                    try {
                        block(spec, layout, block, engine, stopped, (chain, draw, phi, observables) -> {
                            sink.accept(chain, draw, phi, observables);
                            progress.update("sampling", made.incrementAndGet(), layout.samples());
                        });
                    } catch (RuntimeException | Error e) {
                        if (stopped.compareAndSet(false, true)) {
                            throw e;
                        }
                        // stopped because of another block, whose failure is the one to report
                    }
                }));
            }
            for (Future<?> block : blocks) {
                get(block, stopped);
            }
        }
    }

    private static void get(Future<?> block, AtomicBoolean stopped) {
        try {
            block.get();
        } catch (InterruptedException e) {
            stopped.set(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    private static void block(
            FieldSpec spec, ShardLayout layout, int block, FieldEngine engine, AtomicBoolean stopped, Sink sink) {
        FieldMeter meter = new FieldMeter(spec.lattice(), spec.couplings());
        int first = layout.firstChain(block);
        try (FieldBlock chains = engine.start(spec, first, layout.chainsIn(block))) {
            chains.advance(layout.samplesOf(first), (chain, draw, phi) -> {
                if (stopped.get()) {
                    throw new CancellationException();
                }
                if (draw < layout.samplesOf(chain)) {
                    sink.accept(chain, draw, phi, meter.measure(phi));
                }
            });
        }
    }
}
