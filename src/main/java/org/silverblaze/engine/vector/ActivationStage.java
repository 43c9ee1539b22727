package org.silverblaze.engine.vector;

import org.silverblaze.network.ActivationKind;

/**
 * An activation. Where the layer before does not need its own output any more, it works in place.
 *
 * @param index number of the stage
 * @param kind the function
 * @param size floats of a micro-block
 * @param inPlace true where the input may be overwritten
 */
record ActivationStage(int index, ActivationKind kind, int size, boolean inPlace) implements Stage {
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
        ActivationKernels.forward(kind, in, workspace.output[index], size);
        return workspace.output[index];
    }

    @Override
    public float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted) {
        float[] value = ActivationKernels.derivativeFromOutput(kind) ? workspace.output[index] : workspace.input[index];
        ActivationKernels.backward(kind, value, gradient, size);
        return gradient;
    }
}
