package org.silverblaze.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.silverblaze.BadInput;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.DatasetCheck;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.engine.vector.VectorEngine;
import org.silverblaze.evaluation.ViolationRow;
import org.silverblaze.report.HtmlReport;
import org.silverblaze.report.Table;
import org.silverblaze.training.Recipe;

final class ViolationExperimentTest {
    @TempDir
    private Path folder;

    private static ViolationPlan tiny(Kind kind, long seed) {
        boolean detects = kind == Kind.DETECTION;
        return new ViolationPlan(
                kind.id(),
                "tiny",
                1,
                seed,
                List.of(1, 20),
                new ViolationPlan.Training("8x8", 4.25, 1, detects ? List.of(0, 1) : List.of(0, 5), List.of(60)),
                new ViolationPlan.Tests(
                        List.of("8x8", "6x4"),
                        List.of(4.25),
                        List.of(1.0, 1.25),
                        detects ? List.of(0, 1) : List.of(0, 1, 2, 5),
                        48,
                        64),
                List.of(
                        new ViolationPlan.Network(kind.id() + "-eq", List.of("max", "sum")),
                        new ViolationPlan.Network(kind.id() + "-fl", List.of()),
                        new ViolationPlan.Network(kind.id() + "-control", List.of("average"))),
                2,
                new RegressionPlan.Epochs(1, 2, 1),
                1000);
    }

