package org.silverblaze.report;

import java.util.Map;
import java.util.TreeMap;

/** Draws a {@link FluxPicture}: strips of time slices below one another, then the key. */
final class FluxPainter {
    /** More slices than this are folded into strips of equal length. */
    private static final int SLICES = 64;

    private static final double LARGEST_CELL = 34;
    private static final double LEFT = 42;
    private static final double RIGHT = 12;
    private static final double TOP = 12;
    private static final double T_LABELS = 26;
    private static final double KEY = 30;
    private static final int POSITIVE = 0;
    private static final int NEGATIVE = 1;
    private static final int FREE = 4;
    private static final int MARK = 3;
    private static final double DARKEST = 0.92;

    private final FluxPicture picture;
    private final String id;
    private final Svg svg = new Svg();
    private final int slices;
    private final double dt;
    private final double dx;
    private final double width;

    /** Where on a link its arrow has the head; on a stub it stands away from the site. */
    private static final double MIDDLE = 0.5;

    private static final double OUTWARD = 0.62;
    private static final double INWARD = 0.38;

    /** Paths by width of the stroke, so that a picture stays small. */
    private final Map<Double, StringBuilder> free = new TreeMap<>();

    private final Map<Double, StringBuilder> positive = new TreeMap<>();
    private final Map<Double, StringBuilder> negative = new TreeMap<>();
    private final StringBuilder positiveHeads = new StringBuilder();
    private final StringBuilder negativeHeads = new StringBuilder();
    private final StringBuilder empty = new StringBuilder();

    FluxPainter(FluxPicture picture, String id) {
        this.picture = picture;
        this.id = id;
        int strips = (picture.timeExtent() + SLICES - 1) / SLICES;
        this.slices = (picture.timeExtent() + strips - 1) / strips;
        this.dt = Math.min(LARGEST_CELL, (Svg.WIDTH - LEFT - RIGHT) / slices);
        this.dx = Math.min(LARGEST_CELL, Math.max(dt, Math.min(1.6 * dt, 20)));
        this.width = Math.max(LEFT + RIGHT + slices * dt, 330);
    }

    String paint() {
        int strips = (picture.timeExtent() + slices - 1) / slices;
        double stripHeight = picture.spaceExtent() * dx + T_LABELS;
        for (int strip = 0; strip < strips; strip++) {
            int first = strip * slices;
            strip(first, Math.min(picture.timeExtent(), first + slices), TOP + strip * stripHeight);
        }
        paths();
        for (int strip = 0; strip < strips; strip++) {
            int first = strip * slices;
            sites(first, Math.min(picture.timeExtent(), first + slices), TOP + strip * stripHeight);
        }
        double y = TOP + strips * stripHeight + 6;
        text("t →", LEFT + Math.min(slices, picture.timeExtent()) * dt / 2, y + 3, "middle");
        double bottom = key(y + KEY / 2 + 6);
        return svg.document(id, picture.title(), picture.description(), width, bottom);
    }

    private double siteX(int t, int first) {
        return LEFT + (t - first + 0.5) * dt;
    }

    private double siteY(int x, double top) {
        return top + (picture.spaceExtent() - 1 - x + 0.5) * dx;
    }

    private void strip(int first, int end, double top) {
        int extent = picture.spaceExtent();
        for (int x = 0; x < extent; x++) {
            double y = siteY(x, top);
            link(0, first - 1, x, siteX(first, first) - dt / 2, y, dt / 2, 0, INWARD);
            for (int t = first; t < end; t++) {
                link(0, t, x, siteX(t, first), y, t + 1 < end ? dt : dt / 2, 0, t + 1 < end ? MIDDLE : OUTWARD);
            }
        }
        for (int t = first; t < end; t++) {
            double x = siteX(t, first);
            link(1, t, extent - 1, x, siteY(0, top) + dx / 2, 0, -dx / 2, INWARD);
            for (int s = 0; s < extent; s++) {
                link(1, t, s, x, siteY(s, top), 0, s + 1 < extent ? -dx : -dx / 2, s + 1 < extent ? MIDDLE : OUTWARD);
            }
        }
    }

    private double cell() {
        return Math.min(dt, dx);
    }

    private double freeWidth(int l) {
        return Math.min(0.75, 0.14 + 0.14 * l) * cell();
    }

    private double fluxWidth(int k) {
        return Math.min(0.4, 0.06 + 0.07 * Math.abs(k)) * cell() + 0.4;
    }

