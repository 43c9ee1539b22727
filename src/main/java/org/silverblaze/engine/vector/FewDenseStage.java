package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import org.silverblaze.engine.LayerTimes;
import org.silverblaze.network.ParameterLayout;

/**
 * A dense layer for so few examples that lanes of examples would mostly idle: it works on the rows of the weights as they are,
 * without packing them. Outputs are the same chains of fused multiply-adds as in {@link LinearStage}, bias first, inputs
 * ascending, eight outputs at a time; both gradients run along the rows, which the JIT turns into vectors by itself.
 *
 * @param index number of the stage
 * @param block where its parameters stand
 * @param inputs length of its input
 * @param outputs length of its output
 * @param examples 1, 2 or 4
 */
record FewDenseStage(int index, ParameterLayout.Block block, int inputs, int outputs, int examples) implements Stage {
    /** Beyond it sixteen examples in the lanes are faster. */
    static final int MOST_EXAMPLES = 4;

    @Override
    public void prepare(Workspace workspace) {
        workspace.output[index] = new float[outputs * BLOCK];
        workspace.padded[index] = new float[examples * inputs];
        workspace.needScratch(inputs);
    }

    @Override
    public float[] forward(Workspace workspace, ModelWeights weights, float[] in) {
        float[] rows = workspace.padded[index];
        for (int example = 0; example < examples; example++) {
            for (int i = 0; i < inputs; i++) {
                rows[example * inputs + i] = in[i * BLOCK + example];
            }
        }
        float[] out = workspace.output[index];
        float[] raw = weights.raw;
        int bias = block.biasOffset();
        for (int example = 0; example < examples; example++) {
            int o = 0;
            for (; o + 8 <= outputs; o += 8) {
                eight(raw, firstWeight(o), bias + o, rows, example * inputs, inputs, out, o * BLOCK + example);
            }
            for (; o < outputs; o++) {
                out[o * BLOCK + example] = one(raw, firstWeight(o), raw[bias + o], rows, example * inputs, inputs);
            }
        }
        return out;
    }

    private int firstWeight(int o) {
        return block.weightOffset() + o * inputs;
    }

    private static void eight(float[] w, int first, int bias, float[] x, int from, int n, float[] out, int to) {
        float s0 = w[bias];
        float s1 = w[bias + 1];
        float s2 = w[bias + 2];
        float s3 = w[bias + 3];
        float s4 = w[bias + 4];
        float s5 = w[bias + 5];
        float s6 = w[bias + 6];
        float s7 = w[bias + 7];
        for (int i = 0; i < n; i++) {
            int at = first + i;
            float v = x[from + i];
            s0 = Math.fma(v, w[at], s0);
            s1 = Math.fma(v, w[at + n], s1);
            s2 = Math.fma(v, w[at + 2 * n], s2);
            s3 = Math.fma(v, w[at + 3 * n], s3);
            s4 = Math.fma(v, w[at + 4 * n], s4);
            s5 = Math.fma(v, w[at + 5 * n], s5);
            s6 = Math.fma(v, w[at + 6 * n], s6);
            s7 = Math.fma(v, w[at + 7 * n], s7);
        }
        out[to] = s0;
        out[to + BLOCK] = s1;
        out[to + 2 * BLOCK] = s2;
        out[to + 3 * BLOCK] = s3;
        out[to + 4 * BLOCK] = s4;
        out[to + 5 * BLOCK] = s5;
        out[to + 6 * BLOCK] = s6;
        out[to + 7 * BLOCK] = s7;
    }

    private static float one(float[] w, int first, float bias, float[] x, int from, int n) {
        float sum = bias;
        for (int i = 0; i < n; i++) {
            sum = Math.fma(x[from + i], w[first + i], sum);
        }
        return sum;
    }

    @Override
    public float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted) {
        float[] rows = workspace.padded[index];
        for (int o = 0; o < outputs; o++) {
            times(gradient[o * BLOCK], rows, 0, raw, firstWeight(o), inputs);
            float sum = gradient[o * BLOCK];
            for (int example = 1; example < examples; example++) {
                float g = gradient[o * BLOCK + example];
                addTimes(g, rows, example * inputs, raw, firstWeight(o), inputs);
                sum += g;
            }
            raw[block.biasOffset() + o] = sum;
        }
        workspace.lap(index, LayerTimes.Phase.WEIGHT_GRADIENT);
        if (!wanted) {
            return gradient;
        }
        float[] sums = workspace.scratch;
        for (int example = 0; example < examples; example++) {
            times(gradient[example], weights.raw, firstWeight(0), sums, 0, inputs);
            for (int o = 1; o < outputs; o++) {
                addTimes(gradient[o * BLOCK + example], weights.raw, firstWeight(o), sums, 0, inputs);
            }
            for (int i = 0; i < inputs; i++) {
                spare[i * BLOCK + example] = sums[i];
            }
        }
        return spare;
    }

    private static void times(float factor, float[] from, int first, float[] to, int at, int n) {
        for (int i = 0; i < n; i++) {
            to[at + i] = factor * from[first + i];
        }
    }

    private static void addTimes(float factor, float[] from, int first, float[] to, int at, int n) {
        for (int i = 0; i < n; i++) {
            to[at + i] = Math.fma(factor, from[first + i], to[at + i]);
        }
    }
}
