package org.silverblaze.dataset;

import java.util.Arrays;
import java.util.SortedMap;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Examples;
import org.silverblaze.lattice.Lattice;

/**
 * Samples of one point of couplings in memory, N of them, ready for a network.
 *
 * @param lattice V sites, d dimensions
 * @param count N
 * @param inputs {@code byte[N * 2d * V]}, {@code [example][channel][t][x]}, channels in the order k_t, k_x, .., l_t, l_x, ..
 * @param n particle density of each sample
 * @param phi2 |phi|^2 of each sample
 * @param chain chain number of each sample
 * @param draw number of each sample within its chain
 * @param labels further labels by name, those that the manifest names, {@code double[N]} each
 */
public record Samples(
        Lattice lattice,
        int count,
        byte[] inputs,
        double[] n,
        double[] phi2,
        int[] chain,
        long[] draw,
        SortedMap<String, double[]> labels) {
    public Samples {
        if (inputs.length != 2L * count * lattice.links()
                || n.length != count
                || phi2.length != count
                || chain.length != count
                || draw.length != count) {
            throw new IllegalArgumentException("arrays of samples do not have the stated shape");
        }
    }

    /** The regression of experiment A: targets (n, phi2), raw, rounded to float32. Two dimensions only. */
    public Examples regression() {
        return examples(n, phi2);
    }

    /** Detection of flux violations: target 1 where d_x != 0 at any site, otherwise 0. Two dimensions only. */
    public Examples detection() {
        return examples(Arrays.stream(label(ViolationTask.VIOLATIONS))
                .map(v -> v > 0 ? 1 : 0)
                .toArray());
    }

    /** Counting of flux violations: target sum_x |d_x| / 2. Two dimensions only. */
    public Examples counting() {
        return examples(label(ViolationTask.VIOLATIONS));
    }

    private double[] label(String name) {
        double[] values = labels.get(name);
        if (values == null) {
            throw new BadInput(
                    "the data set has closed configurations only; expected one made by generate --task detection or"
                            + " counting");
        }
        return values;
    }

    /** One column for each output. */
    private Examples examples(double[]... columns) {
        if (lattice.dimensions() != 2) {
            throw new BadInput("lattice " + lattice + ": networks take two dimensions, N_t x N_x");
        }
        float[] targets = new float[columns.length * count];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = (float) columns[i % columns.length][i / columns.length];
        }
        return new Examples(lattice, 2 * lattice.dimensions(), count, inputs, columns.length, targets);
    }
}
