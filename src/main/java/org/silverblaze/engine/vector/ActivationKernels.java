package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.FLOATS;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.silverblaze.network.ActivationKind;

/**
 * Activations and their derivatives over whole blocks, float32, the same function of one number in every lane, so that
 * equal inputs give equal bits everywhere. Only +, -, *, /, fused multiply-add, comparison and integer operations: the same bits
 * on every machine.
 *
 * <p>tanh: |x| below 0.625 by x + x^3 P(x^2) (P fitted to 5e-9), above by (1 - e) / (1 + e) with e = exp(-2|x|); the error is
 * below 3e-7 |tanh x|. GELU: max(x, 0) - |x| q with the tail q = Phi(-|x|) = exp(-x^2/2) Q(1 / (1 + 0.3 |x|)), Q a polynomial
 * fitted to 3e-8 for |x| up to 13, where q is 6e-39; the error is below 5e-7 |gelu x| + 6e-8 x^2 |x| q (the rounding of
 * the exponent) and that of the derivative below 1e-6. exp is 2^n P(r), the polynomial fitted to 2e-9.
 */
final class ActivationKernels {
    /** Adding and subtracting it rounds to an integer, which then stands in the lowest bits. */
    private static final float ROUND = 12582912f;

    private static final float LOG2_E = 1.442695f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -0.00021219444f;

    private static final float E2 = 0.4999999f;
    private static final float E3 = 0.1666642f;
    private static final float E4 = 0.041668225f;
    private static final float E5 = 0.008374818f;
    private static final float E6 = 0.0013836828f;

    private static final float SLOPE = (float) ActivationKind.LEAK;
    private static final float TANH_SMALL = 0.625f;
    /** exp(-2 * 40) is far below half an ulp of 1, and 2 * 40 does not underflow. */
    private static final float TANH_LARGE = 40f;
    /** Largest |x| of the tail of GELU; beyond it the tail is taken there, 13 q(13) = 8e-38. */
    private static final float GELU_LARGE = 13f;

    private static final float INVERSE_SQRT_2PI = 0.3989423f;

    /** The tail of GELU in 1 / (1 + 0.3 |x|). */
    private static final float Q0 = 1.9806123e-5f;

    private static final float Q1 = 0.11922403f;
    private static final float Q2 = 0.12426491f;
    private static final float Q3 = 0.083017685f;
    private static final float Q4 = 0.17836615f;
    private static final float Q5 = -0.14707059f;
    private static final float Q6 = 0.31794867f;
    private static final float Q7 = -0.23932609f;
    private static final float Q8 = 0.06951681f;
    private static final float Q9 = -0.0059613534f;

    private ActivationKernels() {}

    /** in to out, floats {@code from .. to-1}; in and out may be the same array. */
    static void forward(ActivationKind kind, float[] in, float[] out, int from, int to) {
        switch (kind) {
            case RELU -> relu(in, out, from, to);
            case LEAKY_RELU -> leakyRelu(in, out, from, to);
            case TANH -> tanh(in, out, from, to);
            case GELU -> gelu(in, out, from, to);
        }
    }

    /** True where {@link #backward} reads the layer's output; false where it reads the layer's input. */
    static boolean derivativeFromOutput(ActivationKind kind) {
        return kind != ActivationKind.GELU;
    }

    /** Multiplies the gradient by the derivative, in place; {@code value} is the output or the input of the layer. */
    static void backward(ActivationKind kind, float[] value, float[] gradient, int from, int to) {
        switch (kind) {
            case RELU -> reluBackward(value, gradient, from, to);
            case LEAKY_RELU -> leakyReluBackward(value, gradient, from, to);
            case TANH -> tanhBackward(value, gradient, from, to);
            case GELU -> {
                for (int i = from; i < from + BLOCK; i += WIDTH) {
                    geluBackward(value, i, gradient, i, gradient, i, BLOCK, (to - from) / BLOCK);
                }
            }
        }
    }

