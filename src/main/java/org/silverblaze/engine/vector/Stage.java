package org.silverblaze.engine.vector;

/**
 * One compiled layer: an immutable plan. What it computes on stands in the {@link Workspace} of the calling thread, one
 * micro-block at a time, {@code [site][channel][16]} or, where a convolution reads it next, as {@link LinearStage#link} and {@link
 * PooledGradient} say.
 */
sealed interface Stage
        permits LinearStage, FewDenseStage, ActivationStage, PoolingStage, GlobalPoolingStage, FlattenStage {
    /** Allocates what this stage keeps from the forward to the backward pass. */
    void prepare(Workspace workspace);

    /** Gives the array that holds the output; it may be {@code in}. */
    float[] forward(Workspace workspace, ModelWeights weights, float[] in);

    /**
     * Gradient of the input from the gradient of the output; adds nothing: parameters' gradients are written to {@code
     * raw}.
     *
     * @param gradient of the output; may be overwritten
     * @param spare may receive the gradient of the input
     * @param raw receives the gradient of this stage's raw parameters at their places
     * @param wanted false where nobody needs the gradient of the input
     * @return the array that holds the gradient of the input: gradient or spare
     */
    float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted);
}
