package org.silverblaze.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.reference.ReferenceEngine;
import org.silverblaze.engine.reference.ReferenceNetworks;
import org.silverblaze.engine.vector.VectorNetworks;
import org.silverblaze.lattice.Lattice;

/** Training on the reference engine. */
final class TrainerTest {
    private static final Trainer TRAINER = Trainer.on(new ReferenceEngine(), 1);
    private static final String LINEAR = "[global_pooling: average, dense: 2]";
    private static final String DEEP =
            "[convolution: {channels: 3, kernel: [2, 3]}, activation: tanh, global_pooling: average, dense: 2]";

    @Test
    void theNumberOfThreadsDoesNotMatter() {
        Recipe recipe = recipe(DEEP, "batch: {size: 20}, epochs: {maximum: 3}, seeds: 2");
        TrainingRun one = trainers().get(1).train(recipe, noise(7), EpochListener.NONE);
        TrainingRun three = trainers().get(2).train(recipe, noise(7), EpochListener.NONE);
        assertThat(three.ensemble().members())
                .usingRecursiveComparison()
                .isEqualTo(one.ensemble().members());
    }

    private static Recipe recipe(String layers, String rest) {
        return Recipe.read(
                "{name: t, task: regression, network: {layers: " + layers + "}, " + rest + "}", Path.of("test.yaml"));
    }

    private static TrainingData linear(long seed) {
        return RandomData.data(Lattice.of(4, 3), 60, 10, seed, (m, r) -> new double[] {m[0], 0.25 + 0.5 * m[1] - m[2]});
    }

    private static TrainingData noise(long seed) {
        return RandomData.data(Lattice.of(3, 2), 30, 7, seed, (m, r) -> new double[] {r.nextDouble(), r.nextDouble()});
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aNetworkLearnsALinearLabel(long seed) {
        Recipe recipe = recipe(
                LINEAR,
                "optimizer: {learning_rate: 0.1}, batch: {size: 25}, epochs: {minimum: 300, maximum: 300}, seeds: ["
                        + seed + "]");
        TrainingRun run = TRAINER.train(recipe, linear(seed), EpochListener.NONE);
        assertThat(run.metrics().getFirst().validationLoss())
                .as("seed %d", seed)
                .isGreaterThan(1e-3);
        assertThat(run.ensemble().members().getFirst().bestValidationLoss())
                .as("seed %d", seed)
                .isLessThan(1e-7);
    }

    @Test
    void theWeightsKeptAreThoseOfTheBestEpoch() {
        TrainingData data = noise(4);
        Recipe recipe = recipe(DEEP, "batch: {size: 8}, epochs: {minimum: 3, maximum: 40, patience: 4}, seeds: 6");
        TrainingRun run = TRAINER.train(recipe, data, EpochListener.NONE);
        for (int m = 0; m < 6; m++) {
            TrainedMember member = run.ensemble().members().get(m);
            List<EpochMetrics> metrics = run.metrics().stream()
                    .filter(e -> e.seed() == member.seed())
                    .toList();
            EpochMetrics best = metrics.stream()
                    .min(Comparator.comparingDouble(EpochMetrics::validationLoss))
                    .orElseThrow();
            assertThat(member.bestEpoch()).isEqualTo(best.epoch());
            assertThat(member.bestValidationLoss()).isEqualTo(best.validationLoss());
            assertThat(member.epochs()).isEqualTo(metrics.size());
            try (CompiledNetwork network = new ReferenceNetworks()
                    .compile(Trainer.problem(recipe, data.examples().lattice(), 8, 1, 1))) {
                network.setParameters(0, member.parameters());
                double[] outputs = network.forward(0, data.examples(), data.validation());
                assertThat(Losses.mean(recipe.task().loss(), outputs, data.examples(), data.validation()))
                        .isEqualTo(member.bestValidationLoss());
            }
        }
        assertThat(run.ensemble().members().stream().map(TrainedMember::epochs).distinct())
                .as("members that stop at different epochs")
                .hasSizeGreaterThan(1);
    }

    static List<Trainer> trainers() {
        return List.of(
                TRAINER,
                new Trainer("vector", new VectorNetworks(), 1),
                new Trainer("vector", new VectorNetworks(), 3));
    }

    @ParameterizedTest
    @MethodSource("trainers")
    void aMemberHasTheBitsOfItsSoloRun(Trainer trainer) {
        TrainingData data = noise(6);
        String rest = "batch: {size: 8}, epochs: {minimum: 1, maximum: 12, patience: 2}, ";
        TrainingRun together = trainer.train(recipe(DEEP, rest + "seeds: [5, 6, 7]"), data, EpochListener.NONE);
        for (int m = 0; m < 3; m++) {
            long seed = 5L + m;
            TrainingRun solo = trainer.train(recipe(DEEP, rest + "seeds: [" + seed + "]"), data, EpochListener.NONE);
            assertThat(together.ensemble().members().get(m))
                    .usingRecursiveComparison()
                    .isEqualTo(solo.ensemble().members().getFirst());
            assertThat(together.metrics().stream()
                            .filter(e -> e.seed() == seed)
                            .map(e -> List.of(e.trainLoss(), e.validationLoss())))
                    .isEqualTo(solo.metrics().stream()
                            .map(e -> List.of(e.trainLoss(), e.validationLoss()))
                            .toList());
        }
        assertThat(together.ensemble().members().get(0).parameters())
                .isNotEqualTo(together.ensemble().members().get(1).parameters());
    }
}
