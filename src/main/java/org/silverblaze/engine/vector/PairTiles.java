package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.FLOATS;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link CorrelationTiles} for the 16 registers of AVX2 and SSE ({@link Lanes#MANY_REGISTERS} is false): 3 to 6 output
 * channels x 2 sites, the same chain of fused multiply-adds for every output.
 *
 * <p>6 x 2 sums, two inputs and one weight take 15 registers, if the weights come one by one. C2 would load them all at once and
 * spill the sums, to half the speed. {@link VarHandle#loadLoadFence()} keeps it from that: no load moves across it, and on x86 it is no
 * instruction. So every weight has one before it.
 *
 * <p>What counts beside the multiply-adds are all the other instructions: the core takes up to six a cycle, and half as many while its
 * other hardware thread is busy. A convolution's window mostly consists of rows of three neighbouring vectors, of which neighbouring
 * sites share two: the tiles {@code rows} load four vectors for six inputs and need one index and two bounds checks for 36
 * multiply-adds. The tiles {@code any} take any window and any two sites.
 *
 * <p>A weight's index grows by the same number in every round. Of such an index C2 checks the first and the last value before the loop, for
 * each of 18 weights by itself, which is more than the multiply-adds of three rounds. {@code & Integer.MAX_VALUE}, which changes nothing,
 * hides the growth from it, and it checks a row's weights in the loop, all at once. Tiles {@code any} have few weights a round and are
 * better off with the checks before the loop.
 *
 * <p>Arguments: {@code in} with the start i of the first site's window; {@code window}, or the {@code rows}' first vectors; {@code
 * weights} {@code [window][o]} from {@code firstWeight}; {@code bias} from {@code firstBias}; {@code out} with the places q0 and q1 of
 * the sites' first channel and the step from a channel to the next. One vector of lanes each; the caller adds the lane's offset.
 */
final class PairTiles {
    /** Output channels of the smallest and of the largest tile. */
    static final int LEAST = 3;

    static final int MOST = 6;

    private PairTiles() {}

    /** 6 output channels x 2 neighbouring sites of a row, windows of rows of three vectors. */
    static void rows6x2(
            float[] in,
            int i0,
            int[] rows,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int q1,
            int step) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a01 = a00;
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a11 = a10;
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a21 = a20;
        FloatVector a30 = FloatVector.broadcast(FLOATS, bias[firstBias + 3]);
        FloatVector a31 = a30;
        FloatVector a40 = FloatVector.broadcast(FLOATS, bias[firstBias + 4]);
        FloatVector a41 = a40;
        FloatVector a50 = FloatVector.broadcast(FLOATS, bias[firstBias + 5]);
        FloatVector a51 = a50;
        for (int k = 0; k < rows.length; k++) {
            int i = i0 + rows[k];
            int w = (firstWeight + 18 * k) & Integer.MAX_VALUE;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            VarHandle.loadLoadFence();
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            a11 = x1.fma(w1, a11);
            VarHandle.loadLoadFence();
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            a21 = x1.fma(w2, a21);
            VarHandle.loadLoadFence();
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
            a30 = x0.fma(w3, a30);
            a31 = x1.fma(w3, a31);
            VarHandle.loadLoadFence();
            FloatVector w4 = FloatVector.broadcast(FLOATS, weights[w + 4]);
            a40 = x0.fma(w4, a40);
            a41 = x1.fma(w4, a41);
            VarHandle.loadLoadFence();
            FloatVector w5 = FloatVector.broadcast(FLOATS, weights[w + 5]);
            a50 = x0.fma(w5, a50);
            a51 = x1.fma(w5, a51);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 2);
            VarHandle.loadLoadFence();
            FloatVector w6 = FloatVector.broadcast(FLOATS, weights[w + 6]);
            a00 = x1.fma(w6, a00);
            a01 = x2.fma(w6, a01);
            VarHandle.loadLoadFence();
            FloatVector w7 = FloatVector.broadcast(FLOATS, weights[w + 7]);
            a10 = x1.fma(w7, a10);
            a11 = x2.fma(w7, a11);
            VarHandle.loadLoadFence();
            FloatVector w8 = FloatVector.broadcast(FLOATS, weights[w + 8]);
            a20 = x1.fma(w8, a20);
            a21 = x2.fma(w8, a21);
            VarHandle.loadLoadFence();
            FloatVector w9 = FloatVector.broadcast(FLOATS, weights[w + 9]);
            a30 = x1.fma(w9, a30);
            a31 = x2.fma(w9, a31);
            VarHandle.loadLoadFence();
            FloatVector w10 = FloatVector.broadcast(FLOATS, weights[w + 10]);
            a40 = x1.fma(w10, a40);
            a41 = x2.fma(w10, a41);
            VarHandle.loadLoadFence();
            FloatVector w11 = FloatVector.broadcast(FLOATS, weights[w + 11]);
            a50 = x1.fma(w11, a50);
            a51 = x2.fma(w11, a51);
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 3);
            VarHandle.loadLoadFence();
            FloatVector w12 = FloatVector.broadcast(FLOATS, weights[w + 12]);
            a00 = x2.fma(w12, a00);
            a01 = x3.fma(w12, a01);
            VarHandle.loadLoadFence();
            FloatVector w13 = FloatVector.broadcast(FLOATS, weights[w + 13]);
            a10 = x2.fma(w13, a10);
            a11 = x3.fma(w13, a11);
            VarHandle.loadLoadFence();
            FloatVector w14 = FloatVector.broadcast(FLOATS, weights[w + 14]);
            a20 = x2.fma(w14, a20);
            a21 = x3.fma(w14, a21);
            VarHandle.loadLoadFence();
            FloatVector w15 = FloatVector.broadcast(FLOATS, weights[w + 15]);
            a30 = x2.fma(w15, a30);
            a31 = x3.fma(w15, a31);
            VarHandle.loadLoadFence();
            FloatVector w16 = FloatVector.broadcast(FLOATS, weights[w + 16]);
            a40 = x2.fma(w16, a40);
            a41 = x3.fma(w16, a41);
            VarHandle.loadLoadFence();
            FloatVector w17 = FloatVector.broadcast(FLOATS, weights[w + 17]);
            a50 = x2.fma(w17, a50);
            a51 = x3.fma(w17, a51);
        }
        a00.intoArray(out, q0);
        a01.intoArray(out, q1);
        a10.intoArray(out, q0 + step);
        a11.intoArray(out, q1 + step);
        a20.intoArray(out, q0 + step * 2);
        a21.intoArray(out, q1 + step * 2);
        a30.intoArray(out, q0 + step * 3);
        a31.intoArray(out, q1 + step * 3);
        a40.intoArray(out, q0 + step * 4);
        a41.intoArray(out, q1 + step * 4);
        a50.intoArray(out, q0 + step * 5);
        a51.intoArray(out, q1 + step * 5);
    }

    /** {@link #rows6x2} of 5 output channels. */
    static void rows5x2(
            float[] in,
            int i0,
            int[] rows,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int q1,
            int step) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a01 = a00;
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a11 = a10;
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a21 = a20;
        FloatVector a30 = FloatVector.broadcast(FLOATS, bias[firstBias + 3]);
        FloatVector a31 = a30;
        FloatVector a40 = FloatVector.broadcast(FLOATS, bias[firstBias + 4]);
        FloatVector a41 = a40;
        for (int k = 0; k < rows.length; k++) {
            int i = i0 + rows[k];
            int w = (firstWeight + 15 * k) & Integer.MAX_VALUE;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            VarHandle.loadLoadFence();
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            a11 = x1.fma(w1, a11);
            VarHandle.loadLoadFence();
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            a21 = x1.fma(w2, a21);
            VarHandle.loadLoadFence();
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
            a30 = x0.fma(w3, a30);
            a31 = x1.fma(w3, a31);
            VarHandle.loadLoadFence();
            FloatVector w4 = FloatVector.broadcast(FLOATS, weights[w + 4]);
            a40 = x0.fma(w4, a40);
            a41 = x1.fma(w4, a41);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 2);
            VarHandle.loadLoadFence();
            FloatVector w5 = FloatVector.broadcast(FLOATS, weights[w + 5]);
            a00 = x1.fma(w5, a00);
            a01 = x2.fma(w5, a01);
            VarHandle.loadLoadFence();
            FloatVector w6 = FloatVector.broadcast(FLOATS, weights[w + 6]);
            a10 = x1.fma(w6, a10);
            a11 = x2.fma(w6, a11);
            VarHandle.loadLoadFence();
            FloatVector w7 = FloatVector.broadcast(FLOATS, weights[w + 7]);
            a20 = x1.fma(w7, a20);
            a21 = x2.fma(w7, a21);
            VarHandle.loadLoadFence();
            FloatVector w8 = FloatVector.broadcast(FLOATS, weights[w + 8]);
            a30 = x1.fma(w8, a30);
            a31 = x2.fma(w8, a31);
            VarHandle.loadLoadFence();
            FloatVector w9 = FloatVector.broadcast(FLOATS, weights[w + 9]);
            a40 = x1.fma(w9, a40);
            a41 = x2.fma(w9, a41);
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 3);
            VarHandle.loadLoadFence();
            FloatVector w10 = FloatVector.broadcast(FLOATS, weights[w + 10]);
            a00 = x2.fma(w10, a00);
            a01 = x3.fma(w10, a01);
            VarHandle.loadLoadFence();
            FloatVector w11 = FloatVector.broadcast(FLOATS, weights[w + 11]);
            a10 = x2.fma(w11, a10);
            a11 = x3.fma(w11, a11);
            VarHandle.loadLoadFence();
            FloatVector w12 = FloatVector.broadcast(FLOATS, weights[w + 12]);
            a20 = x2.fma(w12, a20);
            a21 = x3.fma(w12, a21);
            VarHandle.loadLoadFence();
            FloatVector w13 = FloatVector.broadcast(FLOATS, weights[w + 13]);
            a30 = x2.fma(w13, a30);
            a31 = x3.fma(w13, a31);
            VarHandle.loadLoadFence();
            FloatVector w14 = FloatVector.broadcast(FLOATS, weights[w + 14]);
            a40 = x2.fma(w14, a40);
            a41 = x3.fma(w14, a41);
        }
        a00.intoArray(out, q0);
        a01.intoArray(out, q1);
        a10.intoArray(out, q0 + step);
        a11.intoArray(out, q1 + step);
        a20.intoArray(out, q0 + step * 2);
        a21.intoArray(out, q1 + step * 2);
        a30.intoArray(out, q0 + step * 3);
        a31.intoArray(out, q1 + step * 3);
        a40.intoArray(out, q0 + step * 4);
        a41.intoArray(out, q1 + step * 4);
    }

    /** {@link #rows6x2} of 4 output channels. */
    static void rows4x2(
            float[] in,
            int i0,
            int[] rows,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int q1,
            int step) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a01 = a00;
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a11 = a10;
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a21 = a20;
        FloatVector a30 = FloatVector.broadcast(FLOATS, bias[firstBias + 3]);
        FloatVector a31 = a30;
        for (int k = 0; k < rows.length; k++) {
            int i = i0 + rows[k];
            int w = (firstWeight + 12 * k) & Integer.MAX_VALUE;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            VarHandle.loadLoadFence();
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            a11 = x1.fma(w1, a11);
            VarHandle.loadLoadFence();
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            a21 = x1.fma(w2, a21);
            VarHandle.loadLoadFence();
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
            a30 = x0.fma(w3, a30);
            a31 = x1.fma(w3, a31);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 2);
            VarHandle.loadLoadFence();
            FloatVector w4 = FloatVector.broadcast(FLOATS, weights[w + 4]);
            a00 = x1.fma(w4, a00);
            a01 = x2.fma(w4, a01);
            VarHandle.loadLoadFence();
            FloatVector w5 = FloatVector.broadcast(FLOATS, weights[w + 5]);
            a10 = x1.fma(w5, a10);
            a11 = x2.fma(w5, a11);
            VarHandle.loadLoadFence();
            FloatVector w6 = FloatVector.broadcast(FLOATS, weights[w + 6]);
            a20 = x1.fma(w6, a20);
            a21 = x2.fma(w6, a21);
            VarHandle.loadLoadFence();
            FloatVector w7 = FloatVector.broadcast(FLOATS, weights[w + 7]);
            a30 = x1.fma(w7, a30);
            a31 = x2.fma(w7, a31);
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 3);
            VarHandle.loadLoadFence();
            FloatVector w8 = FloatVector.broadcast(FLOATS, weights[w + 8]);
            a00 = x2.fma(w8, a00);
            a01 = x3.fma(w8, a01);
            VarHandle.loadLoadFence();
            FloatVector w9 = FloatVector.broadcast(FLOATS, weights[w + 9]);
            a10 = x2.fma(w9, a10);
            a11 = x3.fma(w9, a11);
            VarHandle.loadLoadFence();
            FloatVector w10 = FloatVector.broadcast(FLOATS, weights[w + 10]);
            a20 = x2.fma(w10, a20);
            a21 = x3.fma(w10, a21);
            VarHandle.loadLoadFence();
            FloatVector w11 = FloatVector.broadcast(FLOATS, weights[w + 11]);
            a30 = x2.fma(w11, a30);
            a31 = x3.fma(w11, a31);
        }
        a00.intoArray(out, q0);
        a01.intoArray(out, q1);
        a10.intoArray(out, q0 + step);
        a11.intoArray(out, q1 + step);
        a20.intoArray(out, q0 + step * 2);
        a21.intoArray(out, q1 + step * 2);
        a30.intoArray(out, q0 + step * 3);
        a31.intoArray(out, q1 + step * 3);
    }

    /** {@link #rows6x2} of 3 output channels. */
    static void rows3x2(
            float[] in,
            int i0,
            int[] rows,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int q1,
            int step) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a01 = a00;
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a11 = a10;
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a21 = a20;
        for (int k = 0; k < rows.length; k++) {
            int i = i0 + rows[k];
            int w = (firstWeight + 9 * k) & Integer.MAX_VALUE;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            VarHandle.loadLoadFence();
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            a11 = x1.fma(w1, a11);
            VarHandle.loadLoadFence();
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            a21 = x1.fma(w2, a21);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 2);
            VarHandle.loadLoadFence();
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
            a00 = x1.fma(w3, a00);
            a01 = x2.fma(w3, a01);
            VarHandle.loadLoadFence();
            FloatVector w4 = FloatVector.broadcast(FLOATS, weights[w + 4]);
            a10 = x1.fma(w4, a10);
            a11 = x2.fma(w4, a11);
            VarHandle.loadLoadFence();
            FloatVector w5 = FloatVector.broadcast(FLOATS, weights[w + 5]);
            a20 = x1.fma(w5, a20);
            a21 = x2.fma(w5, a21);
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 3);
            VarHandle.loadLoadFence();
            FloatVector w6 = FloatVector.broadcast(FLOATS, weights[w + 6]);
            a00 = x2.fma(w6, a00);
            a01 = x3.fma(w6, a01);
            VarHandle.loadLoadFence();
            FloatVector w7 = FloatVector.broadcast(FLOATS, weights[w + 7]);
            a10 = x2.fma(w7, a10);
            a11 = x3.fma(w7, a11);
            VarHandle.loadLoadFence();
            FloatVector w8 = FloatVector.broadcast(FLOATS, weights[w + 8]);
            a20 = x2.fma(w8, a20);
            a21 = x3.fma(w8, a21);
        }
        a00.intoArray(out, q0);
        a01.intoArray(out, q1);
        a10.intoArray(out, q0 + step);
        a11.intoArray(out, q1 + step);
        a20.intoArray(out, q0 + step * 2);
        a21.intoArray(out, q1 + step * 2);
    }

    /** 6 output channels x 2 sites anywhere: the second window begins {@code next} floats after the first. */
    static void any6x2(
            float[] in,
            int i0,
            int next,
            int[] window,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int q1,
            int step) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a01 = a00;
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a11 = a10;
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a21 = a20;
        FloatVector a30 = FloatVector.broadcast(FLOATS, bias[firstBias + 3]);
        FloatVector a31 = a30;
        FloatVector a40 = FloatVector.broadcast(FLOATS, bias[firstBias + 4]);
        FloatVector a41 = a40;
        FloatVector a50 = FloatVector.broadcast(FLOATS, bias[firstBias + 5]);
        FloatVector a51 = a50;
        for (int k = 0; k < window.length; k++) {
            int i = i0 + window[k];
            int w = firstWeight + 6 * k;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + next);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            VarHandle.loadLoadFence();
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            a11 = x1.fma(w1, a11);
            VarHandle.loadLoadFence();
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            a21 = x1.fma(w2, a21);
            VarHandle.loadLoadFence();
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
            a30 = x0.fma(w3, a30);
            a31 = x1.fma(w3, a31);
            VarHandle.loadLoadFence();
            FloatVector w4 = FloatVector.broadcast(FLOATS, weights[w + 4]);
            a40 = x0.fma(w4, a40);
            a41 = x1.fma(w4, a41);
            VarHandle.loadLoadFence();
            FloatVector w5 = FloatVector.broadcast(FLOATS, weights[w + 5]);
            a50 = x0.fma(w5, a50);
            a51 = x1.fma(w5, a51);
        }
        a00.intoArray(out, q0);
        a01.intoArray(out, q1);
        a10.intoArray(out, q0 + step);
        a11.intoArray(out, q1 + step);
        a20.intoArray(out, q0 + step * 2);
        a21.intoArray(out, q1 + step * 2);
        a30.intoArray(out, q0 + step * 3);
        a31.intoArray(out, q1 + step * 3);
        a40.intoArray(out, q0 + step * 4);
        a41.intoArray(out, q1 + step * 4);
        a50.intoArray(out, q0 + step * 5);
        a51.intoArray(out, q1 + step * 5);
    }

    /** {@link #any6x2} of 5 output channels. */
    static void any5x2(
            float[] in,
            int i0,
            int next,
            int[] window,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int q1,
            int step) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a01 = a00;
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a11 = a10;
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a21 = a20;
        FloatVector a30 = FloatVector.broadcast(FLOATS, bias[firstBias + 3]);
        FloatVector a31 = a30;
        FloatVector a40 = FloatVector.broadcast(FLOATS, bias[firstBias + 4]);
        FloatVector a41 = a40;
        for (int k = 0; k < window.length; k++) {
            int i = i0 + window[k];
            int w = firstWeight + 5 * k;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + next);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            VarHandle.loadLoadFence();
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            a11 = x1.fma(w1, a11);
            VarHandle.loadLoadFence();
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            a21 = x1.fma(w2, a21);
            VarHandle.loadLoadFence();
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
            a30 = x0.fma(w3, a30);
            a31 = x1.fma(w3, a31);
            VarHandle.loadLoadFence();
            FloatVector w4 = FloatVector.broadcast(FLOATS, weights[w + 4]);
            a40 = x0.fma(w4, a40);
            a41 = x1.fma(w4, a41);
        }
        a00.intoArray(out, q0);
        a01.intoArray(out, q1);
        a10.intoArray(out, q0 + step);
        a11.intoArray(out, q1 + step);
        a20.intoArray(out, q0 + step * 2);
        a21.intoArray(out, q1 + step * 2);
        a30.intoArray(out, q0 + step * 3);
        a31.intoArray(out, q1 + step * 3);
        a40.intoArray(out, q0 + step * 4);
        a41.intoArray(out, q1 + step * 4);
    }

    /** {@link #any6x2} of 4 output channels. */
    static void any4x2(
            float[] in,
            int i0,
            int next,
            int[] window,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int q1,
            int step) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a01 = a00;
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a11 = a10;
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a21 = a20;
        FloatVector a30 = FloatVector.broadcast(FLOATS, bias[firstBias + 3]);
        FloatVector a31 = a30;
        for (int k = 0; k < window.length; k++) {
            int i = i0 + window[k];
            int w = firstWeight + 4 * k;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + next);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            VarHandle.loadLoadFence();
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            a11 = x1.fma(w1, a11);
            VarHandle.loadLoadFence();
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            a21 = x1.fma(w2, a21);
            VarHandle.loadLoadFence();
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[w + 3]);
            a30 = x0.fma(w3, a30);
            a31 = x1.fma(w3, a31);
        }
        a00.intoArray(out, q0);
        a01.intoArray(out, q1);
        a10.intoArray(out, q0 + step);
        a11.intoArray(out, q1 + step);
        a20.intoArray(out, q0 + step * 2);
        a21.intoArray(out, q1 + step * 2);
        a30.intoArray(out, q0 + step * 3);
        a31.intoArray(out, q1 + step * 3);
    }

    /** {@link #any6x2} of 3 output channels. */
    static void any3x2(
            float[] in,
            int i0,
            int next,
            int[] window,
            float[] weights,
            int firstWeight,
            float[] bias,
            int firstBias,
            float[] out,
            int q0,
            int q1,
            int step) {
        FloatVector a00 = FloatVector.broadcast(FLOATS, bias[firstBias]);
        FloatVector a01 = a00;
        FloatVector a10 = FloatVector.broadcast(FLOATS, bias[firstBias + 1]);
        FloatVector a11 = a10;
        FloatVector a20 = FloatVector.broadcast(FLOATS, bias[firstBias + 2]);
        FloatVector a21 = a20;
        for (int k = 0; k < window.length; k++) {
            int i = i0 + window[k];
            int w = firstWeight + 3 * k;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + next);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[w]);
            a00 = x0.fma(w0, a00);
            a01 = x1.fma(w0, a01);
            VarHandle.loadLoadFence();
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[w + 1]);
            a10 = x0.fma(w1, a10);
            a11 = x1.fma(w1, a11);
            VarHandle.loadLoadFence();
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[w + 2]);
            a20 = x0.fma(w2, a20);
            a21 = x1.fma(w2, a21);
        }
        a00.intoArray(out, q0);
        a01.intoArray(out, q1);
        a10.intoArray(out, q0 + step);
        a11.intoArray(out, q1 + step);
        a20.intoArray(out, q0 + step * 2);
        a21.intoArray(out, q1 + step * 2);
    }
}
