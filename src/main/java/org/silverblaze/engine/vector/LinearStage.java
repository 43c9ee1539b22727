package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import org.silverblaze.engine.LayerTimes;
import org.silverblaze.engine.Precision;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.ParameterLayout;

/**
 * A convolution or, as a convolution of one site by one site, a dense layer: the three correlations of one layer and
 * where its parameters stand.
 */
final class LinearStage implements Stage {
    private static final int NOBODY = -1;

    private final int index;
    /** Where the model's packed weights for the two correlations stand. */
    private final int forwardSlot;

    private final int slot;

    private final ParameterLayout.Block block;
    private final Correlation forward;
    private final Correlation backward;
    /** These two with fewer multiplications; null where they are computed directly. */
    private final Winograd fastForward;

    private final Winograd fastBackward;
    /** Strips of the output. */
    private final Strips out;

    private final WeightGradient convolutionGradient;
    private final DenseWeightGradient denseGradient;
    /** The activation before, whose derivative the gradient of the input is multiplied by, and the one after; null where there is none. */
    private final ActivationKind before;

    private final ActivationKind after;
    /** The backward correlation has no bias. */
    private final float[] noBias;

    /** The stage whose padded input receives the output, or NOBODY; whether this one's input comes so, and its output's gradient. */
    private int next = NOBODY;

    private boolean inputAtHome;
    private boolean gradientAtHome;
    /** Of the output, and of the gradients of the output and of the input. */
    private MapLayout outputLayout;

    private MapLayout gradientLayout;
    private MapLayout inputGradientLayout;

    private LinearStage(
            int index,
            int forwardSlot,
            int slot,
            ParameterLayout.Block block,
            Correlation forward,
            Correlation backward,
            Winograd fastForward,
            Winograd fastBackward,
            Strips out,
            ActivationKind before,
            ActivationKind after,
            boolean dense) {
        this.index = index;
        this.forwardSlot = forwardSlot;
        this.slot = slot;
        this.before = before;
        this.after = after;
        this.block = block;
        this.forward = forward;
        this.backward = backward;
        this.fastForward = fastForward;
        this.fastBackward = fastBackward;
        this.out = out;
        this.convolutionGradient = dense ? null : new WeightGradient(forward);
        this.denseGradient =
                dense ? new DenseWeightGradient(forward.inChannels, forward.outChannels, block.weightOffset()) : null;
        this.noBias = new float[backward.outChannels];
        this.outputLayout = forward.flatOutput;
        this.gradientLayout = backward.flatInput;
        this.inputGradientLayout = backward.flatOutput;
    }

    /**
     * Makes the output stand in the padded input of the convolution that is to follow at once, and the gradient that it gives back in
     * the padded one of this stage's own backward correlation, as far as that is possible.
     */
    void link(LinearStage follower) {
        if (fastForward != null
                || fastBackward != null
                || follower.fastForward != null
                || follower.fastBackward != null) {
            return;
        }
        if (follower.forward.homes != null) {
            next = follower.index;
            outputLayout = follower.forward.homes;
            follower.inputAtHome = true;
        }
        follower.inputGradientLayout = receiveGradient();
    }

    /** Makes the gradient of the output stand in the padded input of the backward correlation, if that is possible: in this layout. */
    MapLayout receiveGradient() {
        if (fastForward == null && fastBackward == null && backward.homes != null) {
            gradientAtHome = true;
            gradientLayout = backward.homes;
        }
        return gradientLayout;
    }

    /** Makes the network's input, where this stage is the first, stand in the padded input: in this layout; null where that is not possible. */
    MapLayout receiveInput() {
        if (fastForward != null || fastBackward != null || forward.homes == null) {
            return null;
        }
        inputAtHome = true;
        return forward.homes;
    }

    /** Where the output stands. */
    MapLayout outputLayout() {
        return outputLayout;
    }

    /**
     * @param before activation of the stage before, where its derivative at its output is to be applied here; else null
     * @param after activation of the stage after, where it is to be applied here; else null
     */
    static LinearStage convolution(
            int index,
            int forwardSlot,
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
            ActivationKind after,
            Precision precision) {
        Correlation forward = Correlation.forward(inChannels, outChannels, kernelT, kernelX, strideT, strideX, in, out);
        Correlation backward =
                Correlation.backward(inChannels, outChannels, kernelT, kernelX, strideT, strideX, in, out);
        boolean fast = precision == Precision.FAST && strideT == 1 && strideX == 1;
        return new LinearStage(
                index,
                forwardSlot,
                slot,
                block,
                forward,
                backward,
                fast ? Winograd.of(forward, out) : null,
                fast ? Winograd.of(backward, in) : null,
                out,
                before,
                after,
                false);
    }

