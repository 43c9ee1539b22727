package org.silverblaze.engine.vector;

import org.silverblaze.lattice.Lattice;

/** Where links lead: integer tables over the half-links site * 2d + leg of a lattice, made once for all chains. */
final class LinkTable {
    final int legs;
    final int volume;
    final int links;
    /** {@code [half]}: the other half of the same link: neighbour and opposite leg. */
    final int[] partner;
    /** {@code [half]}: the site that this leg leads to. */
    final int[] neighbour;
    /** {@code [half]}: number axis * V + site of the link. */
    final int[] link;
    /** {@code [link]}: its half on leg +axis. */
    final int[] half;

    LinkTable(Lattice lattice) {
        int dimensions = lattice.dimensions();
        this.legs = 2 * dimensions;
        this.volume = lattice.volume();
        this.links = lattice.links();
        this.partner = new int[volume * legs];
        this.neighbour = new int[volume * legs];
        this.link = new int[volume * legs];
        this.half = new int[links];
        for (int axis = 0; axis < dimensions; axis++) {
            for (int site = 0; site < volume; site++) {
                int number = axis * volume + site;
                int near = site * legs + axis;
                int far = lattice.forward(axis, site) * legs + axis + dimensions;
                partner[near] = far;
                partner[far] = near;
                neighbour[near] = far / legs;
                neighbour[far] = site;
                link[near] = number;
                link[far] = number;
                half[number] = near;
            }
        }
    }
}
