package org.silverblaze.peers.torch;

import org.silverblaze.bench.NetworkLoad;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.ParameterLayout;

/**
 * How far the peer and we are apart on the same weights and inputs.
 *
 * @param outputs largest difference of an output, over the largest output
 * @param loss relative difference of the loss
 * @param gradients norm of the difference of the gradients of a layer's weights or biases over their norm; the worst of them
 * @param trained relative difference of the loss after {@link #STEPS} steps of the optimizer
 */
record Agreement(double outputs, double loss, double gradients, double trained) {
    static final int STEPS = 5;

    /** float32 sums of some hundred thousand terms in different orders agree to about 1e-5. */
    private static final double FORWARD = 1e-4;

    /**
     * The terms of a weight's gradient cancel over batch and lattice, so that orders of summation show. Ours stay much nearer to
     * float64 than this (tests); it is the peer that comes near it on large lattices.
     */
    private static final double BACKWARD = 1e-3;

    boolean holds() {
        return outputs <= FORWARD && loss <= FORWARD && gradients <= BACKWARD && trained <= BACKWARD;
    }

    /** Both have just been made: their parameters are the ones that training starts from. */
    static Agreement of(NetworkShapes shapes, NetworkLoad ours, TorchTraining theirs) {
        double[] mine = ours.forward();
        float[] other = theirs.outputs();
        double largest = 0;
        double apart = 0;
        for (int i = 0; i < mine.length; i++) {
            largest = Math.max(largest, Math.abs(mine[i]));
            apart = Math.max(apart, Math.abs(mine[i] - other[i]));
        }
        double[] gradient = new double[ours.startParameters().length];
        double loss = relative(ours.gradient(gradient), theirs.gradient());
        double gradients = gradients(shapes, gradient, theirs.gradients());
        for (int i = 0; i < STEPS; i++) {
            ours.step();
            theirs.step();
        }
        double trained = relative(ours.gradient(gradient), theirs.gradient());
        return new Agreement(apart / largest, loss, gradients, trained);
    }

    private static double gradients(NetworkShapes shapes, double[] mine, double[] other) {
        double worst = 0;
        for (ParameterLayout.Block block : ParameterLayout.of(shapes).blocks()) {
            worst = Math.max(worst, distance(mine, other, block.weightOffset(), block.biasOffset()));
            worst = Math.max(worst, distance(mine, other, block.biasOffset(), block.biasOffset() + block.biases()));
        }
        return worst;
    }

    private static double distance(double[] mine, double[] other, int from, int to) {
        double norm = 0;
        double apart = 0;
        for (int i = from; i < to; i++) {
            norm += mine[i] * mine[i];
            apart += (mine[i] - other[i]) * (mine[i] - other[i]);
        }
        return apart == 0 ? 0 : Math.sqrt(apart / norm);
    }

    private static double relative(double a, double b) {
        return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
    }
}
