package org.silverblaze.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.DatasetCheck;
import org.silverblaze.dataset.DatasetSummary;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.reference.ReferenceEngine;
import org.silverblaze.engine.vector.VectorEngine;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ExactValues;
import org.silverblaze.theory.FreeField;

final class SamplingRunTest {
    @TempDir
    private Path folder;

    private static SamplingRequest request(String lattice, double[] mus, long samples) {
        return SamplingRequest.of(Lattice.parse(lattice), 4.01, 1, mus, samples, WormAlgorithm.DIRECTED, 3);
    }

    private SamplingResult run(SamplingRequest request, String name, Engine engine, int threads) throws IOException {
        return SamplingRun.run(request, folder.resolve(name), engine, threads, List.of("test"), Progress.NONE);
    }

    /** Everything that is promised to be equal: all files but the provenance. */
    private TreeMap<String, String> bytes(String name) throws IOException {
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(folder.resolve(name))) {
            for (Path file : entries.toList()) {
                if (!file.endsWith("provenance.jsonl") && !file.endsWith(".lock")) {
                    files.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return files;
    }

    @Test
    void theDataDependNeitherOnTheEngineNorOnTheNumberOfThreads() throws IOException {
        SamplingRequest request = request("4x3", new double[] {0.6, 1.1}, 301).withChains(35);
        SamplingResult result = run(request, "a", new VectorEngine(), 1);
        assertThat(result.samples()).isEqualTo(602);
        assertThat(result.made()).isEqualTo(602);
        assertThat(result.effectiveSamplesPerSecond()).isPositive();
        assertThat(DatasetCheck.check(folder.resolve("a"), Progress.NONE).fault())
                .isEmpty();
        run(request, "b", new VectorEngine(), 2);
        run(request, "c", new ReferenceEngine(), 2);
        // 3 blocks of 16, 16 and 3 chains at 2 mu, manifest, checksums
        assertThat(bytes("a")).hasSize(8).isEqualTo(bytes("b")).isEqualTo(bytes("c"));
    }

    @Test
    void whatIsThereIsNotMadeAgainAndWhatIsMissingComesOutTheSame() throws IOException {
        SamplingRequest request = request("3x2", new double[] {0.9}, 100).withChains(20);
        run(request, "a", new VectorEngine(), 1);
        TreeMap<String, String> before = bytes("a");
        assertThat(run(request, "a", new VectorEngine(), 1).made()).isZero();
        Files.delete(folder.resolve("a/mu000-block001-segment000.h5"));
        SamplingResult again = run(request, "a", new ReferenceEngine(), 1);
        assertThat(again.made()).isEqualTo(20);
        assertThat(bytes("a")).isEqualTo(before);
        assertThatThrownBy(() -> run(request.withChains(21), "a", new VectorEngine(), 1))
                .isInstanceOf(BadInput.class);
        assertThat(bytes("a")).isEqualTo(before);
    }

    @Test
    void aFailureInOneBlockEndsTheRun() {
        SamplingRequest request = request("2x1", new double[] {0.5, 8}, 2000).withSchedule(2, 0L, 10L);
        assertThatThrownBy(() -> run(request, "a", new VectorEngine(), 2)).isInstanceOf(OccupationLimitException.class);
    }

    /** Samples of the default schedule are nearly independent, and right. */
    @ParameterizedTest
    @CsvSource({"8x4, 4.5, 0.3", "3x2, 4.3, 0.4", "2x2x2, 6.5, 0.3", "6, 2.3, 0.4"})
    void samplesOfTheDefaultScheduleAreRightAndNearlyIndependent(String text, double eta, double mu)
            throws IOException {
        Lattice lattice = Lattice.parse(text);
        SamplingRequest request =
                SamplingRequest.of(lattice, eta, 0, new double[] {mu}, 4000, WormAlgorithm.DIRECTED, 4);
        run(request, "a", new VectorEngine(), 1);
        DatasetSummary.Point point = DatasetSummary.of(Dataset.open(folder.resolve("a")), Progress.NONE)
                .points()
                .getFirst();
        ExactValues exact = FreeField.exact(lattice, new Couplings(eta, 0, mu));
        Map<Estimate, Double> pairs = Map.of(point.n(), exact.n(), point.phi2(), exact.phi2());
        for (Map.Entry<Estimate, Double> pair : pairs.entrySet()) {
            Estimate estimate = pair.getKey();
            double value = pair.getValue();
            assertThat(Math.abs(estimate.mean() - value) / estimate.error())
                    .as("%s against %f", estimate, value)
                    .isLessThan(4.5);
            // Spaced by 2 tau an exponential autocorrelation leaves tau_int = 0.66.
            assertThat(estimate.tauInt()).isBetween(0.4, 0.85);
        }
    }

    @ParameterizedTest
    @CsvSource({"6x3, 0.9, 18", "2x2, 1.3, 3", "9, 0.5, 9", "1x1, 0.4, 1"})
    void thePilotIsTheSameOnEveryEngine(String text, double mu, int stepsPerSweep) {
        Lattice lattice = Lattice.parse(text);
        Couplings couplings = new Couplings(4.01, 1, mu);
        Pilot vector =
                Pilot.run(new VectorEngine().sampling(), lattice, couplings, WormAlgorithm.DIRECTED, stepsPerSweep);
        Pilot reference =
                Pilot.run(new ReferenceEngine().sampling(), lattice, couplings, WormAlgorithm.DIRECTED, stepsPerSweep);
        assertThat(vector).isEqualTo(reference);
        assertThat(vector.resolved()).isTrue();
        assertThat(vector.schedule().wormsBetween()).isEqualTo((long) Math.ceil(2 * vector.tauInt()));
    }

    @Test
    void inTheSilverBlazeRegionTheRareChargeIsLeftOut() {
        Pilot pilot = Pilot.run(
                new VectorEngine().sampling(),
                Lattice.of(20, 4),
                new Couplings(4.01, 1, 0.2),
                WormAlgorithm.DIRECTED,
                80);
        assertThat(pilot.observable()).isEqualTo("phi2");
        assertThat(pilot.resolved()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "15, 15", "100, 16", "3199, 16", "3200, 32", "20000, 128", "10000000, 1024"})
    void chainsFollowFromTheNumberOfSamples(long samples, int chains) {
        assertThat(request("60x4", new double[] {1}, samples).resolvedChains()).isEqualTo(chains);
    }

    @Test
    void whatCannotBeIsRefusedInOneLine() {
        assertThatThrownBy(() -> request("4x4", new double[] {1}, 0))
                .isInstanceOf(BadInput.class)
                .hasMessage("--samples 0: expected at least 1");
        assertThatThrownBy(() -> request("4x4", new double[] {1}, 10).withChains(11))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--chains 11");
        assertThatThrownBy(() -> request("4x4", new double[] {}, 10))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--mu");
        assertThatThrownBy(() ->
                        SamplingRequest.of(Lattice.of(4, 4), 4, 0, new double[] {0.5}, 10, WormAlgorithm.DIRECTED, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("free theory");
        assertThatThrownBy(() -> request("4x4", new double[] {1}, 10).withSchedule(0, null, null))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--steps-per-sweep");
    }
}
