package org.silverblaze.training;

import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;

/** Losses of given outputs, in float64, by example. */
public final class Losses {
    private Losses() {}

    /**
     * Mean loss over examples and outputs.
     *
     * @param outputs {@code double[selection.length * K]} as {@code CompiledNetwork.forward} gives them
     * @param selection example numbers
     */
    public static double mean(Loss loss, double[] outputs, Examples examples, int[] selection) {
        int width = examples.outputs();
        double sum = 0;
        for (int i = 0; i < selection.length; i++) {
            for (int k = 0; k < width; k++) {
                sum += one(loss, outputs[i * width + k], examples.targets()[selection[i] * width + k]);
            }
        }
        return sum / ((double) selection.length * width);
    }

    /** Mean loss of given outputs and targets. */
    public static double mean(Loss loss, double[] outputs, double[] targets) {
        double sum = 0;
        for (int i = 0; i < outputs.length; i++) {
            sum += one(loss, outputs[i], targets[i]);
        }
        return sum / outputs.length;
    }

    /** Loss of one output. */
    public static double one(Loss loss, double output, double target) {
        return switch (loss) {
            case MEAN_SQUARED_ERROR -> (output - target) * (output - target);
            // log(1 + e^z) - z y, written so that nothing overflows.
            case BINARY_CROSS_ENTROPY ->
                Math.max(output, 0) - output * target + StrictMath.log1p(StrictMath.exp(-Math.abs(output)));
        };
    }
}