    static LinearStage dense(int index, ParameterLayout.Block block, int inputs, int outputs) {
        return new LinearStage(
                index,
                index,
                index,
                block,
                Correlation.forward(inputs, outputs, 1, 1, 1, 1, 1, 1),
                Correlation.backward(inputs, outputs, 1, 1, 1, 1, 1, 1),
                null,
                null,
                Strips.whole(1, 1),
                null,
                null,
                true);
    }

    /** Whether {@link #pack} has something to do. */
    boolean needsPacking(ModelWeights weights, boolean training) {
        return !weights.forwardPacked[forwardSlot] || training && !weights.backwardPacked[slot];
    }

    /** Packs this layer's weights; the backward form only where {@code training}. */
    void pack(ModelWeights weights, boolean training) {
        if (weights.forward[forwardSlot] == null) {
            weights.forward[forwardSlot] =
                    new float[fastForward == null ? forward.packedSize() : fastForward.packedSize()];
        }
        if (fastForward == null) {
            forward.pack(weights.raw, block.weightOffset(), weights.forward[forwardSlot], 0);
        } else {
            fastForward.pack(weights.raw, block.weightOffset(), weights.forward[forwardSlot]);
        }
        weights.forwardPacked[forwardSlot] = true;
        if (training) {
            if (weights.backward[slot] == null) {
                weights.backward[slot] =
                        new float[fastBackward == null ? backward.packedSize() : fastBackward.packedSize()];
            }
            if (fastBackward == null) {
                backward.packTransposed(weights.raw, block.weightOffset(), weights.backward[slot]);
            } else {
                fastBackward.packTransposed(weights.raw, block.weightOffset(), weights.backward[slot]);
            }
            weights.backwardPacked[slot] = true;
        }
    }

    @Override
    public void prepare(Workspace workspace) {
        if (next == NOBODY) {
            workspace.output[index] = new float[Math.multiplyExact(forward.outSites, forward.outChannels * BLOCK)];
        }
        if (gradientAtHome) {
            workspace.needGradient(backward.paddedSize());
        }
        workspace.padded[index] = new float[forward.paddedSize()];
        workspace.needScratch(backward.paddedSize());
        if (denseGradient != null) {
            workspace.needScratch(denseGradient.transposedSize());
            workspace.needScratch2(denseGradient.productSize());
        } else {
            workspace.needScratch(convolutionGradient.sumsSize());
            workspace.needScratch2(convolutionGradient.copySize());
        }
        if (fastForward != null) {
            workspace.needScratch2(fastForward.scratchSize());
        }
        if (fastBackward != null) {
            workspace.needScratch2(fastBackward.scratchSize());
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
        float[] padded = workspace.padded[index];
        if (inputAtHome) {
            forward.fillRim(padded);
        } else {
            padded = forward.fillHalo(in, padded);
        }
        float[] out = next == NOBODY ? workspace.output[index] : workspace.padded[next];
        float[] packed = weights.forward[forwardSlot];
        if (fastForward == null) {
            forward.run(padded, packed, 0, weights.raw, block.biasOffset(), out, outputLayout, activation, null, null);
        } else {
            fastForward.run(padded, packed, weights.raw, block.biasOffset(), out, activation, null, workspace.scratch2);
        }
        return out;
    }

    @Override
    public float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted) {
        if (denseGradient != null) {
            denseGradient.run(workspace.input[index], gradient, workspace.scratch, workspace.scratch2, raw);
        } else {
            out.fillBeyond(gradient, gradientLayout, forward.outChannels, 0f);
            float[] padded = forward.direct ? workspace.input[index] : workspace.padded[index];
            convolutionGradient.run(
                    padded, gradient, gradientLayout, workspace.scratch, workspace.scratch2, raw, block.weightOffset());
        }
        workspace.lap(index, LayerTimes.Phase.WEIGHT_GRADIENT);
        if (!wanted) {
            return gradient;
        }
        float[] padded = gradient;
        if (gradientAtHome) {
            backward.fillRim(padded);
        } else {
            padded = backward.fillHalo(gradient, workspace.scratch);
        }
        float[] value = before == null ? null : workspace.output[index - 1];
        float[] packed = weights.backward[slot];
        if (fastBackward == null) {
            MapLayout valueLayout = inputAtHome ? forward.homes : backward.flatOutput;
            backward.run(padded, packed, 0, noBias, 0, spare, inputGradientLayout, before, value, valueLayout);
        } else {
            fastBackward.run(padded, packed, noBias, 0, spare, before, value, workspace.scratch2);
        }
        return spare;
    }
}
