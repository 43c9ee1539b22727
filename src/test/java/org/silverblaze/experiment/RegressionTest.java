package org.silverblaze.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silverblaze.BadInput;
import org.silverblaze.engine.reference.ReferenceEngine;
import org.silverblaze.evaluation.EvaluationRow;

/** Experiment A from nothing to a report, tiny, on the reference engine. */
final class RegressionTest {
    @TempDir
    private Path folder;

    private static RegressionPlan tiny(long seed) {
        return new RegressionPlan(
                "regression",
                "tiny",
                4.01,
                1,
                seed,
                new RegressionPlan.Training("8x4", 1.05, List.of(100)),
                new RegressionPlan.Grid(List.of("8x4", "6x2"), List.of(0.9, 1.05), 40),
                new RegressionPlan.Grid(List.of("6x2"), List.of(0.9, 1.05), 60),
                List.of("regression-eq", "regression-fl"),
                2,
                new RegressionPlan.Epochs(1, 2, 1));
    }

    private Regression.Outcome run(RegressionPlan plan, List<String> stages) throws IOException {
        return new Regression(
                        plan,
                        new ReferenceEngine(),
                        "engine reference (test)",
                        1,
                        folder.resolve("out"),
                        "silverblaze reproduce",
                        (stage, done, total) -> stages.add(stage))
                .run();
    }

    @Test
    void fromNothingToAReportAndAgainWithoutWork() throws Exception {
        List<String> first = new ArrayList<>();
        Regression.Outcome outcome = run(tiny(3), first);
        assertThat(first).anyMatch(s -> s.startsWith("training "));
        List<EvaluationRow> rows = outcome.result().table().rows();
        // 2 lattices x 2 mu, 3 outputs: constant, oracle, and two networks of two seeds each.
        assertThat(rows).hasSize(2 * 2 * 3 * (1 + 1 + 2 * 2));
        assertThat(rows)
                .filteredOn(r -> r.network().equals("regression-fl"))
                .allSatisfy(
                        r -> assertThat(r.mse() == null).isEqualTo(!r.lattice().equals("8x4")));
        assertThat(rows)
                .filteredOn(r -> r.network().equals("oracle"))
                .allSatisfy(r -> assertThat(r.largestError()).isLessThan(1e-6));
        assertThat(outcome.text()).contains("n/a").contains("regression-eq (EQ): its largest median MSE/Var");

        String html = Files.readString(outcome.report());
        assertThat(html)
                .contains("silverblaze reproduce")
                .contains("Learning curves")
                .contains("n/a")
                .doesNotContain("http-equiv")
                .doesNotContain("<script");
        for (String figure : List.of("generalisation", "learning", "curves", "fluxes-1", "fluxes-2")) {
            Path svg = folder.resolve("out/figures/" + figure + ".svg");
            assertThat(DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(svg.toFile())
                            .getDocumentElement()
                            .getTagName())
                    .isEqualTo("svg");
        }
        assertThat(Files.readAllLines(folder.resolve("out/results.csv"))).hasSize(1 + rows.size());

        List<String> second = new ArrayList<>();
        Regression.Outcome again = run(tiny(3), second);
        assertThat(second).as("nothing is trained again").noneMatch(s -> s.startsWith("training "));
        assertThat(again.result().table().rows()).isEqualTo(rows);
    }

    @Test
    void aFolderOfAnotherPlanOrWithForeignFilesIsRefused() throws IOException {
        Path out = Files.createDirectories(folder.resolve("out"));
        Files.writeString(out.resolve("thesis.txt"), "mine");
        assertThatThrownBy(() -> run(tiny(3), new ArrayList<>()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("thesis.txt");
        Files.delete(out.resolve("thesis.txt"));
        run(tiny(3), new ArrayList<>());
        assertThatThrownBy(() -> run(tiny(4), new ArrayList<>()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("another plan");
    }

    @Test
    void everyScaleIsAPlan() {
        for (String scale : RegressionPlan.SCALES) {
            RegressionPlan plan = RegressionPlan.ofScale(scale);
            assertThat(plan.scale()).isEqualTo(scale);
            assertThat(plan.networks()).containsExactly("regression-eq", "regression-st", "regression-fl");
            assertThat(plan.training().lattice()).isEqualTo("60x4");
        }
        assertThatThrownBy(() -> RegressionPlan.ofScale("enormous"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--scale");
    }
}
