package org.silverblaze.report;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a name looks in all panels of a figure, and which kinds of series it has there.
 *
 * @param index colour, dash and marker; references count for themselves
 * @param reference drawn in ink
 * @param line has a line
 * @param band has a band
 * @param points has markers
 * @param bars has bars
 */
record Look(int index, boolean reference, boolean line, boolean band, boolean points, boolean bars) {
    /** Names in the order in which they appear. */
    static Map<String, Look> of(Figure figure) {
        Map<String, Look> looks = new LinkedHashMap<>();
        int data = figure.names().size();
        int references = 0;
        for (Panel panel : figure.panels()) {
            for (Series series : panel.series()) {
                Look look = looks.get(series.name());
                if (look == null) {
                    boolean reference = series instanceof Series.Reference;
                    int fixed = figure.names().indexOf(series.name());
                    int index = reference ? references++ : fixed >= 0 ? fixed : data++;
                    look = new Look(index, reference, false, false, false, false);
                }
                looks.put(series.name(), look.and(series));
            }
        }
        return looks;
    }

    private Look and(Series series) {
        return new Look(
                index,
                reference,
                line
                        || series instanceof Series.Line
                        || series instanceof Series.Reference
                        || series instanceof Series.Steps
                        || series instanceof Series.Points p && p.joined(),
                band || series instanceof Series.Band,
                points || series instanceof Series.Points,
                bars || series instanceof Series.Bars);
    }

    String color() {
        return reference ? Palette.INK : Palette.light(index);
    }

    String stroke() {
        return reference ? "ink" : Palette.stroke(index);
    }

    String fill() {
        return reference ? "inkfill" : Palette.fill(index);
    }

    /** Dash pattern, "none" for solid. */
    String dash() {
        String dash = Palette.dash(index);
        return dash.isEmpty() ? "none" : dash;
    }

    /** Every second round of markers is hollow. */
    boolean hollow() {
        return index % 2 == 1;
    }
}
