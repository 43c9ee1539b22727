package org.silverblaze.evaluation;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.PoolingKind;

/**
 * The exact network of n and |phi|^2, from ordinary layers, with outputs in this order (PHYSICS.md section 5). Every sum
 * before the last convolution is one of small integers, exact in float32.
 *
 * <ol>
 *   <li>convolution 3x3 and ReLU: the legs J_{x,+nu} = k_{x,nu}, J_{x,-nu} = -k_{x-nu,nu} as max(J, 0) and max(-J, 0), and
 *       the sum over the four legs of L
 *   <li>convolution 1x1 and ReLU: max(k_t, 0), max(-k_t, 0), and the hinges max(f_x - 2j, 0) with f_x = sum_d (|J| + 2L)
 *   <li>convolution 1x1: k_t, and g(f_x) = g(0) + sum_j c_j max(f_x - 2j, 0), exact at even f up to {@code largestF}
 *   <li>average over the sites
 * </ol>
 *
 * @param network the layers; two outputs, any lattice size
 * @param parameters its raw parameters, float32 values
 * @param largestF largest f at which it is exact
 */
public record OracleNetwork(NetworkSpec network, double[] parameters, int largestF) {
    private static final int LEGS = 4;
    private static final int FLUX_CHANNELS = 4;
    private static final int KERNEL = 3;
    private static final int TAPS = KERNEL * KERNEL;
    /** max(J, 0) and max(-J, 0) of each leg, in the order +t, +x, -t, -x, then sum L. */
    private static final int LEG_CHANNELS = 2 * LEGS + 1;

    /**
     * @param g g(f) = W(f+2)/W(f) at the couplings of the test set
     * @param largestF largest f of the data; even, since flux is conserved
     */
    public static OracleNetwork of(IntToDoubleFunction g, int largestF) {
        int hinges = Math.max(1, Math.ceilDiv(largestF, 2));
        NetworkSpec network = new NetworkSpec(
                FLUX_CHANNELS,
                List.<LayerSpec>of(
                        new Convolution(LEG_CHANNELS, KERNEL, KERNEL, 1, 1),
                        new Activation(ActivationKind.RELU),
                        new Convolution(2 + hinges, 1, 1, 1, 1),
                        new Activation(ActivationKind.RELU),
                        new Convolution(2, 1, 1, 1, 1),
                        new GlobalPooling(PoolingKind.AVERAGE)));
        int first = LEG_CHANNELS * FLUX_CHANNELS * TAPS + LEG_CHANNELS;
        int second = (2 + hinges) * LEG_CHANNELS + 2 + hinges;
        int third = 2 * (2 + hinges) + 2;
        double[] parameters = new double[first + second + third];
        legs(parameters);
        hinges(parameters, first, hinges);
        outputs(parameters, first + second, hinges, g);
        return new OracleNetwork(network, parameters, 2 * hinges);
    }

    /** Weights [channel][flux channel][kernel_t][kernel_x]; the window reaches one site back, where the legs -nu live. */
    private static void legs(double[] p) {
        for (int axis = 0; axis < 2; axis++) {
            int here = tap(0, 0);
            int back = axis == 0 ? tap(-1, 0) : tap(0, -1);
            for (int sign = 0; sign < 2; sign++) {
                double weight = sign == 0 ? 1 : -1;
                p[weight(2 * axis + sign, axis) + here] = weight;
                p[weight(2 * (axis + 2) + sign, axis) + back] = -weight;
            }
            p[weight(LEG_CHANNELS - 1, 2 + axis) + here] = 1;
            p[weight(LEG_CHANNELS - 1, 2 + axis) + back] = 1;
        }
    }

    private static int tap(int t, int x) {
        return (t + 1) * KERNEL + x + 1;
    }

    private static int weight(int channel, int fluxChannel) {
        return (channel * FLUX_CHANNELS + fluxChannel) * TAPS;
    }

    private static void hinges(double[] p, int at, int hinges) {
        p[at] = 1;
        p[at + LEG_CHANNELS + 1] = 1;
        int biases = at + (2 + hinges) * LEG_CHANNELS;
        for (int j = 0; j < hinges; j++) {
            int row = at + (2 + j) * LEG_CHANNELS;
            for (int channel = 0; channel < LEG_CHANNELS; channel++) {
                p[row + channel] = channel == LEG_CHANNELS - 1 ? 2 : 1;
            }
            p[biases + 2 + j] = -2.0 * j;
        }
    }

    /**
     * The coefficients are found one after another from what the rounded ones before them leave, so that their rounding to
     * float32 does not add up.
     */
    private static void outputs(double[] p, int at, int hinges, IntToDoubleFunction g) {
        p[at] = 1;
        p[at + 1] = -1;
        int row = at + 2 + hinges;
        int biases = row + 2 + hinges;
        p[biases + 1] = (float) g.applyAsDouble(0);
        for (int j = 0; j < hinges; j++) {
            int f = 2 * j + 2;
            double sum = p[biases + 1];
            for (int i = 0; i < j; i++) {
                sum += p[row + 2 + i] * (f - 2 * i);
            }
            p[row + 2 + j] = (float) ((g.applyAsDouble(f) - sum) / 2);
        }
    }
}
