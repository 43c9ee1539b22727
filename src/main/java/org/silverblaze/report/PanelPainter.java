package org.silverblaze.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Draws one panel: grid, bands, bars, lines, markers, frame, labels. */
final class PanelPainter {
    private static final double TICK = 6;
    private static final double MARKER = 3.8;
    /** More points than this are a cloud: small and translucent. */
    private static final int CLOUD = 150;

    private final Panel panel;
    private final Map<String, Look> looks;
    private final Svg svg;
    private final String id;
    private final Range xRange;
    private final Range yRange;
    /** Names whose markers or bars stand side by side within a category. */
    private final List<String> abreast;

    private Ticks xTicks;
    private Ticks yTicks;
    private double width;
    private double height;
    private double left;
    private double top;

    PanelPainter(Panel panel, Map<String, Look> looks, Svg svg, String id) {
        this.panel = panel;
        this.looks = looks;
        this.svg = svg;
        this.id = id;
        this.xRange = Range.of(
                panel.x(), DoubleStream.concat(panel.series().stream().flatMapToDouble(PanelPainter::xs), rules(true)));
        this.yRange = range(
                panel.y(),
                DoubleStream.concat(panel.series().stream().flatMapToDouble(this::ys), rules(false))
                        .toArray());
        this.abreast = panel.series().stream()
                .filter(s -> s instanceof Series.Points || s instanceof Series.Bars)
                .map(Series::name)
                .distinct()
                .toList();
    }

    /** Bars and histograms of what cannot be negative stand on the frame. */
    private Range range(Axis axis, double[] values) {
        boolean stands = panel.series().stream().anyMatch(s -> s instanceof Series.Bars || s instanceof Series.Steps)
                && axis.scale() == Axis.Scale.LINEAR
                && Double.isNaN(axis.from())
                && !(axis.to() <= 0)
                && DoubleStream.of(values).noneMatch(v -> v < 0);
        return Range.of(stands ? axis.range(0, axis.to()) : axis, DoubleStream.of(values));
    }

    private DoubleStream rules(boolean vertical) {
        return panel.rules().stream().filter(r -> r.vertical() == vertical).mapToDouble(Panel.Rule::value);
    }

    private static DoubleStream xs(Series series) {
        return switch (series) {
            case Series.Line s -> DoubleStream.of(s.x());
            case Series.Reference s -> DoubleStream.of(s.x());
            case Series.Points s -> DoubleStream.of(s.x());
            case Series.Band s -> DoubleStream.of(s.x());
            case Series.Bars s -> DoubleStream.of(s.x());
            case Series.Steps s -> DoubleStream.of(s.edges());
        };
    }

    private DoubleStream ys(Series series) {
        return switch (series) {
            case Series.Line s -> DoubleStream.of(s.y());
            case Series.Reference s -> DoubleStream.of(s.y());
            case Series.Points s -> values(s.y(), s.low(), s.high());
            case Series.Band s -> values(s.low(), s.high());
            case Series.Bars s -> DoubleStream.concat(values(s.y(), s.low(), s.high()), DoubleStream.of(0));
            case Series.Steps s -> DoubleStream.concat(DoubleStream.of(s.y()), DoubleStream.of(0));
        };
    }

    private static DoubleStream values(double[]... arrays) {
        return java.util.Arrays.stream(arrays).flatMapToDouble(DoubleStream::of);
    }

    private boolean shows(Series series) {
        double[] x = xs(series).toArray();
        double[] y = switch (series) {
            case Series.Line s -> s.y();
            case Series.Reference s -> s.y();
            case Series.Points s -> s.y();
            case Series.Band s -> s.high();
            case Series.Bars s -> s.y();
            case Series.Steps s -> s.y();
        };
        return IntStream.range(0, y.length).anyMatch(i -> drawable(x[i], y[i]));
    }

    /** Chooses the ticks for a frame of this size. */
    void scale(double frameWidth, double frameHeight) {
        width = frameWidth;
        height = frameHeight;
        yTicks = Ticks.of(yRange, (int) (height / 38));
        if (xRange.scale() == Axis.Scale.CATEGORIES) {
            xTicks = categories();
            return;
        }
        int target = Math.max(2, (int) (width / 55));
        do {
            xTicks = Ticks.of(xRange, target);
            target--;
        } while (target >= 2
                && xTicks.major().stream()
                                .mapToDouble(m -> labelWidth(m, 12) + 10)
                                .sum()
                        > width);
    }

