package org.silverblaze.dispatch;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.silverblaze.engine.Engine;

/**
 * Finds the rate of an engine by slices of the work.
 *
 * @param nanoTime the clock
 * @param warmUp seconds that an engine works at least before it is measured
 * @param grace seconds of the wall that a slice is waited for beyond its time, before it is given up
 */
record SliceTimer(LongSupplier nanoTime, double warmUp, double grace) {
    static final SliceTimer REAL = new SliceTimer(System::nanoTime, 1.5, 0.4);

    private static final double SETTLED = 0.05;
    /** Units of the first slices: small, since code that is not compiled yet is hundreds of times slower. */
    private static final double FEW = 32;

    private static final double GROWN = 1.2;
    private static final double LAP = 0.2;
    private static final double RUN = 0.15;
    private static final int RUNS = 5;
    /** Kept for the measurement itself. */
    private static final double MEASURING = 1.2;

    double now() {
        return nanoTime.getAsLong() * 1e-9;
    }

    /** A slice did not end in its time: on a busy machine code that is not compiled yet may take minutes for a single step. */
    static final class LateException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LateException(double seconds) {
            super(String.format(Locale.ROOT, "its slice did not end within %.1f s", seconds));
        }
    }

    /**
     * Units per second, the median of a few runs after the speed has settled.
     *
     * @param seconds that it may take
     * @param compiled whether its code is compiled already; otherwise it warms up for as long as it may: the JIT needs 2.5 to 5 s, and before it
     *     is done the speed may be steady, too
     * @throws LateException where it takes longer; its last run then goes on alone until its end
     */
    double rate(Engine engine, Demand demand, double seconds, boolean compiled) {
        AtomicBoolean late = new AtomicBoolean();
        FutureTask<Double> task = new FutureTask<>(() -> rate(engine, demand, seconds, compiled, late));
        Thread thread = new Thread(task, "dispatch");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get((long) ((seconds + grace) * 1e9), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // No interrupt: an engine is used by one thread, which has to close what it made.
            late.set(true);
            throw new LateException(seconds + grace);
        } catch (InterruptedException e) {
            late.set(true);
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
    }

    private double rate(Engine engine, Demand demand, double seconds, boolean compiled, AtomicBoolean late) {
        double begin = now();
        double most = seconds - MEASURING;
        double guess = settle(engine, demand, begin, compiled ? warmUp : most, most, late);
        while (true) {
            try (Slice slice = demand.slice(engine, guess * RUN)) {
                endIf(late);
                slice.run();
                double[] rates = new double[RUNS];
                int made = 0;
                rates[made++] = lap(slice, RUN / RUNS);
                // Larger pieces may go faster: a device is not full with the small ones.
                if (rates[0] > GROWN * guess && now() - begin < seconds - MEASURING / 2) {
                    guess = rates[0];
                    continue;
                }
                while (made < RUNS && now() - begin < seconds) {
                    endIf(late);
                    rates[made++] = lap(slice, RUN);
                }
                Arrays.sort(rates, 0, made);
                return rates[made / 2];
            }
        }
    }

    private double settle(Engine engine, Demand demand, double begin, double least, double most, AtomicBoolean late) {
        try (Slice slice = demand.slice(engine, FEW)) {
            double last = lap(slice, LAP);
            while (true) {
                endIf(late);
                double rate = lap(slice, LAP);
                double elapsed = now() - begin;
                boolean steady = Math.abs(rate - last) <= SETTLED * last;
                if (elapsed >= most || (steady && elapsed >= least)) {
                    return rate;
                }
                last = rate;
            }
        }
    }

    private static void endIf(AtomicBoolean late) {
        if (late.get()) {
            throw new CancellationException("nobody waits for this slice any more");
        }
    }

    /** Runs for so many seconds, at least once. */
    double lap(Slice slice, double seconds) {
        double begin = now();
        double units = 0;
        double elapsed;
        do {
            units += slice.run();
            elapsed = now() - begin;
        } while (elapsed < seconds);
        return units / elapsed;
    }
}
