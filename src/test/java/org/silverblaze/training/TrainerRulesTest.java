package org.silverblaze.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;

/** What the trainer asks of an engine, and when it stops; the losses are given beforehand. */
final class TrainerRulesTest {
    private static final String LINEAR =
            "{name: t, task: regression, network: {layers: [global_pooling: average, dense: 2]}, ";

    private static Recipe recipe(String rest) {
        return Recipe.read(LINEAR + rest + "}", Path.of("test.yaml"));
    }

    private static TrainingData zeros(int training, int validation) {
        return RandomData.data(Lattice.of(3, 2), training, validation, 1, (m, r) -> new double[2]);
    }

    private static TrainingRun train(ScriptedEngine engine, Recipe recipe, TrainingData data) {
        return new Trainer("scripted", engine, 1).train(recipe, data, EpochListener.NONE);
    }

    private static double[] falling(int epochs, int best) {
        return IntStream.rangeClosed(1, epochs)
                .mapToDouble(e -> 1 + Math.abs(e - best))
                .toArray();
    }

    @ParameterizedTest
    @CsvSource({
        // minimum, maximum, patience, epoch of the lowest loss, epochs trained, why
        "5, 100, 3, 1, 8, PATIENCE",
        "5, 100, 3, 5, 8, PATIENCE",
        "5, 100, 3, 6, 9, PATIENCE",
        "5, 100, 3, 50, 53, PATIENCE",
        "0, 100, 1, 1, 2, PATIENCE",
        "5, 20, 30, 2, 20, MAXIMUM",
        "20, 20, 1, 20, 20, MAXIMUM",
        "1, 1, 1, 1, 1, MAXIMUM",
    })
    void patienceCountsFromTheMinimumAndTheBestWeightsAreKept(
            int minimum, int maximum, int patience, int best, int epochs, TrainedMember.End end) {
        ScriptedEngine engine = new ScriptedEngine(new double[][] {falling(100, best)});
        Recipe recipe =
                recipe("epochs: {minimum: " + minimum + ", maximum: " + maximum + ", patience: " + patience + "}");
        TrainingRun run = train(engine, recipe, zeros(10, 2));
        TrainedMember member = run.ensemble().members().getFirst();
        assertThat(member.epochs()).isEqualTo(epochs);
        assertThat(member.bestEpoch()).isEqualTo(best);
        assertThat(member.bestValidationLoss()).isCloseTo(1, within(1e-14));
        assertThat(member.parameters()[0]).as("weights after the best epoch").isEqualTo(best);
        assertThat(member.end()).isEqualTo(end);
        assertThat(run.metrics()).hasSize(epochs);
        assertThat(engine.steps).hasSize(epochs);
    }

    @Test
    void theFirstOfEqualLossesIsTheBest() {
        ScriptedEngine engine = new ScriptedEngine(new double[][] {{4, 1, 1, 1, 1, 1, 1, 1}});
        TrainingRun run = train(engine, recipe("epochs: {minimum: 0, maximum: 20, patience: 3}"), zeros(4, 1));
        assertThat(run.ensemble().members().getFirst().bestEpoch()).isEqualTo(2);
        assertThat(run.ensemble().members().getFirst().epochs()).isEqualTo(5);
    }

    @Test
    void everyEpochUsesEveryExampleOnceAndTheLastBatchWithItsTrueSize() {
        ScriptedEngine engine = new ScriptedEngine(new double[][] {{1}, {1}});
        Recipe recipe = recipe("batch: {size: 4, small_size: 4}, epochs: {maximum: 3}, seeds: [3, 8]");
        List<List<EpochMetrics>> heard = new ArrayList<>();
        TrainingRun run = new Trainer("scripted", engine, 1).train(recipe, zeros(10, 3), heard::add);
        assertThat(engine.steps).hasSize(9);
        List<int[]> orders = new ArrayList<>();
        for (int epoch = 0; epoch < 3; epoch++) {
            for (int model = 0; model < 2; model++) {
                List<Integer> order = new ArrayList<>();
                for (int step = 0; step < 3; step++) {
                    int[] selection = engine.steps.get(3 * epoch + step)[model];
                    assertThat(selection).hasSize(step < 2 ? 4 : 2);
                    Arrays.stream(selection).forEach(order::add);
                }
                assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
                orders.add(order.stream().mapToInt(Integer::intValue).toArray());
                // The scripted loss of a batch is the mean of its example numbers: by sample, the mean of all is 4.5.
                assertThat(heard.get(epoch).get(model).trainLoss()).isCloseTo(4.5, within(1e-14));
            }
        }
        assertThat(orders.stream().map(Arrays::toString).distinct())
                .as("shuffled anew")
                .hasSize(6);
        assertThat(run.metrics()).isEqualTo(heard.stream().flatMap(List::stream).toList());
    }

    @Test
    void stoppedMembersAreFrozen() {
        ScriptedEngine engine = new ScriptedEngine(new double[][] {falling(40, 2), falling(40, 9), falling(40, 4)});
        Recipe recipe = recipe("epochs: {minimum: 0, maximum: 30, patience: 2}, seeds: 3");
        TrainingRun run = train(engine, recipe, zeros(4, 1));
        assertThat(run.ensemble().members().stream().map(TrainedMember::epochs)).containsExactly(4, 11, 6);
        for (int epoch = 1; epoch <= 11; epoch++) {
            int[][] step = engine.steps.get(epoch - 1);
            assertThat(step[0] == null).isEqualTo(epoch > 4);
            assertThat(step[1] == null).isFalse();
            assertThat(step[2] == null).isEqualTo(epoch > 6);
        }
        assertThat(run.metrics()).hasSize(4 + 11 + 6);
    }

    @Test
    void aDivergedMemberEndsWithItsBestWeights() {
        double nan = Double.NaN;
        ScriptedEngine engine = new ScriptedEngine(new double[][] {{3, 2, nan}, {3, 2, 1}});
        Recipe recipe = recipe("epochs: {minimum: 10, maximum: 10, patience: 2}, seeds: 2");
        TrainingRun run = train(engine, recipe, zeros(4, 1));
        TrainedMember first = run.ensemble().members().getFirst();
        assertThat(first.end()).isEqualTo(TrainedMember.End.DIVERGED);
        assertThat(first.epochs()).isEqualTo(3);
        assertThat(first.bestEpoch()).isEqualTo(2);
        assertThat(first.parameters()[0]).isEqualTo(2);
        assertThat(run.ensemble().members().getLast().epochs()).isEqualTo(10);

        assertThatThrownBy(() -> train(new ScriptedEngine(new double[][] {{nan}}), recipe("seeds: [6]"), zeros(4, 1)))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageContaining("seed 6");
    }

    @Test
    void networksThatDoNotFitAreBadInput() {
        Recipe three = Recipe.read(LINEAR.replace("dense: 2", "dense: 3") + "seeds: 1}", Path.of("test.yaml"));
        assertThatThrownBy(() -> train(new ScriptedEngine(new double[][] {{1}}), three, zeros(4, 1)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("3 outputs");
        Recipe channels = Recipe.read(
                LINEAR.replace("{layers", "{input_channels: 3, layers") + "seeds: 1}", Path.of("test.yaml"));
        assertThatThrownBy(() -> train(new ScriptedEngine(new double[][] {{1}}), channels, zeros(4, 1)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("3 input channels");
    }
}
