package org.silverblaze.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silverblaze.Progress;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.statistics.GammaMethod;
import org.silverblaze.statistics.RareSectors;
import org.silverblaze.theory.Couplings;

/**
 * What a data set says about the physics: observables with errors and autocorrelation times at every chemical potential.
 *
 * @param lattice the lattice
 * @param points one for each chemical potential, in the order of the manifest
 */
public record DatasetSummary(Lattice lattice, List<Point> points) {
    /**
     * Observables at one point of couplings, lattice units (PHYSICS.md section 1). Autocorrelation times are in units of the
     * spacing of samples. Where N != 0 is a rare episode the error of n is too small, see {@code charged}.
     *
     * @param couplings the point
     * @param samples number of samples
     * @param charged fraction of the samples with n != 0
     * @param n particle density
     * @param phi2 |phi|^2
     * @param chiN V (mean(n^2) - mean(n)^2)
     * @param chiPhi2 V Var(|phi|^2) and the mean of the contact term
     * @param chiNRare whether chi_n hangs on charges too rare for these samples, so that its error is too small
     */
    public record Point(
            Couplings couplings,
            long samples,
            double charged,
            Estimate n,
            Estimate phi2,
            Estimate chiN,
            Estimate chiPhi2,
            boolean chiNRare) {}

    public DatasetSummary {
        points = List.copyOf(points);
    }

    /** Reads the whole data set, one shard in memory at a time. */
    public static DatasetSummary of(Dataset dataset, Progress progress) throws IOException {
        Manifest manifest = dataset.manifest();
        List<Point> points = new ArrayList<>();
        for (int mu = 0; mu < manifest.points().size(); mu++) {
            progress.update("summary", mu, manifest.points().size());
            points.add(point(dataset, mu));
        }
        progress.update("summary", points.size(), points.size());
        return new DatasetSummary(manifest.lattice(), points);
    }

    private static Point point(Dataset dataset, int mu) throws IOException {
        Manifest manifest = dataset.manifest();
        ShardLayout layout = manifest.layout();
        double[][] n = new double[manifest.chains()][];
        double[][] phi2 = new double[manifest.chains()][];
        double[][] contact = new double[manifest.chains()][];
        for (int chain = 0; chain < manifest.chains(); chain++) {
            int length = Math.toIntExact(layout.samplesOf(chain));
            n[chain] = new double[length];
            phi2[chain] = new double[length];
            contact[chain] = new double[length];
        }
        long[] charged = {0};
        dataset.forEachShard(mu, shard -> {
            for (int i = 0; i < shard.count(); i++) {
                int chain = shard.chain()[i];
                int draw = (int) shard.draw()[i];
                n[chain][draw] = shard.n()[i];
                phi2[chain][draw] = shard.phi2()[i];
                contact[chain][draw] = shard.contact()[i];
                if (shard.n()[i] != 0) {
                    charged[0]++;
                }
            }
        });
        double volume = manifest.lattice().volume();
        Estimate ofN = GammaMethod.mean(n);
        Estimate chiN = GammaMethod.susceptibility(volume, n, null);
        return new Point(
                manifest.couplings(mu),
                manifest.samples(),
                charged[0] / (double) manifest.samples(),
                ofN,
                GammaMethod.mean(phi2),
                chiN,
                GammaMethod.susceptibility(volume, phi2, contact),
                manifest.task() == null && rare(manifest.lattice(), n, ofN, chiN));
    }

    /** N = n V / N_t, the same on every time slice, and Var(N) = chi_n V / N_t^2. */
    private static boolean rare(Lattice lattice, double[][] n, Estimate ofN, Estimate chiN) {
        double slice = lattice.volume() / (double) lattice.extent(0);
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (double[] chain : n) {
            for (double value : chain) {
                lowest = Math.min(lowest, value);
                highest = Math.max(highest, value);
            }
        }
        return RareSectors.outweigh(
                ofN.times(slice), lowest * slice, highest * slice, chiN.times(slice / lattice.extent(0)));
    }

    /**
     * The object that {@code inspect --json} prints: {lattice, couplings, samples, observables, checks} and {@code points}, a
     * list of {couplings, samples, charged, chi_n_rare, observables}. With several chemical potentials {@code couplings.mu} is their list,
     * {@code samples} the sum, and {@code observables} is null: they are in the points.
     *
     * @param check result of the whole check; null where none was asked for
     */
    public Map<String, Object> json(DatasetCheck.Result check) {
        List<Object> each = new ArrayList<>();
        for (Point point : points) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("couplings", couplings(point.couplings().mu()));
            object.put("samples", point.samples());
            object.put("charged", point.charged());
            object.put("chi_n_rare", point.chiNRare());
            object.put("observables", observables(point));
            each.add(object);
        }
        boolean one = points.size() == 1;
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("lattice", lattice.toString());
        object.put(
                "couplings",
                couplings(
                        one
                                ? points.getFirst().couplings().mu()
                                : points.stream().map(p -> p.couplings().mu()).toList()));
        object.put("samples", points.stream().mapToLong(Point::samples).sum());
        object.put("observables", one ? observables(points.getFirst()) : null);
        object.put("points", each);
        object.put("checks", check == null ? null : checks(check));
        return object;
    }

    /**
     * The object that {@code inspect --json} prints for a part of a data set, whose observables are not those of the whole: {lattice,
     * couplings, part, samples, observables, checks}; samples are those of the part, observables is null.
     *
     * @param check result of the whole check; null where none was asked for
     */
    public static Map<String, Object> partJson(Dataset dataset, DatasetCheck.Result check) {
        Manifest manifest = dataset.manifest();
        Map<String, Object> couplings = new LinkedHashMap<>();
        couplings.put("eta", manifest.eta());
        couplings.put("lambda", manifest.lambda());
        couplings.put("mu", manifest.points().stream().map(Manifest.Point::mu).toList());
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("lattice", manifest.lattice().toString());
        object.put("representation", manifest.representation().id());
        object.put("couplings", couplings);
        object.put("part", dataset.part().toString());
        object.put("samples", dataset.samples());
        object.put("observables", null);
        object.put("checks", check == null ? null : checks(check));
        return object;
    }

    private Map<String, Object> couplings(Object mu) {
        return couplings(points.getFirst().couplings(), mu);
    }

    static Map<String, Object> couplings(Couplings first, Object mu) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("eta", first.eta());
        object.put("lambda", first.lambda());
        object.put("mu", mu);
        return object;
    }

    private static Map<String, Object> observables(Point point) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("n", estimate(point.n()));
        object.put("phi2", estimate(point.phi2()));
        object.put("chi_n", estimate(point.chiN()));
        object.put("chi_phi2", estimate(point.chiPhi2()));
        return object;
    }

    /** An observable that never changed has no error that could be measured: null, never 0. */
    static Map<String, Object> estimate(Estimate estimate) {
        boolean changed = estimate.error() > 0;
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("mean", estimate.mean());
        object.put("error", changed ? estimate.error() : null);
        object.put("tau_int", changed ? estimate.tauInt() : null);
        object.put("tau_int_error", changed ? estimate.tauIntError() : null);
        object.put("resolved", changed && estimate.resolved());
        return object;
    }

    static Map<String, Object> checks(DatasetCheck.Result check) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("passed", check.passed());
        object.put("shards", check.shards());
        object.put("samples", check.samples());
        object.put("fault", check.fault().orElse(null));
        object.put("verified", check.verified());
        return object;
    }
}
