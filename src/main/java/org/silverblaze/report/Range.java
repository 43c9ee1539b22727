package org.silverblaze.report;

import java.util.stream.DoubleStream;

/**
 * The part of an axis that is shown.
 *
 * @param scale how values lie between the ends
 * @param min value at the start
 * @param max value at the end, larger than min
 */
record Range(Axis.Scale scale, double min, double max) {
    /** Beyond this, and below its inverse on a logarithmic axis, values are left out like NaN. */
    static final double LARGEST = 1e250;

    static final double SMALLEST = 1e-250;

    private static final double PAD = 0.04;
    /** Narrower than this, relative to the values (a factor of 1 + this, on a logarithmic axis), the ends cannot be told apart. */
    private static final double NARROW = 1e-11;

    /** Room for the data; 0..1 (1..10 on a logarithmic axis) where there is none. */
    static Range of(Axis axis, DoubleStream data) {
        if (axis.scale() == Axis.Scale.CATEGORIES) {
            return new Range(axis.scale(), -0.5, Math.max(1, axis.categories().size()) - 0.5);
        }
        boolean log = axis.scale() == Axis.Scale.LOG;
        double[] values = DoubleStream.concat(data, DoubleStream.of(axis.from(), axis.to()))
                .filter(axis::takes)
                .map(v -> log ? StrictMath.log10(v) : v)
                .toArray();
        double low = DoubleStream.of(values).min().orElse(0);
        double high = DoubleStream.of(values).max().orElse(1);
        double size = Math.max(Math.abs(low), Math.abs(high));
        double pad = PAD * (high - low);
        if (high - low <= NARROW * (log ? 1 : size) || high == low) {
            pad = log ? 0.5 : size == 0 ? 1 : 0.1 * size;
        }
        double from = Double.isNaN(axis.from()) ? unlog(log, low - pad) : axis.from();
        double to = Double.isNaN(axis.to()) ? unlog(log, high + pad) : axis.to();
        return new Range(axis.scale(), from, to > from ? to : log ? from * 10 : from + Math.max(1, Math.abs(from)));
    }

    private static double unlog(boolean log, double v) {
        return log ? StrictMath.pow(10, v) : v;
    }

    /** Place of a value: 0 at the start, 1 at the end. */
    double fraction(double value) {
        if (scale == Axis.Scale.LOG) {
            double low = StrictMath.log10(min);
            return (StrictMath.log10(value) - low) / (StrictMath.log10(max) - low);
        }
        return (value - min) / (max - min);
    }

    boolean holds(double value) {
        return value >= min && value <= max;
    }
}
