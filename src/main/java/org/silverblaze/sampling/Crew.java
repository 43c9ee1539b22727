package org.silverblaze.sampling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.silverblaze.Stop;

/**
 * Runs tasks on a number of threads. The first failure, or the request to stop, ends all of them: each at its next
 * {@link #check}. Tasks that take long to get there are left behind, on threads that do not keep the process alive.
 */
final class Crew {
    private static final long TICK_MILLIS = 200;
    /** How long tasks may take to end: to write a shard, or a period of kernels that are not compiled yet. */
    private static final long GRACE_SECONDS = 2;

    private final int threads;
    private final Stop stop;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Crew(int threads, Stop stop) {
        this.threads = threads;
        this.stop = stop;
    }

    /** @throws CancellationException where the tasks are to end */
    void check() {
        if (failure.get() != null || stop.requested()) {
            throw new CancellationException();
        }
    }

    /**
     * Runs all tasks to their ends. {@code tick} is called five times a second.
     *
     * @throws org.silverblaze.Stopped where the end was asked for before
     */
    void run(List<Callable<Void>> tasks, Runnable tick) throws IOException {
        stop.check();
        CountDownLatch left = new CountDownLatch(tasks.size());
        // Closing an executor waits for its tasks for ever; here they get a few seconds.
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "sampling");
            thread.setDaemon(true);
            return thread;
        });
        try {
            tasks.forEach(task -> pool.execute(() -> work(task, left)));
            while (failure.get() == null && !stop.requested() && !left.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                tick.run();
            }
            pool.shutdown();
            pool.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            failure.compareAndSet(null, new CancellationException("interrupted"));
            pool.shutdown();
            Thread.currentThread().interrupt();
        }
        Throwable thrown = failure.get();
        switch (thrown) {
            case null -> {
                if (left.getCount() > 0) {
                    stop.check();
                }
            }
            case UncheckedIOException io -> throw io.getCause();
            case IOException io -> throw io;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(thrown);
        }
        tick.run();
    }

    private void work(Callable<Void> task, CountDownLatch left) {
        try {
            check();
            task.call();
            left.countDown();
        } catch (CancellationException e) {
            // Because of another task, whose failure is the one to report, or because of the request to stop.
            return;
        } catch (Exception | Error e) {
            failure.compareAndSet(null, e);
        }
    }
}
