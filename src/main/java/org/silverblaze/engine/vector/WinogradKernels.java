package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.FLOATS;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;

/**
 * The transforms of {@link WinogradAxis} along one axis, {@code count} times side by side. Number i of the transform's input k
 * stands at {@code at + k * atNext + i * atStep}, of its output at {@code to + k * toNext + i * toStep}: one vector of lanes
 * each. A tile of two axes is transformed along one after the other.
 */
final class WinogradKernels {
    private WinogradKernels() {}

    /** B^T of F(2, 3). */
    static void inputTwo(
            float[] in, int at, int atStep, int atNext, float[] out, int to, int toStep, int toNext, int count) {
        for (int k = 0; k < count; k++) {
            int p = at + k * atNext;
            FloatVector d0 = FloatVector.fromArray(FLOATS, in, p);
            FloatVector d1 = FloatVector.fromArray(FLOATS, in, p + atStep);
            FloatVector d2 = FloatVector.fromArray(FLOATS, in, p + 2 * atStep);
            FloatVector d3 = FloatVector.fromArray(FLOATS, in, p + 3 * atStep);
            int q = to + k * toNext;
            d0.sub(d2).intoArray(out, q);
            d1.add(d2).intoArray(out, q + toStep);
            d2.sub(d1).intoArray(out, q + 2 * toStep);
            d1.sub(d3).intoArray(out, q + 3 * toStep);
        }
    }

    /** B^T of F(4, 3). */
    static void inputFour(
            float[] in, int at, int atStep, int atNext, float[] out, int to, int toStep, int toNext, int count) {
        for (int k = 0; k < count; k++) {
            int p = at + k * atNext;
            FloatVector d0 = FloatVector.fromArray(FLOATS, in, p);
            FloatVector d1 = FloatVector.fromArray(FLOATS, in, p + atStep);
            FloatVector d2 = FloatVector.fromArray(FLOATS, in, p + 2 * atStep);
            FloatVector d3 = FloatVector.fromArray(FLOATS, in, p + 3 * atStep);
            FloatVector d4 = FloatVector.fromArray(FLOATS, in, p + 4 * atStep);
            FloatVector d5 = FloatVector.fromArray(FLOATS, in, p + 5 * atStep);
            int q = to + k * toNext;
            FloatVector four = FloatVector.broadcast(FLOATS, 4f);
            FloatVector minusFour = FloatVector.broadcast(FLOATS, -4f);
            FloatVector minusFive = FloatVector.broadcast(FLOATS, -5f);
            d0.fma(four, d2.fma(minusFive, d4)).intoArray(out, q);
            d1.fma(four, d3.fma(minusFive, d5)).intoArray(out, q + 5 * toStep);
            FloatVector even = d2.fma(minusFour, d4);
            FloatVector odd = d1.fma(minusFour, d3);
            even.add(odd).intoArray(out, q + toStep);
            even.sub(odd).intoArray(out, q + 2 * toStep);
            FloatVector difference = d4.sub(d2);
            FloatVector other = d3.sub(d1);
            FloatVector twice = other.add(other);
            difference.add(twice).intoArray(out, q + 3 * toStep);
            difference.sub(twice).intoArray(out, q + 4 * toStep);
        }
    }

    /** A^T of F(2, 3), and {@code shift} added. */
    static void outputTwo(
            float[] in,
            int at,
            int atStep,
            int atNext,
            float shift,
            float[] out,
            int to,
            int toStep,
            int toNext,
            int count) {
        FloatVector s = FloatVector.broadcast(FLOATS, shift);
        for (int k = 0; k < count; k++) {
            int p = at + k * atNext;
            FloatVector m0 = FloatVector.fromArray(FLOATS, in, p);
            FloatVector m1 = FloatVector.fromArray(FLOATS, in, p + atStep);
            FloatVector m2 = FloatVector.fromArray(FLOATS, in, p + 2 * atStep);
            FloatVector m3 = FloatVector.fromArray(FLOATS, in, p + 3 * atStep);
            int q = to + k * toNext;
            m0.add(m1.add(m2)).add(s).intoArray(out, q);
            m1.sub(m2).sub(m3).add(s).intoArray(out, q + toStep);
        }
    }

    /** A^T of F(4, 3), and {@code shift} added. */
    static void outputFour(
            float[] in,
            int at,
            int atStep,
            int atNext,
            float shift,
            float[] out,
            int to,
            int toStep,
            int toNext,
            int count) {
        FloatVector s = FloatVector.broadcast(FLOATS, shift);
        for (int k = 0; k < count; k++) {
            int p = at + k * atNext;
            FloatVector m0 = FloatVector.fromArray(FLOATS, in, p);
            FloatVector m1 = FloatVector.fromArray(FLOATS, in, p + atStep);
            FloatVector m2 = FloatVector.fromArray(FLOATS, in, p + 2 * atStep);
            FloatVector m3 = FloatVector.fromArray(FLOATS, in, p + 3 * atStep);
            FloatVector m4 = FloatVector.fromArray(FLOATS, in, p + 4 * atStep);
            FloatVector m5 = FloatVector.fromArray(FLOATS, in, p + 5 * atStep);
            int q = to + k * toNext;
            FloatVector sum1 = m1.add(m2);
            FloatVector sum2 = m3.add(m4);
            FloatVector difference1 = m1.sub(m2);
            FloatVector difference2 = m3.sub(m4);
            m0.add(sum1).add(sum2).add(s).intoArray(out, q);
            difference2.add(difference2).add(difference1).add(s).intoArray(out, q + toStep);
            sum2.fma(FloatVector.broadcast(FLOATS, 4f), sum1).add(s).intoArray(out, q + 2 * toStep);
            difference2
                    .fma(FloatVector.broadcast(FLOATS, 8f), difference1)
                    .add(m5)
                    .add(s)
                    .intoArray(out, q + 3 * toStep);
        }
    }

    /**
     * Four output channels of two vectors of lanes side by side: {@code out[o] = sum over c of weights[c][o] * in[c]}, each sum a
     * chain of fused multiply-adds. A tile like those of {@link PairTiles} without a list of offsets: over the few terms of
     * such a sum its indices would count.
     *
     * @param count channels of the input, 16 floats apart
     */
    static void multiply4x2(float[] in, int at, int count, float[] weights, int firstWeight, float[] out, int to) {
        FloatVector a00 = FloatVector.zero(FLOATS);
        FloatVector a01 = a00;
        FloatVector a10 = a00;
        FloatVector a11 = a00;
        FloatVector a20 = a00;
        FloatVector a21 = a00;
        FloatVector a30 = a00;
        FloatVector a31 = a00;
        for (int c = 0; c < count; c++) {
            int i = at + c * BLOCK;
            int w = firstWeight + 4 * c;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            a11 = x1.fma(w1, a11);
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            a21 = x1.fma(w2, a21);
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
            a30 = x0.fma(w3, a30);
            a31 = x1.fma(w3, a31);
        }
        a00.intoArray(out, to);
        a01.intoArray(out, to + WIDTH);
        a10.intoArray(out, to + BLOCK);
        a11.intoArray(out, to + BLOCK + WIDTH);
        a20.intoArray(out, to + BLOCK * 2);
        a21.intoArray(out, to + BLOCK * 2 + WIDTH);
        a30.intoArray(out, to + BLOCK * 3);
        a31.intoArray(out, to + BLOCK * 3 + WIDTH);
    }
}
