package org.silverblaze.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.reference.ReferenceNetworks;
import org.silverblaze.files.Json;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;
import org.silverblaze.training.EpochListener;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.SampledData;
import org.silverblaze.training.Task;
import org.silverblaze.training.TrainedEnsemble;
import org.silverblaze.training.Trainer;
import org.silverblaze.training.TrainingData;
import tools.jackson.databind.JsonNode;

final class EvaluatorTest {
    private static final Couplings COUPLINGS = new Couplings(4.01, 1, 1.05);
    private static final Lattice LATTICE = Lattice.of(6, 4);
    private static final Evaluator EVALUATOR = new Evaluator(new ReferenceNetworks(), 1);
    private static final Examples EXAMPLES = SampledData.examples(LATTICE, COUPLINGS, 50, 1);

    @TempDir
    Path place;

    private static TrainedEnsemble trained(String name, String layers) {
        Recipe recipe = Recipe.read(
                "{name: " + name + ", task: regression, epochs: {maximum: 3}, batch: {size: 16}, seeds: [4, 2, 9], "
                        + "network: {layers: " + layers + "}}",
                Path.of("test.yaml"));
        TrainingData data = new TrainingData(
                COUPLINGS,
                EXAMPLES,
                IntStream.range(0, 40).toArray(),
                IntStream.range(40, 50).toArray(),
                "none");
        return new Trainer("reference", new ReferenceNetworks(), 1)
                .train(recipe, data, EpochListener.NONE)
                .ensemble();
    }

    private static final TrainedEnsemble EQ = trained(
            "eq", "[convolution: {channels: 2, kernel: 2}, activation: relu, global_pooling: average, dense: 2]");
    /** On 5x4 the flattened map is as long as on 6x4. */
    private static final TrainedEnsemble FL =
            trained("fl", "[pooling: {kind: average, size: 2}, flatten: {}, dense: 2]");

    private static TestSet set(Lattice lattice, double mu, int count) {
        Couplings couplings = COUPLINGS.withMu(mu);
        return TestSet.of(couplings, SampledData.examples(lattice, couplings, count, 8));
    }

    private static List<EvaluationRow> rows(EvaluationTable table, String network) {
        return table.rows().stream().filter(r -> r.network().equals(network)).toList();
    }

    @Test
    void rowsAreWhatAPlainSumGives() throws IOException {
        TestSet set = set(LATTICE, 1.05, 33);
        List<EvaluationRow> rows = rows(EVALUATOR.evaluate(List.of(EQ, FL), List.of(set), Progress.NONE), "eq");
        assertThat(rows).hasSize(9);
        assertThat(rows.stream().map(EvaluationRow::seed)).containsExactly(4L, 4L, 4L, 2L, 2L, 2L, 9L, 9L, 9L);
        Examples examples = SampledData.examples(LATTICE, COUPLINGS, 33, 8);
        int[] all = IntStream.range(0, 33).toArray();
        double[] mse = new double[2];
        double[] worst = new double[2];
        double[] variance = new double[2];
        try (var network = new ReferenceNetworks().compile(Trainer.problem(EQ.recipe(), LATTICE, 8, 1, 1))) {
            network.setParameters(0, EQ.members().getFirst().parameters());
            double[] outputs = network.forward(0, examples, all);
            for (int k = 0; k < 2; k++) {
                int output = k;
                double[] labels = Arrays.stream(all)
                        .mapToDouble(i -> examples.targets()[2 * i + output])
                        .toArray();
                double mean = Arrays.stream(labels).average().orElseThrow();
                variance[k] = Arrays.stream(labels)
                        .map(y -> (y - mean) * (y - mean))
                        .average()
                        .orElseThrow();
                for (int i : all) {
                    double error = Math.abs(outputs[2 * i + k] - labels[i]);
                    mse[k] += error * error / 33;
                    worst[k] = Math.max(worst[k], error);
                }
            }
        }
        for (int k = 0; k < 2; k++) {
            EvaluationRow row = rows.get(k);
            assertThat(row.output()).isEqualTo(k == 0 ? "n" : "phi2");
            assertThat(row.samples()).isEqualTo(33);
            assertThat(row.lattice()).isEqualTo("6x4");
            assertThat(row.mu()).isEqualTo(1.05);
            assertThat(row.mse()).isCloseTo(mse[k], within(1e-14));
            assertThat(row.mseOverVariance()).isCloseTo(mse[k] / variance[k], within(1e-11));
            assertThat(row.largestError()).isCloseTo(worst[k], within(1e-14));
        }
        assertThat(rows.get(2).output()).isEqualTo("both");
        assertThat(rows.get(2).mse()).isCloseTo((mse[0] + mse[1]) / 2, within(1e-14));
        assertThat(rows.get(2).mseOverVariance())
                .isCloseTo((mse[0] + mse[1]) / (variance[0] + variance[1]), within(1e-11));
    }

