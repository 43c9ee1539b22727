package org.silverblaze.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.silverblaze.evaluation.HandMade;
import org.silverblaze.evaluation.ViolationEvaluator.Answer;
import org.silverblaze.evaluation.ViolationRow;
import org.silverblaze.evaluation.ViolationTable;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.Task;
import org.silverblaze.training.TrainedEnsemble;

/** The sentences of the report about numbers that were made up for the purpose. */
final class ViolationFindingsTest {
    private static final List<String> LATTICES = List.of("8x8", "16x16");
    private static final List<Double> MUS = List.of(1.0, 1.5);
    private static final double[] ALL = {1, 1, 1};
    private static final double[] HALF = {0.5, 0.5, 0.5};

    private final List<ViolationRow> rows = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final List<HandMade> handMade = HandMade.on(Lattice.parse("8x8"));

    private static ViolationPlan plan(String experiment, List<Integer> sizes) {
        return new ViolationPlan(
                experiment,
                "tiny",
                1,
                1,
                List.of(1, 20),
                new ViolationPlan.Training("8x8", 4.01, 1, List.of(0, 1), sizes),
                new ViolationPlan.Tests(LATTICES, List.of(4.01), MUS, List.of(0, 1), 100, 200),
                List.of(
                        new ViolationPlan.Network(experiment + "-eq", List.of("max", "average")),
                        new ViolationPlan.Network(experiment + "-st", List.of("max")),
                        new ViolationPlan.Network(experiment + "-fl", List.of()),
                        new ViolationPlan.Network(experiment + "-control", List.of("average"))),
                3,
                new RegressionPlan.Epochs(1, 2, 1),
                1000);
    }

    /** One row for each seed; {@code right} is accuracy or exact counts, {@code pairs} pairs in order or exact differences. */
    private void rows(
            String network,
            String lattice,
            double mu,
            String set,
            boolean detects,
            double[] right,
            double auc,
            double pairs) {
        for (int seed = 0; seed < right.length; seed++) {
            boolean runs = !Double.isNaN(right[seed]);
            boolean ofPairs = set.equals(ViolationRow.PAIRS);
            rows.add(new ViolationRow(
                    network,
                    "",
                    network.equals("oracle") || network.equals("constant") ? null : (long) seed,
                    lattice,
                    4.01,
                    1,
                    mu,
                    set,
                    "open",
                    100,
                    runs ? 0.25 : null,
                    runs ? 1.0 : null,
                    runs ? 1e-8 : null,
                    runs && detects ? 0.693 : null,
                    runs && detects ? right[seed] : null,
                    runs && detects ? auc : null,
                    runs && detects ? 0.5 : null,
                    runs && !detects ? right[seed] : null,
                    runs && !detects ? 0.1 : null,
                    runs && detects && ofPairs ? pairs : null,
                    runs && !detects && ofPairs ? pairs : null,
                    runs && !detects ? List.of(new ViolationRow.Count(0, 50, 1, 0)) : null));
        }
    }

    /** A network on both lattices at all couplings. */
    private void network(String name, boolean detects, double[] home, double[] far, double auc, double pairs) {
        for (String lattice : LATTICES) {
            for (double mu : MUS) {
                for (String set : List.of(ViolationRow.ORDINARY, ViolationRow.PAIRS)) {
                    rows(name, lattice, mu, set, detects, lattice.equals("8x8") ? home : far, auc, pairs);
                }
            }
        }
    }

    private void says(String network, double answer, int seeds) {
        for (int i = 0; i < handMade.size(); i++) {
            for (int seed = 0; seed < seeds; seed++) {
                answers.add(new Answer(network, (long) seed, i, answer));
            }
        }
    }

    private ViolationFindings findings(ViolationPlan plan) {
        ViolationResult result = result(plan);
        return new ViolationFindings(new ViolationTables(result), result);
    }

    private ViolationResult result(ViolationPlan plan) {
        List<RegressionResult.Training> trainings = plan.training().sizes().stream()
                .flatMap(size -> plan.recipes(size).stream())
                .map(recipe -> new RegressionResult.Training(ensemble(recipe), null, List.of(), 0))
                .toList();
        Task task = plan.experiment().equals("detection") ? Task.DETECTION : Task.COUNTING;
        return new ViolationResult(
                plan, List.of(), trainings, new ViolationTable(task, rows), handMade, answers, List.of(), "test", 1, 0);
    }

