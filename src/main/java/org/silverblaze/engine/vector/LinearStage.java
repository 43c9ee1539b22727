package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import org.silverblaze.engine.LayerTimes;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.ParameterLayout;

/**
 * A convolution or, as a convolution of one site by one site, a dense layer: the three correlations of one layer and
 * where its parameters stand.
 */
final class LinearStage implements Stage {
    private final int index;
    /** Where the model's packed weights for the backward correlation stand. */
    private final int slot;

    private final ParameterLayout.Block block;
    private final Correlation forward;
    private final Correlation backward;
    /** Strips of the output. */
    private final Strips out;

    private final WeightGradient convolutionGradient;
    private final DenseWeightGradient denseGradient;
    /** The activation before, whose derivative the gradient of the input is multiplied by, and the one after; null where there is none. */
    private final ActivationKind before;

    private final ActivationKind after;
    /** The backward correlation has no bias. */
    private final float[] noBias;

    private LinearStage(
            int index,
            int slot,
            ParameterLayout.Block block,
            Correlation forward,
            Correlation backward,
            Strips out,
            ActivationKind before,
            ActivationKind after,
            boolean dense) {
        this.index = index;
        this.slot = slot;
        this.before = before;
        this.after = after;
        this.block = block;
        this.forward = forward;
        this.backward = backward;
        this.out = out;
        this.convolutionGradient = dense ? null : new WeightGradient(forward);
        this.denseGradient = dense ? new DenseWeightGradient(forward.inChannels, forward.outChannels) : null;
        this.noBias = new float[backward.outChannels];
    }

    /**
     * @param before activation of the stage before, where its derivative at its output is to be applied here; else null
     * @param after activation of the stage after, where it is to be applied here; else null
     */
    static LinearStage convolution(
            int index,
            int slot,
            ParameterLayout.Block block,
            int inChannels,
            int outChannels,
            int kernelT,
            int kernelX,
            int strideT,
            int strideX,
            Strips in,
            Strips out,
            ActivationKind before,
            ActivationKind after) {
        return new LinearStage(
                index,
                slot,
                block,
                Correlation.forward(inChannels, outChannels, kernelT, kernelX, strideT, strideX, in, out),
                Correlation.backward(inChannels, outChannels, kernelT, kernelX, strideT, strideX, in, out),
                out,
                before,
                after,
                false);
    }

    static LinearStage dense(int index, ParameterLayout.Block block, int inputs, int outputs) {
        return new LinearStage(
                index,
                index,
                block,
                Correlation.forward(inputs, outputs, 1, 1, 1, 1, 1, 1),
                Correlation.backward(inputs, outputs, 1, 1, 1, 1, 1, 1),
                Strips.whole(1, 1),
                null,
                null,
                true);
    }

    /** Whether {@link #pack} has something to do. */
    boolean needsPacking(ModelWeights weights, boolean training) {
        return !weights.forwardPacked[index] || training && !weights.backwardPacked[slot];
    }

    /** Packs this layer's weights; the backward form only where {@code training}. */
    void pack(ModelWeights weights, boolean training) {
        if (weights.forward[index] == null) {
            weights.forward[index] = new float[forward.packedSize()];
        }
        forward.pack(weights.raw, block.weightOffset(), weights.forward[index], 0);
        weights.forwardPacked[index] = true;
        if (training) {
            if (weights.backward[slot] == null) {
                weights.backward[slot] = new float[backward.packedSize()];
            }
            backward.packTransposed(weights.raw, block.weightOffset(), weights.backward[slot]);
            weights.backwardPacked[slot] = true;
        }
    }

    @Override
    public void prepare(Workspace workspace) {
        workspace.output[index] = new float[Math.multiplyExact(forward.outSites, forward.outChannels * BLOCK)];
        workspace.padded[index] = new float[forward.paddedSize()];
        workspace.needScratch(backward.paddedSize());
        if (denseGradient != null) {
            workspace.needScratch(denseGradient.transposedSize());
            workspace.needScratch2(denseGradient.productSize());
        } else {
            workspace.needScratch(convolutionGradient.sumsSize());
            workspace.needScratch2(convolutionGradient.copySize());
        }
    }

    @Override
    public float[] forward(Workspace workspace, ModelWeights weights, float[] in) {
        return forward(workspace, weights, in, after);
    }

    /** The output without the activation that follows. */
    float[] forwardAlone(Workspace workspace, ModelWeights weights, float[] in) {
        return forward(workspace, weights, in, null);
    }

    private float[] forward(Workspace workspace, ModelWeights weights, float[] in, ActivationKind activation) {
        workspace.input[index] = in;
        float[] padded = forward.fillHalo(in, workspace.padded[index]);
        float[] out = workspace.output[index];
        forward.run(padded, weights.forward[index], 0, weights.raw, block.biasOffset(), out, activation, null);
        return out;
    }

    @Override
    public float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted) {
        if (denseGradient != null) {
            denseGradient.run(
                    workspace.input[index], gradient, workspace.scratch, workspace.scratch2, raw, block.weightOffset());
        } else {
            out.fillBeyond(gradient, forward.outChannels, 0f);
            float[] padded = forward.direct ? workspace.input[index] : workspace.padded[index];
            convolutionGradient.run(padded, gradient, workspace.scratch, workspace.scratch2, raw, block.weightOffset());
        }
        workspace.lap(index, LayerTimes.Phase.WEIGHT_GRADIENT);
        if (!wanted) {
            return gradient;
        }
        float[] padded = backward.fillHalo(gradient, workspace.scratch);
        float[] value = before == null ? null : workspace.output[index - 1];
        backward.run(padded, weights.backward[slot], 0, noBias, 0, spare, before, value);
        return spare;
    }
}
