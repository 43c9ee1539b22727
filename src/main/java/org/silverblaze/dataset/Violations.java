package org.silverblaze.dataset;

import java.util.SortedMap;
import java.util.TreeMap;
import org.silverblaze.lattice.Lattice;

/**
 * What the shards of detection and counting hold beside the float64 labels.
 *
 * @param divergence d_x of every site, {@code [sample][t][x]}, {@code byte[N * V]}
 * @param steps steps of every worm in the order of insertion, {@code [sample][worm]}, {@code int[N * M]}, M the largest number of
 *     worms; 0 where a sample has fewer
 */
public record Violations(byte[] divergence, int[] steps) {
    static final String DIVERGENCE = "divergence";
    static final String STEPS = "steps";

    static final String DIVERGENCE_MEANING =
            "flux divergence d_x = sum_nu (k_(x,nu) - k_(x-nu,nu)); +1 at the tail, -1 at the"
                    + " head of an open worm; zero where flux is conserved";
    static final String STEPS_MEANING =
            "steps of each worm in the order of insertion, 0 where there are fewer; the last worm of"
                    + " a closed member of a pair: all steps until it closed";

    /** d_x of every site into {@code map}, from k of one sample. */
    static void divergence(Lattice lattice, byte[] k, int from, byte[] map, int to) {
        int volume = lattice.volume();
        for (int site = 0; site < volume; site++) {
            int sum = 0;
            for (int axis = 0; axis < lattice.dimensions(); axis++) {
                sum += k[from + axis * volume + site] - k[from + axis * volume + lattice.backward(axis, site)];
            }
            map[to + site] = (byte) sum;
        }
    }

    /** All float64 labels of one sample, by name: what the task says of it and what follows from its map of d_x. */
    static SortedMap<String, Double> labels(
            ViolationTask task, int chain, long draw, byte[] map, int from, int volume) {
        int sum = 0;
        int sites = 0;
        for (int site = from; site < from + volume; site++) {
            sum += Math.abs(map[site]);
            sites += map[site] != 0 ? 1 : 0;
        }
        SortedMap<String, Double> labels = new TreeMap<>();
        labels.put(ViolationTask.WORMS, (double) task.worms(chain, draw) - (task.closes(draw) ? 1 : 0));
        labels.put(ViolationTask.VIOLATIONS, sum / 2.0);
        labels.put(ViolationTask.VIOLATED_SITES, (double) sites);
        if (task.pairs()) {
            labels.put(ViolationTask.PAIR, (draw - draw % 2) / 2.0);
            labels.put(ViolationTask.MEMBER, (double) (draw % 2));
        }
        return labels;
    }
}
