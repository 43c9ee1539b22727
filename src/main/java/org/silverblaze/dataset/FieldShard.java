package org.silverblaze.dataset;

import org.silverblaze.theory.FieldObservables;

/**
 * A shard of the field phi at mu = 0, N samples. Arrays are row-major, the last index fastest.
 *
 * @param manifest the data set
 * @param id which shard of it
 * @param phi field, {@code [sample][component][t][x]}, {@code float[N * 2 * V]}, component 0 = real part, 1 = imaginary part
 * @param chain chain number of each sample
 * @param draw number of each sample within its chain
 * @param observables {@code double[5][N]} in the order of {@link #NAMES}
 */
public record FieldShard(Manifest manifest, ShardId id, float[] phi, int[] chain, long[] draw, double[][] observables)
        implements ShardData {
    /** Names of the observables, those of {@link FieldObservables} in their order. */
    static final String[] NAMES = {"phi2", "phi4", "hopping", "zero_mode", "action"};

    /** What they mean, in the same order. */
    static final String[] MEANINGS = {
        Meaning.FIELD_PHI2, Meaning.FIELD_PHI4, Meaning.HOPPING, Meaning.ZERO_MODE, Meaning.ACTION
    };

    public FieldShard {
        int count = manifest.layout().samplesIn(id.block(), id.segment());
        boolean shaped = phi.length == 2L * count * manifest.lattice().volume()
                && chain.length == count
                && draw.length == count
                && observables.length == NAMES.length;
        for (double[] values : observables) {
            shaped &= values.length == count;
        }
        if (!shaped) {
            throw new IllegalArgumentException(
                    id.fileName() + ": arrays do not have the shape that the manifest states");
        }
    }

    /** |phi|^2 of each sample. */
    public double[] phi2() {
        return observables[0];
    }

    /** Zero mode of each sample. */
    public double[] zeroMode() {
        return observables[3];
    }

    /** Observables in the order of {@link #NAMES}. */
    static double[] values(FieldObservables o) {
        return new double[] {o.phi2(), o.phi4(), o.hopping(), o.zeroMode(), o.action()};
    }
}
