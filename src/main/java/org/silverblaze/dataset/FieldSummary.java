package org.silverblaze.dataset;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silverblaze.Progress;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.statistics.GammaMethod;

/**
 * What a data set of fields says about the physics: observables with errors and autocorrelation times, the latter in units of the
 * spacing of samples.
 *
 * @param manifest the data set
 * @param observables means by name: those of every sample ({@code phi2}, {@code phi4}, {@code hopping}, {@code zero_mode}, {@code action}),
 *     and {@code chi_phi2} = V Var(|phi|^2), which has no contact term in this representation
 */
public record FieldSummary(Manifest manifest, Map<String, Estimate> observables) {
    /** Reads the whole data set, one shard in memory at a time. */
    public static FieldSummary of(Dataset dataset, Progress progress) throws IOException {
        Manifest manifest = dataset.manifest();
        ShardLayout layout = manifest.layout();
        double[][][] series = new double[FieldShard.NAMES.length][manifest.chains()][];
        for (double[][] chains : series) {
            for (int chain = 0; chain < chains.length; chain++) {
                chains[chain] = new double[Math.toIntExact(layout.samplesOf(chain))];
            }
        }
        List<ShardId> shards = manifest.shards();
        for (int s = 0; s < shards.size(); s++) {
            progress.update("summary", s, shards.size());
            FieldShard shard = dataset.fieldShard(shards.get(s));
            for (int name = 0; name < series.length; name++) {
                for (int i = 0; i < shard.count(); i++) {
                    series[name][shard.chain()[i]][(int) shard.draw()[i]] = shard.observables()[name][i];
                }
            }
        }
        progress.update("summary", shards.size(), shards.size());
        Map<String, Estimate> observables = new LinkedHashMap<>();
        for (int name = 0; name < series.length; name++) {
            observables.put(FieldShard.NAMES[name], GammaMethod.mean(series[name]));
        }
        observables.put(
                "chi_phi2", GammaMethod.susceptibility(manifest.lattice().volume(), series[0], null));
        return new FieldSummary(manifest, observables);
    }

    /**
     * The object that {@code inspect --json} prints: as that of fluxes, with {@code representation}; n and chi_n, which this
     * representation does not measure, are null.
     *
     * @param check result of the whole check; null where none was asked for
     */
    public Map<String, Object> json(DatasetCheck.Result check) {
        Map<String, Object> measured = new LinkedHashMap<>();
        measured.put("n", null);
        measured.put("chi_n", null);
        observables.forEach((name, estimate) -> measured.put(name, DatasetSummary.estimate(estimate)));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("lattice", manifest.lattice().toString());
        object.put("representation", manifest.representation().id());
        object.put("couplings", DatasetSummary.couplings(manifest.couplings(0), 0.0));
        object.put("samples", manifest.samples());
        object.put("observables", measured);
        object.put("checks", check == null ? null : DatasetSummary.checks(check));
        return object;
    }
}
