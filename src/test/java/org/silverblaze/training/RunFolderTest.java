package org.silverblaze.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Precision;
import org.silverblaze.files.Json;
import org.silverblaze.lattice.Lattice;
import tools.jackson.databind.JsonNode;

final class RunFolderTest {
    private static final Recipe RECIPE = Recipe.read("""
            name: small
            task: regression
            network: {layers: [global_pooling: average, dense: 2]}
            epochs: {minimum: 2, maximum: 4, patience: 2}
            seeds: [4, 9]
            """, Path.of("small.yaml"));
    private static final TrainingData DATA =
            RandomData.data(Lattice.of(3, 2), 6, 2, 5, (m, r) -> new double[] {0.25, 0.5});

    @TempDir
    Path place;

    private static RunRequest request(Recipe recipe) {
        return new RunRequest(recipe, RunRequest.Data.of(DATA), "scripted", Precision.FLOAT32);
    }

    private static TrainingRun run() {
        double[][] losses = {{0.5, 0.25, Double.NaN}, {0.5, 0.25, 0.125, 0.0625}};
        TrainingData zeros = RandomData.data(Lattice.of(3, 2), 6, 2, 5, (m, r) -> new double[2]);
        return new Trainer("scripted", new ScriptedEngine(losses), 1).train(RECIPE, zeros, EpochListener.NONE);
    }

    private static void write(Path folder, TrainingRun run) throws IOException {
        try (RunFolder open = RunFolder.open(folder, request(RECIPE))) {
            assertThat(open.complete()).isFalse();
            open.finish(run, TrainingProvenance.now("scripted", 1, List.of("train"), 0, 4, run.seconds(), true));
        }
    }

    private static boolean complete(Path folder, RunRequest request) throws IOException {
        try (RunFolder open = RunFolder.open(folder, request)) {
            return open.complete();
        }
    }