    /** A link or half of one, from (x, y) forward by (w, h), with the head at a fraction of it. */
    private void link(int direction, int t, int s, double x, double y, double w, double h, double headAt) {
        String path = "M" + Svg.point(x, y) + "l" + Svg.point(w, h);
        empty.append(path);
        int l = picture.l(direction, t, s);
        if (l > 0) {
            free.computeIfAbsent(freeWidth(l), v -> new StringBuilder()).append(path);
        }
        int k = picture.k(direction, t, s);
        if (k != 0) {
            (k > 0 ? positive : negative)
                    .computeIfAbsent(fluxWidth(k), v -> new StringBuilder())
                    .append(path);
            head(
                    k > 0 ? positiveHeads : negativeHeads,
                    x + headAt * w,
                    y + headAt * h,
                    Math.signum(w) * Math.signum(k),
                    Math.signum(h) * Math.signum(k),
                    headSize(k));
        }
    }

    private double headSize(int k) {
        return Math.min(0.46 * cell(), 0.14 * cell() + 1.6 * fluxWidth(k));
    }

    private static void head(StringBuilder path, double x, double y, double ex, double ey, double size) {
        path.append('M').append(Svg.point(x + 0.6 * size * ex, y + 0.6 * size * ey));
        path.append('L')
                .append(Svg.point(x - 0.5 * size * ex - 0.5 * size * ey, y - 0.5 * size * ey + 0.5 * size * ex));
        path.append('L')
                .append(Svg.point(x - 0.5 * size * ex + 0.5 * size * ey, y - 0.5 * size * ey - 0.5 * size * ex));
        path.append('z');
    }

    private void paths() {
        svg.leaf("path", "d", empty, "fill", "none", "stroke", Palette.GRID, "stroke-width", "0.8", "class", "grid");
        free.forEach((w, path) -> svg.leaf(
                "path",
                "d",
                path,
                "fill",
                "none",
                "stroke",
                Palette.light(FREE),
                "stroke-opacity",
                "0.32",
                "stroke-width",
                w,
                "class",
                Palette.stroke(FREE)));
        flux(positive, positiveHeads, POSITIVE);
        flux(negative, negativeHeads, NEGATIVE);
    }

    private void flux(Map<Double, StringBuilder> lines, StringBuilder heads, int color) {
        lines.forEach((w, path) -> svg.leaf(
                "path",
                "d",
                path,
                "fill",
                "none",
                "stroke",
                Palette.light(color),
                "stroke-width",
                w,
                "class",
                Palette.stroke(color)));
        if (!heads.isEmpty()) {
            svg.leaf("path", "d", heads, "fill", Palette.light(color), "class", Palette.fill(color));
        }
    }

    private void sites(int first, int end, double top) {
        double r = 0.17 * cell();
        for (int t = first; t < end; t++) {
            for (int x = 0; x < picture.spaceExtent(); x++) {
                int site = t * picture.spaceExtent() + x;
                disc(siteX(t, first), siteY(x, top), r, Palette.PAPER, "1", "faint paper");
                double shade = shade(site);
                if (shade > 0) {
                    disc(siteX(t, first), siteY(x, top), r, Palette.INK, Svg.number(shade), "faint inkfill");
                }
                if (picture.marked().length > 0 && picture.marked()[site]) {
                    ring(siteX(t, first), siteY(x, top));
                }
            }
        }
        int stride = dt >= 26 ? 1 : dt >= 14 ? 5 : 10;
        for (int t = first; t < end; t++) {
            if (t % stride == 0) {
                text(Integer.toString(t), siteX(t, first), top + picture.spaceExtent() * dx + 12, "middle");
            }
        }
        for (int x = 0; x < picture.spaceExtent(); x++) {
            if (picture.spaceExtent() <= 12 || x % 5 == 0) {
                text(Integer.toString(x), LEFT - 6, siteY(x, top) + 4, "end");
            }
        }
        text("x ↑", 2, top + picture.spaceExtent() * dx / 2 + 4, "start");
    }

    private void disc(double x, double y, double r, String fill, String opacity, String classes) {
        svg.leaf(
                "circle",
                "cx",
                x,
                "cy",
                y,
                "r",
                r,
                "fill",
                fill,
                "fill-opacity",
                opacity,
                "stroke",
                Palette.FAINT,
                "stroke-width",
                Math.min(1, 0.05 * cell()),
                "class",
                classes);
    }

