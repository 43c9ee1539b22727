package org.silverblaze.training;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.silverblaze.BadInput;
import org.silverblaze.engine.AdamW;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.NetworkFamily;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.PoolingKind;

/**
 * Everything that defines a training run except the data and the engine. Labels are raw: nothing is normalised.
 *
 * @param name what tables call the network
 * @param task labels and loss
 * @param network the architecture
 * @param optimizer AdamW
 * @param batch batch size
 * @param epochs length of the training
 * @param training what is trained on
 * @param seeds one member of the ensemble for each: its initial weights and its shuffles
 */
public record Recipe(
        String name,
        Task task,
        NetworkSpec network,
        AdamW optimizer,
        Batch batch,
        Epochs epochs,
        Training training,
        List<Long> seeds) {

    /**
     * Batch size as a function of the number of training samples; a last partial batch is used with its true size.
     *
     * @param size examples of one step
     * @param smallSize the same where there are fewer than {@code smallBelow} training samples
     * @param smallBelow see {@code smallSize}
     */
    public record Batch(int size, int smallSize, int smallBelow) {
        /** Experiment A: 100, and 50 below 500 samples. */
        public static final Batch PAPER = new Batch(100, 50, 500);

        public Batch {
            if (size < 1 || smallSize < 1 || smallBelow < 0) {
                throw new BadInput("batch: size and small_size have to be at least 1, small_below at least 0");
            }
        }

        public int of(int samples) {
            return samples < smallBelow ? smallSize : size;
        }
    }

    /**
     * Early stopping. Training ends after epoch e when e - max(best epoch, minimum) reaches the patience: patience counts
     * from epoch {@code minimum}, though the best epoch may be an earlier one. It ends at the latest after epoch
     * {@code maximum}. The weights of the best epoch are kept.
     *
     * @param minimum epoch from which patience counts
     * @param maximum largest number of epochs
     * @param patience epochs without a better validation loss
     */
    public record Epochs(int minimum, int maximum, int patience) {
        /** Experiment A: 100 to 1000 epochs, patience 25. */
        public static final Epochs PAPER = new Epochs(100, 1000, 25);

        public Epochs {
            if (minimum < 0 || maximum < 1 || minimum > maximum || patience < 1) {
                throw new BadInput("epochs: minimum " + minimum + ", maximum " + maximum + ", patience " + patience
                        + "; expected 0 <= minimum <= maximum, maximum and patience at least 1");
            }
        }

        /** Whether training ends after {@code epoch}, the best one so far being {@code best}. */
        public boolean over(int epoch, int best) {
            return epoch >= maximum || epoch - Math.max(best, minimum) >= patience;
        }
    }

    /**
     * What is trained on. Subsets are nested: the samples of a smaller number are among those of a larger one.
     *
     * @param mu chemical potential of the training samples; null: the data set's only one
     * @param samples number of training samples
     * @param validationFraction validation samples as a fraction of {@code samples}, from other chains
     * @param splitSeed decides which chains validate; the same for all members
     */
    public record Training(Double mu, int samples, double validationFraction, long splitSeed) {
        public Training {
            if (samples < 1) {
                throw new BadInput("training: samples " + samples + "; expected at least 1");
            }
            if (!(validationFraction > 0 && validationFraction < 1)) {
                throw new BadInput(
                        "training: validation_fraction " + validationFraction + "; expected more than 0, less than 1");
            }
        }

        /** Number of validation samples, at least one. */
        public int validationSamples() {
            return Math.max(1, (int) Math.round(samples * validationFraction));
        }
    }

    public Recipe {
        seeds = List.copyOf(seeds);
        if (name == null || !name.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new BadInput("name " + name + ": expected letters, digits, '.', '_' and '-'");
        }
        if (seeds.isEmpty() || seeds.stream().distinct().count() != seeds.size()) {
            throw new BadInput("seeds " + seeds + ": expected at least one, all different");
        }
    }

    /** EQ, ST or FL. */
    public NetworkFamily family() {
        return NetworkFamily.of(network);
    }

    /** Reads a recipe in YAML or JSON; {@code source} names it in errors. */
    public static Recipe read(String text, Path source) {
        return RecipeFile.read(text, source);
    }

    public Recipe withName(String other) {
        return new Recipe(other, task, network, optimizer, batch, epochs, training, seeds);
    }

    /** The same with another global pooling, and with its name after a dash; as it is where the network has none. */
    public Recipe withPooling(PoolingKind kind) {
        if (network.layers().stream().noneMatch(layer -> layer instanceof LayerSpec.GlobalPooling)) {
            return this;
        }
        List<LayerSpec> layers = network.layers().stream()
                .map(layer -> layer instanceof LayerSpec.GlobalPooling ? new LayerSpec.GlobalPooling(kind) : layer)
                .toList();
        return new Recipe(
                name + "-" + kind.name().toLowerCase(Locale.ROOT),
                task,
                new NetworkSpec(network.inputChannels(), layers),
                optimizer,
                batch,
                epochs,
                training,
                seeds);
    }

    public Recipe withTraining(Training other) {
        return new Recipe(name, task, network, optimizer, batch, epochs, other, seeds);
    }

    public Recipe withSamples(int samples) {
        return withTraining(new Training(training.mu, samples, training.validationFraction, training.splitSeed));
    }

    public Recipe withMu(double mu) {
        return withTraining(new Training(mu, training.samples, training.validationFraction, training.splitSeed));
    }

    public Recipe withSeeds(List<Long> others) {
        return new Recipe(name, task, network, optimizer, batch, epochs, training, others);
    }

    /** Seeds {@code first, first + 1, ..}. */
    public Recipe withSeeds(long first, int count) {
        return withSeeds(LongStream.range(first, first + count).boxed().toList());
    }

    public Recipe withEpochs(Epochs other) {
        return new Recipe(name, task, network, optimizer, batch, other, training, seeds);
    }

    /** The recipe with nothing left out, in the form that {@link #read} takes. */
    public Map<String, Object> resolved() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("family", family().name());
        map.put("task", task.id());
        map.put("network", NetworkSpecs.toJson(network));
        map.put("optimizer", RecipeFile.optimizer(optimizer));
        map.put("batch", new RecipeFile.BatchEntry(batch.size, batch.smallSize, batch.smallBelow));
        map.put("epochs", new RecipeFile.EpochsEntry(epochs.minimum, epochs.maximum, epochs.patience));
        map.put(
                "training",
                new RecipeFile.TrainingEntry(
                        training.mu, training.samples, training.validationFraction, training.splitSeed));
        map.put("seeds", seeds);
        return map;
    }
}