    private static TrainedEnsemble ensemble(Recipe recipe) {
        return new TrainedEnsemble(
                recipe, Lattice.parse("8x8"), new Couplings(4.01, 1, 1), "test", new double[] {0.5}, List.of());
    }

    private void oracleAndConstant(boolean detects) {
        network("constant", detects, new double[] {0.5}, new double[] {0.5}, 0.5, 0.5);
        network("oracle", detects, new double[] {1}, new double[] {1}, 1, 1);
        for (int i = 0; i < handMade.size(); i++) {
            int violations = handMade.get(i).violations();
            answers.add(new Answer("oracle", null, i, detects ? Math.min(1, violations) : violations));
        }
    }

    private static String only(List<String> sentences, String start) {
        List<String> found = sentences.stream().filter(s -> s.startsWith(start)).toList();
        assertThat(found).as(start + " in " + String.join("\n", sentences)).hasSize(1);
        return found.getFirst();
    }

    @Test
    void detectionSaysWhoTransfersAndWhatFails() {
        double[] none = {Double.NaN, Double.NaN, Double.NaN};
        oracleAndConstant(true);
        network("detection-eq-max", true, ALL, ALL, 1, 1);
        network("detection-eq-average", true, ALL, HALF, 0.99, 1);
        network("detection-st-max", true, ALL, new double[] {0.9, 0.96, 1}, 1, 0.6);
        network("detection-fl", true, new double[] {0.5, 0.5, 1}, none, 0.52, 0.64);
        network("detection-control-average", true, HALF, HALF, 0.61, 0.55);
        says("detection-eq-max", 1, 3);
        says("detection-eq-average", 0.3, 3);
        List<String> all = findings(plan("detection", List.of(60))).all();

        assertThat(only(all, "On 8x8 and on 16x16")).endsWith("0.95 or more: detection-eq-max, detection-st-max.");
        assertThat(only(all, "Of these"))
                .contains("detection-eq-max, detection-st-max have it on 16x16 at all couplings");
        assertThat(only(all, "On 8x8, but not on 16x16")).endsWith(": detection-eq-average.");
        assertThat(only(all, "Not on 8x8")).endsWith(": detection-fl, detection-control-average.");
        assertThat(only(all, "Cannot be applied")).endsWith(": detection-fl.");
        assertThat(only(all, "The best of type EQ"))
                .contains("detection-eq-max, 1.000,")
                .contains("detection-st-max, 0.960 (0.924–0.984)")
                .contains("do not overlap, EQ is ahead");
        assertThat(only(all, "detection-eq-max: "))
                .contains("It transfers to 16x16 (0.95 or more), on matched pairs, too.")
                .contains("At other couplings the lowest is 1.000 on 8x8 (η = 4.01, μ = 1.5), and 1.000 on 16x16");
        assertThat(only(all, "detection-eq-average: "))
                .contains("ranks open above closed (ROC AUC 0.990): what fails is the threshold.");
        assertThat(only(all, "detection-st-max: ")).contains("but not on matched pairs.");
        assertThat(only(all, "detection-fl: ")).contains("(median below 0.95); 1 of 3 seeds do.");
        // 0.55 of 100 pairs has a standard error of 0.05.
        assertThat(only(all, "detection-control-average has"))
                .contains("ROC AUC 0.610 on ordinary sets of 8x8, 0.550 of the 100 matched pairs there.")
                .contains("(0.1)")
                .endsWith("not shown to see more: detection-st-max, detection-fl.");
        assertThat(only(all, "The exact network")).contains("within 1.0e-8 of every label");
        assertThat(only(all, "Configurations made by hand: right")).endsWith(": oracle.");
        assertThat(only(all, "Configurations made by hand: detection-eq-max")).contains("6 of 14");
    }

