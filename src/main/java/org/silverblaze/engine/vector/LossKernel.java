package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import org.silverblaze.engine.Loss;

/** Losses of a micro-block in float64, example by example, and their gradient in the outputs. */
final class LossKernel {
    private LossKernel() {}

    /**
     * Sum of the losses of the first {@code used} lanes, example by example, output by output.
     *
     * @param output {@code [K][16]}
     * @param targets {@code [N][K]}
     * @param selection example numbers; this block's stand at {@code first .. first+used-1}
     * @param weight 1 / (batch * K): what the sum has to be multiplied with to be the mean
     * @param gradient receives the gradient of the mean, {@code [K][16]}; zero in unused lanes
     */
    static double sum(
            Loss loss,
            float[] output,
            int outputs,
            float[] targets,
            int[] selection,
            int first,
            int used,
            double weight,
            float[] gradient) {
        double sum = 0;
        for (int lane = 0; lane < BLOCK; lane++) {
            for (int k = 0; k < outputs; k++) {
                int at = k * BLOCK + lane;
                if (lane >= used) {
                    gradient[at] = 0f;
                    continue;
                }
                double z = output[at];
                double y = targets[selection[first + lane] * outputs + k];
                switch (loss) {
                    case MEAN_SQUARED_ERROR -> {
                        sum += (z - y) * (z - y);
                        gradient[at] = (float) (2 * (z - y) * weight);
                    }
                    case BINARY_CROSS_ENTROPY -> {
                        double e = StrictMath.exp(-Math.abs(z));
                        sum += Math.max(z, 0) - z * y + StrictMath.log1p(e);
                        double sigmoid = z >= 0 ? 1 / (1 + e) : e / (1 + e);
                        gradient[at] = (float) ((sigmoid - y) * weight);
                    }
                }
            }
        }
        return sum;
    }
}