    /**
     * Gradient times derivative of one site, for one vector of its lanes.
     *
     * @param kind null for none: the gradient itself
     * @param value the output or the input of the layer, {@code [channel][16]} from {@code valueAt}
     * @param gradient the same from {@code gradientAt}
     * @param result receives a vector of each channel from {@code at}, {@code step} floats from one to the next; it may be the gradient
     */
    static void backward(
            ActivationKind kind,
            float[] value,
            int valueAt,
            float[] gradient,
            int gradientAt,
            float[] result,
            int at,
            int step,
            int channels) {
        switch (kind) {
            case null -> copy(gradient, gradientAt, result, at, step, channels);
            case RELU -> reluBackward(value, valueAt, gradient, gradientAt, result, at, step, channels);
            case LEAKY_RELU -> leakyReluBackward(value, valueAt, gradient, gradientAt, result, at, step, channels);
            case TANH -> tanhBackward(value, valueAt, gradient, gradientAt, result, at, step, channels);
            case GELU -> geluBackward(value, valueAt, gradient, gradientAt, result, at, step, channels);
        }
    }

    private static void copy(float[] gradient, int gradientAt, float[] result, int at, int step, int channels) {
        for (int c = 0; c < channels; c++) {
            FloatVector.fromArray(FLOATS, gradient, gradientAt + c * BLOCK).intoArray(result, at + c * step);
        }
    }

    /**
     * {@link #backward(ActivationKind, float[], float[], int, int)} of sites {@code from .. to-1} in two layouts, for an activation whose
     * derivative follows from its output.
     */
    static void backward(
            ActivationKind kind,
            float[] value,
            MapLayout valueLayout,
            float[] gradient,
            MapLayout layout,
            int from,
            int to,
            int channels) {
        for (int lane = 0; lane < BLOCK; lane += WIDTH) {
            for (int c = 0; c < channels; c++) {
                int offset = layout.offset(c, lane);
                int valueOffset = valueLayout.offset(c, lane);
                switch (kind) {
                    case RELU -> bend(value, valueOffset, valueLayout, gradient, offset, layout, from, to, 0f);
                    case LEAKY_RELU -> bend(value, valueOffset, valueLayout, gradient, offset, layout, from, to, SLOPE);
                    case TANH -> tanhBackward(value, valueOffset, valueLayout, gradient, offset, layout, from, to);
                    case GELU -> throw new IllegalArgumentException("the derivative of " + kind + " needs its input");
                }
            }
        }
    }

    /** The slope where the value is at most 0, 1 where it is more. */
    private static void bend(
            float[] value,
            int valueOffset,
            MapLayout valueLayout,
            float[] gradient,
            int offset,
            MapLayout layout,
            int from,
            int to,
            float slope) {
        int[] valuePlaces = valueLayout.sites();
        int[] places = layout.sites();
        FloatVector zero = FloatVector.zero(FLOATS);
        boolean flat = slope == 0f;
        for (int site = from; site < to; site++) {
            int at = places[site] + offset;
            FloatVector y = FloatVector.fromArray(FLOATS, value, valuePlaces[site] + valueOffset);
            FloatVector g = FloatVector.fromArray(FLOATS, gradient, at);
            FloatVector bent = flat ? zero : g.mul(slope);
            g.blend(bent, y.compare(VectorOperators.LE, zero)).intoArray(gradient, at);
        }
    }

    private static void tanhBackward(
            float[] value,
            int valueOffset,
            MapLayout valueLayout,
            float[] gradient,
            int offset,
            MapLayout layout,
            int from,
            int to) {
        int[] valuePlaces = valueLayout.sites();
        int[] places = layout.sites();
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        for (int site = from; site < to; site++) {
            int at = places[site] + offset;
            FloatVector y = FloatVector.fromArray(FLOATS, value, valuePlaces[site] + valueOffset);
            FloatVector g = FloatVector.fromArray(FLOATS, gradient, at);
            g.mul(y.neg().fma(y, one)).intoArray(gradient, at);
        }
    }

