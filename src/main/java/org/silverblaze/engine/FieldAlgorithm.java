package org.silverblaze.engine;

import org.silverblaze.lattice.Lattice;

/** Algorithms of the phi representation. Name and revision are part of a data set's identity. */
public enum FieldAlgorithm implements SamplingAlgorithm {
    /**
     * Heat bath with one try a site, and reflections. The reference engine says why it is right; {@link FieldMath} and {@link
     * FieldTables} hold the arithmetic; this is what the bits depend on besides:
     * <ul>
     * <li>A chain's clock counts updates. Update m = 0, 1, .. is one heat-bath sweep and then the schedule's number of sweeps of
     *     reflections. Every sweep visits the sites one after another in the order of {@link #order}.
     * <li>The site at position i of that order uses the words 3i, 3i+1, 3i+2 of heat-bath sweep m: word w is word w mod 4 of
     *     draw m ceil(3V/4) + w/4 of {@link org.silverblaze.random.Purpose#FIELD_UPDATE}. The first gives the length, the second the
     *     direction of a complex normal number, the third accepts. Reflections use none.
     * <li>b starts at 0, and for each axis of extent above 1, in their order, (forward neighbour + backward neighbour) is added.
     * <li>A sample is the configuration after update number thermalization + (m+1) updatesBetween, counted from 1, m = 0, 1, ..
     * </ul>
     */
    HEAT_BATH("heat-bath", 1);

    /** Random words that a site takes in a heat-bath sweep. */
    public static final int WORDS_PER_SITE = 3;

    private final String id;
    private final int revision;

    FieldAlgorithm(String id, int revision) {
        this.id = id;
        this.revision = revision;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public int revision() {
        return revision;
    }

    @Override
    public Representation representation() {
        return Representation.PHI;
    }

    /**
     * The sites in the order in which sweeps visit them: the checkerboard, first those whose coordinates have an even sum, then
     * the others, each by rising number. Where all extents are even, no two sites of a colour are neighbours, and a processor may
     * work on many at a time; where they are not, the order is as legal as any other, as sites are updated one after another.
     */
    public static int[] order(Lattice lattice) {
        int[] order = new int[lattice.volume()];
        int at = 0;
        for (int colour = 0; colour < 2; colour++) {
            for (int site = 0; site < order.length; site++) {
                int sum = 0;
                for (int axis = 0; axis < lattice.dimensions(); axis++) {
                    sum += lattice.coordinate(axis, site);
                }
                if (sum % 2 == colour) {
                    order[at++] = site;
                }
            }
        }
        return order;
    }
}
