package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of a correlation: out[o][site] = bias[o] + sum over the window of weight * in. The window is a list of
 * offsets from the first vector of a site's window to each of its vectors, the same for all sites of a tile.
 *
 * <p>Every output is one chain of fused multiply-adds that starts with the bias and follows the list, in every tile alike:
 * so all sites are equal to the bit where their inputs are, and a tile's shape is a matter of speed alone. Weights lie
 * {@code [window][o]} within a tile.
 *
 * <p>Why 4 x 4: a fused multiply-add of 512 bits takes a cycle of the core (Zen 4) and so does a load, so a tile has to load less than it
 * multiplies: 4 + 4 loads for 16. Larger tiles (6 x 4, 4 x 6, 8 x 3) would load still less, but leave C2 too few of the 32
 * registers. One loop over a list, not one over rows within one over kernel rows: with fewer integers alive they stay in
 * registers. Where they do not, they must not be spilled to vector registers, whose moves queue behind the multiply-adds and delay
 * the loads: JVM flag {@code -XX:-UseFPUForSpilling}, worth 4 to 14 per cent of the peak.
 *
 * <p>With the 16 registers of AVX2 and SSE ({@link Lanes#MANY_REGISTERS} is false) that tile would spill its sums, which then wait for
 * the memory: a third of the peak. There {@link PairTiles} take its place.
 *
 * <p>Arguments: {@code in} with the start i of each site's window; {@code window[from .. to-1]}; {@code weights} from {@code
 * firstWeight}, {@code bias} from {@code firstBias}; {@code out} with the place q of each site's first channel and the step from a
 * channel to the next. One vector of lanes each; the caller adds the lane's offset to i and q.
 */
final class CorrelationTiles {
    private CorrelationTiles() {}

    /** 4 output channels x 4 sites. */
    static void tile4x4(
            float[] in,
            int i0,
            int i1,
            int i2,
            int i3,
            int[] window,
            int from,
            int to,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int q1,
            int q2,
            int q3,
            int step) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a01 = a00;
        FloatVector a02 = a00;
        FloatVector a03 = a00;
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a11 = a10;
        FloatVector a12 = a10;
        FloatVector a13 = a10;
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a21 = a20;
        FloatVector a22 = a20;
        FloatVector a23 = a20;
        FloatVector a30 = FloatVector.broadcast(FLOATS, bias[firstBias + 3]);
        FloatVector a31 = a30;
        FloatVector a32 = a30;
        FloatVector a33 = a30;
        for (int k = from; k < to; k++) {
            int offset = window[k];
            int w = firstWeight + 4 * (k - from);
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i0 + offset);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i1 + offset);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i2 + offset);
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i3 + offset);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            a02 = x2.fma(w0, a02);
            a03 = x3.fma(w0, a03);
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            a11 = x1.fma(w1, a11);
            a12 = x2.fma(w1, a12);
            a13 = x3.fma(w1, a13);
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            a21 = x1.fma(w2, a21);
            a22 = x2.fma(w2, a22);
            a23 = x3.fma(w2, a23);
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
            a30 = x0.fma(w3, a30);
            a31 = x1.fma(w3, a31);
            a32 = x2.fma(w3, a32);
            a33 = x3.fma(w3, a33);
        }
        a00.intoArray(out, q0);
        a10.intoArray(out, q0 + step);
        a20.intoArray(out, q0 + step * 2);
        a30.intoArray(out, q0 + step * 3);
        a01.intoArray(out, q1);
        a11.intoArray(out, q1 + step);
        a21.intoArray(out, q1 + step * 2);
        a31.intoArray(out, q1 + step * 3);
        a02.intoArray(out, q2);
        a12.intoArray(out, q2 + step);
        a22.intoArray(out, q2 + step * 2);
        a32.intoArray(out, q2 + step * 3);
        a03.intoArray(out, q3);
        a13.intoArray(out, q3 + step);
        a23.intoArray(out, q3 + step * 2);
        a33.intoArray(out, q3 + step * 3);
    }

    /** 4 output channels x 1 site. */
    static void tile4x1(
            float[] in,
            int i0,
            int[] window,
            int from,
            int to,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int step) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a30 = FloatVector.broadcast(FLOATS, bias[firstBias + 3]);
        for (int k = from; k < to; k++) {
            int offset = window[k];
            int w = firstWeight + 4 * (k - from);
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i0 + offset);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
            a30 = x0.fma(w3, a30);
        }
        a00.intoArray(out, q0);
        a10.intoArray(out, q0 + step);
        a20.intoArray(out, q0 + step * 2);
        a30.intoArray(out, q0 + step * 3);
    }

    /** 1 output channel x 4 sites. */
    static void tile1x4(
            float[] in,
            int i0,
            int i1,
            int i2,
            int i3,
            int[] window,
            int from,
            int to,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int q1,
            int q2,
            int q3) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a01 = a00;
        FloatVector a02 = a00;
        FloatVector a03 = a00;
        for (int k = from; k < to; k++) {
            int offset = window[k];
            int w = firstWeight + (k - from);
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i0 + offset);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i1 + offset);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i2 + offset);
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i3 + offset);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            a02 = x2.fma(w0, a02);
            a03 = x3.fma(w0, a03);
        }
        a00.intoArray(out, q0);
        a01.intoArray(out, q1);
        a02.intoArray(out, q2);
        a03.intoArray(out, q3);
    }

    /** 1 output channel x 1 site. */
    static void tile1x1(
            float[] in,
            int i0,
            int[] window,
            int from,
            int to,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        for (int k = from; k < to; k++) {
            int offset = window[k];
            int w = firstWeight + (k - from);
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i0 + offset);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
        }
        a00.intoArray(out, q0);
    }
}
