package org.silverblaze.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A flux configuration of two dimensions, drawn on its lattice: time to the right, space upwards. Arrows are k (they point along
 * the flux, colour by sign, width by size), pale bars are l, sites are shaded by a value such as |φ|² at the site. Links
 * that wrap around, or go on in the next strip, are stubs on both sides.
 *
 * @param title what it shows
 * @param timeExtent number of time slices N_t
 * @param spaceExtent number of sites N_x of a slice
 * @param k conserved flux, row-major {@code [direction][t][x]}, time first
 * @param l free flux, likewise, at least 0
 * @param sites value per site {@code [t][x]} to shade it by; empty for none
 * @param siteLabel what that value is
 * @param sitesFrom value that is left white
 * @param sitesTo value that is darkest
 * @param marked sites with a ring, say those where the flux is not conserved; empty for none
 * @param markLabel what the ring means
 */
public record FluxPicture(
        String title,
        int timeExtent,
        int spaceExtent,
        byte[] k,
        byte[] l,
        double[] sites,
        String siteLabel,
        double sitesFrom,
        double sitesTo,
        boolean[] marked,
        String markLabel)
        implements Drawing {
    public FluxPicture {
        int volume = Math.multiplyExact(timeExtent, spaceExtent);
        if (timeExtent < 1 || spaceExtent < 1 || k.length != 2 * volume || l.length != 2 * volume) {
            throw new IllegalArgumentException("a " + timeExtent + "x" + spaceExtent + " lattice has " + 2 * volume
                    + " links, not " + k.length + " (k) and " + l.length + " (l)");
        }
        if (sites.length != 0 && sites.length != volume || marked.length != 0 && marked.length != volume) {
            throw new IllegalArgumentException("a " + timeExtent + "x" + spaceExtent + " lattice has " + volume
                    + " sites, not " + sites.length + " (values) and " + marked.length + " (marks)");
        }
    }

    /** The fluxes alone. */
    public static FluxPicture of(String title, int timeExtent, int spaceExtent, byte[] k, byte[] l) {
        return new FluxPicture(
                title, timeExtent, spaceExtent, k, l, new double[0], "", Double.NaN, Double.NaN, new boolean[0], "");
    }

    /** Shades the sites; the scale goes from the smallest to the largest value. */
    public FluxPicture shaded(String label, double[] values) {
        double from =
                java.util.Arrays.stream(values).filter(Double::isFinite).min().orElse(0);
        double to =
                java.util.Arrays.stream(values).filter(Double::isFinite).max().orElse(1);
        return shaded(label, values, from, to);
    }

    /** Shades the sites on a given scale, so that several pictures can be compared. */
    public FluxPicture shaded(String label, double[] values, double from, double to) {
        return new FluxPicture(title, timeExtent, spaceExtent, k, l, values, label, from, to, marked, markLabel);
    }

    /** Puts a ring around some sites. */
    public FluxPicture marked(String label, boolean[] which) {
        return new FluxPicture(
                title, timeExtent, spaceExtent, k, l, sites, siteLabel, sitesFrom, sitesTo, which, label);
    }

    @Override
    public String svg(String id) {
        return new FluxPainter(this, id).paint();
    }

    /** k of the link from site (t, x) in direction 0 = time or 1 = space; coordinates wrap around. */
    int k(int direction, int t, int x) {
        return k[index(direction, t, x)];
    }

    int l(int direction, int t, int x) {
        return l[index(direction, t, x)];
    }

    private int index(int direction, int t, int x) {
        return (direction * timeExtent + Math.floorMod(t, timeExtent)) * spaceExtent + Math.floorMod(x, spaceExtent);
    }

    String description() {
        int flux = 0;
        int free = 0;
        for (int i = 0; i < k.length; i++) {
            flux += Math.abs(k[i]);
            free += l[i];
        }
        return "Fluxes on a " + timeExtent + "×" + spaceExtent + " lattice, time to the right: Σ|k| = " + flux
                + ", Σl = " + free + ".";
    }

    /** One row per site: t, x, k and l of its two forward links, the value that shades it. */
    @Override
    public Table data() {
        List<List<Cell>> rows = new ArrayList<>();
        for (int t = 0; t < timeExtent; t++) {
            for (int x = 0; x < spaceExtent; x++) {
                rows.add(List.of(
                        Cell.integer(t),
                        Cell.integer(x),
                        Cell.integer(k(0, t, x)),
                        Cell.integer(k(1, t, x)),
                        Cell.integer(l(0, t, x)),
                        Cell.integer(l(1, t, x)),
                        sites.length == 0 ? Cell.notApplicable() : Cell.number(sites[t * spaceExtent + x])));
            }
        }
        String value = siteLabel.isEmpty() ? "value" : siteLabel;
        return new Table(List.of("t", "x", "k_t", "k_x", "l_t", "l_x", value), rows, title);
    }
}
