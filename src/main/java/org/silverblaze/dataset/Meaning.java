package org.silverblaze.dataset;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What every array and attribute of the format means, in words: part of manifests and shards. */
final class Meaning {
    static final String ETA = "coefficient of |phi|^2 in the action, eta = 2d + m^2, lattice units";
    static final String LAMBDA = "coefficient of |phi|^4 in the action, lattice units";
    static final String MU = "chemical potential in the time direction, lattice units; mu > 0 favours n > 0";
    static final String LATTICE = "extents in sites, time first; periodic in every direction";
    static final String CHAIN = "number of the Markov chain that gave the sample, from 0";
    static final String DRAW = "number of the sample within its chain, from 0";
    static final String K = "conserved integer flux on the link from site x in direction +nu";
    static final String L = "free integer flux, at least 0, on the link from site x in direction +nu";
    static final String N = "particle density (1/V) sum_x k_(x,t), lattice units";
    static final String PHI2 = "|phi|^2 = (1/V) sum_x W(f_x+2)/W(f_x), lattice units";
    static final String PHI4 = "|phi|^4 = (1/V) sum_x W(f_x+4)/W(f_x), lattice units";
    static final String PHI = "field phi_x on site x, component 0 = real part, 1 = imaginary part, lattice units";
    static final String FIELD_PHI2 = "|phi|^2 = (1/V) sum_x |phi_x|^2, lattice units";
    static final String FIELD_PHI4 = "|phi|^4 = (1/V) sum_x |phi_x|^4, lattice units";
    static final String HOPPING = "(1/V) sum_(x,nu) 2 Re(phi*_x phi_(x+nu)), lattice units";
    static final String ZERO_MODE = "(1/V) |sum_x phi_x|^2, lattice units";
    static final String ACTION = "action per site S/V = eta phi2 + lambda phi4 - hopping";
    static final String CONTACT = "contact term of chi_phi2: (1/V) sum_x [W(f_x+4)/W(f_x) - (W(f_x+2)/W(f_x))^2]";

    private Meaning() {}

    /** Axes of k and l from slowest to fastest. */
    static String axes(int dimensions) {
        return "sample, direction (0 = time), " + siteNames(dimensions) + "; the last axis is fastest";
    }

    /** Axes of a number for each site from slowest to fastest. */
    static String siteAxes(int dimensions) {
        return "sample, " + siteNames(dimensions) + "; the last axis is fastest";
    }

    private static String siteNames(int dimensions) {
        return dimensions == 1
                ? "t"
                : dimensions == 2
                        ? "t, x"
                        : "t, "
                                + IntStream.range(1, dimensions)
                                        .mapToObj(i -> "x" + i)
                                        .collect(Collectors.joining(", "));
    }

    /** Axes of phi from slowest to fastest. */
    static String fieldAxes(int dimensions) {
        return axes(dimensions).replace("direction (0 = time)", "component (0 = real, 1 = imaginary)");
    }

    static SortedMap<String, String> manifest(Manifest manifest) {
        SortedMap<String, String> meaning = new TreeMap<>();
        meaning.put("lattice", LATTICE);
        meaning.put("eta", ETA);
        meaning.put("lambda", LAMBDA);
        meaning.put("mu", MU);
        meaning.put("chain", CHAIN);
        meaning.put("draw", DRAW);
        switch (manifest.representation()) {
            case FLUX -> fluxes(manifest, meaning);
            case PHI -> fields(manifest, meaning);
        }
        return meaning;
    }

    private static void fields(Manifest manifest, SortedMap<String, String> meaning) {
        meaning.put("axes of phi", fieldAxes(manifest.lattice().dimensions()));
        meaning.put("phi", PHI);
        for (int i = 0; i < FieldShard.NAMES.length; i++) {
            meaning.put(FieldShard.NAMES[i], FieldShard.MEANINGS[i]);
        }
        meaning.put("samples", "samples of a shard are ordered by chain, then draw");
        meaning.put("reflections", "sweeps of reflections after the heat-bath sweep of an update");
        meaning.put("thermalization", "updates of a chain before sampling starts");
        meaning.put("updatesBetween", "updates of a chain from one sample to the next");
    }

    private static void fluxes(Manifest manifest, SortedMap<String, String> meaning) {
        meaning.put("axes of k and l", axes(manifest.lattice().dimensions()));
        meaning.put("k", K);
        meaning.put("l", L);
        meaning.put("n", N);
        meaning.put("phi2", PHI2);
        meaning.put("phi4", PHI4);
        meaning.put("contact", CONTACT);
        meaning.put("W(f)", "integral over r >= 0 of r^(f+1) exp(-eta r^2 - lambda r^4)");
        meaning.put(
                "f_x",
                "sum_nu [ |k_(x,nu)| + |k_(x-nu,nu)| + 2 (l_(x,nu) + l_(x-nu,nu)) ], even where flux is conserved");
        meaning.put(
                "samples", "samples of each chemical potential; samples of a shard are ordered by chain, then draw");
        meaning.put("stepsPerSweep", "worm steps of a chain from one sweep of l updates to the next");
        meaning.put("thermalization", "worms of a chain before sampling starts");
        meaning.put("wormsBetween", "worms of a chain from one sample to the next");
        if (manifest.task() != null) {
            meaning.put(Violations.DIVERGENCE, Violations.DIVERGENCE_MEANING);
            meaning.put(Violations.STEPS, Violations.STEPS_MEANING);
        }
    }
}
