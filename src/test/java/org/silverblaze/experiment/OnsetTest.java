package org.silverblaze.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dataset.DatasetSummary;
import org.silverblaze.engine.vector.VectorEngine;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.TransferMatrix;

final class OnsetTest {
    @TempDir
    private Path folder;

    private static Estimate measured(double mean, double error) {
        return new Estimate(mean, error, 0.1 * error, 0.5, 0.1, 1, true, 100);
    }

    @Test
    void aStraightLineIsFound() {
        OnsetResult.Line line = OnsetResult.Line.fit(
                new double[] {1.2, 1.3, 1.5}, List.of(measured(0.1, 0.01), measured(0.3, 0.02), measured(0.7, 0.05)));
        assertThat(line.onset()).isCloseTo(1.15, within(1e-12));
        assertThat(line.slope()).isCloseTo(2, within(1e-12));
        assertThat(line.chi2()).isCloseTo(0, within(1e-20));
        assertThat(line.degrees()).isEqualTo(1);
    }

    /** Over many made-up experiments the onset is off by its error, and chi^2 is the number of degrees of freedom. */
    @Test
    void errorsAreWhatTheySay() {
        long seed = 4;
        Random random = new Random(seed);
        double[] mu = {1.16, 1.17, 1.18, 1.2};
        double squares = 0;
        double chi2 = 0;
        double flat = 0;
        int turns = 2000;
        for (int turn = 0; turn < turns; turn++) {
            List<Estimate> n = new ArrayList<>();
            for (double x : mu) {
                double error = 0.001 + 0.01 * (x - 1.15);
                n.add(measured(3 * (x - 1.146) + error * random.nextGaussian(), error));
            }
            OnsetResult.Line line = OnsetResult.Line.fit(mu, n);
            squares += Math.pow((line.onset() - 1.146) / line.error(), 2);
            chi2 += line.chi2();
            flat += OnsetResult.Constant.fit(
                            List.of(measured(2 + random.nextGaussian(), 1), measured(2 + 3 * random.nextGaussian(), 3)))
                    .chi2();
        }
        // Standard errors of these means: sqrt(2/2000), sqrt(4/2000), sqrt(2/2000).
        assertThat(squares / turns).as("seed %d", seed).isBetween(0.87, 1.13);
        assertThat(chi2 / turns).as("seed %d", seed).isBetween(1.8, 2.2);
        assertThat(flat / turns).as("seed %d", seed).isBetween(0.87, 1.13);
    }

