package org.silverblaze.report;

import java.util.ArrayList;
import java.util.List;

/** The numbers behind a figure, as one long table. */
final class FigureData {
    private final List<List<Cell>> rows = new ArrayList<>();

    private FigureData() {}

    static Table of(Figure figure) {
        FigureData data = new FigureData();
        for (int i = 0; i < figure.panels().size(); i++) {
            Panel panel = figure.panels().get(i);
            for (Series series : panel.series()) {
                data.add(panel.title().isEmpty() ? "panel " + (i + 1) : panel.title(), panel, series);
            }
        }
        return new Table(List.of("panel", "series", "kind", "x", "y", "low", "high"), data.rows, figure.title());
    }

    private void add(String title, Panel panel, Series series) {
        switch (series) {
            case Series.Line s -> add(title, panel, s.name(), "line", s.x(), s.y(), null, null);
            case Series.Reference s -> add(title, panel, s.name(), "reference", s.x(), s.y(), null, null);
            case Series.Points s -> add(title, panel, s.name(), "points", s.x(), s.y(), s.low(), s.high());
            case Series.Band s -> add(title, panel, s.name(), "band", s.x(), null, s.low(), s.high());
            case Series.Bars s -> add(title, panel, s.name(), "bars", s.x(), s.y(), s.low(), s.high());
            case Series.Steps s -> {
                for (int i = 0; i < s.y().length; i++) {
                    double middle = 0.5 * (s.edges()[i] + s.edges()[i + 1]);
                    rows.add(List.of(
                            Cell.text(title),
                            Cell.text(s.name()),
                            Cell.text("steps"),
                            Cell.number(middle),
                            Cell.number(s.y()[i]),
                            Cell.number(s.edges()[i]),
                            Cell.number(s.edges()[i + 1])));
                }
            }
        }
    }

    private void add(
            String title, Panel panel, String name, String kind, double[] x, double[] y, double[] low, double[] high) {
        List<String> categories = panel.x().categories();
        for (int i = 0; i < x.length; i++) {
            boolean category = x[i] >= 0 && x[i] < categories.size() && x[i] == (int) x[i];
            rows.add(List.of(
                    Cell.text(title),
                    Cell.text(name),
                    Cell.text(kind),
                    category ? Cell.text(categories.get((int) x[i])) : Cell.number(x[i]),
                    y == null ? Cell.notApplicable() : Cell.number(y[i]),
                    low == null ? Cell.notApplicable() : Cell.number(low[i]),
                    high == null ? Cell.notApplicable() : Cell.number(high[i])));
        }
    }
}
