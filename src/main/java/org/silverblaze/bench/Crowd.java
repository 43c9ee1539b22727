package org.silverblaze.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Works that run at the same time, each on a thread of its own, and wait for nobody until their slice is over. */
final class Crowd implements AutoCloseable {
    private final List<Work> works = new ArrayList<>();
    private final ExecutorService pool;

    private Crowd(int size) {
        pool = Executors.newFixedThreadPool(size, task -> {
            Thread thread = new Thread(task, "bench");
            thread.setDaemon(true);
            return thread;
        });
    }

    static Crowd of(int size, IntFunction<Work> make) {
        Crowd crowd = new Crowd(size);
        for (int i = 0; i < size; i++) {
            crowd.works.add(make.apply(i));
        }
        return crowd;
    }

    void warmUp(Timing timing) {
        together(work -> {
            timing.warmUp(work);
            return 0;
        });
    }

    /** Sum of the rates of all, each over a slice of its own. */
    double slice(Timing timing) {
        return together(timing::slice);
    }

    private interface Turn {
        double of(Work work);
    }

    private double together(Turn turn) {
        List<Callable<Double>> turns = new ArrayList<>();
        for (Work work : works) {
            turns.add(() -> turn.of(work));
        }
        double sum = 0;
        try {
            for (Future<Double> done : pool.invokeAll(turns)) {
                sum += done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return sum;
    }

    @Override
    public void close() {
        pool.shutdownNow();
        works.forEach(Work::close);
    }
}
