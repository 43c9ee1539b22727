package org.silverblaze.dispatch;

import java.util.Arrays;
import java.util.function.LongSupplier;
import org.silverblaze.engine.Engine;

/**
 * Finds the rate of an engine by slices of the work.
 *
 * @param nanoTime the clock
 * @param warmUp seconds that an engine works at least before it is measured
 */
record SliceTimer(LongSupplier nanoTime, double warmUp) {
    static final SliceTimer REAL = new SliceTimer(System::nanoTime, 1.5);

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

    /**
     * Units per second, the median of a few runs after the speed has settled.
     *
     * @param seconds that it may take; a single run that takes longer is not interrupted
     * @param compiled whether its code is compiled already; otherwise it warms up for as long as it may: the JIT needs 2.5 to 5 s, and before it
     *     is done the speed may be steady, too
     */
    double rate(Engine engine, Demand demand, double seconds, boolean compiled) {
        double begin = now();
        double guess = settle(engine, demand, begin, compiled ? warmUp : seconds - MEASURING, seconds - MEASURING);
        while (true) {
            try (Slice slice = demand.slice(engine, guess * RUN)) {
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
                    rates[made++] = lap(slice, RUN);
                }
                Arrays.sort(rates, 0, made);
                return rates[made / 2];
            }
        }
    }

    private double settle(Engine engine, Demand demand, double begin, double least, double most) {
        try (Slice slice = demand.slice(engine, FEW)) {
            double last = lap(slice, LAP);
            while (true) {
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
