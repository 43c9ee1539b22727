package org.silverblaze.engine.reference;

import java.util.List;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.network.NetworkShapes.Layer;
import org.silverblaze.network.ParameterLayout;

/** An ensemble in float64, example after example on the calling thread. */
final class ReferenceNetwork implements CompiledNetwork {
    private final NetworkProblem problem;
    private final List<Layer> layers;
    private final ParameterLayout layout;
    private final int outputs;
    private final List<ReferenceModel> models;

    ReferenceNetwork(NetworkProblem problem) {
        this.problem = problem;
        this.layers = problem.shapes().layers();
        this.layout = problem.layout();
        this.outputs = layers.getLast().output().size();
        this.models = problem.optimizers().stream()
                .map(optimizer -> new ReferenceModel(optimizer, problem.map()))
                .toList();
    }

    @Override
    public NetworkProblem problem() {
        return problem;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public void setParameters(int model, double[] free) {
        models.get(model).setParameters(free);
    }

    @Override
    public double[] parameters(int model) {
        return models.get(model).parameters();
    }

    @Override
    public void setOptimizerState(int model, OptimizerState state) {
        models.get(model).setState(state);
    }

    @Override
    public OptimizerState optimizerState(int model) {
        return models.get(model).state();
    }

    @Override
    public double[] forward(int model, Examples examples, int[] selection) {
        problem.requireFits(examples);
        double[] result = new double[selection.length * outputs];
        for (int i = 0; i < selection.length; i++) {
            double[] out = activations(models.get(model), examples, selection[i])[layers.size()];
            System.arraycopy(out, 0, result, i * outputs, outputs);
        }
        return result;
    }

    @Override
    public double gradient(int model, Examples examples, int[] selection, double[] gradient) {
        Sums sums = mean(models.get(model), examples, selection);
        double[] free = models.get(model).freeGradient(sums.gradient);
        System.arraycopy(free, 0, gradient, 0, free.length);
        return sums.loss;
    }

    @Override
    public void trainStep(Examples examples, int[][] selections, double[] losses) {
        for (int m = 0; m < models.size(); m++) {
            if (selections[m] != null) {
                ReferenceModel model = models.get(m);
                Sums sums = mean(model, examples, selections[m]);
                model.update(model.freeGradient(sums.gradient));
                losses[m] = sums.loss;
            }
        }
    }

    @Override
    public double[] featureMap(int model, int layer, Examples examples, int example) {
        problem.requireFits(examples);
        return activations(models.get(model), examples, example)[layer + 1];
    }

    @Override
    public void close() {
        // Nothing outside the heap.
    }

    /** {@code [0]} is the input, {@code [i + 1]} the output of layer i. */
    private double[][] activations(ReferenceModel model, Examples examples, int example) {
        double[][] values = new double[layers.size() + 1][];
        int size = layers.getFirst().input().size();
        values[0] = new double[size];
        for (int i = 0; i < size; i++) {
            values[0][i] = examples.inputs()[example * size + i];
        }
        for (Layer layer : layers) {
            values[layer.index() + 1] = ReferenceLayers.forward(
                    layer, layout.block(layer.index()), model.rawParameters(), values[layer.index()]);
        }
        return values;
    }

    /** Mean loss and mean gradient in the raw parameters. */
    private Sums mean(ReferenceModel model, Examples examples, int[] selection) {
        problem.requireFits(examples);
        if (examples.outputs() != outputs) {
            throw new IllegalArgumentException(
                    "examples have " + examples.outputs() + " targets, the network " + outputs + " outputs");
        }
        if (selection.length < 1 || selection.length > problem.batch()) {
            throw new IllegalArgumentException(
                    "a batch of " + selection.length + " examples; 1 to " + problem.batch() + " are possible");
        }
        int blocks = Math.ceilDiv(selection.length, NetworkProblem.MICRO_BLOCK);
        Sums sums = tree(model, examples, selection, 0, blocks);
        double terms = (double) selection.length * outputs;
        sums.loss /= terms;
        for (int i = 0; i < sums.gradient.length; i++) {
            sums.gradient[i] /= terms;
        }
        return sums;
    }

    /** Sum over micro-blocks from .. to-1: the left half of every node is the largest power of two below its size. */
    private Sums tree(ReferenceModel model, Examples examples, int[] selection, int from, int to) {
        if (to - from == 1) {
            Sums leaf = new Sums(layout.count());
            int end = Math.min(to * NetworkProblem.MICRO_BLOCK, selection.length);
            for (int i = from * NetworkProblem.MICRO_BLOCK; i < end; i++) {
                add(model, examples, selection[i], leaf);
            }
            return leaf;
        }
        int middle = from + Integer.highestOneBit(to - from - 1);
        Sums left = tree(model, examples, selection, from, middle);
        Sums right = tree(model, examples, selection, middle, to);
        left.loss += right.loss;
        for (int i = 0; i < left.gradient.length; i++) {
            left.gradient[i] += right.gradient[i];
        }
        return left;
    }

    private void add(ReferenceModel model, Examples examples, int example, Sums sums) {
        double[][] values = activations(model, examples, example);
        double[] out = values[layers.size()];
        double[] gradient = new double[outputs];
        for (int k = 0; k < outputs; k++) {
            double target = examples.targets()[example * outputs + k];
            sums.loss += loss(problem.loss(), out[k], target);
            gradient[k] = lossSlope(problem.loss(), out[k], target);
        }
        for (Layer layer : layers.reversed()) {
            gradient = ReferenceLayers.backward(
                    layer,
                    layout.block(layer.index()),
                    model.rawParameters(),
                    values[layer.index()],
                    gradient,
                    sums.gradient);
        }
    }

    /** Binary cross-entropy of a logit z: -y ln s(z) - (1-y) ln(1-s(z)) = max(z, 0) - z y + ln(1 + e^-|z|), never overflowing. */
    private static double loss(Loss loss, double out, double target) {
        return switch (loss) {
            case MEAN_SQUARED_ERROR -> (out - target) * (out - target);
            case BINARY_CROSS_ENTROPY ->
                Math.max(out, 0) - out * target + StrictMath.log1p(StrictMath.exp(-Math.abs(out)));
        };
    }

    private static double lossSlope(Loss loss, double out, double target) {
        return switch (loss) {
            case MEAN_SQUARED_ERROR -> 2 * (out - target);
            case BINARY_CROSS_ENTROPY -> logistic(out) - target;
        };
    }

    private static double logistic(double z) {
        double small = StrictMath.exp(-Math.abs(z));
        return z >= 0 ? 1 / (1 + small) : small / (1 + small);
    }

    /** Sum of losses and of raw gradients over some examples. */
    private static final class Sums {
        private double loss;
        private final double[] gradient;

        private Sums(int parameters) {
            gradient = new double[parameters];
        }
    }
}