    @Test
    void theConstantPredictorIsExactlyOneOnItsOwnSet() throws IOException {
        TrainingData own =
                new TrainingData(COUPLINGS, EXAMPLES, IntStream.range(0, 50).toArray(), new int[] {0}, "none");
        TrainedEnsemble ensemble =
                new TrainedEnsemble(EQ.recipe(), LATTICE, COUPLINGS, "reference", own.labelMeans(), EQ.members());
        EvaluationTable table =
                EVALUATOR.evaluate(List.of(ensemble), List.of(TestSet.of(COUPLINGS, EXAMPLES)), Progress.NONE);
        assertThat(rows(table, "constant")).hasSize(3).allSatisfy(r -> {
            assertThat(r.mseOverVariance()).isEqualTo(1.0);
            assertThat(r.seed()).isNull();
        });
    }

    @Test
    void theOracleIsInEveryTableAndExact() throws IOException {
        EvaluationTable table = EVALUATOR.evaluate(
                List.of(EQ), List.of(set(LATTICE, 1.05, 9), set(Lattice.of(3, 5), 0.91, 9)), Progress.NONE);
        assertThat(rows(table, "oracle")).hasSize(6).allSatisfy(r -> {
            assertThat(r.largestError()).isLessThan(1e-6);
            assertThat(r.mse()).isLessThan(1e-12);
        });
    }

    @Test
    void aNetworkDoesNotApplyToALatticeThatItIsTiedTo() throws IOException {
        EvaluationTable table = EVALUATOR.evaluate(
                List.of(EQ, FL),
                List.of(set(LATTICE, 1.05, 9), set(Lattice.of(5, 4), 1.05, 9), set(Lattice.of(3, 2), 0.91, 9)),
                Progress.NONE);
        assertThat(rows(table, "fl")).hasSize(27).allSatisfy(r -> {
            boolean own = r.lattice().equals("6x4");
            assertThat(r.mse() != null).isEqualTo(own);
            assertThat(r.mseOverVariance() != null).isEqualTo(own);
            assertThat(r.largestError() != null).isEqualTo(own);
        });
        assertThat(rows(table, "eq"))
                .hasSize(27)
                .allSatisfy(r -> assertThat(r.mse()).isNotNull());
        assertThat(table.text()).contains("n/a");
        assertThat(table.csv().lines().filter(l -> l.startsWith("fl,") && l.contains(",n/a,")))
                .hasSize(18);
        JsonNode json = Json.read(table.json(), JsonNode.class, place);
        int nulls = 0;
        for (JsonNode row : json.get("rows")) {
            assertThat(row.propertyNames())
                    .contains("network", "seed", "lattice", "mu", "output", "mse", "mse_over_variance");
            nulls += row.get("mse").isNull() ? 1 : 0;
        }
        assertThat(nulls).isEqualTo(18);
        assertThat(table.json()).doesNotContain("NaN");
    }

