package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import org.silverblaze.network.ActivationKind;

/**
 * The way back through an average or a sum where every site stands in one window alone: each site takes its window's share, times the
 * derivative of the activation before, in one pass to where the layer before that wants it.
 */
final class PooledGradient {
    private final int channels;
    /** {@code int[sites of the input]}: where the share of a site's window begins. */
    private final int[] shares;
    /** Where the result stands. */
    private MapLayout layout;
    /** The activation before, and the number of its stage; null where there is none, or its derivative is not applied here. */
    private ActivationKind before;

    private int activation;

    /** @param shares for each site of the input, where its window's share begins, {@code [channel][16]} */
    PooledGradient(int channels, int[] shares) {
        this.channels = channels;
        this.shares = shares;
        this.layout = MapLayout.flat(shares.length, channels);
    }

    /** Takes the derivative over from the activation before the pooling; gives what is left of that. */
    ActivationStage takeDerivative(ActivationStage stage) {
        before = stage.kind();
        activation = stage.index();
        return stage.leaveDerivative();
    }

    /** Makes the result stand where the convolution before the pooling, or before its activation, wants it. */
    void link(LinearStage convolution) {
        layout = convolution.receiveGradient();
    }

    /** @param to receives the gradient of the input or, where there is an activation, of that one's input */
    void run(Workspace workspace, float[] share, float[] to) {
        float[] value = null;
        if (before != null) {
            value = ActivationKernels.derivativeFromOutput(before)
                    ? workspace.output[activation]
                    : workspace.input[activation];
        }
        int[] places = layout.sites();
        int step = layout.channel();
        int n = channels * BLOCK;
        for (int lane = 0; lane < BLOCK; lane += WIDTH) {
            int vector = layout.offset(0, lane);
            for (int site = 0; site < places.length; site++) {
                int from = shares[site] + lane;
                int at = places[site] + vector;
                ActivationKernels.backward(before, value, site * n + lane, share, from, to, at, step, channels);
            }
        }
    }
}
