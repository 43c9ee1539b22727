package org.silverblaze.bench;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * What this machine can do at most, measured by loops that do nothing else.
 *
 * @param threads that work at the same time; rates are sums over them
 * @param timing of each measurement
 */
public record Limits(int threads, Timing timing) {
    /** Half a second for a measurement. */
    public static final Timing TIMING = new Timing(0.3, 0.05, 5);

    /** Numbers in a cache line. */
    private static final int LINE = 16;

    /** Into how many a slice of multiply-adds is cut. */
    private static final int SHORTER = 25;

    /** Keeps the loops from being dead code. */
    private static volatile float sink;

    private static volatile long bits;

    /**
     * Floating-point operations per second, a fused multiply-add counted as 2. In many short slices: where another process has the
     * core for some of the time, a long one is never undisturbed.
     */
    public Timing.Rates fmaPeak() {
        return new Limits(
                        threads, new Timing(timing.warmUp(), timing.slice() / SHORTER, timing.repetitions() * SHORTER))
                .together(Limits::multiplyAdds);
    }

    /** Fused multiply-adds of one thread, counted as 2 operations. */
    static Work multiplyAdds() {
        float[] numbers = {0.5f, 0.25f};
        return () -> {
            sink = LimitKernels.fma(numbers[0], numbers[1]);
            return LimitKernels.fmaFlops();
        };
    }

    /** Bytes per second that the threads read, each from {@code bytes} of its own. */
    public Timing.Rates read(int bytes) {
        return together(() -> aligned(bytes, (memory, from, length) -> () -> {
            sink = LimitKernels.read(memory, from, length);
            return (long) length * Float.BYTES;
        }));
    }

    /**
     * Bytes per second, read and written together, of threads that change all of {@code bytes} of their own in place.
     */
    public Timing.Rates update(int bytes) {
        return together(() -> aligned(bytes, (memory, from, length) -> () -> {
            sink = LimitKernels.update(memory, from, length, 1);
            return 2L * length * Float.BYTES;
        }));
    }

    private interface MemoryWork {
        Work on(float[] memory, int from, int length);
    }

    /**
     * A Java array begins anywhere in a cache line, and a vector that lies across two lines costs two accesses: of the places where
     * the vectors can begin, the fastest one is taken.
     */
    private Work aligned(int bytes, MemoryWork work) {
        int length = LimitKernels.floats(bytes);
        float[] memory = new float[length + LINE];
        Timing trial = new Timing(0, timing.slice() / 5, 3);
        timing.warmUp(work.on(memory, 0, length));
        int best = 0;
        double most = 0;
        for (int from = 0; from < LINE; from += 2) {
            double rate = trial.measure(work.on(memory, from, length)).most();
            if (rate > most) {
                most = rate;
                best = from;
            }
        }
        return work.on(memory, best, length);
    }

    /** Random 32-bit words per second if Philox4x32-10 were nothing but its multiplications. */
    public Timing.Rates randomWords() {
        return together(() -> {
            long[] numbers = {0xD2511F53L, 0xCD9E8D57L};
            return () -> {
                bits = LimitKernels.products(numbers[0], numbers[1]);
                return LimitKernels.productWords();
            };
        });
    }

    /**
     * Steps per second of walks, one in every lane, that read from {@code places} places each where they go next.
     */
    public Timing.Rates walk(int places) {
        return together(() -> {
            int lanes = LimitKernels.lanes();
            int[] next = new int[places * lanes];
            int[] at = new int[lanes];
            SplittableRandom random = new SplittableRandom(1);
            for (int lane = 0; lane < lanes; lane++) {
                cycle(next, lane, lanes, random);
                at[lane] = lane;
            }
            return () -> {
                LimitKernels.walk(next, at);
                return LimitKernels.walkSteps();
            };
        });
    }

    /** One cycle through all places of a lane, in random order (Sattolo). */
    static void cycle(int[] next, int lane, int lanes, SplittableRandom random) {
        int places = next.length / lanes;
        for (int i = 0; i < places; i++) {
            next[i * lanes + lane] = i * lanes + lane;
        }
        for (int i = places - 1; i > 0; i--) {
            int j = random.nextInt(i);
            int swap = next[i * lanes + lane];
            next[i * lanes + lane] = next[j * lanes + lane];
            next[j * lanes + lane] = swap;
        }
    }

    private interface Maker {
        Work make();
    }

    /** Sum of the rates of threads that work at the same time. */
    private Timing.Rates together(Maker maker) {
        if (threads == 1) {
            return timing.measure(maker.make());
        }
        Timing.Rates[] rates = new Timing.Rates[threads];
        CountDownLatch ready = new CountDownLatch(threads);
        Thread[] crew = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            int number = i;
            crew[i] = new Thread(() -> {
                Work work = maker.make();
                timing.warmUp(work);
                ready.countDown();
                try {
                    ready.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                rates[number] = timing.measure(work);
            });
            crew[i].start();
        }
        for (Thread thread : crew) {
            join(thread);
        }
        int found = Arrays.stream(rates).mapToInt(r -> r.all().length).min().orElseThrow();
        double[] sums = new double[found];
        for (int i = 0; i < threads; i++) {
            for (int repetition = 0; repetition < found; repetition++) {
                sums[repetition] += rates[i].all()[repetition];
            }
        }
        return new Timing.Rates(sums);
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
