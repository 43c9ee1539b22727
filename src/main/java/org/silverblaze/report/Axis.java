package org.silverblaze.report;

import java.util.List;

/**
 * One axis of a panel.
 *
 * @param label quantity and unit, say "μ" or "time (s)"
 * @param scale linear, logarithmic, or one place per category
 * @param from where it starts, NaN: as the data wants it
 * @param to where it ends, NaN: as the data wants it
 * @param categories names of the places 0, 1, 2, ... of a categorical axis
 */
public record Axis(String label, Scale scale, double from, double to, List<String> categories) {
    /** How values lie on the axis. */
    public enum Scale {
        LINEAR,
        LOG,
        CATEGORIES
    }

    public Axis {
        categories = List.copyOf(categories);
        if (scale == Scale.LOG && from <= 0) {
            throw new IllegalArgumentException("a logarithmic axis cannot start at " + from);
        }
        if (from >= to) {
            throw new IllegalArgumentException("an axis from " + from + " to " + to);
        }
    }

    public static Axis linear(String label) {
        return new Axis(label, Scale.LINEAR, Double.NaN, Double.NaN, List.of());
    }

    /** Values that are not positive are left out; an error bar that reaches below zero goes to the edge. */
    public static Axis log(String label) {
        return new Axis(label, Scale.LOG, Double.NaN, Double.NaN, List.of());
    }

    /** The value i stands for category i. */
    public static Axis categories(String label, List<String> categories) {
        return new Axis(label, Scale.CATEGORIES, Double.NaN, Double.NaN, categories);
    }

    /** This axis with fixed ends; NaN leaves an end to the data. */
    public Axis range(double from, double to) {
        return new Axis(label, scale, from, to, categories);
    }

    /** Whether a value has a place on this kind of axis. */
    boolean takes(double value) {
        return Math.abs(value) <= Range.LARGEST && (scale != Scale.LOG || value >= Range.SMALLEST);
    }
}
