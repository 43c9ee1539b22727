package org.silverblaze.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * How long work is warmed up and measured. Vector code runs hundreds of times slower until the JIT has compiled it, which takes
 * seconds for a large kernel, and steadily so; but every vector is an object then. So a warm-up ends when two slices in a row run at
 * the same speed, hardly anything is allocated, and the JIT has finished nothing for a while: what it still compiles takes a
 * core meanwhile, and changes the speed when it is there.
 *
 * @param warmUp seconds, at least; at most eight times that
 * @param slice seconds of one repetition, at least; never less than one run of the work
 * @param repetitions how many rates are found; fewer, but not under {@link #FEWEST}, where one run of the work takes longer than a
 *     slice and that many would take more than twice the time
 */
public record Timing(double warmUp, double slice, int repetitions) {
    private static final int FEWEST = 5;
    private static final double SETTLED = 0.03;
    private static final int MOST_WARM_UP = 8;
    /** Bytes per second; boxed vectors allocate a hundred times more. */
    private static final double BOXES = 64e6;
    /** Seconds for which the JIT has to be idle. */
    private static final double IDLE = 0.3;

    public Timing {
        if (!(warmUp >= 0) || !(slice > 0) || repetitions < 1) {
            throw new IllegalArgumentException("warm-up at least 0 s, slice more than 0 s, at least one repetition");
        }
    }

    /** Rates in units per second, one of each repetition. */
    public Rates measure(Work work) {
        warmUp(work);
        double[] rates = new double[repetitions];
        long begin = System.nanoTime();
        int n = 0;
        while (n < repetitions && !enough(n, begin)) {
            rates[n++] = slice(work);
        }
        return new Rates(Arrays.copyOf(rates, n));
    }

    /** Whether after so many repetitions since {@code begin} no more are worth their time. */
    boolean enough(int done, long begin) {
        return done >= FEWEST && System.nanoTime() - begin > 2e9 * slice * repetitions;
    }

    /** Runs the work until its speed has settled, but not for ever. */
    public void warmUp(Work work) {
        long begin = System.nanoTime();
        double last = slice(work);
        long compiled = compiled();
        long idleSince = begin;
        while (true) {
            long sliceBegin = System.nanoTime();
            long allocated = allocated();
            double rate = slice(work);
            long now = System.nanoTime();
            double boxes = (allocated() - allocated) / ((now - sliceBegin) * 1e-9);
            double seconds = (now - begin) * 1e-9;
            if (compiled() != compiled) {
                compiled = compiled();
                idleSince = now;
            }
            boolean idle = (now - idleSince) * 1e-9 >= IDLE;
            boolean settled = Math.abs(rate - last) <= SETTLED * last && boxes <= BOXES && idle;
            if (seconds >= warmUp && (settled || seconds >= MOST_WARM_UP * warmUp)) {
                return;
            }
            last = rate;
        }
    }

    private static long allocated() {
        return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
                ? threads.getTotalThreadAllocatedBytes()
                : 0;
    }

    /** Milliseconds of the JIT's work so far. */
    private static long compiled() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime()
                : 0;
    }

    /** Rate of one repetition, in units per second of the work's clock. */
    public double slice(Work work) {
        long wall = System.nanoTime();
        long begin = work.nanoTime();
        long units = 0;
        do {
            units += work.run();
        } while (System.nanoTime() - wall < slice * 1e9);
        return units / ((work.nanoTime() - begin) * 1e-9);
    }

    /**
     * @param all of each repetition, in the order in which they were found
     */
    public record Rates(double[] all) {
        public double median() {
            double[] sorted = all.clone();
            Arrays.sort(sorted);
            int n = sorted.length;
            return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        }

        /** These and later ones. */
        Rates and(Rates later) {
            return new Rates(DoubleStream.concat(Arrays.stream(all), Arrays.stream(later.all))
                    .toArray());
        }

        public double least() {
            return Arrays.stream(all).min().orElseThrow();
        }

        public double most() {
            return Arrays.stream(all).max().orElseThrow();
        }

        /** Half the distance between the extremes. */
        public double spread() {
            return (most() - least()) / 2;
        }
    }
}
