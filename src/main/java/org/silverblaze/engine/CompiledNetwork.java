package org.silverblaze.engine;

/**
 * A compiled ensemble. Parameters and optimizer state live on the engine; the host sees snapshots. Parameters start at
 * zero: set them before use. Used by one thread at a time; it uses {@code problem.threads()} itself.
 */
public interface CompiledNetwork extends AutoCloseable {
    NetworkProblem problem();

    /** Number of outputs K of the network. */
    int outputs();

    /** Free parameters of a model, {@code double[F]}; an engine of float32 rounds them. Resets no optimizer state. */
    void setParameters(int model, double[] free);

    double[] parameters(int model);

    void setOptimizerState(int model, OptimizerState state);

    OptimizerState optimizerState(int model);

    /**
     * Outputs of the selected examples, any number of them, {@code double[selection.length * K]} row-major.
     *
     * @param selection example numbers
     */
    double[] forward(int model, Examples examples, int[] selection);

    /**
     * Mean loss of a batch and its gradient in the free parameters, without an update.
     *
     * @param gradient receives the gradient, {@code double[F]}
     * @return the mean loss
     */
    double gradient(int model, Examples examples, int[] selection, double[] gradient);

    /**
     * One step of the optimizer for every model with a selection.
     *
     * @param selections per model the example numbers of its batch, at most {@code problem.batch()}; null: the model is
     *     frozen and nothing of it is touched
     * @param losses receives the mean loss of each batch before the step; frozen models keep their entry
     */
    void trainStep(Examples examples, int[][] selections, double[] losses);

    /** Steps that are worth giving to {@link #trainSteps} at once: more than one where the host need not wait in between. */
    default int stepsAtOnce() {
        return 1;
    }

    /**
     * Several steps one after the other, the same bits as so many calls of {@link #trainStep}.
     *
     * @param selections of each step
     * @param losses of each step
     */
    default void trainSteps(Examples examples, int[][][] selections, double[][] losses) {
        for (int step = 0; step < selections.length; step++) {
            trainStep(examples, selections[step], losses[step]);
        }
    }

    /**
     * Output of layer {@code layer} for one example, row-major {@code [channel][t][x]}, or the vector where the layer gives
     * one.
     */
    double[] featureMap(int model, int layer, Examples examples, int example);

    /**
     * From now on adds the time of every layer to {@code times}; null ends that. Bits stay the same. A layer that is computed
     * together with another takes no time of its own.
     *
     * @return false where this engine does not measure its layers
     */
    default boolean measureLayers(LayerTimes times) {
        return false;
    }

    @Override
    void close();
}
