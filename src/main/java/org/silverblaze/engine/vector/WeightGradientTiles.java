package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.FLOATS;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of the weight gradient: sums[o][j] += sum over sites of gradient[site][o] * in[base[site] + d_j], lane by
 * lane, for any vectors j of the window. Every weight is one chain of fused multiply-adds over the output sites in row-major order, in
 * every tile alike.
 *
 * <p>A tile loads 8 vectors for 16 multiply-adds, so it is slow where the loads are: vectors that cross a cache line (see {@link
 * Lanes#FIRST}; they cost 10 per cent of the peak) and inputs or gradients beyond the first-level cache.
 *
 * <p>Where there are only 16 registers its sums would be spilled. There a tile holds two inputs, with a bounds check each, while the
 * gradients, which need none, stream by: 6 x 2 takes 15 registers and 8 loads for 12 multiply-adds, 5 x 2 is as fast. With the loads in
 * the other order C2 has all gradients in registers at once and spills.
 *
 * <p>Sums are loaded from the places they are stored to in the end. {@code & Integer.MAX_VALUE}, which changes nothing, hides that from C2:
 * it would keep these places in registers all through the loop, and what the loop needs on the stack.
 *
 * <p>Arguments: {@code in} padded input; {@code gradient} of the output, one vector of lanes each, {@code [site][o]}, that of site
 * {@code from} at {@code firstGradient}; sites {@code from .. to-1}; {@code sums} {@code [o][j][WIDTH]} of this tile from {@code at}, those
 * of a channel {@code stride} floats after those of the one before. The caller adds the offset of the lanes' vector to d.
 */
final class WeightGradientTiles {
    private WeightGradientTiles() {}

    /** 4 output channels x 4 vectors of the window. */
    static void tile4x4(
            float[] in,
            int d0,
            int d1,
            int d2,
            int d3,
            int[] base,
            float[] gradient,
            int firstGradient,
            int from,
            int to,
            float[] sums,
            int at,
            int stride) {
        int begin = at & Integer.MAX_VALUE;
        int next = stride & Integer.MAX_VALUE;
        FloatVector a00 = FloatVector.fromArray(FLOATS, sums, begin);
        FloatVector a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
        FloatVector a02 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 2);
        FloatVector a03 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 3);
        FloatVector a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
        FloatVector a11 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 1);
        FloatVector a12 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 2);
        FloatVector a13 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 3);
        FloatVector a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
        FloatVector a21 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 1);
        FloatVector a22 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 2);
        FloatVector a23 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 3);
        FloatVector a30 = FloatVector.fromArray(FLOATS, sums, begin + next * 3);
        FloatVector a31 = FloatVector.fromArray(FLOATS, sums, begin + next * 3 + WIDTH * 1);
        FloatVector a32 = FloatVector.fromArray(FLOATS, sums, begin + next * 3 + WIDTH * 2);
        FloatVector a33 = FloatVector.fromArray(FLOATS, sums, begin + next * 3 + WIDTH * 3);
        int p = firstGradient;
        for (int site = from; site < to; site++) {
            int i = base[site];
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i + d0);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + d1);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + d2);
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + d3);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            a02 = x2.fma(g0, a02);
            a03 = x3.fma(g0, a03);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH);
            a10 = x0.fma(g1, a10);
            a11 = x1.fma(g1, a11);
            a12 = x2.fma(g1, a12);
            a13 = x3.fma(g1, a13);
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            a20 = x0.fma(g2, a20);
            a21 = x1.fma(g2, a21);
            a22 = x2.fma(g2, a22);
            a23 = x3.fma(g2, a23);
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 3);
            a30 = x0.fma(g3, a30);
            a31 = x1.fma(g3, a31);
            a32 = x2.fma(g3, a32);
            a33 = x3.fma(g3, a33);
            p += WIDTH * 4;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a02.intoArray(sums, at + WIDTH * 2);
        a03.intoArray(sums, at + WIDTH * 3);
        a10.intoArray(sums, at + stride);
        a11.intoArray(sums, at + stride + WIDTH * 1);
        a12.intoArray(sums, at + stride + WIDTH * 2);
        a13.intoArray(sums, at + stride + WIDTH * 3);
        a20.intoArray(sums, at + stride * 2);
        a21.intoArray(sums, at + stride * 2 + WIDTH * 1);
        a22.intoArray(sums, at + stride * 2 + WIDTH * 2);
        a23.intoArray(sums, at + stride * 2 + WIDTH * 3);
        a30.intoArray(sums, at + stride * 3);
        a31.intoArray(sums, at + stride * 3 + WIDTH * 1);
        a32.intoArray(sums, at + stride * 3 + WIDTH * 2);
        a33.intoArray(sums, at + stride * 3 + WIDTH * 3);
    }

    /** 3 output channels x 4 vectors of the window: 12 sums, 3 gradients and one input at a time fill 16 registers. */
    static void tile3x4(
            float[] in,
            int d0,
            int d1,
            int d2,
            int d3,
            int[] base,
            float[] gradient,
            int firstGradient,
            int from,
            int to,
            float[] sums,
            int at,
            int stride) {
        int begin = at & Integer.MAX_VALUE;
        int next = stride & Integer.MAX_VALUE;
        FloatVector a00 = FloatVector.fromArray(FLOATS, sums, begin);
        FloatVector a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
        FloatVector a02 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 2);
        FloatVector a03 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 3);
        FloatVector a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
        FloatVector a11 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 1);
        FloatVector a12 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 2);
        FloatVector a13 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 3);
        FloatVector a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
        FloatVector a21 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 1);
        FloatVector a22 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 2);
        FloatVector a23 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 3);
        int p = firstGradient;
        for (int site = from; site < to; site++) {
            int i = base[site];
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH);
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i + d0);
            a00 = x0.fma(g0, a00);
            a10 = x0.fma(g1, a10);
            a20 = x0.fma(g2, a20);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + d1);
            a01 = x1.fma(g0, a01);
            a11 = x1.fma(g1, a11);
            a21 = x1.fma(g2, a21);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + d2);
            a02 = x2.fma(g0, a02);
            a12 = x2.fma(g1, a12);
            a22 = x2.fma(g2, a22);
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + d3);
            a03 = x3.fma(g0, a03);
            a13 = x3.fma(g1, a13);
            a23 = x3.fma(g2, a23);
            p += WIDTH * 3;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a02.intoArray(sums, at + WIDTH * 2);
        a03.intoArray(sums, at + WIDTH * 3);
        a10.intoArray(sums, at + stride);
        a11.intoArray(sums, at + stride + WIDTH * 1);
        a12.intoArray(sums, at + stride + WIDTH * 2);
        a13.intoArray(sums, at + stride + WIDTH * 3);
        a20.intoArray(sums, at + stride * 2);
        a21.intoArray(sums, at + stride * 2 + WIDTH * 1);
        a22.intoArray(sums, at + stride * 2 + WIDTH * 2);
        a23.intoArray(sums, at + stride * 2 + WIDTH * 3);
    }

    /** 3 output channels x 1 vector of the window. */
    static void tile3x1(
            float[] in,
            int d0,
            int[] base,
            float[] gradient,
            int firstGradient,
            int from,
            int to,
            float[] sums,
            int at,
            int stride) {
        int begin = at & Integer.MAX_VALUE;
        int next = stride & Integer.MAX_VALUE;
        FloatVector a00 = FloatVector.fromArray(FLOATS, sums, begin);
        FloatVector a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
        FloatVector a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
        int p = firstGradient;
        for (int site = from; site < to; site++) {
            int i = base[site];
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH);
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i + d0);
            a00 = x0.fma(g0, a00);
            a10 = x0.fma(g1, a10);
            a20 = x0.fma(g2, a20);
            p += WIDTH * 3;
        }
        a00.intoArray(sums, at);
        a10.intoArray(sums, at + stride);
        a20.intoArray(sums, at + stride * 2);
    }

    /** 6 output channels x 2 vectors of the window: 12 sums, 2 inputs and one gradient at a time. */
    static void tile6x2(
            float[] in,
            int d0,
            int d1,
            int[] base,
            float[] gradient,
            int firstGradient,
            int from,
            int to,
            float[] sums,
            int at,
            int stride) {
        int begin = at & Integer.MAX_VALUE;
        int next = stride & Integer.MAX_VALUE;
        FloatVector a00 = FloatVector.fromArray(FLOATS, sums, begin);
        FloatVector a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
        FloatVector a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
        FloatVector a11 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 1);
        FloatVector a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
        FloatVector a21 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 1);
        FloatVector a30 = FloatVector.fromArray(FLOATS, sums, begin + next * 3);
        FloatVector a31 = FloatVector.fromArray(FLOATS, sums, begin + next * 3 + WIDTH * 1);
        FloatVector a40 = FloatVector.fromArray(FLOATS, sums, begin + next * 4);
        FloatVector a41 = FloatVector.fromArray(FLOATS, sums, begin + next * 4 + WIDTH * 1);
        FloatVector a50 = FloatVector.fromArray(FLOATS, sums, begin + next * 5);
        FloatVector a51 = FloatVector.fromArray(FLOATS, sums, begin + next * 5 + WIDTH * 1);
        int p = firstGradient;
        for (int site = from; site < to; site++) {
            int i = base[site];
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i + d0);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + d1);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH);
            a10 = x0.fma(g1, a10);
            a11 = x1.fma(g1, a11);
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            a20 = x0.fma(g2, a20);
            a21 = x1.fma(g2, a21);
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 3);
            a30 = x0.fma(g3, a30);
            a31 = x1.fma(g3, a31);
            FloatVector g4 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 4);
            a40 = x0.fma(g4, a40);
            a41 = x1.fma(g4, a41);
            FloatVector g5 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 5);
            a50 = x0.fma(g5, a50);
            a51 = x1.fma(g5, a51);
            p += WIDTH * 6;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a10.intoArray(sums, at + stride);
        a11.intoArray(sums, at + stride + WIDTH * 1);
        a20.intoArray(sums, at + stride * 2);
        a21.intoArray(sums, at + stride * 2 + WIDTH * 1);
        a30.intoArray(sums, at + stride * 3);
        a31.intoArray(sums, at + stride * 3 + WIDTH * 1);
        a40.intoArray(sums, at + stride * 4);
        a41.intoArray(sums, at + stride * 4 + WIDTH * 1);
        a50.intoArray(sums, at + stride * 5);
        a51.intoArray(sums, at + stride * 5 + WIDTH * 1);
    }

    /** 5 output channels x 2 vectors of the window. */
    static void tile5x2(
            float[] in,
            int d0,
            int d1,
            int[] base,
            float[] gradient,
            int firstGradient,
            int from,
            int to,
            float[] sums,
            int at,
            int stride) {
        int begin = at & Integer.MAX_VALUE;
        int next = stride & Integer.MAX_VALUE;
        FloatVector a00 = FloatVector.fromArray(FLOATS, sums, begin);
        FloatVector a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
        FloatVector a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
        FloatVector a11 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 1);
        FloatVector a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
        FloatVector a21 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 1);
        FloatVector a30 = FloatVector.fromArray(FLOATS, sums, begin + next * 3);
        FloatVector a31 = FloatVector.fromArray(FLOATS, sums, begin + next * 3 + WIDTH * 1);
        FloatVector a40 = FloatVector.fromArray(FLOATS, sums, begin + next * 4);
        FloatVector a41 = FloatVector.fromArray(FLOATS, sums, begin + next * 4 + WIDTH * 1);
        int p = firstGradient;
        for (int site = from; site < to; site++) {
            int i = base[site];
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i + d0);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + d1);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH);
            a10 = x0.fma(g1, a10);
            a11 = x1.fma(g1, a11);
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            a20 = x0.fma(g2, a20);
            a21 = x1.fma(g2, a21);
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 3);
            a30 = x0.fma(g3, a30);
            a31 = x1.fma(g3, a31);
            FloatVector g4 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 4);
            a40 = x0.fma(g4, a40);
            a41 = x1.fma(g4, a41);
            p += WIDTH * 5;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a10.intoArray(sums, at + stride);
        a11.intoArray(sums, at + stride + WIDTH * 1);
        a20.intoArray(sums, at + stride * 2);
        a21.intoArray(sums, at + stride * 2 + WIDTH * 1);
        a30.intoArray(sums, at + stride * 3);
        a31.intoArray(sums, at + stride * 3 + WIDTH * 1);
        a40.intoArray(sums, at + stride * 4);
        a41.intoArray(sums, at + stride * 4 + WIDTH * 1);
    }

    /** 4 output channels x 2 vectors of the window. */
    static void tile4x2(
            float[] in,
            int d0,
            int d1,
            int[] base,
            float[] gradient,
            int firstGradient,
            int from,
            int to,
            float[] sums,
            int at,
            int stride) {
        int begin = at & Integer.MAX_VALUE;
        int next = stride & Integer.MAX_VALUE;
        FloatVector a00 = FloatVector.fromArray(FLOATS, sums, begin);
        FloatVector a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
        FloatVector a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
        FloatVector a11 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 1);
        FloatVector a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
        FloatVector a21 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 1);
        FloatVector a30 = FloatVector.fromArray(FLOATS, sums, begin + next * 3);
        FloatVector a31 = FloatVector.fromArray(FLOATS, sums, begin + next * 3 + WIDTH * 1);
        int p = firstGradient;
        for (int site = from; site < to; site++) {
            int i = base[site];
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i + d0);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + d1);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH);
            a10 = x0.fma(g1, a10);
            a11 = x1.fma(g1, a11);
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            a20 = x0.fma(g2, a20);
            a21 = x1.fma(g2, a21);
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 3);
            a30 = x0.fma(g3, a30);
            a31 = x1.fma(g3, a31);
            p += WIDTH * 4;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a10.intoArray(sums, at + stride);
        a11.intoArray(sums, at + stride + WIDTH * 1);
        a20.intoArray(sums, at + stride * 2);
        a21.intoArray(sums, at + stride * 2 + WIDTH * 1);
        a30.intoArray(sums, at + stride * 3);
        a31.intoArray(sums, at + stride * 3 + WIDTH * 1);
    }

    /** 4 output channels x 1 vector of the window. */
    static void tile4x1(
            float[] in,
            int d0,
            int[] base,
            float[] gradient,
            int firstGradient,
            int from,
            int to,
            float[] sums,
            int at,
            int stride) {
        int begin = at & Integer.MAX_VALUE;
        int next = stride & Integer.MAX_VALUE;
        FloatVector a00 = FloatVector.fromArray(FLOATS, sums, begin);
        FloatVector a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
        FloatVector a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
        FloatVector a30 = FloatVector.fromArray(FLOATS, sums, begin + next * 3);
        int p = firstGradient;
        for (int site = from; site < to; site++) {
            int i = base[site];
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i + d0);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH);
            a10 = x0.fma(g1, a10);
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            a20 = x0.fma(g2, a20);
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 3);
            a30 = x0.fma(g3, a30);
            p += WIDTH * 4;
        }
        a00.intoArray(sums, at);
        a10.intoArray(sums, at + stride);
        a20.intoArray(sums, at + stride * 2);
        a30.intoArray(sums, at + stride * 3);
    }

    /** 1 output channel x 4 vectors of the window. */
    static void tile1x4(
            float[] in,
            int d0,
            int d1,
            int d2,
            int d3,
            int[] base,
            float[] gradient,
            int firstGradient,
            int from,
            int to,
            float[] sums,
            int at) {
        FloatVector a00 = FloatVector.fromArray(FLOATS, sums, at);
        FloatVector a01 = FloatVector.fromArray(FLOATS, sums, at + WIDTH * 1);
        FloatVector a02 = FloatVector.fromArray(FLOATS, sums, at + WIDTH * 2);
        FloatVector a03 = FloatVector.fromArray(FLOATS, sums, at + WIDTH * 3);
        int p = firstGradient;
        for (int site = from; site < to; site++) {
            int i = base[site];
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i + d0);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + d1);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + d2);
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + d3);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            a02 = x2.fma(g0, a02);
            a03 = x3.fma(g0, a03);
            p += WIDTH;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a02.intoArray(sums, at + WIDTH * 2);
        a03.intoArray(sums, at + WIDTH * 3);
    }

    /** 1 output channel x 1 vector of the window. */
    static void tile1x1(
            float[] in,
            int d0,
            int[] base,
            float[] gradient,
            int firstGradient,
            int from,
            int to,
            float[] sums,
            int at) {
        FloatVector a00 = FloatVector.fromArray(FLOATS, sums, at);
        int p = firstGradient;
        for (int site = from; site < to; site++) {
            int i = base[site];
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i + d0);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            p += WIDTH;
        }
        a00.intoArray(sums, at);
    }

    /** Copies one vector of a channel of each site, {@code step} floats apart, and adds it to the channel's sum. */
    static void copy1(
            float[] gradient,
            int first,
            int[] sites,
            int from,
            int to,
            float[] copy,
            int firstCopy,
            int step,
            float[] sums,
            int at) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, sums, at);
        int p = firstCopy;
        for (int site = from; site < to; site++) {
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, sites[site] + first);
            s0 = s0.add(g0);
            g0.intoArray(copy, p);
            p += step;
        }
        s0.intoArray(sums, at);
    }

    /** {@link #copy1} of two channels, the second {@code channel} floats after the first; their copies and sums are neighbours. */
    static void copy2(
            float[] gradient,
            int first,
            int channel,
            int[] sites,
            int from,
            int to,
            float[] copy,
            int firstCopy,
            int step,
            float[] sums,
            int at) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, sums, at);
        FloatVector s1 = FloatVector.fromArray(FLOATS, sums, at + WIDTH);
        int p = firstCopy;
        for (int site = from; site < to; site++) {
            int i = sites[site] + first;
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, i);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, i + channel);
            s0 = s0.add(g0);
            s1 = s1.add(g1);
            g0.intoArray(copy, p);
            g1.intoArray(copy, p + WIDTH);
            p += step;
        }
        s0.intoArray(sums, at);
        s1.intoArray(sums, at + WIDTH);
    }

    /** {@link #copy1} of four channels, each {@code channel} floats after the one before; their copies and sums are neighbours. */
    static void copy4(
            float[] gradient,
            int first,
            int channel,
            int[] sites,
            int from,
            int to,
            float[] copy,
            int firstCopy,
            int step,
            float[] sums,
            int at) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, sums, at);
        FloatVector s1 = FloatVector.fromArray(FLOATS, sums, at + WIDTH);
        FloatVector s2 = FloatVector.fromArray(FLOATS, sums, at + WIDTH * 2);
        FloatVector s3 = FloatVector.fromArray(FLOATS, sums, at + WIDTH * 3);
        int p = firstCopy;
        for (int site = from; site < to; site++) {
            int i = sites[site] + first;
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, i);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, i + channel);
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, i + 2 * channel);
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, i + 3 * channel);
            s0 = s0.add(g0);
            s1 = s1.add(g1);
            s2 = s2.add(g2);
            s3 = s3.add(g3);
            g0.intoArray(copy, p);
            g1.intoArray(copy, p + WIDTH);
            g2.intoArray(copy, p + WIDTH * 2);
            g3.intoArray(copy, p + WIDTH * 3);
            p += step;
        }
        s0.intoArray(sums, at);
        s1.intoArray(sums, at + WIDTH);
        s2.intoArray(sums, at + WIDTH * 2);
        s3.intoArray(sums, at + WIDTH * 3);
    }
}
