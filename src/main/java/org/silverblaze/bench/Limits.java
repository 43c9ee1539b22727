package org.silverblaze.bench;

import java.util.concurrent.CountDownLatch;

/** What this machine can do at most, measured by loops that do nothing else. */
public final class Limits {
    private static final Timing TIMING = new Timing(0.3, 0.05, 5);

    /** Keeps the loops from being dead code. */
    private static volatile float sink;

    private Limits() {}

    /** Floating-point operations per second of {@code threads} threads, a fused multiply-add counted as 2: the best of several. */
    public static double fmaPeak(int threads) {
        return together(threads, () -> {
            float[] numbers = {0.5f, 0.25f};
            return () -> {
                sink = LimitKernels.fma(numbers[0], numbers[1]);
                return LimitKernels.fmaFlops();
            };
        });
    }

    /** Bytes per second that {@code threads} threads read, each from {@code bytes} of its own: the best of several. */
    public static double read(int threads, int bytes) {
        return together(threads, () -> {
            float[] memory = new float[LimitKernels.floats(bytes)];
            return () -> {
                sink = LimitKernels.read(memory);
                return (long) memory.length * Float.BYTES;
            };
        });
    }

    /** Bytes per second, read and written together, of {@code threads} threads that copy {@code bytes} each: the best of several. */
    public static double stream(int threads, int bytes) {
        return together(threads, () -> {
            float[] from = new float[LimitKernels.floats(bytes) / 2];
            float[] to = new float[from.length];
            return () -> {
                sink = LimitKernels.stream(from, to, 1);
                return 2L * from.length * Float.BYTES;
            };
        });
    }

    private interface Maker {
        Work make();
    }

    /** Sum of the rates of threads that work at the same time. */
    private static double together(int threads, Maker maker) {
        if (threads == 1) {
            return TIMING.measure(maker.make()).most();
        }
        double[] rates = new double[threads];
        CountDownLatch ready = new CountDownLatch(threads);
        Thread[] crew = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            int number = i;
            crew[i] = new Thread(() -> {
                Work work = maker.make();
                TIMING.warmUp(work);
                ready.countDown();
                try {
                    ready.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                rates[number] = TIMING.measure(work).median();
            });
            crew[i].start();
        }
        double sum = 0;
        for (int i = 0; i < threads; i++) {
            join(crew[i]);
            sum += rates[i];
        }
        return sum;
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
