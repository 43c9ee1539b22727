package org.silverblaze.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silverblaze.Progress;
import org.silverblaze.files.Json;
import org.silverblaze.theory.ObservableMeter;

final class DatasetSummaryTest {
    @TempDir
    Path temp;

    /** The formulas of PHYSICS.md section 1, written out once more over plain samples. */
    @Test
    void observablesFollowTheirFormulas() throws Exception {
        Manifest manifest = ShardFiles.write(temp, ShardFiles.manifest("5x3", 603, 20, 7, 1.05, 0.91));
        Dataset dataset = Dataset.open(temp);
        DatasetSummary summary = DatasetSummary.of(dataset, Progress.NONE);
        for (int mu = 0; mu < 2; mu++) {
            Samples samples = dataset.load(mu);
            ObservableMeter meter = ObservableMeter.of(manifest.lattice(), manifest.couplings(mu));
            int links = manifest.lattice().links();
            double n = 0;
            double nn = 0;
            double phi2 = 0;
            double phi2phi2 = 0;
            double contact = 0;
            int charged = 0;
            for (int i = 0; i < 603; i++) {
                byte[] k = java.util.Arrays.copyOfRange(samples.inputs(), 2 * i * links, (2 * i + 1) * links);
                byte[] l = java.util.Arrays.copyOfRange(samples.inputs(), (2 * i + 1) * links, (2 * i + 2) * links);
                var measured = meter.measure(k, l);
                n += measured.n() / 603;
                nn += measured.n() * measured.n() / 603;
                phi2 += measured.phi2() / 603;
                phi2phi2 += measured.phi2() * measured.phi2() / 603;
                contact += measured.contact() / 603;
                charged += measured.n() != 0 ? 1 : 0;
            }
            DatasetSummary.Point point = summary.points().get(mu);
            assertThat(point.samples()).isEqualTo(603);
            assertThat(point.charged()).isEqualTo(charged / 603.0);
            assertThat(point.n().mean()).isCloseTo(n, within(1e-12));
            assertThat(point.phi2().mean()).isCloseTo(phi2, within(1e-12));
            // The variance around the mean of the data is short by the square of that mean's error.
            double biasN = Math.pow(point.n().error(), 2);
            double biasPhi2 = Math.pow(point.phi2().error(), 2);
            assertThat(point.chiN().mean()).isCloseTo(15 * (nn - n * n + biasN), within(1e-9));
            assertThat(point.chiPhi2().mean())
                    .isCloseTo(15 * (phi2phi2 - phi2 * phi2 + biasPhi2) + contact, within(1e-9));
            // These samples are independent: the naive error is right, to its own statistical error.
            double naive = Math.sqrt((phi2phi2 - phi2 * phi2) / 602);
            assertThat(point.phi2().error())
                    .isCloseTo(naive, within(6 * point.phi2().errorOfError()));
        }
    }

    @Test
    void theJsonHasTheNamesThatScriptsRelyOn() throws Exception {
        ShardFiles.write(temp.resolve("one"), ShardFiles.manifest("5x3", 100, 20, 5, 1.05));
        DatasetSummary one = DatasetSummary.of(Dataset.open(temp.resolve("one")), Progress.NONE);
        Map<?, ?> json = parse(one.json(DatasetCheck.check(temp.resolve("one"), Progress.NONE)));
        assertThat(json.get("lattice")).isEqualTo("5x3");
        assertThat(json.get("samples")).isEqualTo(100);
        assertThat((Map<?, ?>) json.get("couplings")).isEqualTo(Map.of("eta", 4.01, "lambda", 1.0, "mu", 1.05));
        Map<?, ?> observables = (Map<?, ?>) json.get("observables");
        for (String name : new String[] {"n", "phi2", "chi_n", "chi_phi2"}) {
            Map<?, ?> estimate = (Map<?, ?>) observables.get(name);
            for (String key : new String[] {"mean", "error", "tau_int", "tau_int_error"}) {
                assertThat(estimate.get(key)).as(name + "." + key).isInstanceOf(Double.class);
            }
        }
        assertThat(((Map<?, ?>) json.get("checks")).get("passed")).isEqualTo(true);
        assertThat(((Map<?, ?>) json.get("checks")).get("samples")).isEqualTo(100);
    }

    @Test
    void whatNeverChangedHasNoError() throws Exception {
        ShardFiles.write(temp, ShardFiles.manifest("5x3", 1, 1, 1, 1.05));
        Map<?, ?> json =
                parse(DatasetSummary.of(Dataset.open(temp), Progress.NONE).json(null));
        Map<?, ?> n = (Map<?, ?>) ((Map<?, ?>) json.get("observables")).get("n");
        assertThat(n.get("mean")).isInstanceOf(Double.class);
        assertThat(n.containsKey("error")).isTrue();
        assertThat(n.get("error")).isNull();
        assertThat(n.get("tau_int")).isNull();
        assertThat(n.get("resolved")).isEqualTo(false);
        assertThat(json.containsKey("checks")).isTrue();
    }

    private static Map<?, ?> parse(Map<String, Object> json) {
        return Json.read(Json.line(json), Map.class, Path.of("json"));
    }
}