    private Ticks categories() {
        List<Ticks.Major> major = new ArrayList<>();
        for (String category : panel.x().categories()) {
            major.add(new Ticks.Major(major.size(), category, ""));
        }
        return new Ticks(major, List.of(), 0);
    }

    private static double labelWidth(Ticks.Major major, double font) {
        return Svg.width(major.text(), font) + Svg.width(major.exponent(), 0.75 * font);
    }

    double yLabelWidth(double font) {
        return yTicks.major().stream()
                .mapToDouble(m -> labelWidth(m, font))
                .max()
                .orElse(0);
    }

    /** Additional height for category names that have to be slanted. */
    double slantedHeight(double font, double slope) {
        return slanted(font)
                ? slope
                        * xTicks.major().stream()
                                .mapToDouble(m -> labelWidth(m, font))
                                .max()
                                .orElse(0)
                : 0;
    }

    /** How far the first slanted category name sticks out to the left of the frame. */
    double overhang(double font) {
        if (!slanted(font)) {
            return 0;
        }
        double room = width / xTicks.major().size();
        return IntStream.range(0, xTicks.major().size())
                .mapToDouble(i -> 0.87 * labelWidth(xTicks.major().get(i), font) - (i + 0.5) * room)
                .max()
                .orElse(0);
    }

    private boolean slanted(double font) {
        double room = width / Math.max(1, xTicks.major().size()) - 4;
        return xRange.scale() == Axis.Scale.CATEGORIES
                && xTicks.major().stream().anyMatch(m -> labelWidth(m, font) > room);
    }

    void paint(double frameLeft, double frameTop, double below, double margin) {
        left = frameLeft;
        top = frameTop;
        grid();
        svg.open("clipPath", "id", id + "-clip");
        svg.leaf("rect", "x", left, "y", top, "width", width, "height", height);
        svg.close();
        clipped(s -> s instanceof Series.Band);
        clipped(s -> s instanceof Series.Bars);
        rules();
        clipped(s -> s instanceof Series.Line || s instanceof Series.Steps || s instanceof Series.Points);
        clipped(s -> s instanceof Series.Reference);
        panel.series().stream().filter(Series.Points.class::isInstance).forEach(this::markers);
        frame();
        ruleLabels();
        labels(below, margin);
    }

    private void clipped(java.util.function.Predicate<Series> kind) {
        List<Series> chosen = panel.series().stream().filter(kind).toList();
        if (chosen.isEmpty()) {
            return;
        }
        svg.open("g", "clip-path", "url(#" + id + "-clip)");
        for (Series series : chosen) {
            Look look = looks.get(series.name());
            switch (series) {
                case Series.Band s -> band(s, look);
                case Series.Bars s -> bars(s, look);
                case Series.Line s -> curve(s.x(), s.y(), look, "1.8", 0);
                case Series.Reference s -> curve(s.x(), s.y(), look, "1.4", 0);
                case Series.Steps s -> steps(s, look);
                case Series.Points s -> {
                    double shift = shift(s.name());
                    if (s.joined()) {
                        curve(s.x(), s.y(), look, "1.2", shift);
                    }
                    errorBars(s.x(), s.low(), s.high(), look, shift);
                }
            }
        }
        svg.close();
    }

    /** Distance in user units by which a name's markers and bars stand beside the middle of a category. */
    private double shift(String name) {
        if (xRange.scale() != Axis.Scale.CATEGORIES || abreast.size() < 2) {
            return 0;
        }
        return (abreast.indexOf(name) - 0.5 * (abreast.size() - 1)) * spacing();
    }

    private double spacing() {
        double category = width / (xRange.max() - xRange.min());
        boolean bars = panel.series().stream().anyMatch(s -> s instanceof Series.Bars);
        double share = 0.72 / Math.max(1, abreast.size());
        return category * (bars ? share : Math.min(0.12, share));
    }

    private double px(double value) {
        return left + xRange.fraction(value) * width;
    }

    /** Far outside the frame one place is as good as another, and coordinates stay readable. */
    private double py(double value) {
        double fraction = Math.min(50, Math.max(-50, yRange.fraction(value)));
        return top + (1 - fraction) * height;
    }

    /** Place of the low end of a bar: what has no place on the axis lies below it. */
    private double pyOrEdge(double value) {
        return panel.y().takes(value) ? py(value) : top + 1.1 * height;
    }

