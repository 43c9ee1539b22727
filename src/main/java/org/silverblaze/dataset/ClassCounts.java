package org.silverblaze.dataset;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * How many samples of one point of couplings have so many open worms.
 *
 * @param mu chemical potential
 * @param worms open worms inserted
 * @param samples samples with that many
 * @param fewerViolations of them, samples whose violations sum_x |d_x| / 2 are fewer, since end points cancelled
 */
public record ClassCounts(
        double mu,
        int worms,
        long samples,
        @JsonProperty("fewer_violations") long fewerViolations) {
    /** Of every point, by number of worms; none where the data set has no task. */
    public static List<ClassCounts> of(Dataset dataset) throws IOException {
        List<ClassCounts> counts = new ArrayList<>();
        if (dataset.manifest().task() == null) {
            return counts;
        }
        for (int mu = 0; mu < dataset.manifest().points().size(); mu++) {
            TreeMap<Integer, long[]> byWorms = new TreeMap<>();
            dataset.forEachShard(mu, shard -> {
                double[] worms = shard.labels().get(ViolationTask.WORMS);
                double[] violations = shard.labels().get(ViolationTask.VIOLATIONS);
                for (int i = 0; i < worms.length; i++) {
                    long[] here = byWorms.computeIfAbsent((int) worms[i], w -> new long[2]);
                    here[0]++;
                    here[1] += violations[i] < worms[i] ? 1 : 0;
                }
            });
            double value = dataset.manifest().points().get(mu).mu();
            byWorms.forEach((worms, here) -> counts.add(new ClassCounts(value, worms, here[0], here[1])));
        }
        return counts;
    }
}
