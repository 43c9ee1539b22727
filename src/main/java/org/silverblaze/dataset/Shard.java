package org.silverblaze.dataset;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The samples of one (couplings, block, segment) in memory, N of them, ordered by (chain, draw). Arrays are row-major, the
 * last index fastest.
 *
 * @param manifest the data set
 * @param id which shard of it
 * @param k conserved flux, {@code [sample][direction][t][x]}, {@code byte[N * d * V]}
 * @param l free flux, same shape
 * @param chain chain number of each sample
 * @param draw number of each sample within its chain
 * @param n particle density
 * @param phi2 |phi|^2
 * @param phi4 |phi|^4
 * @param contact contact term of the susceptibility of |phi|^2 (PHYSICS.md section 1)
 * @param labels further labels by name, those that the manifest names; {@code double[N]} each
 * @param violations maps of the divergence and steps of the worms; null where the manifest has no task
 */
public record Shard(
        Manifest manifest,
        ShardId id,
        byte[] k,
        byte[] l,
        int[] chain,
        long[] draw,
        double[] n,
        double[] phi2,
        double[] phi4,
        double[] contact,
        SortedMap<String, double[]> labels,
        Violations violations)
        implements ShardData {
    /** Names of arrays that are no labels. */
    static final Set<String> ARRAYS =
            Set.of("k", "l", "chain", "draw", "n", "phi2", "phi4", "contact", Violations.DIVERGENCE, Violations.STEPS);

    public Shard {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        int count = manifest.layout().samplesIn(id.block(), id.segment());
        long fluxes = (long) count * manifest.lattice().links();
        boolean shaped = k.length == fluxes
                && l.length == fluxes
                && chain.length == count
                && draw.length == count
                && n.length == count
                && phi2.length == count
                && phi4.length == count
                && contact.length == count
                && labels.keySet().equals(manifest.labels().keySet())
                && labels.values().stream().allMatch(values -> values.length == count)
                && (manifest.task() == null
                        ? violations == null
                        : violations != null
                                && violations.divergence().length
                                        == (long) count * manifest.lattice().volume()
                                && violations.steps().length
                                        == (long) count * manifest.task().mostWorms());
        if (!shaped) {
            throw new IllegalArgumentException(
                    id.fileName() + ": arrays do not have the shape that the manifest states");
        }
    }

    /** A shard of closed configurations. */
    public Shard(
            Manifest manifest,
            ShardId id,
            byte[] k,
            byte[] l,
            int[] chain,
            long[] draw,
            double[] n,
            double[] phi2,
            double[] phi4,
            double[] contact,
            SortedMap<String, double[]> labels) {
        this(manifest, id, k, l, chain, draw, n, phi2, phi4, contact, labels, null);
    }
}
