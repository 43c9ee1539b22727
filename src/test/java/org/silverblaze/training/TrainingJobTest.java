package org.silverblaze.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.Stop;
import org.silverblaze.Stopped;
import org.silverblaze.engine.Precision;
import org.silverblaze.engine.cuda.CudaEngine;
import org.silverblaze.engine.reference.ReferenceNetworks;
import org.silverblaze.engine.vector.VectorNetworks;
import org.silverblaze.lattice.Lattice;

/** A training that is stopped or killed anywhere and taken up again ends with the same bytes as an undisturbed one. */
final class TrainingJobTest {
    private static final TrainingData DATA =
            RandomData.data(Lattice.of(3, 2), 30, 7, 11, (m, r) -> new double[] {r.nextDouble(), r.nextDouble()});

    /** Members end after different numbers of epochs, 12 at most. */
    private static final Recipe RECIPE = Recipe.read("""
            name: small
            task: regression
            network:
              layers: [convolution: {channels: 3, kernel: [2, 3]}, activation: tanh, global_pooling: average, dense: 2]
            optimizer: {learning_rate: 0.05, weight_decay: 0.01}
            batch: {size: 8, small_size: 8}
            epochs: {minimum: 1, maximum: 12, patience: 2}
            seeds: [5, 6, 7]
            """, Path.of("small.yaml"));

    @TempDir
    Path place;

    private final List<String> notes = new ArrayList<>();

    static List<Trainer> trainers() {
        List<Trainer> trainers =
                new ArrayList<>(List.of(new Trainer("reference", new ReferenceNetworks(), 1), vector(1), vector(3)));
        // Its kernels compiled for the host, where there was a compiler.
        System.setProperty("silverblaze.cuda.emulation", "true");
        CudaEngine cuda = new CudaEngine();
        if (cuda.status().available()) {
            trainers.add(new Trainer(cuda.name(), cuda.networks(), 1));
        }
        return trainers;
    }

    private static Trainer vector(int threads) {
        return new Trainer("vector", new VectorNetworks(), threads);
    }

    private TrainingJob.Result run(Trainer trainer, Path out, Stop stop, Progress progress) throws IOException {
        return new TrainingJob(RECIPE, DATA, out, trainer).run(1, List.of("train"), stop, progress, notes::add);
    }

    private TrainingJob.Result run(Trainer trainer, Path out) throws IOException {
        return run(trainer, out, new Stop(), Progress.NONE);
    }

    /** What equal requests promise to have equal. */
    private static TreeMap<String, String> promised(Path folder) throws IOException {
        TreeMap<String, String> content = RunFolderTest.content(folder);
        content.remove("provenance.jsonl");
        content.remove(".lock");
        return content;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void stoppedAfterAnyEpoch(Trainer trainer) throws IOException {
        Path whole = place.resolve("whole");
        TrainingSummary undisturbed = run(trainer, whole).summary();
        assertThat(undisturbed.members().stream()
                        .map(TrainingSummary.Member::epochs)
                        .distinct())
                .as("members that end at different epochs")
                .hasSizeGreaterThan(1);
        for (int epoch = 1; epoch < undisturbed.epochs(); epoch++) {
            Path out = place.resolve("stopped-" + epoch);
            int last = epoch;
            Stop stop = new Stop();
            assertThatThrownBy(() -> run(trainer, out, stop, (stage, done, total) -> {
                        if (done == last) {
                            stop.request(Stop.Reason.EARLY, "test");
                        }
                    }))
                    .isInstanceOf(Stopped.class);
            assertThat(out.resolve("SHA256SUMS")).doesNotExist();
            List<Long> epochs = new ArrayList<>();
            // The number of threads may be another one each time.
            Trainer other = trainer.withThreads(() -> 1 + last % 2);
            TrainingJob.Result result = run(other, out, new Stop(), (stage, done, total) -> epochs.add(done));
            assertThat(epochs.getFirst()).as("no finished epoch is done again").isEqualTo(epoch + 1);
            assertThat(promised(out)).as("stopped after epoch %d", epoch).isEqualTo(promised(whole));
            assertThat(result.summary().members()).isEqualTo(undisturbed.members());
            assertThat(Files.readAllLines(out.resolve("provenance.jsonl")))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("\"complete\":false", "\"to_epoch\":" + last),
                            line -> assertThat(line).contains("\"complete\":true", "\"from_epoch\":" + last));
            assertThat(run(trainer, out).found()).isTrue();
        }
        assertThat(notes).isEmpty();
    }