    /** Zero is +0 whatever the sign of the input's zero, so that a maximum is equal to the bit in any order. */
    private static void relu(float[] in, float[] out, int from, int to) {
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i += WIDTH) {
            FloatVector x = FloatVector.fromArray(FLOATS, in, i);
            x.blend(zero, x.compare(VectorOperators.LE, zero)).intoArray(out, i);
        }
    }

    /** The derivative at 0 is 0, as PyTorch has it. */
    private static void reluBackward(float[] output, float[] gradient, int from, int to) {
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i += WIDTH) {
            FloatVector y = FloatVector.fromArray(FLOATS, output, i);
            FloatVector g = FloatVector.fromArray(FLOATS, gradient, i);
            g.blend(zero, y.compare(VectorOperators.LE, zero)).intoArray(gradient, i);
        }
    }

    private static void reluBackward(
            float[] value,
            int valueAt,
            float[] gradient,
            int gradientAt,
            float[] result,
            int at,
            int step,
            int channels) {
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int c = 0; c < channels; c++) {
            FloatVector y = FloatVector.fromArray(FLOATS, value, valueAt + c * BLOCK);
            FloatVector g = FloatVector.fromArray(FLOATS, gradient, gradientAt + c * BLOCK);
            g.blend(zero, y.compare(VectorOperators.LE, zero)).intoArray(result, at + c * step);
        }
    }

    private static void leakyRelu(float[] in, float[] out, int from, int to) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector slope = FloatVector.broadcast(FLOATS, SLOPE);
        for (int i = from; i < to; i += WIDTH) {
            FloatVector x = FloatVector.fromArray(FLOATS, in, i);
            x.blend(x.mul(slope), x.compare(VectorOperators.LT, zero)).intoArray(out, i);
        }
    }

    /** The output has the sign of the input; the derivative at 0 is the slope, as PyTorch has it. */
    private static void leakyReluBackward(float[] output, float[] gradient, int from, int to) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector slope = FloatVector.broadcast(FLOATS, SLOPE);
        for (int i = from; i < to; i += WIDTH) {
            FloatVector y = FloatVector.fromArray(FLOATS, output, i);
            FloatVector g = FloatVector.fromArray(FLOATS, gradient, i);
            g.blend(g.mul(slope), y.compare(VectorOperators.LE, zero)).intoArray(gradient, i);
        }
    }

    private static void leakyReluBackward(
            float[] value,
            int valueAt,
            float[] gradient,
            int gradientAt,
            float[] result,
            int at,
            int step,
            int channels) {
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int c = 0; c < channels; c++) {
            FloatVector y = FloatVector.fromArray(FLOATS, value, valueAt + c * BLOCK);
            FloatVector g = FloatVector.fromArray(FLOATS, gradient, gradientAt + c * BLOCK);
            g.blend(g.mul(SLOPE), y.compare(VectorOperators.LE, zero)).intoArray(result, at + c * step);
        }
    }

    private static void tanh(float[] in, float[] out, int from, int to) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
        FloatVector large = FloatVector.broadcast(FLOATS, TANH_LARGE);
        for (int i = from; i < to; i += WIDTH) {
            FloatVector x = FloatVector.fromArray(FLOATS, in, i);
            FloatVector a = x.abs();
            VectorMask<Float> small = a.compare(VectorOperators.LT, TANH_SMALL);
            FloatVector y = a.blend(large, a.compare(VectorOperators.GT, large)).mul(-2f);
            // e = exp(y)
            FloatVector m = y.fma(FloatVector.broadcast(FLOATS, LOG2_E), round);
            FloatVector k = m.sub(round);
            FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), y);
            r = k.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), r);
            FloatVector p = FloatVector.broadcast(FLOATS, E6);
            p = p.fma(r, FloatVector.broadcast(FLOATS, E5));
            p = p.fma(r, FloatVector.broadcast(FLOATS, E4));
            p = p.fma(r, FloatVector.broadcast(FLOATS, E3));
            p = p.fma(r, FloatVector.broadcast(FLOATS, E2));
            p = p.fma(r, one);
            p = p.fma(r, one);
            FloatVector e = p.reinterpretAsInts()
                    .add(m.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector far = one.sub(e).div(one.add(e));
            far = far.blend(far.neg(), x.compare(VectorOperators.LT, 0f));
            FloatVector z = x.mul(x);
            FloatVector q = FloatVector.broadcast(FLOATS, 0.0022928237f);
            q = q.fma(z, FloatVector.broadcast(FLOATS, -0.008344023f));
            q = q.fma(z, FloatVector.broadcast(FLOATS, 0.021768944f));
            q = q.fma(z, FloatVector.broadcast(FLOATS, -0.05395926f));
            q = q.fma(z, FloatVector.broadcast(FLOATS, 0.13333304f));
            q = q.fma(z, FloatVector.broadcast(FLOATS, -0.33333334f));
            FloatVector near = q.mul(z).fma(x, x);
            far.blend(near, small).intoArray(out, i);
        }
    }

    private static void tanhBackward(float[] output, float[] gradient, int from, int to) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        for (int i = from; i < to; i += WIDTH) {
            FloatVector y = FloatVector.fromArray(FLOATS, output, i);
            FloatVector g = FloatVector.fromArray(FLOATS, gradient, i);
            g.mul(y.neg().fma(y, one)).intoArray(gradient, i);
        }
    }

    private static void tanhBackward(
            float[] value,
            int valueAt,
            float[] gradient,
            int gradientAt,
            float[] result,
            int at,
            int step,
            int channels) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        for (int c = 0; c < channels; c++) {
            FloatVector y = FloatVector.fromArray(FLOATS, value, valueAt + c * BLOCK);
            FloatVector g = FloatVector.fromArray(FLOATS, gradient, gradientAt + c * BLOCK);
            g.mul(y.neg().fma(y, one)).intoArray(result, at + c * step);
        }
    }

    private static void gelu(float[] in, float[] out, int from, int to) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
        FloatVector large = FloatVector.broadcast(FLOATS, GELU_LARGE);
        for (int i = from; i < to; i += WIDTH) {
            FloatVector x = FloatVector.fromArray(FLOATS, in, i);
            FloatVector a = x.abs();
            a = a.blend(large, a.compare(VectorOperators.GT, large));
            FloatVector y = a.mul(a).mul(-0.5f);
            // e = exp(y)
            FloatVector m = y.fma(FloatVector.broadcast(FLOATS, LOG2_E), round);
            FloatVector k = m.sub(round);
            FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), y);
            r = k.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), r);
            FloatVector p = FloatVector.broadcast(FLOATS, E6);
            p = p.fma(r, FloatVector.broadcast(FLOATS, E5));
            p = p.fma(r, FloatVector.broadcast(FLOATS, E4));
            p = p.fma(r, FloatVector.broadcast(FLOATS, E3));
            p = p.fma(r, FloatVector.broadcast(FLOATS, E2));
            p = p.fma(r, one);
            p = p.fma(r, one);
            FloatVector e = p.reinterpretAsInts()
                    .add(m.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector t = one.div(a.fma(FloatVector.broadcast(FLOATS, 0.3f), one));
            FloatVector q = FloatVector.broadcast(FLOATS, Q9);
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q8));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q7));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q6));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q5));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q4));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q3));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q2));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q1));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q0));
            FloatVector positive = x.blend(zero, x.compare(VectorOperators.LT, zero));
            positive.sub(a.mul(q.mul(e))).intoArray(out, i);
        }
    }

    /** gelu'(x) = Phi(x) + x phi(x). */
    private static void geluBackward(
            float[] value,
            int valueAt,
            float[] gradient,
            int gradientAt,
            float[] result,
            int at,
            int step,
            int channels) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
        FloatVector large = FloatVector.broadcast(FLOATS, GELU_LARGE);
        for (int c = 0; c < channels; c++) {
            FloatVector x = FloatVector.fromArray(FLOATS, value, valueAt + c * BLOCK);
            FloatVector a = x.abs();
            a = a.blend(large, a.compare(VectorOperators.GT, large));
            FloatVector y = a.mul(a).mul(-0.5f);
            // e = exp(y)
            FloatVector m = y.fma(FloatVector.broadcast(FLOATS, LOG2_E), round);
            FloatVector k = m.sub(round);
            FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), y);
            r = k.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), r);
            FloatVector p = FloatVector.broadcast(FLOATS, E6);
            p = p.fma(r, FloatVector.broadcast(FLOATS, E5));
            p = p.fma(r, FloatVector.broadcast(FLOATS, E4));
            p = p.fma(r, FloatVector.broadcast(FLOATS, E3));
            p = p.fma(r, FloatVector.broadcast(FLOATS, E2));
            p = p.fma(r, one);
            p = p.fma(r, one);
            FloatVector e = p.reinterpretAsInts()
                    .add(m.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector t = one.div(a.fma(FloatVector.broadcast(FLOATS, 0.3f), one));
            FloatVector q = FloatVector.broadcast(FLOATS, Q9);
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q8));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q7));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q6));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q5));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q4));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q3));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q2));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q1));
            q = q.fma(t, FloatVector.broadcast(FLOATS, Q0));
            // for |x|: Phi + |x| phi = 1 - (q - |x| phi), and for -|x|: q - |x| phi
            FloatVector tail = e.mul(q.sub(a.mul(INVERSE_SQRT_2PI)));
            FloatVector derivative = one.sub(tail).blend(tail, x.compare(VectorOperators.LT, zero));
            FloatVector.fromArray(FLOATS, gradient, gradientAt + c * BLOCK)
                    .mul(derivative)
                    .intoArray(result, at + c * step);
        }
    }
}
