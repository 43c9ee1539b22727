package org.silverblaze.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Panels with axes, and one legend for all of them.
 *
 * @param title what it shows, for readers who hear and do not see it
 * @param panels at least one
 * @param columns panels side by side
 * @param names series whose looks are fixed: colour, dash and marker go by the place in this list, whether or not all appear;
 *     other names follow in the order in which they appear
 * @param panelHeight height of a panel's frame in units of which the whole width has 720
 */
public record Figure(String title, List<Panel> panels, int columns, List<String> names, double panelHeight)
        implements Drawing {
    private static final double SINGLE = 340;
    private static final double SEVERAL = 240;

    public Figure {
        panels = List.copyOf(panels);
        names = List.copyOf(names);
        if (panels.isEmpty() || columns < 1) {
            throw new IllegalArgumentException(
                    "figure '" + title + "': " + panels.size() + " panels in " + columns + " columns");
        }
        if (!(panelHeight >= 40)) {
            throw new IllegalArgumentException("figure '" + title + "': a panel height of " + panelHeight);
        }
    }

    /** Panels two to a row; one alone fills the width. */
    public static Figure of(String title, Panel... panels) {
        return new Figure(
                title,
                Arrays.asList(panels),
                Math.min(2, panels.length),
                List.of(),
                panels.length == 1 ? SINGLE : SEVERAL);
    }

    public Figure columns(int count) {
        return new Figure(title, panels, count, names, panelHeight);
    }

    public Figure panelHeight(double height) {
        return new Figure(title, panels, columns, names, height);
    }

    /** Gives these names the same looks in every figure that has this list. */
    public Figure names(String... fixed) {
        return new Figure(title, panels, columns, List.of(fixed), panelHeight);
    }

    @Override
    public String svg(String id) {
        return new FigurePainter(this, id).paint();
    }

    /** In words: axes and series of each panel. */
    String description() {
        return panels.stream()
                .map(p -> (p.title().isEmpty() ? "Panel" : p.title()) + ": " + p.y().label() + " against "
                        + p.x().label() + "; "
                        + (p.series().isEmpty()
                                ? "no data"
                                : p.series().stream()
                                        .map(Series::name)
                                        .distinct()
                                        .collect(Collectors.joining(", "))))
                .collect(Collectors.joining(". "));
    }

    /** One row per value: panel, series, kind, x, y, low, high. */
    @Override
    public Table data() {
        return FigureData.of(this);
    }
}
