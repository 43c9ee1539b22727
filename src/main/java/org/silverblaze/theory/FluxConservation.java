package org.silverblaze.theory;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.silverblaze.lattice.Lattice;

/** What every closed configuration obeys: conserved k, l at least 0. Winding numbers follow from it. */
public final class FluxConservation {
    private FluxConservation() {}

    /** The first thing wrong with a closed configuration, in one line, or nothing. */
    public static Optional<String> firstFault(FluxConfiguration configuration) {
        Lattice lattice = configuration.lattice();
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            for (int site = 0; site < lattice.volume(); site++) {
                if (configuration.l(axis, site) < 0) {
                    return Optional.of("l = " + configuration.l(axis, site) + " on the link in direction " + axis
                            + " from site " + place(lattice, site) + ": has to be at least 0");
                }
            }
        }
        for (int site = 0; site < lattice.volume(); site++) {
            int divergence = configuration.divergence(site);
            if (divergence != 0) {
                return Optional.of("flux is not conserved at site " + place(lattice, site) + ": divergence "
                        + divergence + ", f = " + configuration.f(site));
            }
        }
        return Optional.empty();
    }

    /**
     * Winding number along an axis: the flux through a slice across it, the same through every slice of a closed
     * configuration. Along axis 0 it is the particle number N.
     */
    public static int winding(FluxConfiguration configuration, int axis) {
        Lattice lattice = configuration.lattice();
        int sum = 0;
        for (int site = 0; site < lattice.volume(); site++) {
            if (lattice.coordinate(axis, site) == 0) {
                sum += configuration.k(axis, site);
            }
        }
        return sum;
    }

    /** Winding numbers along all axes, axis 0 (the particle number N) first. */
    public static int[] windings(FluxConfiguration configuration) {
        int[] windings = new int[configuration.lattice().dimensions()];
        Arrays.setAll(windings, axis -> winding(configuration, axis));
        return windings;
    }

    private static String place(Lattice lattice, int site) {
        return IntStream.range(0, lattice.dimensions())
                .mapToObj(axis -> Integer.toString(lattice.coordinate(axis, site)))
                .collect(Collectors.joining(",", "(", ")"));
    }
}
