package org.silverblaze.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.Progress;
import org.silverblaze.Stop;
import org.silverblaze.engine.reference.ReferenceEngine;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.sampling.FieldRequest;
import org.silverblaze.sampling.SamplingRun;

/** Data sets are read by h5py, without this program. Needs python3 with h5py and numpy; skipped by name where there is none. */
final class PythonReaderTest {
    private static final Path SCRIPT = Path.of("scripts", "read_dataset.py");
    private static String python;

    @TempDir
    Path temp;

    private record Outcome(int exit, String output) {}

    private static Outcome run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    @BeforeAll
    static void findPython() throws InterruptedException {
        for (String candidate : new String[] {"python3", "/usr/bin/python3"}) {
            try {
                if (run(candidate, "-c", "import h5py, numpy").exit() == 0) {
                    python = candidate;
                    return;
                }
            } catch (IOException e) {
                // No such program: the next.
            }
        }
        assumeTrue(false, "no python3 with h5py and numpy here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "6x4", "1x3", "2x1x3", "2x3x1x2"})
    void h5pyReadsWhatWeWrite(String lattice) throws Exception {
        Manifest manifest = ShardFiles.write(temp, ShardFiles.manifest(lattice, 41, 20, 2, 0.91, 1.05));
        Outcome outcome = run(python, SCRIPT.toString(), temp.toString());
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        Dataset dataset = Dataset.open(temp);
        List<String> lines = new ArrayList<>(List.of(outcome.output().split("\n")));
        assertThat(lines.removeFirst()).isEqualTo("lattice " + lattice + ", eta 4.01, lambda 1.0");
        for (int mu = 0; mu < 2; mu++) {
            Samples samples = dataset.load(mu);
            String n = String.format(
                    Locale.ROOT, "n %.8f", Arrays.stream(samples.n()).sum() / 41);
            String phi2 = String.format(
                    Locale.ROOT, "phi2 %.8f", Arrays.stream(samples.phi2()).sum() / 41);
            assertThat(lines.get(mu))
                    .startsWith("mu " + manifest.points().get(mu).mu() + "  samples 41  ")
                    .contains(n)
                    .contains(phi2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "6x4", "2x1x3"})
    void h5pyReadsOpenWorms(String lattice) throws Exception {
        ShardFiles.write(temp, ShardFiles.withWorms(ShardFiles.manifest(lattice, 41, 20, 2, 0.91)));
        Outcome outcome = run(python, SCRIPT.toString(), temp.toString());
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        double violations = Arrays.stream(Dataset.open(temp).load(0).labels().get("violations"))
                .sum();
        assertThat(outcome.output()).contains(String.format(Locale.ROOT, "violations %.8f", violations / 41));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "6x4", "2x1x3"})
    void h5pyReadsFields(String lattice) throws Exception {
        SamplingRun.run(
                new FieldRequest(Lattice.parse(lattice), 8.1, 1, 41, 20, 1, 5L, 2L, 7, 2L),
                temp,
                Part.WHOLE,
                new ReferenceEngine(),
                1,
                List.of("generate"),
                new Stop(),
                Progress.NONE);
        Outcome outcome = run(python, SCRIPT.toString(), temp.toString());
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        double action = FieldSummary.of(Dataset.open(temp), Progress.NONE)
                .observables()
                .get("action")
                .mean();
        assertThat(outcome.output())
                .contains("mu 0.0  samples 41  ")
                .contains(String.format(Locale.ROOT, "action %.8f", action));
    }

    @Test
    void theScriptSeesBrokenFlux() throws Exception {
        Manifest manifest = ShardFiles.write(temp, ShardFiles.manifest("6x4", 40, 4, 10, 1.05));
        ShardId id = new ShardId(0, 0, 0);
        Shard shard = ShardFile.read(temp, manifest, id);
        shard.k()[7 * 48 + 3]++;
        Files.delete(temp.resolve(id.fileName()));
        ShardFile.write(temp, shard);
        Outcome outcome = run(python, SCRIPT.toString(), temp.toString());
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.output()).contains("not conserved in sample 7");
    }
}
