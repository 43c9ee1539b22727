package org.silverblaze.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.silverblaze.BadInput;
import org.silverblaze.engine.AdamW;
import org.silverblaze.files.Json;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.NetworkSpecs;
import tools.jackson.databind.JsonNode;

/** A recipe as it stands in its file: entries may be left out (null), unknown ones are errors. */
record RecipeFile(
        String name,
        String family,
        String task,
        JsonNode network,
        OptimizerEntry optimizer,
        BatchEntry batch,
        EpochsEntry epochs,
        TrainingEntry training,
        JsonNode seeds) {

    record OptimizerEntry(
            @JsonProperty("learning_rate") Double learningRate,
            Double beta1,
            Double beta2,
            Double epsilon,
            @JsonProperty("weight_decay") Double weightDecay,
            Boolean amsgrad) {

        AdamW toAdamW() {
            AdamW usual = AdamW.amsgrad(or(learningRate, 1e-2));
            return new AdamW(
                    usual.learningRate(),
                    or(beta1, usual.beta1()),
                    or(beta2, usual.beta2()),
                    or(epsilon, usual.epsilon()),
                    or(weightDecay, usual.weightDecay()),
                    or(amsgrad, usual.amsgrad()));
        }
    }

    record BatchEntry(
            Integer size,
            @JsonProperty("small_size") Integer smallSize,
            @JsonProperty("small_below") Integer smallBelow) {

        Recipe.Batch toBatch() {
            Recipe.Batch usual = Recipe.Batch.PAPER;
            int largest = or(size, usual.size());
            return new Recipe.Batch(
                    largest, or(smallSize, Math.min(largest, usual.smallSize())), or(smallBelow, usual.smallBelow()));
        }
    }

    record EpochsEntry(Integer minimum, Integer maximum, Integer patience) {
        Recipe.Epochs toEpochs() {
            Recipe.Epochs usual = Recipe.Epochs.PAPER;
            int most = or(maximum, usual.maximum());
            return new Recipe.Epochs(
                    or(minimum, Math.min(most, usual.minimum())), most, or(patience, usual.patience()));
        }
    }

    record TrainingEntry(
            Double mu,
            Integer samples,
            @JsonProperty("validation_fraction") Double validationFraction,
            @JsonProperty("split_seed") Long splitSeed) {

        Recipe.Training toTraining() {
            return new Recipe.Training(mu, or(samples, 1000), or(validationFraction, 0.1), or(splitSeed, 0L));
        }
    }

    static OptimizerEntry optimizer(AdamW adam) {
        return new OptimizerEntry(
                adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon(), adam.weightDecay(), adam.amsgrad());
    }

    static Recipe read(String text, Path source) {
        RecipeFile file = Json.readYaml(text, RecipeFile.class, source);
        if (file == null) {
            throw new BadInput(source + ": empty; expected a recipe with name, task and network");
        }
        try {
            return file.toRecipe(source);
        } catch (BadInput bad) {
            String message = bad.getMessage();
            throw message.startsWith(source.toString()) ? bad : new BadInput(source + ": " + message, bad);
        }
    }

    private Recipe toRecipe(Path source) {
        if (network == null || network.isNull()) {
            throw new BadInput("network is missing; expected its layers");
        }
        NetworkSpec spec = NetworkSpecs.parse(network, source + ": network");
        Recipe recipe = new Recipe(
                name,
                taskOf(),
                spec,
                or(optimizer, new OptimizerEntry(null, null, null, null, null, null))
                        .toAdamW(),
                or(batch, new BatchEntry(null, null, null)).toBatch(),
                or(epochs, new EpochsEntry(null, null, null)).toEpochs(),
                or(training, new TrainingEntry(null, null, null, null)).toTraining(),
                seedList());
        if (family != null && !family.equals(recipe.family().name())) {
            throw new BadInput("family " + family + ": the network is of type " + recipe.family());
        }
        return recipe;
    }

    private Task taskOf() {
        return Arrays.stream(Task.values())
                .filter(t -> t.id().equals(task))
                .findFirst()
                .orElseThrow(() -> new BadInput("task " + task + ": expected one of "
                        + Arrays.stream(Task.values()).map(Task::id).collect(Collectors.joining(", "))));
    }

    /** {@code 3} stands for the seeds 0, 1, 2; a list for itself; nothing for one seed, 0. */
    private List<Long> seedList() {
        if (seeds == null || seeds.isNull()) {
            return List.of(0L);
        }
        if (seeds.isIntegralNumber() && seeds.canConvertToInt() && seeds.intValue() > 0) {
            return LongStream.range(0, seeds.intValue()).boxed().toList();
        }
        List<Long> list = new ArrayList<>();
        for (JsonNode seed : seeds) {
            if (seed.isIntegralNumber() && seed.canConvertToLong()) {
                list.add(seed.longValue());
            }
        }
        if (list.isEmpty() || list.size() != seeds.size()) {
            throw new BadInput("seeds " + seeds + ": expected a number of seeds or a list of integers");
        }
        return list;
    }

    private static <T> T or(T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