    @Test
    void killedAnywhere() throws IOException {
        Path whole = place.resolve("whole");
        List<Path> snapshots = new ArrayList<>();
        // What a process leaves that is killed after this epoch.
        run(vector(1), whole, new Stop(), (stage, done, total) -> {
            try {
                snapshots.add(place.resolve("killed-" + done));
                copy(whole, snapshots.getLast());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        TreeMap<String, String> expected = promised(whole);
        assertThat(snapshots).hasSizeGreaterThan(3);
        for (Path out : snapshots) {
            Files.writeString(out.resolve(".checkpoint.safetensors.part"), "half of a");
            run(vector(2), out);
            assertThat(promised(out)).as(out.toString()).isEqualTo(expected);
        }

        // Between the renaming of one checkpoint and the appearance of the next.
        Path between = checkpoints("between");
        Files.move(
                between.resolve(SavedCheckpoints.LAST),
                between.resolve(SavedCheckpoints.BEFORE),
                StandardCopyOption.REPLACE_EXISTING);
        run(vector(1), between);
        assertThat(promised(between)).isEqualTo(expected);

        // While the results were written: all but the checksums; then after them, before the checkpoints went.
        Path unsummed = place.resolve("unsummed");
        copy(whole, unsummed);
        Files.delete(unsummed.resolve("SHA256SUMS"));
        run(vector(1), unsummed);
        assertThat(promised(unsummed)).isEqualTo(expected);
        Path late = place.resolve("late");
        copy(whole, late);
        Files.writeString(late.resolve(SavedCheckpoints.LAST), "of no use");
        assertThat(run(vector(1), late).found()).isTrue();
        assertThat(promised(late)).isEqualTo(expected);
        assertThat(notes).isEmpty();
    }

    /** A folder whose run was stopped after its fourth epoch, each checkpoint saved. */
    private Path checkpoints(String name) throws IOException {
        Path out = place.resolve(name);
        RunRequest request = new RunRequest(RECIPE, RunRequest.Data.of(DATA), "vector", Precision.FLOAT32);
        try (RunFolder folder = RunFolder.open(out, request)) {
            SavedCheckpoints saved = new SavedCheckpoints(out, request.sha256(), notes::add);
            Stop stop = new Stop();
            TrainingSession session = vector(1).session(RECIPE, DATA, saved.latest());
            assertThatThrownBy(() -> session.run(saved, stop, lines -> {
                        saved.flush();
                        if (lines.getFirst().epoch() == 4) {
                            stop.request(Stop.Reason.EARLY, "test");
                        }
                    }))
                    .isInstanceOf(Stopped.class);
            assertThat(folder.complete()).isFalse();
        }
        return out;
    }

    @Test
    void everyFlippedBitOfACheckpointIsFound() throws IOException {
        Path file = checkpoints("run").resolve(SavedCheckpoints.LAST);
        String request = new RunRequest(RECIPE, RunRequest.Data.of(DATA), "vector", Precision.FLOAT32).sha256();
        assertThat(CheckpointFile.read(file, request).epoch()).isEqualTo(4);
        byte[] bytes = Files.readAllBytes(file);
        Random random = new Random(3);
        for (int at = 0; at < bytes.length; at++) {
            int bit = 1 << random.nextInt(Byte.SIZE);
            bytes[at] ^= (byte) bit;
            Files.write(file, bytes);
            bytes[at] ^= (byte) bit;
            assertThatThrownBy(() -> CheckpointFile.read(file, request))
                    .as("byte %d, bit %d", at, bit)
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("checkpoint.safetensors");
        }
        for (int length : new int[] {0, 7, 8, 60, bytes.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> CheckpointFile.read(file, request)).isInstanceOf(BadInput.class);
        }
        Files.write(file, bytes);
        assertThatThrownBy(() -> CheckpointFile.read(file, "another")).hasMessageContaining("of another run");
    }

    @Test
    void aDamagedCheckpointCostsTimeAndNothingElse() throws IOException {
        Path whole = place.resolve("whole");
        run(vector(1), whole);
        Path one = checkpoints("one");
        damage(one.resolve(SavedCheckpoints.LAST));
        List<Long> epochs = new ArrayList<>();
        run(vector(1), one, new Stop(), (stage, done, total) -> epochs.add(done));
        assertThat(epochs.getFirst()).as("the checkpoint before was of epoch 3").isEqualTo(4);
        assertThat(promised(one)).isEqualTo(promised(whole));
        assertThat(notes)
                .satisfiesExactly(
                        line -> assertThat(line).contains("checkpoint.safetensors: damaged"),
                        line -> assertThat(line).contains("checkpoint before, epoch 3"));

        notes.clear();
        Path both = checkpoints("both");
        damage(both.resolve(SavedCheckpoints.LAST));
        damage(both.resolve(SavedCheckpoints.BEFORE));
        run(vector(1), both);
        assertThat(promised(both)).isEqualTo(promised(whole));
        assertThat(notes).hasSize(3);
        assertThat(notes.getLast()).contains("begins anew");
    }

    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 16;
        Files.write(file, bytes);
    }

    @Test
    void otherRequestsOtherRevisionsAndSecondProcessesAreRefused() throws IOException {
        Path out = checkpoints("run");
        TreeMap<String, String> before = RunFolderTest.content(out);
        TrainingJob other = new TrainingJob(RECIPE.withSeeds(5, 2), DATA, out, vector(1));
        assertThatThrownBy(() -> other.run(1, List.of(), new Stop(), Progress.NONE, notes::add))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("recipe.seeds is");
        assertThatThrownBy(() -> run(new Trainer("reference", new ReferenceNetworks(), 1), out))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("engine is \"vector\" there");
        assertThat(RunFolderTest.content(out)).isEqualTo(before);
        try (RunFolder held =
                RunFolder.open(out, new RunRequest(RECIPE, RunRequest.Data.of(DATA), "vector", Precision.FLOAT32))) {
            assertThat(held.complete()).isFalse();
            assertThatThrownBy(() -> run(vector(1), out))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("another process");
        }
        Path file = out.resolve("run.json");
        Files.writeString(
                file, Files.readString(file).replace("\"revision\" : " + Trainer.REVISION, "\"revision\" : 0"));
        assertThatThrownBy(() -> run(vector(1), out))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("revision 0")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }
}