    @Test
    void labelsThatDoNotVaryHaveNoRatio() throws IOException {
        Examples one = SampledData.examples(LATTICE, COUPLINGS, 1, 3);
        EvaluationTable table = EVALUATOR.evaluate(List.of(EQ), List.of(TestSet.of(COUPLINGS, one)), Progress.NONE);
        assertThat(rows(table, "eq")).allSatisfy(r -> {
            assertThat(r.mse()).isNotNull();
            assertThat(r.mseOverVariance()).isNull();
        });
    }

    @Test
    void chunksDoNotMatter() throws IOException {
        Examples whole = SampledData.examples(LATTICE, COUPLINGS, 33, 8);
        TestSet chunked = new TestSet() {
            @Override
            public Lattice lattice() {
                return LATTICE;
            }

            @Override
            public Couplings couplings() {
                return COUPLINGS;
            }

            @Override
            public void forEachChunk(Consumer<Examples> sink) {
                for (int from = 0; from < 33; from += 10) {
                    int to = Math.min(33, from + 10);
                    int size = 4 * LATTICE.volume();
                    sink.accept(new Examples(
                            LATTICE,
                            4,
                            to - from,
                            Arrays.copyOfRange(whole.inputs(), from * size, to * size),
                            2,
                            Arrays.copyOfRange(whole.targets(), from * 2, to * 2)));
                }
            }
        };
        assertThat(EVALUATOR.evaluate(List.of(EQ), List.of(chunked), Progress.NONE))
                .isEqualTo(EVALUATOR.evaluate(List.of(EQ), List.of(TestSet.of(COUPLINGS, whole)), Progress.NONE));
    }

    @Test
    void aDataSetGivesOneTestSetForEachChemicalPotential() throws IOException {
        SampledData.dataset(place.resolve("data"), LATTICE, 40, 4, 0.91, 1.05);
        List<TestSet> sets = TestSet.of(Dataset.open(place.resolve("data")), Task.REGRESSION);
        EvaluationTable table = EVALUATOR.evaluate(List.of(EQ), sets, Progress.NONE);
        assertThat(rows(table, "oracle").stream().map(EvaluationRow::mu))
                .containsExactly(0.91, 0.91, 0.91, 1.05, 1.05, 1.05);
        assertThat(table.rows()).allSatisfy(r -> assertThat(r.samples()).isEqualTo(40));
        assertThat(rows(table, "oracle"))
                .allSatisfy(r -> assertThat(r.largestError()).isLessThan(1e-6));
    }

    @Test
    void theSpreadIsMedianAndBand() throws IOException {
        EvaluationTable table = EVALUATOR.evaluate(List.of(EQ, FL), List.of(set(LATTICE, 1.05, 9)), Progress.NONE);
        SpreadRow spread = table.spread().stream()
                .filter(s -> s.network().equals("eq") && s.output().equals("n"))
                .findFirst()
                .orElseThrow();
        double[] sorted = rows(table, "eq").stream()
                .filter(r -> r.output().equals("n"))
                .mapToDouble(EvaluationRow::mse)
                .sorted()
                .toArray();
        assertThat(spread.seeds()).isEqualTo(3);
        assertThat(spread.mse().median()).isEqualTo(sorted[1]);
        assertThat(spread.mse().low()).isCloseTo(0.6 * sorted[0] + 0.4 * sorted[1], within(1e-15));
        assertThat(spread.mse().high()).isCloseTo(0.4 * sorted[1] + 0.6 * sorted[2], within(1e-15));
        SpreadRow.Band hand = SpreadRow.Band.of(new double[] {5, 1, 3, 2, 4, 6});
        assertThat(hand).isEqualTo(new SpreadRow.Band(3.5, 2, 5));
    }

    @Test
    void emptyTestSetsAreBadInput() {
        TestSet empty = TestSet.of(COUPLINGS, new Examples(LATTICE, 4, 0, new byte[0], 2, new float[0]));
        assertThatThrownBy(() -> EVALUATOR.evaluate(List.of(EQ), List.of(empty), Progress.NONE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("empty");
    }
}
