package org.silverblaze.report;

import java.util.ArrayList;
import java.util.List;

/**
 * One coordinate system of a {@link Figure}. Methods return a copy with something added; later series lie on top, bands below.
 *
 * @param title stands above the panel; may be empty
 * @param x horizontal axis
 * @param y vertical axis
 * @param series what is shown
 * @param rules straight lines across the panel
 */
public record Panel(String title, Axis x, Axis y, List<Series> series, List<Rule> rules) {
    /**
     * A dashed line at one value.
     *
     * @param vertical at a value of x (else of y)
     * @param value where
     * @param label what it stands for
     */
    public record Rule(boolean vertical, double value, String label) {}

    public Panel {
        series = List.copyOf(series);
        rules = List.copyOf(rules);
    }

    public static Panel of(String title, Axis x, Axis y) {
        return new Panel(title, x, y, List.of(), List.of());
    }

    public Panel with(Series added) {
        List<Series> more = new ArrayList<>(series);
        more.add(added);
        return new Panel(title, x, y, more, rules);
    }

    public Panel line(String name, double[] xs, double[] ys) {
        return with(new Series.Line(name, xs, ys));
    }

    /** An exact curve. */
    public Panel reference(String name, double[] xs, double[] ys) {
        return with(new Series.Reference(name, xs, ys));
    }

    /** Markers without error bars. */
    public Panel scatter(String name, double[] xs, double[] ys) {
        return with(new Series.Points(name, xs, ys, ys, ys, false));
    }

    /** Markers with symmetric errors, lengths of one standard deviation. */
    public Panel measured(String name, double[] xs, double[] ys, double[] errors) {
        double[] low = new double[ys.length];
        double[] high = new double[ys.length];
        for (int i = 0; i < ys.length; i++) {
            double error = Double.isNaN(errors[i]) ? 0 : errors[i];
            low[i] = ys[i] - error;
            high[i] = ys[i] + error;
        }
        return with(new Series.Points(name, xs, ys, low, high, false));
    }

    /** Joined markers, say medians, with bars from {@code low} to {@code high} (values, say quantiles). */
    public Panel spread(String name, double[] xs, double[] ys, double[] low, double[] high) {
        return with(new Series.Points(name, xs, ys, low, high, true));
    }

    public Panel band(String name, double[] xs, double[] low, double[] high) {
        return with(new Series.Band(name, xs, low, high));
    }

    /** One bar per category. */
    public Panel bars(String name, double[] ys) {
        return with(new Series.Bars(name, ys, ys, ys));
    }

    public Panel steps(String name, double[] edges, double[] ys) {
        return with(new Series.Steps(name, edges, ys));
    }

    public Panel horizontal(double value, String label) {
        return rule(new Rule(false, value, label));
    }

    public Panel vertical(double value, String label) {
        return rule(new Rule(true, value, label));
    }

    private Panel rule(Rule added) {
        List<Rule> more = new ArrayList<>(rules);
        more.add(added);
        return new Panel(title, x, y, series, more);
    }
}