    /** Text of every file. */
    static TreeMap<String, String> content(Path folder) throws IOException {
        TreeMap<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(
                        folder.relativize(file).toString(),
                        Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
        return content;
    }

    @Test
    void aRunReadsBackEqual() throws IOException {
        Path folder = place.resolve("deep/run");
        TrainingRun run = run();
        write(folder, run);
        TrainedEnsemble back = RunFolder.read(folder);
        assertThat(back.recipe()).isEqualTo(RECIPE);
        assertThat(back.lattice()).isEqualTo(Lattice.of(3, 2));
        assertThat(back.couplings()).isEqualTo(RandomData.COUPLINGS);
        assertThat(back.engine()).isEqualTo("scripted");
        assertThat(back.labelMeans()).containsExactly(run.ensemble().labelMeans());
        assertThat(back.members()).hasSize(2);
        for (int m = 0; m < 2; m++) {
            assertThat(back.members().get(m))
                    .usingRecursiveComparison()
                    .isEqualTo(run.ensemble().members().get(m));
        }
        assertThat(RunFolder.metrics(folder)).isEqualTo(run.metrics());
        assertThat(RunFolder.engine(folder)).contains("scripted");
        assertThat(RunFolder.engine(place)).isEmpty();
    }

    @Test
    void theSameRequestIsComplete() throws IOException {
        Path folder = Files.createDirectory(place.resolve("run"));
        TrainingRun run = run();
        write(folder, run);
        assertThat(complete(folder, request(RECIPE))).isTrue();
        assertThat(RunFolder.summary(folder)).isEqualTo(run.summary());
        assertThat(content(folder))
                .containsOnlyKeys(
                        ".lock",
                        "SHA256SUMS",
                        "metrics.jsonl",
                        "provenance.jsonl",
                        "run.json",
                        "summary.json",
                        "weights.safetensors");
    }

    @Test
    void filesHoldWhatTheyPromise() throws IOException {
        Path folder = place.resolve("run");
        TrainingRun run = run();
        write(folder, run);
        List<String> lines = Files.readAllLines(folder.resolve("metrics.jsonl"));
        assertThat(lines).hasSize(run.metrics().size());
        JsonNode line = Json.read(lines.getLast(), JsonNode.class, folder);
        assertThat(line.propertyNames()).containsExactlyInAnyOrder("epoch", "seed", "train_loss", "validation_loss");
        assertThat(line.get("epoch").intValue()).isEqualTo(4);
        assertThat(line.get("seed").intValue()).isEqualTo(9);
        assertThat(lines.stream().filter(l -> l.contains("\"validation_loss\":null")))
                .hasSize(1);
        JsonNode summary = Json.read(Files.readString(folder.resolve("summary.json")), JsonNode.class, folder);
        assertThat(summary.propertyNames())
                .contains("recipe", "engine", "parameters", "epochs", "best_validation_loss");
        assertThat(summary.has("seconds")).as("times are in the provenance").isFalse();
        JsonNode provenance = Json.read(Files.readString(folder.resolve("provenance.jsonl")), JsonNode.class, folder);
        assertThat(provenance.get("seconds").doubleValue()).isEqualTo(run.seconds());
        assertThat(summary.get("training_samples").intValue()).isEqualTo(6);
        assertThat(summary.get("validation_samples").intValue()).isEqualTo(2);
        assertThat(summary.get("epochs").intValue()).isEqualTo(4);
        assertThat(summary.get("parameters").intValue()).isEqualTo(10);
        assertThat(summary.get("best_validation_loss").doubleValue())
                .as("median of 0.25 and 0.0625")
                .isEqualTo(0.15625);
    }

    @Test
    void aDifferentRequestIsRefusedAndNothingIsChanged() throws IOException {
        Path folder = place.resolve("run");
        write(folder, run());
        TreeMap<String, String> before = content(folder);
        assertThatThrownBy(() -> RunFolder.open(folder, request(RECIPE.withSamples(77))))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("recipe.training.samples is 1000 there and 77 here");
        assertThatThrownBy(() -> RunFolder.open(
                        folder, new RunRequest(RECIPE, RunRequest.Data.of(DATA), "reference", Precision.FLOAT32)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("engine is \"scripted\" there");
        assertThatThrownBy(() -> RunFolder.open(
                        folder, new RunRequest(RECIPE, RunRequest.Data.of(DATA), "scripted", Precision.FAST)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("precision is \"float32\" there and \"fast\" here");
        assertThat(content(folder)).isEqualTo(before);
        assertThat(Files.list(place)).containsExactly(folder);
    }

    @Test
    void foreignFilesAreRefused() throws IOException {
        Path folder = Files.createDirectory(place.resolve("run"));
        Files.writeString(folder.resolve("thesis.tex"), "years of work");
        assertThatThrownBy(() -> RunFolder.open(folder, request(RECIPE)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("other files");
        assertThat(content(folder)).containsOnlyKeys("thesis.tex");
        Path file = Files.writeString(place.resolve("file"), "");
        assertThatThrownBy(() -> RunFolder.open(file, request(RECIPE)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is a file");

        Path whole = place.resolve("whole");
        write(whole, run());
        Files.writeString(whole.resolve("notes.txt"), "mine");
        assertThatThrownBy(() -> RunFolder.open(whole, request(RECIPE)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("notes.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run.json", "metrics.jsonl", "weights.safetensors", "summary.json"})
    void damageIsFoundAndNamed(String name) throws IOException {
        Path folder = place.resolve("run");
        write(folder, run());
        byte[] bytes = Files.readAllBytes(folder.resolve(name));
        bytes[bytes.length / 2] ^= 4;
        Files.write(folder.resolve(name), bytes);
        assertThatThrownBy(() -> RunFolder.read(folder))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(name)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
        Files.delete(folder.resolve(name));
        assertThatThrownBy(() -> RunFolder.read(folder))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(name);
    }

    @Test
    void newerFormatsAndAbsentFoldersAreBadInput() throws IOException {
        Path folder = place.resolve("run");
        write(folder, run());
        Path file = folder.resolve("run.json");
        Files.writeString(file, Files.readString(file).replace("\"format\" : 2", "\"format\" : 3"));
        assertThatThrownBy(() -> RunFolder.open(folder, request(RECIPE)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("format 3");
        assertThatThrownBy(() -> RunFolder.read(place.resolve("absent")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("absent");
    }

    @Test
    void format1CanBeRead() throws IOException {
        Path folder = place.resolve("run");
        TrainingRun run = run();
        write(folder, run);
        // What format 1 had: times in summary and metrics, no revision, no provenance.
        Path file = folder.resolve("run.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\"format\" : 2", "\"format\" : 1")
                        .replaceAll(",\\s*\"revision\" : \\d+", ""));
        Path summary = folder.resolve("summary.json");
        Files.writeString(
                summary,
                Files.readString(summary).replaceFirst("\\{", "{ \"seconds\" : 8.0, \"seconds_per_epoch\" : 2.0,"));
        Path metrics = folder.resolve("metrics.jsonl");
        Files.writeString(metrics, Files.readString(metrics).replace("\"seed\"", "\"seconds\":2.0,\"seed\""));
        Files.delete(folder.resolve("provenance.jsonl"));
        Files.delete(folder.resolve(".lock"));
        StringBuilder sums = new StringBuilder();
        for (String name : List.of("run.json", "metrics.jsonl", "weights.safetensors", "summary.json")) {
            sums.append(RunFiles.sha256(Files.readAllBytes(folder.resolve(name))))
                    .append("  ")
                    .append(name)
                    .append('\n');
        }
        Files.writeString(folder.resolve("SHA256SUMS"), sums);

        assertThat(RunFolder.summary(folder).seconds()).isEqualTo(8.0);
        assertThat(RunFolder.metrics(folder)).isEqualTo(run.metrics());
        assertThat(RunFolder.read(folder).members()).hasSize(2);
        assertThat(complete(folder, request(RECIPE))).isTrue();
    }
}