    private void ring(double x, double y) {
        svg.leaf(
                "circle",
                "cx",
                x,
                "cy",
                y,
                "r",
                0.32 * cell(),
                "fill",
                "none",
                "stroke",
                Palette.light(MARK),
                "stroke-width",
                Math.max(1.2, 0.09 * cell()),
                "class",
                Palette.stroke(MARK));
    }

    /** Opacity of the ink: 0 for the smallest value, nearly 1 for the largest. */
    private double shade(int site) {
        if (picture.sites().length == 0 || !Double.isFinite(picture.sites()[site])) {
            return 0;
        }
        double size = picture.sitesTo() - picture.sitesFrom();
        double fraction = size > 0 ? (picture.sites()[site] - picture.sitesFrom()) / size : 0;
        return DARKEST * Math.min(1, Math.max(0, fraction));
    }

    /** Entries wrap at the width of the picture; returns the bottom. */
    private double key(double top) {
        double[] at = {LEFT, top};
        flow(at, 76);
        sample(at, POSITIVE, 1);
        text("k = +1", at[0] + 30, at[1] + 4, "start");
        at[0] += 84;
        flow(at, 76);
        sample(at, NEGATIVE, -1);
        text("k = −1", at[0] + 30, at[1] + 4, "start");
        at[0] += 84;
        for (int l = 1; l <= 2; l++) {
            flow(at, 66);
            svg.leaf(
                    "path",
                    "d",
                    "M" + Svg.point(at[0], at[1]) + "h24",
                    "stroke",
                    Palette.light(FREE),
                    "stroke-opacity",
                    "0.32",
                    "stroke-width",
                    freeWidth(l),
                    "class",
                    Palette.stroke(FREE));
            text("l = " + l, at[0] + 30, at[1] + 4, "start");
            at[0] += 72;
        }
        if (picture.sites().length > 0) {
            shades(at);
        }
        if (picture.marked().length > 0) {
            double entry = 34 + Svg.width(picture.markLabel(), 12);
            flow(at, entry);
            ring(at[0] + 12, at[1]);
            text(picture.markLabel(), at[0] + 30, at[1] + 4, "start");
        }
        return at[1] + 16;
    }

    private void flow(double[] at, double entry) {
        if (at[0] > LEFT && at[0] + entry > width - 4) {
            at[0] = LEFT;
            at[1] += 22;
        }
    }

    private void sample(double[] at, int color, int k) {
        StringBuilder head = new StringBuilder();
        head(head, at[0] + 12, at[1], k, 0, headSize(k));
        svg.leaf(
                "path",
                "d",
                "M" + Svg.point(at[0], at[1]) + "h24",
                "stroke",
                Palette.light(color),
                "stroke-width",
                fluxWidth(k),
                "class",
                Palette.stroke(color));
        svg.leaf("path", "d", head, "fill", Palette.light(color), "class", Palette.fill(color));
    }

    private void shades(double[] at) {
        String from = Numbers.typeset(Numbers.significant(picture.sitesFrom(), 3));
        String to = Numbers.typeset(Numbers.significant(picture.sitesTo(), 3));
        double label = Svg.width(picture.siteLabel(), 12) + 6;
        double ends = Svg.width(from, 12) + 4;
        flow(at, label + ends + 64 + Svg.width(to, 12));
        text(picture.siteLabel(), at[0], at[1] + 4, "start");
        text(from, at[0] + label + ends - 4, at[1] + 4, "end");
        for (int i = 0; i < 10; i++) {
            svg.leaf(
                    "rect",
                    "x",
                    at[0] + label + ends + 6 * i,
                    "y",
                    at[1] - 5,
                    "width",
                    6.0,
                    "height",
                    10.0,
                    "fill",
                    Palette.INK,
                    "fill-opacity",
                    Svg.number(DARKEST * i / 9),
                    "class",
                    "inkfill");
        }
        svg.leaf(
                "rect",
                "x",
                at[0] + label + ends,
                "y",
                at[1] - 5,
                "width",
                60.0,
                "height",
                10.0,
                "fill",
                "none",
                "stroke",
                Palette.FAINT,
                "stroke-width",
                "0.8",
                "class",
                "faint");
        text(to, at[0] + label + ends + 64, at[1] + 4, "start");
        at[0] += label + ends + 64 + Svg.width(to, 12) + 18;
    }

    private void text(String text, double x, double y, String anchor) {
        svg.text(
                "text",
                text,
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
