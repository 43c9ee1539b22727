package org.silverblaze.engine.vector;

import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.network.ParameterMap;

/**
 * Free parameters of one model in float32, the state of AdamW beside them, and the parameter map.
 *
 * <p>One step of the optimizer, in float64 on the float32 state, each number rounded once (PyTorch's order of operations):
 *
 * <pre>
 * p = p - lr wd p
 * m = m + (1 - beta1) (g - m)
 * v = beta2 v + (1 - beta2) g g
 * w = max(w, v)                                          amsgrad; w = v without
 * p = p - lr / (1 - beta1^t) m / (sqrt(w) / sqrt(1 - beta2^t) + epsilon)
 * </pre>
 */
final class FreeParameters {
    private final ParameterMap map;
    private final boolean identity;
    /** The map's transpose by columns: {@code int[F + 1]}, row and value of each entry, rows ascending. */
    private final int[] columnStart;

    private final int[] row;
    private final float[] coefficient;

    private final float[] values;
    private final float[] first;
    private final float[] second;
    private final float[] largest;
    private final float[] gradient;
    private long step;

    FreeParameters(ParameterMap map) {
        this.map = map;
        this.identity = map.isIdentity();
        int free = map.free();
        int entries = map.column().length;
        columnStart = new int[free + 1];
        row = new int[identity ? 0 : entries];
        coefficient = new float[row.length];
        if (!identity) {
            transpose();
        }
        values = new float[free];
        first = new float[free];
        second = new float[free];
        largest = new float[free];
        gradient = new float[free];
    }

    private void transpose() {
        int free = map.free();
        for (int column : map.column()) {
            columnStart[column + 1]++;
        }
        for (int f = 0; f < free; f++) {
            columnStart[f + 1] += columnStart[f];
        }
        int[] next = columnStart.clone();
        for (int r = 0; r < map.raw(); r++) {
            for (int e = map.rowStart()[r]; e < map.rowStart()[r + 1]; e++) {
                int place = next[map.column()[e]]++;
                row[place] = r;
                coefficient[place] = map.value()[e];
            }
        }
    }

    void set(double[] free) {
        copy(free, values, "parameters");
    }

    double[] get() {
        return wide(values);
    }

    void setOptimizer(OptimizerState state) {
        copy(state.first(), first, "first moments");
        copy(state.second(), second, "second moments");
        copy(state.largest(), largest, "largest second moments");
        step = state.step();
    }

    OptimizerState optimizer() {
        return new OptimizerState(step, wide(first), wide(second), wide(largest));
    }

    private static void copy(double[] from, float[] to, String what) {
        if (from.length != to.length) {
            throw new IllegalArgumentException(what + ": " + from.length + " given, " + to.length + " needed");
        }
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) from[i];
        }
    }

    private static double[] wide(float[] from) {
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i];
        }
        return to;
    }

    /** raw = M free, each sum in float64 in the order of the row's entries, rounded once. */
    void expand(float[] raw) {
        if (identity) {
            System.arraycopy(values, 0, raw, 0, raw.length);
            return;
        }
        for (int r = 0; r < raw.length; r++) {
            double sum = 0;
            for (int e = map.rowStart()[r]; e < map.rowStart()[r + 1]; e++) {
                sum += (double) map.value()[e] * values[map.column()[e]];
            }
            raw[r] = (float) sum;
        }
    }

    /** What {@link #contract} gave. */
    float[] gradient() {
        return gradient;
    }

    /**
     * Gradient in the free parameters {@code from .. to-1} from that in the raw ones: M^T, float64 sums by ascending row,
     * rounded once.
     */
    void contract(float[] raw, int from, int to) {
        if (identity) {
            System.arraycopy(raw, from, gradient, from, to - from);
            return;
        }
        for (int f = from; f < to; f++) {
            double sum = 0;
            for (int e = columnStart[f]; e < columnStart[f + 1]; e++) {
                sum += (double) coefficient[e] * raw[row[e]];
            }
            gradient[f] = (float) sum;
        }
    }

    /** Counts a step of the optimizer; {@link #update} makes it. */
    void beginStep() {
        step++;
    }

    /** The current step for the parameters {@code from .. to-1}, with the gradient of the last {@link #contract}. */
    void update(AdamW adam, int from, int to) {
        double decay = adam.learningRate() * adam.weightDecay();
        double stepSize = adam.learningRate() / (1 - StrictMath.pow(adam.beta1(), step));
        double correction = Math.sqrt(1 - StrictMath.pow(adam.beta2(), step));
        for (int i = from; i < to; i++) {
            double g = gradient[i];
            double p = values[i] - decay * values[i];
            double m = first[i] + (1 - adam.beta1()) * (g - first[i]);
            double v = adam.beta2() * second[i] + (1 - adam.beta2()) * g * g;
            double w = v;
            if (adam.amsgrad()) {
                w = Math.max(largest[i], v);
                largest[i] = (float) w;
            }
            first[i] = (float) m;
            second[i] = (float) v;
            values[i] = (float) (p - stepSize * m / (Math.sqrt(w) / correction + adam.epsilon()));
        }
    }
}
