package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import org.silverblaze.engine.LayerTimes;
import org.silverblaze.network.ParameterLayout;

/**
 * A convolution or, as a convolution of one site by one site, a dense layer: the three correlations of one layer and
 * where its parameters stand.
 */
final class LinearStage implements Stage {
    private final int index;
    private final ParameterLayout.Block block;
    private final Correlation forward;
    private final Correlation backward;
    /** Strips of the output. */
    private final Strips out;

    private final WeightGradient convolutionGradient;
    private final DenseWeightGradient denseGradient;
    /** The backward correlation has no bias. */
    private final float[] noBias;

    private LinearStage(
            int index,
            ParameterLayout.Block block,
            Correlation forward,
            Correlation backward,
            Strips out,
            boolean dense) {
        this.index = index;
        this.block = block;
        this.forward = forward;
        this.backward = backward;
        this.out = out;
        this.convolutionGradient = dense ? null : new WeightGradient(forward);
        this.denseGradient = dense ? new DenseWeightGradient(forward.inChannels, forward.outChannels) : null;
        this.noBias = new float[backward.outChannels];
    }

    static LinearStage convolution(
            int index,
            ParameterLayout.Block block,
            int inChannels,
            int outChannels,
            int kernelT,
            int kernelX,
            int strideT,
            int strideX,
            Strips in,
            Strips out) {
        return new LinearStage(
                index,
                block,
                Correlation.forward(inChannels, outChannels, kernelT, kernelX, strideT, strideX, in, out),
                Correlation.backward(inChannels, outChannels, kernelT, kernelX, strideT, strideX, in, out),
                out,
                false);
    }

    static LinearStage dense(int index, ParameterLayout.Block block, int inputs, int outputs) {
        return new LinearStage(
                index,
                block,
                Correlation.forward(inputs, outputs, 1, 1, 1, 1, 1, 1),
                Correlation.backward(inputs, outputs, 1, 1, 1, 1, 1, 1),
                Strips.whole(1, 1),
                true);
    }

    /** Whether {@link #pack} has something to do. */
    boolean needsPacking(ModelWeights weights, boolean training) {
        return !weights.forwardPacked[index] || training && !weights.backwardPacked[index];
    }

    /** Packs this layer's weights; the backward form only where {@code training}. */
    void pack(ModelWeights weights, boolean training) {
        if (weights.forward[index] == null) {
            weights.forward[index] = new float[forward.packedSize()];
        }
        forward.pack(weights.raw, block.weightOffset(), weights.forward[index], 0);
        weights.forwardPacked[index] = true;
        if (training) {
            if (weights.backward[index] == null) {
                weights.backward[index] = new float[backward.packedSize()];
            }
            backward.packTransposed(weights.raw, block.weightOffset(), weights.backward[index]);
            weights.backwardPacked[index] = true;
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
        workspace.input[index] = in;
        float[] padded = forward.fillHalo(in, workspace.padded[index]);
        forward.run(padded, weights.forward[index], 0, weights.raw, block.biasOffset(), workspace.output[index]);
        return workspace.output[index];
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
        backward.run(padded, weights.backward[index], 0, noBias, 0, spare);
        return spare;
    }
}
