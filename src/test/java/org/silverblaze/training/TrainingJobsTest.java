package org.silverblaze.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.Stop;
import org.silverblaze.Stopped;
import org.silverblaze.engine.vector.VectorNetworks;
import org.silverblaze.lattice.Lattice;

/** Architectures that are trained side by side. */
final class TrainingJobsTest {
    private static final TrainingData DATA =
            RandomData.data(Lattice.of(4, 3), 40, 5, 2, (m, r) -> new double[] {r.nextDouble(), r.nextDouble()});

    /** Of different lengths and costs. */
    private static final List<Recipe> RECIPES = List.of(
            recipe("eq", "convolution: {channels: 3, kernel: 2}, activation: relu, global_pooling: average", 9, "0.05"),
            recipe("st", "convolution: {channels: 2, kernel: 3, stride: 2}, global_pooling: sum", 4, "0.01"),
            recipe("fl", "pooling: {kind: max, size: [2, 1]}, flatten: {}", 14, "0.02"));

    @TempDir
    Path place;

    private static Recipe recipe(String name, String layers, int epochs, String rate) {
        return Recipe.read("""
                name: %s
                task: regression
                network: {layers: [%s, dense: 2]}
                optimizer: {learning_rate: %s}
                batch: {size: 16, small_size: 16}
                epochs: {minimum: 2, maximum: %d, patience: 2}
                seeds: [3, 8]
                """.formatted(name, layers, rate, epochs), Path.of(name));
    }

    private TrainingJob job(Recipe recipe, Path out) {
        return new TrainingJob(recipe, DATA, out, new Trainer("vector", new VectorNetworks(), 1));
    }

    private List<TrainingJob.Result> run(List<Recipe> recipes, Path out, int threads, Stop stop, Progress progress)
            throws IOException {
        List<TrainingJob> jobs =
                recipes.stream().map(r -> job(r, out.resolve(r.name()))).toList();
        return new TrainingJobs(jobs, threads).run(List.of("train"), stop, progress, note -> {});
    }

    private static TreeMap<String, String> promised(Path folder) throws IOException {
        TreeMap<String, String> content = RunFolderTest.content(folder);
        content.keySet().removeIf(name -> name.endsWith("provenance.jsonl") || name.endsWith(".lock"));
        return content;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void eachIsWhatItWouldBeAlone(int threads) throws IOException {
        Path together = place.resolve("together");
        List<TrainingJob.Result> results = run(RECIPES, together, threads, new Stop(), Progress.NONE);
        for (int r = 0; r < RECIPES.size(); r++) {
            Recipe recipe = RECIPES.get(r);
            Path alone = place.resolve("alone-" + recipe.name());
            job(recipe, alone).run(1, List.of("train"), new Stop(), Progress.NONE, note -> {});
            assertThat(promised(together.resolve(recipe.name()))).isEqualTo(promised(alone));
            assertThat(results.get(r).summary().recipe()).isEqualTo(recipe.name());
            assertThat(results.get(r).found()).isFalse();
        }
        assertThat(run(RECIPES, together, threads, new Stop(), Progress.NONE)).allMatch(TrainingJob.Result::found);
    }

    @Test
    void allStopAndAllGoOn() throws IOException {
        Path whole = place.resolve("whole");
        run(RECIPES, whole, 2, new Stop(), Progress.NONE);
        for (int after = 1; after < 12; after += 3) {
            Path out = place.resolve("stopped-" + after);
            int last = after;
            Stop stop = new Stop();
            assertThatThrownBy(() -> run(RECIPES, out, 2, stop, (stage, done, total) -> {
                        if (done >= last) {
                            stop.request(Stop.Reason.INTERRUPTED, "test");
                        }
                    }))
                    .isInstanceOf(Stopped.class);
            List<Long> epochs = new ArrayList<>();
            run(RECIPES, out, 3, new Stop(), (stage, done, total) -> epochs.add(done));
            assertThat(promised(out))
                    .as("stopped after %d epochs in all", after)
                    .isEqualTo(promised(whole));
            assertThat(epochs).isSorted();
        }
    }

    @Test
    void oneThatFailsLeavesTheOthersAlone() throws IOException {
        Recipe wild = recipe("wild", "flatten: {}", 5, "1e300");
        Path out = place.resolve("out");
        List<Recipe> recipes = List.of(RECIPES.get(0), wild, RECIPES.get(1));
        assertThatThrownBy(() -> run(recipes, out, 2, new Stop(), Progress.NONE))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageContaining("diverged");
        assertThat(out.resolve("wild")).doesNotExist();
        assertThat(RunFolder.read(out.resolve("eq")).members()).hasSize(2);
        assertThat(RunFolder.read(out.resolve("st")).members()).hasSize(2);
    }

    @Test
    void badInputIsFoundBeforeAnyBegins() throws IOException {
        Path out = Files.createDirectories(place.resolve("out"));
        Files.writeString(Files.createDirectory(out.resolve("fl")).resolve("thesis.tex"), "years of work");
        assertThatThrownBy(() -> run(RECIPES, out, 2, new Stop(), Progress.NONE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("other files");
        try (Stream<Path> entries = Files.list(out)) {
            assertThat(entries).containsExactly(out.resolve("fl"));
        }
        assertThatThrownBy(() -> run(List.of(RECIPES.get(0), RECIPES.get(0)), out, 1, new Stop(), Progress.NONE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("same name");
    }
}
