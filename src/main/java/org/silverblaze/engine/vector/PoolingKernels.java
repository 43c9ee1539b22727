package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.FLOATS;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Reductions of windows of sites, {@code [site][channel][16]} to {@code [window][channel][16]}. {@code windows} holds
 * {@code size} input sites for each output site. Sums are accumulated in float64 and rounded once, so that a shifted
 * input, which is summed in another order, agrees within an ulp; a maximum is exact in any order.
 */
final class PoolingKernels {
    private PoolingKernels() {}

    /**
     * out = sum / divisor.
     *
     * @param sums scratch, {@code double[channels * 16]}
     */
    static void sum(float[] in, int channels, int[] windows, int size, double divisor, double[] sums, float[] out) {
        int n = channels * BLOCK;
        for (int window = 0; window * size < windows.length; window++) {
            Arrays.fill(sums, 0, n, 0.0);
            for (int w = 0; w < size; w++) {
                addTo(sums, in, windows[window * size + w] * n, n);
            }
            for (int i = 0; i < n; i++) {
                out[window * n + i] = (float) (sums[i] / divisor);
            }
        }
    }

    private static void addTo(double[] sums, float[] in, int at, int n) {
        for (int i = 0; i < n; i++) {
            sums[i] += in[at + i];
        }
    }

    /**
     * The gradient of {@link #sum}: every site gets the sum of its windows' shares.
     *
     * @param share gradient / divisor of each window
     */
    static void sumBackward(float[] share, int channels, int[] windows, int size, float[] inGradient, int inSites) {
        int n = channels * BLOCK;
        Arrays.fill(inGradient, 0, inSites * n, 0f);
        for (int i = 0; i < windows.length; i++) {
            add(share, i / size * n, inGradient, windows[i] * n, n);
        }
    }

    private static void add(float[] from, int first, float[] to, int at, int n) {
        for (int i = 0; i < n; i++) {
            to[at + i] += from[first + i];
        }
    }

    /**
     * The maximum of each window, and where in the window it stands first.
     *
     * @param place receives the place as a number 0 .. size-1, exact in a float
     */
    static void max(float[] in, int channels, int[] windows, int size, float[] place, float[] out) {
        int n = channels * BLOCK;
        for (int window = 0; window * size < windows.length; window++) {
            for (int i = 0; i < n; i += WIDTH) {
                maxOfWindow(in, i, n, windows, window * size, size, place, out, window * n + i);
            }
        }
    }

    private static void maxOfWindow(
            float[] in, int i, int n, int[] windows, int first, int size, float[] place, float[] out, int to) {
        FloatVector best = FloatVector.fromArray(FLOATS, in, windows[first] * n + i);
        FloatVector where = FloatVector.zero(FLOATS);
        for (int w = 1; w < size; w++) {
            FloatVector x = FloatVector.fromArray(FLOATS, in, windows[first + w] * n + i);
            VectorMask<Float> larger = x.compare(VectorOperators.GT, best);
            best = best.blend(x, larger);
            where = where.blend(FloatVector.broadcast(FLOATS, (float) w), larger);
        }
        // -0 and +0 are equal: which of them came first must not show in the bits
        best.add(FloatVector.zero(FLOATS)).intoArray(out, to);
        where.intoArray(place, to);
    }

    /** The gradient of {@link #max}: it goes to the first largest site of the window in row-major order. */
    static void maxBackward(
            float[] gradient, int channels, int[] windows, int size, float[] place, float[] inGradient, int inSites) {
        int n = channels * BLOCK;
        Arrays.fill(inGradient, 0, inSites * n, 0f);
        for (int window = 0; window * size < windows.length; window++) {
            for (int w = 0; w < size; w++) {
                addWhere(gradient, place, window * n, w, n, inGradient, windows[window * size + w] * n);
            }
        }
    }

    private static void addWhere(
            float[] gradient, float[] place, int from, float w, int n, float[] inGradient, int at) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector here = FloatVector.broadcast(FLOATS, w);
        for (int i = 0; i < n; i += WIDTH) {
            FloatVector g = FloatVector.fromArray(FLOATS, gradient, from + i);
            VectorMask<Float> chosen =
                    FloatVector.fromArray(FLOATS, place, from + i).compare(VectorOperators.EQ, here);
            FloatVector.fromArray(FLOATS, inGradient, at + i)
                    .add(zero.blend(g, chosen))
                    .intoArray(inGradient, at + i);
        }
    }
}
