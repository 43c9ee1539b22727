package org.silverblaze.evaluation;

import java.util.List;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.PoolingKind;
import org.silverblaze.training.Task;

/**
 * The exact network of detection or counting, from ordinary layers (PHYSICS.md section 5): divergence, |.|, max or sum. Every sum is one of
 * small integers, exact in float32.
 *
 * <ol>
 *   <li>convolution 3x3 and ReLU: max(d_x, 0) and max(-d_x, 0) with d_x = sum_nu (k_{x,nu} - k_{x-nu,nu})
 *   <li>convolution 1x1: |d_x|
 *   <li>detection: the maximum over the sites, and the logit 40 max|d| - 20, whose logistic function is within 1e-8 of 0 or 1;
 *       counting: the sum over the sites, and half of it
 * </ol>
 *
 * @param network the layers; one output, any lattice size
 * @param parameters its raw parameters, float32 values
 */
record ViolationOracle(NetworkSpec network, double[] parameters) {
    private static final int FLUX_CHANNELS = 4;
    private static final int KERNEL = 3;
    private static final int TAPS = KERNEL * KERNEL;
    private static final int CENTRE = TAPS / 2;
    private static final double STEEPNESS = 40;

    static ViolationOracle of(Task task) {
        boolean detects = task == Task.DETECTION;
        NetworkSpec network = new NetworkSpec(
                FLUX_CHANNELS,
                List.<LayerSpec>of(
                        new Convolution(2, KERNEL, KERNEL, 1, 1),
                        new Activation(ActivationKind.RELU),
                        new Convolution(1, 1, 1, 1, 1),
                        new GlobalPooling(detects ? PoolingKind.MAX : PoolingKind.SUM),
                        new Dense(1)));
        int first = 2 * FLUX_CHANNELS * TAPS + 2;
        double[] p = new double[first + 3 + 2];
        for (int sign = 0; sign < 2; sign++) {
            for (int axis = 0; axis < 2; axis++) {
                int weight = (sign * FLUX_CHANNELS + axis) * TAPS + CENTRE;
                double value = sign == 0 ? 1 : -1;
                p[weight] = value;
                p[weight - (axis == 0 ? KERNEL : 1)] = -value;
            }
        }
        p[first] = 1;
        p[first + 1] = 1;
        p[first + 3] = detects ? STEEPNESS : 0.5;
        p[first + 4] = detects ? -STEEPNESS / 2 : 0;
        return new ViolationOracle(network, p);
    }
}
