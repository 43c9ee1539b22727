package org.silverblaze.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Work of which every thread has one of its own; {@link #run} lets each do it once and waits for all. */
final class ThreadedWork implements Work {
    private final List<Work> works = new ArrayList<>();
    private final ExecutorService pool;

    private ThreadedWork(int threads) {
        pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "bench");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** On one thread: the work itself. */
    static Work of(int threads, IntFunction<Work> make) {
        if (threads == 1) {
            return make.apply(0);
        }
        ThreadedWork all = new ThreadedWork(threads);
        for (int i = 0; i < threads; i++) {
            all.works.add(make.apply(i));
        }
        return all;
    }

    @Override
    public long run() {
        List<Future<Long>> running = new ArrayList<>();
        for (Work work : works) {
            running.add(pool.submit(work::run));
        }
        long units = 0;
        for (Future<Long> one : running) {
            try {
                units += one.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        return units;
    }

    @Override
    public void close() {
        pool.shutdownNow();
        works.forEach(Work::close);
    }
}
