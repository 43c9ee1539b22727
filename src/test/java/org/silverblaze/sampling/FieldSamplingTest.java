package org.silverblaze.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.Stop;
import org.silverblaze.Stopped;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.DatasetCheck;
import org.silverblaze.dataset.FieldShard;
import org.silverblaze.dataset.FieldSummary;
import org.silverblaze.dataset.Merge;
import org.silverblaze.dataset.Part;
import org.silverblaze.dataset.ShardId;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.reference.ReferenceEngine;
import org.silverblaze.engine.vector.VectorEngine;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ExactValues;
import org.silverblaze.theory.TransferMatrix;

/** Data sets of the field phi: the promises that data sets of fluxes keep. */
final class FieldSamplingTest {
    @TempDir
    private Path folder;

    private static FieldRequest request(String lattice, long samples, int chains, Long segmentSamples) {
        return new FieldRequest(Lattice.parse(lattice), 8.1, 1, samples, chains, 1, 10L, 2L, 3, segmentSamples);
    }

    private SamplingResult run(FieldRequest request, String name, Part part, Engine engine, int threads)
            throws IOException {
        return SamplingRun.run(
                request, folder.resolve(name), part, engine, threads, List.of("test"), new Stop(), Progress.NONE);
    }

    private SamplingResult run(FieldRequest request, String name, Engine engine, int threads) throws IOException {
        return run(request, name, Part.WHOLE, engine, threads);
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

    @ParameterizedTest
    @CsvSource({"5x2, 301, 35", "3x1x2, 100, 17", "7, 7, 7", "1x1, 40, 1", "2x3x1x2, 64, 16"})
    void theDataDependNeitherOnTheEngineNorOnThreads(String lattice, long samples, int chains) throws IOException {
        FieldRequest request = request(lattice, samples, chains, 2L);
        SamplingResult result = run(request, "a", new VectorEngine(), 1);
        assertThat(result.samples()).isEqualTo(samples);
        assertThat(result.made()).isEqualTo(samples);
        run(request, "b", new VectorEngine(), 3);
        run(request, "c", new ReferenceEngine(), 2);
        assertThat(bytes("a")).isEqualTo(bytes("b")).isEqualTo(bytes("c"));
        DatasetCheck.Result check = DatasetCheck.check(folder.resolve("a"), Progress.NONE);
        assertThat(check.fault()).isEmpty();
        assertThat(check.samples()).isEqualTo(samples);
        assertThat(check.verified()).isEqualTo(DatasetCheck.FIELD_CHECKS);
    }

    /** The samples are those that the engine's contract promises. */
    @Test
    void theShardsHoldTheChains() throws IOException {
        run(request("4x3", 53, 20, 2L), "a", new VectorEngine(), 2);
        Dataset dataset = Dataset.open(folder.resolve("a"));
        float[][][] phi = new float[20][3][];
        try (FieldBlock block =
                new ReferenceEngine().fields().start(dataset.manifest().fieldSpec(), 0, 20)) {
            block.advance(3, (chain, draw, field) -> phi[chain][(int) draw] = field.clone());
        }
        int seen = 0;
        for (ShardId id : dataset.manifest().shards()) {
            FieldShard shard = dataset.fieldShard(id);
            for (int i = 0; i < shard.count(); i++, seen++) {
                float[] sample = java.util.Arrays.copyOfRange(shard.phi(), 24 * i, 24 * (i + 1));
                assertThat(sample).isEqualTo(phi[shard.chain()[i]][(int) shard.draw()[i]]);
            }
        }
        assertThat(seen).isEqualTo(53);
    }

    /** A run that was stopped, lost a shard or has a damaged state ends identical to an undisturbed one. */
    @ParameterizedTest
    @ValueSource(longs = {1, 3, 40})
    void aStoppedRunEndsIdentical(long segment) throws IOException {
        FieldRequest request = request("4x3", 650, 33, segment);
        run(request, "whole", new VectorEngine(), 2);
        Stop stop = new Stop();
        assertThatThrownBy(() -> SamplingRun.run(
                        request,
                        folder.resolve("stopped"),
                        Part.WHOLE,
                        new ReferenceEngine(),
                        1,
                        List.of("test"),
                        stop,
                        (stage, done, total) -> {
                            if (stage.equals("sampling")) {
                                stop.request(Stop.Reason.EARLY, "test");
                            }
                        }))
                .isInstanceOf(Stopped.class);
        run(request, "stopped", new VectorEngine(), 2);
        assertThat(bytes("stopped")).isEqualTo(bytes("whole"));

        long seed = 5 + segment;
        Random random = new Random(seed);
        List<ShardId> shards = Dataset.open(folder.resolve("whole")).manifest().shards();
        for (int turn = 0; turn < 3; turn++) {
            Files.delete(folder.resolve("stopped").resolve("SHA256SUMS"));
            for (ShardId id : shards) {
                if (random.nextInt(3) == 0) {
                    Files.delete(folder.resolve("stopped").resolve(id.fileName()));
                }
            }
            run(request, "stopped", turn == 1 ? new ReferenceEngine() : new VectorEngine(), 1 + turn);
            assertThat(bytes("stopped")).as("seed %d, turn %d", seed, turn).isEqualTo(bytes("whole"));
        }
        assertThat(run(request, "whole", new VectorEngine(), 1).made()).isZero();
    }

    /**
     * The state of a segment leads on from there, and a damaged one from the beginning, with the same bits; that of other fields would
     * be found out.
     */
    @ParameterizedTest
    @ValueSource(strings = {"right", "damaged", "other"})
    void statesLeadOn(String kind) throws IOException {
        FieldRequest request = request("4x3", 96, 16, 2L);
        run(request, "whole", new VectorEngine(), 1);
        Path path = folder.resolve("a");
        // What a run that was killed after its second segment leaves: its shards, and the state at their end.
        run(request, "a", new VectorEngine(), 1);
        Files.delete(path.resolve("SHA256SUMS"));
        Files.delete(path.resolve("mu000-block000-segment002.h5"));
        writeDigest(path, "mu000-block000-segment000");
        writeDigest(path, "mu000-block000-segment001");
        float[] fields = stateAfter(Dataset.open(folder.resolve("whole")), 4);
        if (kind.equals("other")) {
            fields[7] = -fields[7];
        }
        writeState(path, fields, kind.equals("damaged"));
        SamplingResult result = run(request, "a", new ReferenceEngine(), 1);
        assertThat(result.made()).isEqualTo(32);
        assertThat(bytes("a").equals(bytes("whole"))).isEqualTo(!kind.equals("other"));
    }

    /** As a run that was killed leaves it beside a shard. */
    private static void writeDigest(Path path, String shard) throws IOException {
        Files.writeString(
                path.resolve(shard + ".sha256"), sha256(path.resolve(shard + ".h5")) + "  " + shard + ".h5\n");
    }

    private static String sha256(Path file) throws IOException {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Of a field a shard without its digest was not finished, and a digest that was left behind goes. */
    @Test
    void shardsOfFieldsNeedTheirDigests() throws IOException {
        FieldRequest request = request("5x2", 96, 16, 2L);
        run(request, "whole", new VectorEngine(), 1);
        run(request, "a", new VectorEngine(), 1);
        Path path = folder.resolve("a");
        Files.delete(path.resolve("SHA256SUMS"));
        writeDigest(path, "mu000-block000-segment000");
        writeDigest(path, "mu000-block000-segment002");
        assertThat(run(request, "a", new VectorEngine(), 1).made()).isEqualTo(32);
        assertThat(bytes("a")).isEqualTo(bytes("whole"));
        // Killed between checksums and end.
        writeDigest(path, "mu000-block000-segment001");
        assertThat(run(request, "a", new VectorEngine(), 1).made()).isZero();
        assertThat(bytes("a")).isEqualTo(bytes("whole"));
    }

    private static float[] stateAfter(Dataset dataset, int draws) {
        try (FieldBlock block =
                new VectorEngine().fields().start(dataset.manifest().fieldSpec(), 0, 16)) {
            block.advance(draws, (chain, draw, phi) -> {});
            return block.state().phi();
        }
    }

    /** As the format of state files says; one bit wrong where {@code damaged}. */
    private void writeState(Path path, float[] phi, boolean damaged) throws IOException {
        Dataset whole = Dataset.open(folder.resolve("whole"));
        java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(8 + 4 + 32 + 12 + 4 + 8 + 4 + 4 * phi.length + 32);
        out.put("SBstate\0".getBytes(StandardCharsets.US_ASCII)).putInt(1);
        out.put(java.util.HexFormat.of().parseHex(whole.manifest().sha256()));
        out.putInt(0).putInt(0).putInt(1).putInt(0);
        out.putLong(whole.manifest().fieldSpec().schedule().clockOf(3)).putInt(phi.length);
        for (float number : phi) {
            out.putFloat(number);
        }
        try {
            java.security.MessageDigest digest = java.security.MessageDigest.getInstance("SHA-256");
            digest.update(out.array(), 0, out.position());
            out.put(digest.digest());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
        if (damaged) {
            out.array()[100] ^= 4;
        }
        Files.write(path.resolve("mu000-block000-segment001.state"), out.array());
    }

    @Test
    void partsMergeIntoOneRun() throws IOException {
        FieldRequest request = request("3x2", 200, 50, 2L);
        run(request, "whole", new VectorEngine(), 1);
        run(request, "one", new Part(0, 2), new VectorEngine(), 1);
        run(request, "two", new Part(1, 2), new ReferenceEngine(), 2);
        Merge.merge(
                List.of(folder.resolve("two"), folder.resolve("one")),
                folder.resolve("merged"),
                List.of("test"),
                Progress.NONE);
        assertThat(bytes("merged")).isEqualTo(bytes("whole"));
        assertThat(DatasetCheck.check(folder.resolve("one"), Progress.NONE).fault())
                .isEmpty();
    }

    /** The default schedule, from the pilot: means agree with the transfer matrix, samples are nearly independent. */
    @Test
    void samplesAreRight() throws IOException {
        Lattice lattice = Lattice.of(7, 2);
        run(new FieldRequest(lattice, 4.01, 1, 6400, 32, null, null, null, 11, null), "a", new VectorEngine(), 2);
        FieldSummary summary = FieldSummary.of(Dataset.open(folder.resolve("a")), Progress.NONE);
        ExactValues exact = TransferMatrix.exact(lattice, new Couplings(4.01, 1, 0));
        Estimate phi2 = summary.observables().get("phi2");
        Estimate chi = summary.observables().get("chi_phi2");
        assertThat(phi2.tauInt()).isLessThan(0.9);
        assertThat(Math.abs(phi2.mean() - exact.phi2()) / phi2.error())
                .as("%s, exact %s", phi2, exact)
                .isLessThan(4);
        assertThat(Math.abs(chi.mean() - exact.chiPhi2()) / chi.error())
                .as("%s, exact %s", chi, exact)
                .isLessThan(4);
        // Virial theorem: mean(eta phi2 + 2 lambda phi4 - hopping) = 1, and S/V has one lambda phi4 less.
        Estimate action = summary.observables().get("action");
        double virial = action.mean() + summary.observables().get("phi4").mean();
        assertThat(virial).isBetween(0.96, 1.04);
    }

    @Test
    void aRunThatHasNotThermalizedSaysSo() throws IOException {
        SamplingResult result = run(
                new FieldRequest(Lattice.of(8, 8), 4.002, 0, 3200, 32, 0, 0L, 1L, 3, null), "a", new VectorEngine(), 2);
        assertThat(result.notes())
                .anyMatch(note -> note.contains("not thermalized") && note.contains("updates"))
                .anyMatch(note -> note.contains("--updates-between"));
    }

    /** Bits of phi, and fields whose checksums were made anew. */
    @Test
    void faultsAreFound() throws IOException {
        FieldRequest request = request("5x2", 32, 16, null);
        run(request, "a", new VectorEngine(), 1);
        Path path = folder.resolve("a").resolve("mu000-block000-segment000.h5");
        byte[] good = Files.readAllBytes(path);
        long seed = 99;
        Random random = new Random(seed);
        for (int turn = 0; turn < 40; turn++) {
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(path, bad);
            assertThat(DatasetCheck.check(folder.resolve("a"), Progress.NONE).fault())
                    .as("seed %d, turn %d, byte %d", seed, turn, at)
                    .hasValueSatisfying(fault -> assertThat(fault).contains("a").doesNotContain("\n"));
        }
        Files.write(path, good);
        assertThat(DatasetCheck.check(folder.resolve("a"), Progress.NONE).passed())
                .isTrue();
    }

    @Test
    void whatCannotBeIsRefusedInOneLine() throws IOException {
        Lattice lattice = Lattice.of(4, 4);
        assertThatThrownBy(() -> new FieldRequest(lattice, 4.01, 1, 0, null, null, null, null, 1, null))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--samples");
        assertThatThrownBy(() -> new FieldRequest(lattice, 4.01, 1, 9, 10, null, null, null, 1, null))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--chains");
        assertThatThrownBy(() -> new FieldRequest(lattice, 4.01, 1, 9, null, -1, null, null, 1, null))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--reflections");
        assertThatThrownBy(() -> new FieldRequest(lattice, 4.01, 1, 9, null, null, null, 0L, 1, null))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--updates-between");
        assertThatThrownBy(() -> new FieldRequest(lattice, 3.99, 0, 9, null, null, null, null, 1, null))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("free theory");
        run(request("4x4", 20, 5, null), "a", new VectorEngine(), 1);
        assertThatThrownBy(() -> run(request("4x4", 21, 5, null), "a", new VectorEngine(), 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("samples");
        Dataset dataset = Dataset.open(folder.resolve("a"));
        assertThatThrownBy(() -> dataset.load(0)).isInstanceOf(BadInput.class).hasMessageContaining("flux");
    }
}
