package org.silverblaze.lattice;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;

/**
 * Periodic lattice of 1 to 4 dimensions, time first. Sites are numbered row-major, the last extent fastest: in two
 * dimensions site = t * N_x + x. Axis 0 is time.
 *
 * <p>The link (x, nu) joins site x to its neighbour in direction +nu. On an extent of 2 the forward and the backward link
 * are two different links; on an extent of 1 the link joins the site to itself. Both are legal.
 */
public final class Lattice {
    public static final int MAX_DIMENSIONS = 4;
    private static final int MAX_VOLUME = 1 << 24;

    private final int[] extents;
    private final int volume;
    /** {@code [axis][site]}: the neighbour in direction +axis, and in direction -axis. */
    private final int[][] forward;

    private final int[][] backward;

    private Lattice(int[] extents) {
        this.extents = extents;
        this.volume = Arrays.stream(extents).reduce(1, (a, b) -> a * b);
        this.forward = new int[extents.length][volume];
        this.backward = new int[extents.length][volume];
        int stride = volume;
        for (int axis = 0; axis < extents.length; axis++) {
            int extent = extents[axis];
            stride /= extent;
            for (int site = 0; site < volume; site++) {
                int coordinate = site / stride % extent;
                forward[axis][site] = site + ((coordinate + 1) % extent - coordinate) * stride;
                backward[axis][site] = site + ((coordinate + extent - 1) % extent - coordinate) * stride;
            }
        }
    }

    /** Lattice with these extents, time first, each at least 1; 1 to 4 of them. */
    public static Lattice of(int... extents) {
        if (extents.length < 1 || extents.length > MAX_DIMENSIONS) {
            throw new BadInput("lattice " + text(extents) + ": " + extents.length + " dimensions; 1 to 4 are possible");
        }
        long volume = 1;
        for (int extent : extents) {
            if (extent < 1) {
                throw new BadInput("lattice " + text(extents) + ": every extent has to be at least 1");
            }
            volume *= extent;
            if (volume > MAX_VOLUME) {
                throw new BadInput("lattice " + text(extents) + ": more than " + MAX_VOLUME + " sites");
            }
        }
        return new Lattice(extents.clone());
    }

    /** Reads {@code 60x4}: N_t x N_x, more extents for more dimensions. */
    public static Lattice parse(String text) {
        String[] parts = text.strip().split("x", -1);
        int[] extents = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].matches("[0-9]{1,9}")) {
                throw new BadInput("lattice '" + text + "': expected extents like 60x4 (time first)");
            }
            extents[i] = Integer.parseInt(parts[i]);
        }
        return of(extents);
    }

    public int dimensions() {
        return extents.length;
    }

    public int extent(int axis) {
        return extents[axis];
    }

    public int[] extents() {
        return extents.clone();
    }

    /** Number of sites V. */
    public int volume() {
        return volume;
    }

    /** Number of links d V. */
    public int links() {
        return extents.length * volume;
    }

    /** Site next to {@code site} in direction +axis. */
    public int forward(int axis, int site) {
        return forward[axis][site];
    }

    /** Site next to {@code site} in direction -axis. */
    public int backward(int axis, int site) {
        return backward[axis][site];
    }

    public int coordinate(int axis, int site) {
        int stride = 1;
        for (int later = axis + 1; later < extents.length; later++) {
            stride *= extents[later];
        }
        return site / stride % extents[axis];
    }

    /** Site at these coordinates, each taken modulo its extent. */
    public int site(int... coordinates) {
        int site = 0;
        for (int axis = 0; axis < extents.length; axis++) {
            site = site * extents[axis] + Math.floorMod(coordinates[axis], extents[axis]);
        }
        return site;
    }

    /** Site reached from {@code site} by {@code shift[axis]} steps along each axis. */
    public int shifted(int site, int... shift) {
        int[] coordinates = new int[extents.length];
        for (int axis = 0; axis < extents.length; axis++) {
            coordinates[axis] = coordinate(axis, site) + shift[axis];
        }
        return site(coordinates);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Lattice that && Arrays.equals(extents, that.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    /** The form that {@link #parse} reads: {@code 60x4}. */
    @Override
    public String toString() {
        return text(extents);
    }

    private static String text(int[] extents) {
        return Arrays.stream(extents).mapToObj(Integer::toString).collect(Collectors.joining("x"));
    }
}
