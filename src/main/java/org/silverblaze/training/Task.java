package org.silverblaze.training;

import java.util.List;
import java.util.function.Function;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.Samples;
import org.silverblaze.dataset.ViolationTask;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;

/** What a network is trained for; it decides the labels and the loss (PHYSICS.md section 5). */
public enum Task {
    /** Experiment A of arXiv:2103.14686: n and |phi|^2 of a configuration, mean squared error over both. */
    REGRESSION("regression", Loss.MEAN_SQUARED_ERROR, List.of("n", "phi2"), Samples::regression),
    /**
     * Experiment B: whether d_x != 0 anywhere, binary cross-entropy. The output is a logit z; the answer is its logistic function, the
     * probability of an open worm.
     */
    DETECTION("detection", Loss.BINARY_CROSS_ENTROPY, List.of("open"), Samples::detection),
    /** Experiment C: the number of violations sum_x |d_x| / 2, mean squared error. */
    COUNTING("counting", Loss.MEAN_SQUARED_ERROR, List.of("violations"), Samples::counting);

    private final String id;
    private final Loss loss;
    private final List<String> outputs;
    private final Function<Samples, Examples> examples;

    Task(String id, Loss loss, List<String> outputs, Function<Samples, Examples> examples) {
        this.id = id;
        this.loss = loss;
        this.outputs = outputs;
        this.examples = examples;
    }

    /**
     * Samples with the targets of this task.
     *
     * @throws org.silverblaze.BadInput where the samples have no such labels
     */
    public Examples examples(Samples samples) {
        return examples.apply(samples);
    }

    /** Whether data sets of this manifest have the labels of this task. */
    public boolean hasLabels(Manifest manifest) {
        return this == REGRESSION || manifest.labels().containsKey(ViolationTask.VIOLATIONS);
    }

    /** Name in recipes. */
    public String id() {
        return id;
    }

    public Loss loss() {
        return loss;
    }

    /** Names of the outputs in the order of the labels. */
    public List<String> outputs() {
        return outputs;
    }
}
