package org.silverblaze.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.silverblaze.BadInput;
import org.silverblaze.engine.AdamW;
import org.silverblaze.files.Json;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkFamily;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.ParameterLayout;

final class RecipeTest {
    private static final Path SOURCE = Path.of("mine.yaml");
    private static final String SHORTEST = """
            name: mine
            task: regression
            network:
              layers:
                - global_pooling: average
                - dense: 2
            """;

    static List<String> builtIn() {
        return Recipes.NAMES;
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void builtInRecipesFollowThePaper(String name) {
        Recipe recipe = Recipes.find(name);
        assertThat(recipe.name()).isEqualTo(name);
        String kind = name.substring(name.indexOf('-') + 1).toUpperCase(Locale.ROOT);
        assertThat(recipe.family()).isEqualTo(kind.equals("CONTROL") ? NetworkFamily.EQ : NetworkFamily.valueOf(kind));
        assertThat(name).startsWith(recipe.task().id());
        boolean regression = recipe.task() == Task.REGRESSION;
        // PHYSICS.md section 5 A.
        assertThat(recipe.optimizer()).isEqualTo(new AdamW(1e-2, 0.9, 0.999, 1e-8, 0, true));
        assertThat(recipe.epochs()).isEqualTo(new Recipe.Epochs(100, 1000, 25));
        assertThat(recipe.batch().of(499)).isEqualTo(50);
        assertThat(recipe.batch().of(500)).isEqualTo(100);
        assertThat(recipe.training().mu()).isEqualTo(regression ? 1.05 : null);
        assertThat(recipe.training().validationSamples())
                .isEqualTo(recipe.training().samples() / 10);
        Lattice lattice = regression ? Lattice.of(60, 4) : Lattice.of(8, 8);
        assertThat(NetworkShapes.of(recipe.network(), lattice).output().size())
                .isEqualTo(recipe.task().outputs().size());
        int parameters = ParameterLayout.of(recipe.network(), lattice).count();
        int equivariant = ParameterLayout.of(
                        Recipes.find(recipe.task().id() + "-eq").network(), lattice)
                .count();
        assertThat((double) parameters / equivariant)
                .as("comparable numbers of parameters")
                .isBetween(0.7, 1.4);
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void resolvedFormReadsBackEqual(String name) {
        Recipe recipe = Recipes.find(name).withSeeds(7, 2).withSamples(250).withMu(0.91);
        assertThat(Recipe.read(Json.canonical(recipe.resolved()), SOURCE)).isEqualTo(recipe);
    }

    @Test
    void whatIsLeftOutIsThePapersProtocol() {
        Recipe recipe = Recipe.read(SHORTEST, SOURCE);
        assertThat(recipe.optimizer()).isEqualTo(AdamW.amsgrad(1e-2));
        assertThat(recipe.batch()).isEqualTo(Recipe.Batch.PAPER);
        assertThat(recipe.epochs()).isEqualTo(Recipe.Epochs.PAPER);
        assertThat(recipe.seeds()).containsExactly(0L);
        assertThat(Recipe.read(SHORTEST + "epochs: {maximum: 20}\n", SOURCE).epochs())
                .isEqualTo(new Recipe.Epochs(20, 20, 25));
        assertThat(Recipe.read(SHORTEST + "batch: {size: 16}\n", SOURCE).batch().of(10))
                .isEqualTo(16);
    }

    @Test
    void seedsAreANumberOrAList() {
        assertThat(Recipe.read(SHORTEST + "seeds: 3\n", SOURCE).seeds()).containsExactly(0L, 1L, 2L);
        assertThat(Recipe.read(SHORTEST + "seeds: [5, -1]\n", SOURCE).seeds()).containsExactly(5L, -1L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "epoch: {maximum: 20}|line 7|epoch",
                "epochs: {maximun: 20}|line 7|maximun",
                "epochs: {minimum: 30, maximum: 20}|mine.yaml|minimum 30",
                "epochs: {maximum: many}|line 7|many",
                "optimizer: {learning_rate: -1}|mine.yaml|learningRate",
                "optimizer: {learningrate: 0.1}|line 7|learningrate",
                "batch: {size: 0}|mine.yaml|size",
                "training: {samples: 0}|mine.yaml|samples 0",
                "training: {validation_fraction: 1}|mine.yaml|validation_fraction",
                "seeds: 0|mine.yaml|seeds 0",
                "seeds: [1, 1]|mine.yaml|seeds [1, 1]",
                "seeds: [a]|mine.yaml|seeds",
                "family: FL|mine.yaml|family FL",
                "family: [|line 7|mine.yaml",
            })
    void mistakesAreNamedInOneLine(String line, String place, String what) {
        assertThatThrownBy(() -> Recipe.read(SHORTEST + line + "\n", SOURCE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("mine.yaml")
                .hasMessageContaining(place)
                .hasMessageContaining(what)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @ParameterizedTest
    @CsvSource({"name: mine,name", "task: regression,task", "task: regression,regression"})
    void missingEntriesAreNamed(String line, String what) {
        assertThatThrownBy(() -> Recipe.read(SHORTEST.replace(line + "\n", ""), SOURCE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("mine.yaml")
                .hasMessageContaining(what);
    }

    @Test
    void mistakesInTheNetworkAreNamed() {
        assertThatThrownBy(() -> Recipe.read(SHORTEST.replace("dense", "danse"), SOURCE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("mine.yaml: network: layer 2")
                .hasMessageContaining("danse");
        assertThatThrownBy(() -> Recipe.read("", SOURCE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("mine.yaml");
        assertThatThrownBy(() -> Recipes.find("regression-xy"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("regression-xy")
                .hasMessageContaining("regression-eq");
    }

    @ParameterizedTest
    @CsvSource({
        // patience counts from epoch 100 (DESIGN.md): nothing ends before epoch 125
        "124, 1, false",
        "125, 1, true",
        "125, 100, true",
        "125, 101, false",
        "126, 101, true",
        "999, 980, false",
        "1000, 999, true",
    })
    void patienceCountsFromTheMinimum(int epoch, int best, boolean over) {
        assertThat(Recipe.Epochs.PAPER.over(epoch, best)).isEqualTo(over);
    }
}