    private ViolationExperiment.Outcome run(ViolationPlan plan, List<String> stages) throws Exception {
        return new ViolationExperiment(
                        plan,
                        new VectorEngine(),
                        "engine vector (test)",
                        1,
                        folder.resolve("out"),
                        "silverblaze reproduce",
                        (stage, done, total) -> stages.add(stage))
                .run();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void fromNothingToAReportAndAgainWithoutWork(Kind kind) throws Exception {
        List<String> first = new ArrayList<>();
        ViolationExperiment.Outcome outcome = run(tiny(kind, 3), first);
        assertThat(first).anyMatch(s -> s.startsWith("training "));
        List<ViolationRow> rows = outcome.result().table().rows();
        // 2 lattices x 2 mu, ordinary and pairs: constant, oracle, and four networks of two seeds each.
        assertThat(rows).hasSize(2 * 2 * 2 * (1 + 1 + 4 * 2));
        assertThat(rows)
                .filteredOn(r -> r.network().endsWith("-fl"))
                .allSatisfy(
                        r -> assertThat(r.mse() == null).isEqualTo(r.lattice().equals("6x4")));
        assertThat(rows)
                .filteredOn(r -> r.network().equals("oracle"))
                .allSatisfy(r -> assertThat(r.largestError()).isLessThan(1e-6));
        assertThat(rows.stream().map(ViolationRow::set)).contains("ordinary", "pairs");
        String text = outcome.report().text();
        assertThat(text)
                .contains("n/a")
                .contains(kind.id() + "-eq-max: ")
                .contains("Cannot be applied to other lattice sizes: " + kind.id() + "-fl.")
                .contains("has windows of one site");

        everyNumberOfASentenceStandsInATable(outcome.result());
        String html = Files.readString(folder.resolve("out/report.html"));
        assertThat(html)
                .contains("silverblaze reproduce")
                .contains("Matched pairs")
                .contains(kind == Kind.DETECTION ? "Detection of flux violations" : "Counting of flux violations")
                .doesNotContain("<script");
        assertThat(folder.resolve("out/figures/sizes.svg")).content().contains("</svg>");
        assertThat(folder.resolve("out/figures/fluxes-2.svg")).content().contains("</svg>");
        assertThat(folder.resolve("out/figures/numbers.svg").toFile().exists()).isEqualTo(kind == Kind.COUNTING);
        assertThat(Files.readAllLines(folder.resolve("out/results.csv"))).hasSize(1 + rows.size());
        for (String set : List.of("train-8x8", "ordinary-6x4-eta4.25", "pairs-8x8-eta4.25")) {
            Path data = folder.resolve("out/data/" + set);
            assertThat(DatasetCheck.check(data, (stage, done, total) -> {}).fault())
                    .isEmpty();
            assertThat(Dataset.open(data).manifest().task().pairs()).isEqualTo(set.startsWith("pairs"));
        }

        List<String> second = new ArrayList<>();
        ViolationExperiment.Outcome again = run(tiny(kind, 3), second);
        assertThat(second).as("nothing is trained again").noneMatch(s -> s.startsWith("training "));
        assertThat(again.result().table().rows()).isEqualTo(rows);
        assertThatThrownBy(() -> run(tiny(kind, 4), new ArrayList<>()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("another plan");

        // The same sections stand on a page of several.
        HtmlReport page = HtmlReport.titled("several");
        outcome.report().addTo(page);
        assertThat(page.html()).contains(kind.id() + "-results.csv");
    }

    private static void everyNumberOfASentenceStandsInATable(ViolationResult result) {
        ViolationTables tables = new ViolationTables(result);
        String text = Stream.concat(tables.tables().stream(), Stream.of(tables.trainings(), tables.sets()))
                .map(Table::text)
                .collect(Collectors.joining("\n"));
        for (String sentence : new ViolationFindings(tables, result).all()) {
            // The limits that verdicts name are not measured.
            String measured = sentence.replaceAll("0\\.95|chance \\(0\\.5\\)|such a fraction \\([^)]*\\)", "");
            Matcher number = Pattern.compile("\\d+\\.\\d+(e-?\\d+)?").matcher(measured);
            while (number.find()) {
                assertThat(text).as(sentence).contains(number.group());
            }
        }
    }

    @Test
    void aTrainingEndsWithItsUpdates() {
        ViolationPlan plan = ViolationPlan.ofScale(Kind.DETECTION, "laptop");
        assertThat(plan.updates()).isEqualTo(1500);
        // Batches of 50 below 500 samples, of 100 from there on.
        assertThat(longest(plan, 100)).isEqualTo(750);
        assertThat(longest(plan, 250)).isEqualTo(300);
        assertThat(longest(plan, 1000)).isEqualTo(150);
        assertThat(longest(plan, 4000)).isEqualTo(37);
        assertThat(plan.recipes(4000).getFirst().epochs()).isEqualTo(new Recipe.Epochs(37, 37, 25));
        assertThat(plan.recipes(1000).getFirst().epochs()).isEqualTo(new Recipe.Epochs(100, 150, 25));
        assertThat(plan.recipes(4000)).allSatisfy(r -> assertThat(r.seeds()).hasSizeGreaterThanOrEqualTo(10));
    }

    private static int longest(ViolationPlan plan, int size) {
        List<Integer> all = plan.recipes(size).stream()
                .map(r -> r.epochs().maximum())
                .distinct()
                .toList();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    @Test
    void everyScaleIsAPlan() {
        for (Kind kind : Kind.values()) {
            for (String scale : RegressionPlan.SCALES) {
                ViolationPlan plan = ViolationPlan.ofScale(kind, scale);
                assertThat(plan.scale()).isEqualTo(scale);
                assertThat(plan.kind()).isEqualTo(kind);
                assertThat(plan.training().lattice()).isEqualTo("8x8");
                assertThat(plan.tests().lattices()).containsExactly("8x8", "16x16", "32x32", "64x64");
                assertThat(plan.recipes(100).stream().map(Recipe::name).distinct())
                        .hasSize(8);
                // Pairs of every chain: throws where samples and chains do not go together.
                assertThat(plan.task(plan.tests().worms(), true).pairs()).isTrue();
                assertThat(plan.tests().pairs() % 64 == 0 || plan.tests().pairs() < 3200)
                        .isTrue();
            }
            assertThatThrownBy(() -> ViolationPlan.ofScale(kind, "enormous"))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("--scale");
        }
    }
}
