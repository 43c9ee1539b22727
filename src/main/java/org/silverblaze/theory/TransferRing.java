package org.silverblaze.theory;

import java.util.ArrayList;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;

/**
 * What one time slice is to the transfer matrix: a ring of S = 1 .. 4 sites, neighbours joined by {@code multiplicity}
 * links, each site with {@code selfLinks} links to itself (spatial extents of 1). Two sites are a chain with one double link.
 *
 * @param sites S
 * @param multiplicity links between neighbours
 * @param selfLinks spatial links from a site to itself, per site
 */
record TransferRing(int sites, int multiplicity, int selfLinks) {
    private static final int MOST_SITES = 4;

    /**
     * {@code [sites]}: shortest time extent. At short ones many excited states and sectors count, too many for the larger
     * slices.
     */
    private static final int[] SHORTEST = {0, 1, 1, 4, 24};

    /** Whether the slices of this lattice are such a ring, and time is long enough for its size. */
    static boolean fits(Lattice lattice) {
        int sites = slices(lattice);
        return sites <= MOST_SITES && lattice.extent(0) >= SHORTEST[sites];
    }

    static TransferRing of(Lattice lattice) {
        int sites = slices(lattice);
        if (sites > MOST_SITES) {
            throw new BadInput("--lattice " + lattice + ": the exact transfer matrix reaches time slices of at most "
                    + MOST_SITES + " sites, this one has " + sites);
        }
        if (!fits(lattice)) {
            throw new BadInput("--lattice " + lattice + ": the exact transfer matrix with slices of " + sites
                    + " sites needs a time extent of at least " + SHORTEST[sites]);
        }
        int selfLinks = 0;
        int longAxes = 0;
        for (int axis = 1; axis < lattice.dimensions(); axis++) {
            if (lattice.extent(axis) == 1) {
                selfLinks++;
            } else {
                longAxes++;
            }
        }
        // 2 x 2 sites: the torus is the ring (0,0) (0,1) (1,1) (1,0), every link of it double.
        return new TransferRing(sites, sites == 2 || longAxes == 2 ? 2 : 1, selfLinks);
    }

    private static int slices(Lattice lattice) {
        return lattice.volume() / lattice.extent(0);
    }

    /**
     * exp(2 r r') of the links in space lifts large radii; a link's share exp(damping (r^2 + r'^2)) of that goes into the
     * measure of the sites. At 2 r r' = r^2 + r'^2 (damping = multiplicity) the link would be a contraction; half of it keeps
     * both sides tame, with fewest states at a given accuracy.
     */
    double damping() {
        return sites == 1 ? 0 : 0.5 * multiplicity;
    }

    /** Damping that a site sees, from all of its links. */
    double siteDamping() {
        return (sites == 2 ? 1 : 2) * damping();
    }

    /** Commuting involutions of the ring, as permutations of its sites: blocks of T are labelled by their signs. */
    List<int[]> involutions() {
        List<int[]> list = new ArrayList<>();
        switch (sites) {
            case 2 -> list.add(new int[] {1, 0});
            case 3 -> list.add(new int[] {0, 2, 1});
            case 4 -> {
                list.add(new int[] {2, 3, 0, 1});
                list.add(new int[] {1, 0, 3, 2});
            }
            default -> {}
        }
        return list;
    }
}
