package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of a correlation: out[o][site] = bias[o] + sum over rows, sum over the run, of weight * in. A row of the
 * window and the channels under it are one run of {@code run = kernelX * channels} consecutive vectors of the padded
 * input, so the window is {@code rows = kernelT} runs, {@code rowStride} floats apart.
 *
 * <p>Every output is one chain of fused multiply-adds that starts with the bias and follows the window row by row, in
 * every tile alike: so all sites are equal to the bit where their inputs are, and a tile's shape is a matter of speed
 * alone. Weights lie {@code [row][run][o]} within a tile.
 *
 * <p>Arguments: {@code in} with the start i of each site's window; {@code weights} from {@code firstWeight}, {@code bias}
 * from {@code firstBias}; {@code out} with the place q of each site's first channel. One vector of lanes each; the caller
 * adds the lane's offset to i and q.
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
            int rowStride,
            int rows,
            int run,
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
        int w = firstWeight;
        for (int row = 0; row < rows; row++) {
            int offset = row * rowStride;
            for (int j = 0; j < run; j++) {
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
                offset += BLOCK;
                w += 4;
            }
        }
        a00.intoArray(out, q0);
        a10.intoArray(out, q0 + BLOCK);
        a20.intoArray(out, q0 + BLOCK * 2);
        a30.intoArray(out, q0 + BLOCK * 3);
        a01.intoArray(out, q1);
        a11.intoArray(out, q1 + BLOCK);
        a21.intoArray(out, q1 + BLOCK * 2);
        a31.intoArray(out, q1 + BLOCK * 3);
        a02.intoArray(out, q2);
        a12.intoArray(out, q2 + BLOCK);
        a22.intoArray(out, q2 + BLOCK * 2);
        a32.intoArray(out, q2 + BLOCK * 3);
        a03.intoArray(out, q3);
        a13.intoArray(out, q3 + BLOCK);
        a23.intoArray(out, q3 + BLOCK * 2);
        a33.intoArray(out, q3 + BLOCK * 3);
    }

    /** 4 output channels x 1 site. */
    static void tile4x1(
            float[] in,
            int i0,
            int rowStride,
            int rows,
            int run,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a30 = FloatVector.broadcast(FLOATS, bias[firstBias + 3]);
        int w = firstWeight;
        for (int row = 0; row < rows; row++) {
            int offset = row * rowStride;
            for (int j = 0; j < run; j++) {
                FloatVector x0 = FloatVector.fromArray(FLOATS, in, i0 + offset);
                FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
                a00 = x0.fma(w0, a00);
                FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
                a10 = x0.fma(w1, a10);
                FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
                a20 = x0.fma(w2, a20);
                FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
                a30 = x0.fma(w3, a30);
                offset += BLOCK;
                w += 4;
            }
        }
        a00.intoArray(out, q0);
        a10.intoArray(out, q0 + BLOCK);
        a20.intoArray(out, q0 + BLOCK * 2);
        a30.intoArray(out, q0 + BLOCK * 3);
    }

    /** 1 output channel x 4 sites. */
    static void tile1x4(
            float[] in,
            int i0,
            int i1,
            int i2,
            int i3,
            int rowStride,
            int rows,
            int run,
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
        int w = firstWeight;
        for (int row = 0; row < rows; row++) {
            int offset = row * rowStride;
            for (int j = 0; j < run; j++) {
                FloatVector x0 = FloatVector.fromArray(FLOATS, in, i0 + offset);
                FloatVector x1 = FloatVector.fromArray(FLOATS, in, i1 + offset);
                FloatVector x2 = FloatVector.fromArray(FLOATS, in, i2 + offset);
                FloatVector x3 = FloatVector.fromArray(FLOATS, in, i3 + offset);
                FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
                a00 = x0.fma(w0, a00);
                a01 = x1.fma(w0, a01);
                a02 = x2.fma(w0, a02);
                a03 = x3.fma(w0, a03);
                offset += BLOCK;
                w += 1;
            }
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
            int rowStride,
            int rows,
            int run,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        int w = firstWeight;
        for (int row = 0; row < rows; row++) {
            int offset = row * rowStride;
            for (int j = 0; j < run; j++) {
                FloatVector x0 = FloatVector.fromArray(FLOATS, in, i0 + offset);
                FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
                a00 = x0.fma(w0, a00);
                offset += BLOCK;
                w += 1;
            }
        }
        a00.intoArray(out, q0);
    }
}
