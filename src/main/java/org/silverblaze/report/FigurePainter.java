package org.silverblaze.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lays a figure out: the legend on top, then the panels row by row, all with the same margins. */
final class FigurePainter {
    private static final double LEGEND_ROW = 20;
    private static final double LEGEND_KEY = 30;
    private static final double LEGEND_GAP = 18;
    private static final double RIGHT = 14;
    private static final double X_LABELS = 44;
    private static final double TICK_FONT = 12;
    private static final double SLANT = 0.5;

    private final Figure figure;
    private final String id;
    private final Map<String, Look> looks;
    private final Svg svg = new Svg();

    FigurePainter(Figure figure, String id) {
        this.figure = figure;
        this.id = id;
        this.looks = Look.of(figure);
    }

    String paint() {
        double top = legend();
        double cell = Svg.WIDTH / figure.columns();
        double above = figure.panels().stream().allMatch(p -> p.title().isEmpty()) ? 14 : 28;
        List<PanelPainter> painters = new ArrayList<>();
        for (Panel panel : figure.panels()) {
            painters.add(new PanelPainter(panel, looks, svg, id + "-p" + painters.size()));
        }
        double left = 0;
        double below = 0;
        double estimate = cell - 60 - RIGHT;
        for (PanelPainter painter : painters) {
            painter.scale(estimate, figure.panelHeight());
            left = Math.max(left, painter.yLabelWidth(TICK_FONT) + 34);
            left = Math.min(cell / 2, Math.max(left, painter.overhang(TICK_FONT)));
            below = Math.max(below, X_LABELS + painter.slantedHeight(TICK_FONT, SLANT));
        }
        double width = cell - left - RIGHT;
        double rowHeight = above + figure.panelHeight() + below + 6;
        for (int i = 0; i < painters.size(); i++) {
            double x = i % figure.columns() * cell + left;
            double y = top + Math.floorDiv(i, figure.columns()) * rowHeight + above;
            painters.get(i).scale(width, figure.panelHeight());
            painters.get(i).paint(x, y, below, left);
        }
        int rows = (painters.size() + figure.columns() - 1) / figure.columns();
        return svg.document(id, figure.title(), figure.description(), Svg.WIDTH, top + rows * rowHeight);
    }

    /** Entries in rows, each row centred; returns the height. */
    private double legend() {
        if (looks.size() < 2) {
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        double width = 0;
        for (String name : looks.keySet()) {
            double entry = entryWidth(name);
            if (rows.isEmpty() || width + entry > Svg.WIDTH - 40) {
                rows.add(new ArrayList<>());
                width = 0;
            }
            rows.getLast().add(name);
            width += entry;
        }
        double y = 6;
        for (List<String> row : rows) {
            double x = (Svg.WIDTH
                            - row.stream()
                                    .mapToDouble(FigurePainter::entryWidth)
                                    .sum()
                            + LEGEND_GAP)
                    / 2;
            for (String name : row) {
                key(looks.get(name), x, y + LEGEND_ROW / 2);
                svg.text(
                        "text",
                        name,
                        "x",
                        x + LEGEND_KEY + 6,
                        "y",
                        y + LEGEND_ROW / 2 + 4.5,
                        "fill",
                        Palette.INK,
                        "class",
                        "inkfill");
                x += entryWidth(name);
            }
            y += LEGEND_ROW;
        }
        return y;
    }

    private static double entryWidth(String name) {
        return LEGEND_KEY + 6 + Svg.width(name, 13) + LEGEND_GAP;
    }

    private void key(Look look, double x, double y) {
        if (look.band()) {
            svg.leaf(
                    "rect",
                    "x",
                    x,
                    "y",
                    y - 6,
                    "width",
                    LEGEND_KEY,
                    "height",
                    12.0,
                    "fill",
                    look.color(),
                    "fill-opacity",
                    "0.2",
                    "class",
                    look.fill());
        }
        if (look.bars()) {
            svg.leaf(
                    "rect",
                    "x",
                    x + 9,
                    "y",
                    y - 6,
                    "width",
                    12.0,
                    "height",
                    12.0,
                    "fill",
                    look.color(),
                    "class",
                    look.fill());
        }
        if (look.line()) {
            svg.leaf(
                    "path",
                    "d",
                    "M" + Svg.point(x, y) + "h" + Svg.number(LEGEND_KEY),
                    "fill",
                    "none",
                    "stroke",
                    look.color(),
                    "stroke-width",
                    "1.8",
                    "stroke-dasharray",
                    look.dash(),
                    "class",
                    look.stroke());
        }
        if (look.points()) {
            PanelPainter.marker(svg, look, x + LEGEND_KEY / 2, y, 4);
        }
    }
}
