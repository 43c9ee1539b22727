package org.silverblaze.engine.vector;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads that share numbered tasks: whoever is free takes the next number. The caller is one of them. Which thread
 * does what is left to chance, so a task's result must not depend on it. Allocates nothing once it runs.
 */
final class WorkCrew implements AutoCloseable {
    /** One kind of task. */
    interface Task {
        /**
         * @param number of the task
         * @param worker of the crew, 0 .. threads-1: for memory of its own
         */
        void run(int number, int worker);
    }

    /**
     * How long a thread looks for work, or for the end of the others', before it sleeps, in nanoseconds. To wake it takes up to a tenth
     * of a millisecond, a training step of a small network three, and one of its tasks up to one: so long the last thread is waited for.
     */
    private static final long LOOKING = 1_000_000;

    private final int threads;
    /** Whether each thread has a processor of its own to look from. */
    private final boolean looks;

    private final Object lock = new Object();
    private final AtomicInteger next = new AtomicInteger();
    private boolean started;
    private volatile boolean closed;
    private volatile long round;
    private volatile int busy;
    private Task task;
    private int count;
    private Throwable failure;

    WorkCrew(int threads) {
        this.threads = threads;
        this.looks = threads <= Runtime.getRuntime().availableProcessors();
    }

    int threads() {
        return threads;
    }

    /** Runs tasks 0 .. count-1 and returns when all are done. Called by one thread at a time. */
    void run(Task task, int count) {
        if (threads == 1 || count <= 1) {
            for (int number = 0; number < count; number++) {
                task.run(number, 0);
            }
            return;
        }
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            this.task = task;
            this.count = count;
            next.set(0);
            failure = null;
            busy = threads - 1;
            round++;
            lock.notifyAll();
        }
        if (!started) {
            started = true;
            for (int worker = 1; worker < threads; worker++) {
                int number = worker;
                Thread thread = new Thread(() -> serve(number), "silverblaze-vector-" + number);
                thread.setDaemon(true);
                thread.start();
            }
        }
        work(task, count, 0);
        long begin = System.nanoTime();
        while (looks && busy > 0 && System.nanoTime() - begin < LOOKING) {
            Thread.onSpinWait();
        }
        synchronized (lock) {
            boolean interrupted = false;
            while (busy > 0) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    // the tasks are short: finish them, then hand the interrupt on
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }

    private void serve(int worker) {
        long seen = 0;
        while (true) {
            Task mine;
            int total;
            long begin = System.nanoTime();
            while (looks && round == seen && !closed && System.nanoTime() - begin < LOOKING) {
                Thread.onSpinWait();
            }
            synchronized (lock) {
                while (round == seen && !closed) {
                    try {
                        lock.wait();
                    } catch (InterruptedException e) {
                        // nobody has a reason to interrupt a worker; close() ends it: wait on
                    }
                }
                if (closed) {
                    return;
                }
                seen = round;
                mine = task;
                total = count;
            }
            work(mine, total, worker);
            synchronized (lock) {
                if (--busy == 0) {
                    lock.notifyAll();
                }
            }
        }
    }

    private void work(Task task, int count, int worker) {
        try {
            for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                task.run(number, worker);
            }
        } catch (RuntimeException | Error e) {
            next.set(count);
            synchronized (lock) {
                failure = e;
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
    }
}