    /** From nothing to a report, in two dimensions, where the transfer matrix knows n; and once more without sampling. */
    @Test
    void aSmallPlanRuns() throws Exception {
        OnsetPlan plan = new OnsetPlan(
                "onset",
                "test",
                4.01,
                1,
                3,
                List.of(
                        new OnsetPlan.Ensemble("12x2", List.of(1.0, 1.1, 1.2), 800, 16, 24, 200, 20),
                        new OnsetPlan.Ensemble("12x2", List.of(0.2, 0.4), 400, 16, 24, 200, 20)),
                0.4,
                new OnsetPlan.Range(1.0, 1.2));
        Onset.Outcome outcome = run(plan);
        OnsetResult.Curve curve = outcome.result().curves().getFirst();
        for (var point : curve.points()) {
            double exact = TransferMatrix.exact(Lattice.of(12, 2), new Couplings(4.01, 1, point.mu()))
                    .phi2();
            Estimate phi2 = point.summary().phi2();
            assertThat(Math.abs(phi2.mean() - exact) / phi2.error())
                    .as("|phi|^2 at %s: %s, exact %s", point.mu(), phi2, exact)
                    .isLessThan(4.5);
            assertThat(point.thermalized()).isTrue();
        }
        assertThat(outcome.text()).contains("n sets in at").contains("degrees of freedom");
        assertThat(Files.readString(outcome.report()))
                .contains("Onset of the particle density")
                .contains("<svg");
        assertThat(run(plan).result().rows()).isEqualTo(outcome.result().rows());
        assertThatThrownBy(() -> run(plan.withSeed(4)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("another plan");
    }

    /** Above the onset the chains start in an empty lattice and give their first samples at once. */
    @Test
    void whatHasNotThermalizedIsNamedAndNotFitted() throws Exception {
        OnsetPlan plan = new OnsetPlan(
                "onset",
                "test",
                4.01,
                1,
                3,
                List.of(
                        new OnsetPlan.Ensemble("12x4", List.of(1.05, 1.1), 1600, 32, 48, 0, 2),
                        new OnsetPlan.Ensemble("12x4", List.of(0.2, 0.4), 400, 16, 48, 200, 20),
                        new OnsetPlan.Ensemble("12x2", List.of(1.05, 1.1), 800, 16, 24, 200, 20),
                        new OnsetPlan.Ensemble("12x2", List.of(0.2, 0.4), 400, 16, 24, 200, 20)),
                0.4,
                new OnsetPlan.Range(1.05, 1.1));
        Onset.Outcome outcome = run(plan);
        OnsetResult.Curve hasty = outcome.result().curves().getFirst();
        assertThat(hasty.line()).isNull();
        assertThat(hasty.estimate()).isNull();
        assertThat(hasty.notTrusted()).containsExactly(1.05, 1.1);
        assertThat(hasty.warnings()).anySatisfy(line -> assertThat(line).startsWith("mu = 1.05: not thermalized"));
        assertThat(hasty.constant()).isNotNull();
        OnsetResult.Curve patient = outcome.result().curves().getLast();
        assertThat(patient.line()).isNotNull();
        assertThat(patient.estimate().range()).as("two points leave no choice").isNull();
        assertThat(outcome.text())
                .contains("warning: 12x4, mu = 1.1: not thermalized")
                .contains("12x2: n sets in at")
                .doesNotContain("12x4: n sets in at");
        assertThat(Files.readString(outcome.report())).contains("12x4, mu = 1.1: not thermalized");
        assertThat(run(plan).text()).as("once more, from what the folders say").isEqualTo(outcome.text());
    }

    /** The error covers the curvature: of n = 3 (mu - 1.1) + 20 (mu - 1.1)^2 a line knows nothing. */
    @Test
    void theChoiceOfTheRangeIsPartOfTheError() {
        List<OnsetResult.Point> points = new ArrayList<>();
        for (double mu : new double[] {1.12, 1.14, 1.16, 1.18}) {
            double x = mu - 1.1;
            points.add(point(mu, 3 * x + 20 * x * x, 1e-4));
        }
        OnsetResult.MuC onset = OnsetResult.MuC.of(points);
        double lower = OnsetResult.Line.through(points.subList(0, 3)).onset();
        double upper = OnsetResult.Line.through(points.subList(1, 4)).onset();
        assertThat(onset.range())
                .isCloseTo(Math.max(Math.abs(lower - onset.value()), Math.abs(upper - onset.value())), within(1e-15));
        double chi2 = OnsetResult.Line.through(points).chi2();
        assertThat(chi2).isGreaterThan(100);
        assertThat(onset.statistical())
                .isCloseTo(OnsetResult.Line.through(points).error() * Math.sqrt(chi2 / 2), within(1e-15));
        assertThat(onset.error()).isCloseTo(Math.hypot(onset.statistical(), onset.range()), within(1e-15));
    }

    private static OnsetResult.Point point(double mu, double n, double error) {
        Estimate one = measured(1, 1);
        return new OnsetResult.Point(
                new DatasetSummary.Point(
                        new Couplings(9, 1, mu), 100, 1, measured(n, error), measured(1, 0.1), one, one, false),
                true);
    }

    private Onset.Outcome run(OnsetPlan plan) throws Exception {
        return new Onset(plan, new VectorEngine(), "test", 2, folder.resolve("out"), "test", Progress.NONE).run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"smoke", "laptop"})
    void plansThatComeWithTheProgramMakeSense(String scale) {
        OnsetPlan plan = OnsetPlan.ofScale(scale);
        assertThat(plan.scale()).isEqualTo(scale);
        for (String lattice : plan.lattices()) {
            List<Double> mus = plan.ensembles().stream()
                    .filter(e -> e.lattice().equals(lattice))
                    .flatMap(e -> e.mu().stream())
                    .toList();
            assertThat(mus)
                    .doesNotHaveDuplicates()
                    .contains(plan.fit().from(), plan.fit().to(), plan.below());
        }
        plan.ensembles()
                .forEach(
                        e -> assertThat(Lattice.parse(e.lattice()).dimensions()).isEqualTo(4));
        assertThatThrownBy(() -> OnsetPlan.ofScale("paper")).isInstanceOf(BadInput.class);
    }
}
