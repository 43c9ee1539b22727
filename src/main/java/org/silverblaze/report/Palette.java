package org.silverblaze.report;

import java.util.List;

/**
 * Colours, dashes and markers. The hues are those of Okabe and Ito, told apart by the colour-blind; dashes and markers tell
 * the series apart in grey. Class {@code s3} strokes and {@code f3} fills with colour 3 in whatever theme the page has.
 */
final class Palette {
    static final String PAPER = "#ffffff";
    static final String INK = "#1b1b1f";
    static final String FAINT = "#6d6d75";
    static final String GRID = "#e4e4e8";

    /** Light theme, then dark theme. */
    private static final List<String> LIGHT =
            List.of("#0072b2", "#d55e00", "#009e73", "#a3478a", "#b07d00", "#3a9fd8", "#6b6b6b", "#7a3b00");

    private static final List<String> DARK =
            List.of("#58b4ea", "#ff9a52", "#3fcfa2", "#e49acb", "#e9b949", "#a7d8f5", "#b8b8b8", "#d9a06f");

    private static final List<String> DASHES =
            List.of("", "7 3", "2 2.5", "9 3 2 3", "5 2", "12 3", "1 3", "7 2 1 2 1 2");

    private Palette() {}

    static int size() {
        return LIGHT.size();
    }

    static String light(int index) {
        return LIGHT.get(index % size());
    }

    static String stroke(int index) {
        return "s" + index % size();
    }

    static String fill(int index) {
        return "f" + index % size();
    }

    /** Dash and marker of series beyond the eighth: the colours begin again, so these have to differ. */
    private static int second(int index) {
        return (index + index / size()) % size();
    }

    /** Dash pattern; empty for a solid line. */
    static String dash(int index) {
        return DASHES.get(second(index));
    }

    /** CSS rules by which a dark page repaints the drawings in it. */
    static String darkRules() {
        StringBuilder css = new StringBuilder();
        for (int i = 0; i < size(); i++) {
            css.append("svg .s")
                    .append(i)
                    .append("{stroke:")
                    .append(DARK.get(i))
                    .append("}");
            css.append("svg .f").append(i).append("{fill:").append(DARK.get(i)).append("}");
        }
        return css.append("svg .paper{fill:var(--paper)}svg .halo{stroke:var(--paper)}")
                .append("svg .ink{stroke:var(--ink)}svg .inkfill{fill:var(--ink)}")
                .append("svg .faint{stroke:var(--faint)}svg .faintfill{fill:var(--faint)}svg .grid{stroke:var(--line)}")
                .toString();
    }

    /** SVG path of marker {@code index} around (x, y). */
    static String marker(int index, double x, double y, double r) {
        return switch (second(index)) {
            case 0 -> circle(x, y, r);
            case 1 -> polygon(x, y, r * 0.9, -1, -1, 1, -1, 1, 1, -1, 1);
            case 2 -> polygon(x, y, r * 1.2, 0, -1, 0.95, 0.75, -0.95, 0.75);
            case 3 -> polygon(x, y, r * 1.25, 0, -1, 1, 0, 0, 1, -1, 0);
            case 4 -> polygon(x, y, r * 1.2, 0, 1, 0.95, -0.75, -0.95, -0.75);
            case 5 ->
                polygon(
                        x, y, r * 1.15, -0.35, -1, 0.35, -1, 0.35, -0.35, 1, -0.35, 1, 0.35, 0.35, 0.35, 0.35, 1, -0.35,
                        1, -0.35, 0.35, -1, 0.35, -1, -0.35, -0.35, -0.35);
            case 6 -> polygon(x, y, r * 1.1, -1, 0, -0.5, -0.9, 0.5, -0.9, 1, 0, 0.5, 0.9, -0.5, 0.9);
            default -> polygon(x, y, r * 1.3, -0.55, -1, 0.55, -1, 0.55, 1, -0.55, 1);
        };
    }

    private static String circle(double x, double y, double r) {
        String radii = Svg.number(r) + " " + Svg.number(r);
        return "M" + Svg.point(x - r, y) + "a" + radii + " 0 1 0 " + Svg.point(2 * r, 0) + "a" + radii + " 0 1 0 "
                + Svg.point(-2 * r, 0) + "z";
    }

    private static String polygon(double x, double y, double r, double... corners) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < corners.length; i += 2) {
            path.append(i == 0 ? 'M' : 'L').append(Svg.point(x + r * corners[i], y + r * corners[i + 1]));
        }
        return path.append('z').toString();
    }
}
