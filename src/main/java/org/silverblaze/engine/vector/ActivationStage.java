package org.silverblaze.engine.vector;

import org.silverblaze.network.ActivationKind;

/**
 * An activation. Where the layer before does not need its own output any more, it works in place.
 *
 * @param index number of the stage
 * @param kind the function
 * @param size floats of a micro-block
 * @param inPlace true where the input may be overwritten
 * @param before true where the convolution before applies the function to its own output, see {@link LinearStage}
 * @param after true where the layer after multiplies the gradient by the derivative: a convolution, or a pooling as {@link
 *     PooledGradient} says
 */
record ActivationStage(int index, ActivationKind kind, int size, boolean inPlace, boolean before, boolean after)
        implements Stage {
    /** The same, where the layer after multiplies the gradient by the derivative. */
    ActivationStage leaveDerivative() {
        return new ActivationStage(index, kind, size, inPlace, before, true);
    }

    @Override
    public void prepare(Workspace workspace) {
        if (!inPlace) {
            workspace.output[index] = new float[size];
        }
    }

    @Override
    public float[] forward(Workspace workspace, ModelWeights weights, float[] in) {
        if (inPlace) {
            workspace.output[index] = in;
        }
        workspace.input[index] = in;
        if (!before) {
            ActivationKernels.forward(kind, in, workspace.output[index], 0, size);
        }
        return workspace.output[index];
    }

    @Override
    public float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted) {
        if (after) {
            return gradient;
        }
        float[] value = ActivationKernels.derivativeFromOutput(kind) ? workspace.output[index] : workspace.input[index];
        ActivationKernels.backward(kind, value, gradient, 0, size);
        return gradient;
    }
}
