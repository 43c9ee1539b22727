package org.silverblaze.dataset;

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
 */
public record Samples(Lattice lattice, int count, byte[] inputs, double[] n, double[] phi2, int[] chain, long[] draw) {
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
        if (lattice.dimensions() != 2) {
            throw new BadInput("lattice " + lattice + ": networks take two dimensions, N_t x N_x");
        }
        float[] targets = new float[2 * count];
        for (int i = 0; i < count; i++) {
            targets[2 * i] = (float) n[i];
            targets[2 * i + 1] = (float) phi2[i];
        }
        return new Examples(lattice, 2 * lattice.dimensions(), count, inputs, 2, targets);
    }
}
