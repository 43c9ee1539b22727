package org.silverblaze.engine;

import org.silverblaze.lattice.Lattice;

/**
 * Labelled configurations as an engine takes them: int8 fluxes, expanded to floats on the fly.
 *
 * @param lattice two-dimensional, V sites
 * @param channels C, 4 for fluxes in the order (k_t, k_x, l_t, l_x)
 * @param count N examples
 * @param inputs {@code byte[N * C * V]}, row-major {@code [example][channel][t][x]}
 * @param outputs K targets per example
 * @param targets {@code float[N * K]}, row-major {@code [example][output]}
 */
public record Examples(Lattice lattice, int channels, int count, byte[] inputs, int outputs, float[] targets) {
    public Examples {
        if (inputs.length != (long) count * channels * lattice.volume() || targets.length != (long) count * outputs) {
            throw new IllegalArgumentException("inputs or targets do not have the stated shape");
        }
    }
}