    private boolean drawable(double x, double y) {
        return panel.x().takes(x) && panel.y().takes(y);
    }

    /** Runs of indices that satisfy the predicate, as first and last index. */
    private static List<int[]> runs(int count, IntPredicate present) {
        List<int[]> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (present.test(i)) {
                if (i == 0 || !present.test(i - 1)) {
                    runs.add(new int[] {i, i});
                }
                runs.getLast()[1] = i;
            }
        }
        return runs;
    }

    private void curve(double[] x, double[] y, Look look, String strokeWidth, double shift) {
        StringBuilder path = new StringBuilder();
        for (int[] run : runs(x.length, i -> drawable(x[i], y[i]))) {
            if (run[0] == run[1]) {
                // A value between two missing ones is a dot.
                path.append('M')
                        .append(Svg.point(px(x[run[0]]) + shift - 1, py(y[run[0]])))
                        .append("h2");
            }
            for (int i = run[0]; i <= run[1]; i++) {
                path.append(i == run[0] ? 'M' : 'L').append(Svg.point(px(x[i]) + shift, py(y[i])));
            }
        }
        stroke(path, look, strokeWidth, look.dash());
    }

    private void stroke(StringBuilder path, Look look, String strokeWidth, String dash) {
        if (!path.isEmpty()) {
            svg.leaf(
                    "path",
                    "d",
                    path,
                    "fill",
                    "none",
                    "stroke",
                    look.color(),
                    "stroke-width",
                    strokeWidth,
                    "stroke-linejoin",
                    "round",
                    "stroke-dasharray",
                    dash,
                    "class",
                    look.stroke());
        }
    }

    private void band(Series.Band s, Look look) {
        StringBuilder path = new StringBuilder();
        for (int[] run : runs(s.x().length, i -> drawable(s.x()[i], s.high()[i]) && !Double.isNaN(s.low()[i]))) {
            for (int i = run[0]; i <= run[1]; i++) {
                path.append(i == run[0] ? 'M' : 'L').append(Svg.point(px(s.x()[i]), py(s.high()[i])));
            }
            for (int i = run[1]; i >= run[0]; i--) {
                path.append('L').append(Svg.point(px(s.x()[i]), pyOrEdge(s.low()[i])));
            }
            path.append('z');
        }
        if (!path.isEmpty()) {
            svg.leaf("path", "d", path, "fill", look.color(), "fill-opacity", "0.2", "class", look.fill());
        }
    }

    private void bars(Series.Bars s, Look look) {
        double barWidth = spacing() * (abreast.size() > 1 ? 0.9 : 1);
        double shift = shift(s.name());
        for (int i = 0; i < s.y().length; i++) {
            if (drawable(i, s.y()[i])) {
                double base = pyOrEdge(0);
                double end = py(s.y()[i]);
                svg.leaf(
                        "rect",
                        "x",
                        px(i) + shift - barWidth / 2,
                        "y",
                        Math.min(base, end),
                        "width",
                        barWidth,
                        "height",
                        Math.abs(base - end),
                        "fill",
                        look.color(),
                        "class",
                        look.fill());
            }
        }
        errorBars(s.x(), s.low(), s.high(), new Look(0, true, false, false, false, false), shift);
    }

    private void steps(Series.Steps s, Look look) {
        StringBuilder path = new StringBuilder();
        for (int[] run : runs(
                s.y().length, i -> drawable(s.edges()[i], s.y()[i]) && panel.x().takes(s.edges()[i + 1]))) {
            for (int i = run[0]; i <= run[1]; i++) {
                path.append(i == run[0] ? 'M' : 'L').append(Svg.point(px(s.edges()[i]), py(s.y()[i])));
                path.append('L').append(Svg.point(px(s.edges()[i + 1]), py(s.y()[i])));
            }
        }
        stroke(path, look, "1.8", look.dash());
    }

    private void errorBars(double[] x, double[] low, double[] high, Look look, double shift) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            if (drawable(x[i], high[i]) && !Double.isNaN(low[i]) && low[i] != high[i]) {
                double middle = px(x[i]) + shift;
                double upper = py(high[i]);
                double lower = pyOrEdge(low[i]);
                path.append('M').append(Svg.point(middle - 3, upper)).append("h6");
                path.append('M').append(Svg.point(middle, upper)).append('L').append(Svg.point(middle, lower));
                path.append('M').append(Svg.point(middle - 3, lower)).append("h6");
            }
        }
        stroke(path, look, "1.2", "none");
    }

    private void markers(Series series) {
        Series.Points s = (Series.Points) series;
        Look look = looks.get(s.name());
        int[] shown = IntStream.range(0, s.x().length)
                .filter(i -> drawable(s.x()[i], s.y()[i]) && xRange.holds(s.x()[i]) && yRange.holds(s.y()[i]))
                .toArray();
        double shift = shift(s.name());
        if (shown.length > CLOUD) {
            StringBuilder path = new StringBuilder();
            for (int i : shown) {
                path.append(Palette.marker(look.index(), px(s.x()[i]), py(s.y()[i]), 1.6));
            }
            svg.leaf("path", "d", path, "fill", look.color(), "fill-opacity", "0.45", "class", look.fill());
        } else {
            for (int i : shown) {
                marker(svg, look, px(s.x()[i]) + shift, py(s.y()[i]), MARKER);
            }
        }
    }

    static void marker(Svg svg, Look look, double x, double y, double size) {
        String path = Palette.marker(look.index(), x, y, size);
        svg.leaf(
                "path",
                "d",
                path,
                "fill",
                look.hollow() ? Palette.PAPER : look.color(),
                "stroke",
                look.color(),
                "stroke-width",
                "1.3",
                "class",
                look.stroke() + " " + (look.hollow() ? "paper" : look.fill()));
    }

    private void grid() {
        StringBuilder path = new StringBuilder();
        if (xRange.scale() != Axis.Scale.CATEGORIES) {
            for (Ticks.Major major : xTicks.major()) {
                path.append('M')
                        .append(Svg.point(px(major.value()), top))
                        .append('v')
                        .append(Svg.number(height));
            }
        }
        for (Ticks.Major major : yTicks.major()) {
            path.append('M')
                    .append(Svg.point(left, py(major.value())))
                    .append('h')
                    .append(Svg.number(width));
        }
        svg.leaf("path", "d", path, "stroke", Palette.GRID, "stroke-width", "0.8", "class", "grid");
    }

    private void rules() {
        for (Panel.Rule rule : panel.rules()) {
            Range range = rule.vertical() ? xRange : yRange;
            if (range.holds(rule.value())) {
                String path = rule.vertical()
                        ? "M" + Svg.point(px(rule.value()), top) + "v" + Svg.number(height)
                        : "M" + Svg.point(left, py(rule.value())) + "h" + Svg.number(width);
                svg.leaf(
                        "path",
                        "d",
                        path,
                        "stroke",
                        Palette.FAINT,
                        "stroke-width",
                        "1.1",
                        "stroke-dasharray",
                        "5 4",
                        "class",
                        "faint");
            }
        }
    }

    private void ruleLabels() {
        for (Panel.Rule rule : panel.rules()) {
            Range range = rule.vertical() ? xRange : yRange;
            if (range.holds(rule.value()) && !rule.label().isEmpty()) {
                double fraction = range.fraction(rule.value());
                boolean before = rule.vertical() && fraction > 0.5;
                double x = rule.vertical() ? px(rule.value()) + (before ? -5 : 5) : left + width - 8;
                double y = rule.vertical() ? top + 16 : py(rule.value()) + (fraction > 0.93 ? 14 : -5);
                svg.text(
                        "text",
                        rule.label(),
                        "x",
                        x,
                        "y",
                        y,
                        "text-anchor",
                        before || !rule.vertical() ? "end" : "start",
                        "font-size",
                        "11.5",
                        "fill",
                        Palette.FAINT,
                        "stroke",
                        Palette.PAPER,
                        "stroke-width",
                        "3",
                        "stroke-linejoin",
                        "round",
                        "paint-order",
                        "stroke",
                        "class",
                        "faintfill halo");
            }
        }
    }

    private void frame() {
        StringBuilder path = new StringBuilder();
        if (xRange.scale() != Axis.Scale.CATEGORIES) {
            xTicks.major().forEach(m -> xTick(path, m.value(), TICK));
            xTicks.minor().forEach(m -> xTick(path, m, TICK / 2));
        }
        yTicks.major().forEach(m -> yTick(path, m.value(), TICK));
        yTicks.minor().forEach(m -> yTick(path, m, TICK / 2));
        svg.leaf("path", "d", path, "stroke", Palette.INK, "stroke-width", "0.9", "class", "ink");
        svg.leaf(
                "rect",
                "x",
                left,
                "y",
                top,
                "width",
                width,
                "height",
                height,
                "fill",
                "none",
                "stroke",
                Palette.INK,
                "stroke-width",
                "1",
                "class",
                "ink");
    }

    private void xTick(StringBuilder path, double value, double length) {
        path.append('M').append(Svg.point(px(value), top + height)).append('v').append(Svg.number(-length));
        path.append('M').append(Svg.point(px(value), top)).append('v').append(Svg.number(length));
    }

    private void yTick(StringBuilder path, double value, double length) {
        path.append('M').append(Svg.point(left, py(value))).append('h').append(Svg.number(length));
        path.append('M').append(Svg.point(left + width, py(value))).append('h').append(Svg.number(-length));
    }

    private void labels(double below, double margin) {
        boolean slanted = slanted(12);
        for (Ticks.Major m : xTicks.major()) {
            double x = px(m.value());
            double y = top + height + 17;
            if (slanted) {
                svg.text(
                        "text",
                        m.text(),
                        "x",
                        x + 4,
                        "y",
                        y,
                        "text-anchor",
                        "end",
                        "font-size",
                        "12",
                        "fill",
                        Palette.INK,
                        "transform",
                        "rotate(-30 " + Svg.number(x + 4) + " " + Svg.number(y) + ")",
                        "class",
                        "inkfill");
            } else {
                tickLabel(m, x, y, "middle");
            }
        }
        for (Ticks.Major m : yTicks.major()) {
            tickLabel(m, left - 6, py(m.value()) + 4.3, "end");
        }
        factor(xTicks.factorExponent(), left + width, top + height + 34, "end");
        factor(yTicks.factorExponent(), left, top - 6, "start");
        svg.text(
                "text",
                panel.x().label(),
                "x",
                left + width / 2,
                "y",
                top + height + below - 8,
                "text-anchor",
                "middle",
                "font-size",
                "13.5",
                "fill",
                Palette.INK,
                "class",
                "inkfill");
        double x = left - margin + 15;
        double y = top + height / 2;
        svg.text(
                "text",
                panel.y().label(),
                "x",
                x,
                "y",
                y,
                "text-anchor",
                "middle",
                "font-size",
                "13.5",
                "fill",
                Palette.INK,
                "transform",
                "rotate(-90 " + Svg.number(x) + " " + Svg.number(y) + ")",
                "class",
                "inkfill");
        if (!panel.title().isEmpty()) {
            svg.text(
                    "text",
                    panel.title(),
                    "x",
                    left + width / 2,
                    "y",
                    top - 9,
                    "text-anchor",
                    "middle",
                    "font-weight",
                    "600",
                    "fill",
                    Palette.INK,
                    "class",
                    "inkfill");
        }
        if (panel.series().stream().noneMatch(this::shows)) {
            svg.text(
                    "text",
                    "no data",
                    "x",
                    left + width / 2,
                    "y",
                    top + height / 2,
                    "text-anchor",
                    "middle",
                    "fill",
                    Palette.FAINT,
                    "class",
                    "faintfill");
        }
    }

    private void tickLabel(Ticks.Major m, double x, double y, String anchor) {
        if (m.exponent().isEmpty()) {
            svg.text(
                    "text",
                    m.text(),
                    "x",
                    x,
                    "y",
                    y,
                    "text-anchor",
                    anchor,
                    "font-size",
                    "12",
                    "fill",
                    Palette.INK,
                    "class",
                    "inkfill");
        } else {
            svg.power(
                    m.text(),
                    m.exponent(),
                    "x",
                    x,
                    "y",
                    y,
                    "text-anchor",
                    anchor,
                    "font-size",
                    "12",
                    "fill",
                    Palette.INK,
                    "class",
                    "inkfill");
        }
    }

    private void factor(int exponent, double x, double y, String anchor) {
        if (exponent != 0) {
            svg.power(
                    "×10",
                    Integer.toString(exponent).replace('-', '−'),
                    "x",
                    x,
                    "y",
                    y,
                    "text-anchor",
                    anchor,
                    "font-size",
                    "12",
                    "fill",
                    Palette.INK,
                    "class",
                    "inkfill");
        }
    }
}