    @Test
    void aNetworkThatCannotRankIsNotExcusedByItsThreshold() {
        oracleAndConstant(true);
        network("detection-eq-max", true, ALL, HALF, 0.7, 1);
        network("detection-eq-average", true, ALL, HALF, 0.99, 0.9);
        network("detection-st-max", true, ALL, HALF, 1, 1);
        network("detection-fl", true, HALF, HALF, 0.5, 0.5);
        network("detection-control-average", true, HALF, HALF, 0.5, 0.4);
        List<String> all = findings(plan("detection", List.of(60))).all();
        assertThat(only(all, "No network has")).contains("both on 8x8 and on 16x16");
        assertThat(only(all, "detection-eq-max: "))
                .contains("it does not rank open above closed (ROC AUC 0.700)")
                .doesNotContain("threshold");
        assertThat(only(all, "detection-eq-average: ")).contains("not on matched pairs either");
        assertThat(only(all, "The best of type EQ")).contains("overlap, so this does not rank the two types");
        assertThat(only(all, "detection-control-average has"))
                .contains("above chance (0.5)")
                .endsWith(": detection-fl.");
    }

    @Test
    void oneCouplingIsEnoughToSayNotEverywhere() {
        oracleAndConstant(true);
        for (String name : List.of("eq-average", "st-max", "fl", "control-average")) {
            network("detection-" + name, true, HALF, HALF, 0.5, 0.5);
        }
        for (String lattice : LATTICES) {
            for (double mu : MUS) {
                for (String set : List.of(ViolationRow.ORDINARY, ViolationRow.PAIRS)) {
                    boolean bad = lattice.equals("16x16") && mu == 1.5;
                    rows("detection-eq-max", lattice, mu, set, true, bad ? new double[] {0.6, 0.7, 0.8} : ALL, 1, 1);
                }
            }
        }
        List<String> all = findings(plan("detection", List.of(60))).all();
        assertThat(only(all, "On 8x8 and on 16x16")).endsWith(": detection-eq-max.");
        assertThat(only(all, "Of these")).isEqualTo("Of these none has it on 16x16 at all couplings that were tested.");
        assertThat(only(all, "detection-eq-max: ")).contains("and 0.700 on 16x16 (η = 4.01, μ = 1.5)");
    }

    @Test
    void countingByTrainingSize() {
        oracleAndConstant(false);
        ViolationPlan plan = plan("counting", List.of(100, 250, 1000));
        for (int size : plan.training().sizes()) {
            network("counting-eq-max-" + size, false, size >= 250 ? ALL : HALF, HALF, 0, 1);
            // Good, bad, good: from the last on alone.
            network("counting-eq-average-" + size, false, size == 250 ? HALF : ALL, HALF, 0, 0.2);
            network("counting-st-max-" + size, false, ALL, ALL, 0, 1);
            network("counting-fl-" + size, false, HALF, new double[] {Double.NaN, Double.NaN, Double.NaN}, 0, 0);
            network("counting-control-average-" + size, false, HALF, HALF, 0, 0.1);
        }
        plan.recipes(1000).forEach(recipe -> says(recipe.name(), 0, 3));
        List<String> all = findings(plan).all();
        assertThat(only(all, "Training samples from which on"))
                .endsWith(
                        "is 0.95 or more: counting-eq-max 250, counting-eq-average 1000, counting-st-max 100, counting-fl not with"
                                + " 1000, counting-control-average not with 1000.");
        assertThat(only(all, "counting-eq-max-1000: "))
                .contains("exact counts 1.000 on 8x8, where it was trained, 0.500 on 16x16")
                .contains("what the rest of the lattice adds is wrong");
        assertThat(all)
                .as("one sentence for each network of the largest size")
                .noneMatch(s -> s.startsWith("counting-eq-max-250:"));
        String tables = new ViolationTables(result(plan))
                .tables().stream().map(t -> t.text()).collect(Collectors.joining("\n"));
        assertThat(tables)
                .contains("Fraction of exact counts on ordinary sets on 16x16 by the number of training samples")
                .contains("3 of 3")
                .contains("two worms that share their tail");
        assertThat(tables.toLowerCase(Locale.ROOT)).doesNotContain("nan");
    }
}
