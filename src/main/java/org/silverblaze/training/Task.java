package org.silverblaze.training;

import java.util.List;
import org.silverblaze.engine.Loss;

/** What a network is trained for; it decides the labels and the loss (PHYSICS.md section 5). */
public enum Task {
    /** Experiment A of arXiv:2103.14686: n and |phi|^2 of a configuration, mean squared error over both. */
    REGRESSION("regression", Loss.MEAN_SQUARED_ERROR, List.of("n", "phi2"));

    private final String id;
    private final Loss loss;
    private final List<String> outputs;

    Task(String id, Loss loss, List<String> outputs) {
        this.id = id;
        this.loss = loss;
        this.outputs = outputs;
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
