package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.FLOATS;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link WeightGradientTiles} for 16 registers where the window consists of rows of three neighbours and the output sites of
 * twos or fours of neighbours ({@link Correlation#neighbours}): a site's row shares two of its three inputs with the next site's, and the
 * sites share one index. The sums are the same to the bit.
 *
 * <p>4 channels x 3 vectors have 12 sums; a gradient, which is used three times, takes one more register, and the three inputs, which are
 * used four times, would take the last. C2 spills then. So only two inputs of a site stand in registers, and every multiply-add with
 * the third one takes it from memory, as its operand and at the price of no instruction. C2 makes an operand of a load that is the
 * argument of {@code fma}, not of one whose method is called, if it is used once; a fence, which is no instruction on x86 (see {@link
 * PairTiles}), keeps the loads of the same input for other channels from becoming one. Fences also keep gradients from being loaded
 * before the ones before are used. The gradients' index is hidden from C2 as in {@link PairTiles}: with a check before the loop for each of 16
 * gradients, tiles of few sites were slower. The sums' places are hidden as in {@link WeightGradientTiles}.
 *
 * <p>Arguments as in {@link WeightGradientTiles}. Where {@code from} is 0 the sums begin with zero, and what {@code sums} held does
 * not matter.
 */
final class WeightRowTiles {
    private WeightRowTiles() {}

    /** 4 output channels x a row of three vectors of the window x four neighbouring sites: 12 sums. */
    static void row4x4(
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
        FloatVector a00 = FloatVector.zero(FLOATS);
        FloatVector a01 = FloatVector.zero(FLOATS);
        FloatVector a02 = FloatVector.zero(FLOATS);
        FloatVector a10 = FloatVector.zero(FLOATS);
        FloatVector a11 = FloatVector.zero(FLOATS);
        FloatVector a12 = FloatVector.zero(FLOATS);
        FloatVector a20 = FloatVector.zero(FLOATS);
        FloatVector a21 = FloatVector.zero(FLOATS);
        FloatVector a22 = FloatVector.zero(FLOATS);
        FloatVector a30 = FloatVector.zero(FLOATS);
        FloatVector a31 = FloatVector.zero(FLOATS);
        FloatVector a32 = FloatVector.zero(FLOATS);
        if (from > 0) {
            int begin = at & Integer.MAX_VALUE;
            int next = stride & Integer.MAX_VALUE;
            a00 = FloatVector.fromArray(FLOATS, sums, begin);
            a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
            a02 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 2);
            a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
            a11 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 1);
            a12 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 2);
            a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
            a21 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 1);
            a22 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 2);
            a30 = FloatVector.fromArray(FLOATS, sums, begin + next * 3);
            a31 = FloatVector.fromArray(FLOATS, sums, begin + next * 3 + WIDTH * 1);
            a32 = FloatVector.fromArray(FLOATS, sums, begin + next * 3 + WIDTH * 2);
        }
        int p = firstGradient;
        for (int site = from; site < to; site += 4) {
            int i = base[site] + d0;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 1);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            a02 = g0.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a02);
            VarHandle.loadLoadFence();
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 1);
            a10 = x0.fma(g1, a10);
            a11 = x1.fma(g1, a11);
            a12 = g1.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a12);
            VarHandle.loadLoadFence();
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            a20 = x0.fma(g2, a20);
            a21 = x1.fma(g2, a21);
            a22 = g2.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a22);
            VarHandle.loadLoadFence();
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 3);
            a30 = x0.fma(g3, a30);
            a31 = x1.fma(g3, a31);
            a32 = g3.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a32);
            VarHandle.loadLoadFence();
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 2);
            FloatVector g4 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 4);
            a00 = x1.fma(g4, a00);
            a01 = x2.fma(g4, a01);
            a02 = g4.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a02);
            VarHandle.loadLoadFence();
            FloatVector g5 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 5);
            a10 = x1.fma(g5, a10);
            a11 = x2.fma(g5, a11);
            a12 = g5.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a12);
            VarHandle.loadLoadFence();
            FloatVector g6 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 6);
            a20 = x1.fma(g6, a20);
            a21 = x2.fma(g6, a21);
            a22 = g6.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a22);
            VarHandle.loadLoadFence();
            FloatVector g7 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 7);
            a30 = x1.fma(g7, a30);
            a31 = x2.fma(g7, a31);
            a32 = g7.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a32);
            VarHandle.loadLoadFence();
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 3);
            FloatVector g8 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 8);
            a00 = x2.fma(g8, a00);
            a01 = x3.fma(g8, a01);
            a02 = g8.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 4), a02);
            VarHandle.loadLoadFence();
            FloatVector g9 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 9);
            a10 = x2.fma(g9, a10);
            a11 = x3.fma(g9, a11);
            a12 = g9.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 4), a12);
            VarHandle.loadLoadFence();
            FloatVector g10 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 10);
            a20 = x2.fma(g10, a20);
            a21 = x3.fma(g10, a21);
            a22 = g10.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 4), a22);
            VarHandle.loadLoadFence();
            FloatVector g11 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 11);
            a30 = x2.fma(g11, a30);
            a31 = x3.fma(g11, a31);
            a32 = g11.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 4), a32);
            VarHandle.loadLoadFence();
            FloatVector x4 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 4);
            FloatVector g12 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 12);
            a00 = x3.fma(g12, a00);
            a01 = x4.fma(g12, a01);
            a02 = g12.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 5), a02);
            VarHandle.loadLoadFence();
            FloatVector g13 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 13);
            a10 = x3.fma(g13, a10);
            a11 = x4.fma(g13, a11);
            a12 = g13.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 5), a12);
            VarHandle.loadLoadFence();
            FloatVector g14 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 14);
            a20 = x3.fma(g14, a20);
            a21 = x4.fma(g14, a21);
            a22 = g14.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 5), a22);
            VarHandle.loadLoadFence();
            FloatVector g15 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 15);
            a30 = x3.fma(g15, a30);
            a31 = x4.fma(g15, a31);
            a32 = g15.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 5), a32);
            p = (p + WIDTH * 16) & Integer.MAX_VALUE;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a02.intoArray(sums, at + WIDTH * 2);
        a10.intoArray(sums, at + stride);
        a11.intoArray(sums, at + stride + WIDTH * 1);
        a12.intoArray(sums, at + stride + WIDTH * 2);
        a20.intoArray(sums, at + stride * 2);
        a21.intoArray(sums, at + stride * 2 + WIDTH * 1);
        a22.intoArray(sums, at + stride * 2 + WIDTH * 2);
        a30.intoArray(sums, at + stride * 3);
        a31.intoArray(sums, at + stride * 3 + WIDTH * 1);
        a32.intoArray(sums, at + stride * 3 + WIDTH * 2);
    }

    /** {@link #row4x4} of 3 output channels. */
    static void row3x4(
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
        FloatVector a00 = FloatVector.zero(FLOATS);
        FloatVector a01 = FloatVector.zero(FLOATS);
        FloatVector a02 = FloatVector.zero(FLOATS);
        FloatVector a10 = FloatVector.zero(FLOATS);
        FloatVector a11 = FloatVector.zero(FLOATS);
        FloatVector a12 = FloatVector.zero(FLOATS);
        FloatVector a20 = FloatVector.zero(FLOATS);
        FloatVector a21 = FloatVector.zero(FLOATS);
        FloatVector a22 = FloatVector.zero(FLOATS);
        if (from > 0) {
            int begin = at & Integer.MAX_VALUE;
            int next = stride & Integer.MAX_VALUE;
            a00 = FloatVector.fromArray(FLOATS, sums, begin);
            a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
            a02 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 2);
            a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
            a11 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 1);
            a12 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 2);
            a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
            a21 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 1);
            a22 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 2);
        }
        int p = firstGradient;
        for (int site = from; site < to; site += 4) {
            int i = base[site] + d0;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 1);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            a02 = g0.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a02);
            VarHandle.loadLoadFence();
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 1);
            a10 = x0.fma(g1, a10);
            a11 = x1.fma(g1, a11);
            a12 = g1.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a12);
            VarHandle.loadLoadFence();
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            a20 = x0.fma(g2, a20);
            a21 = x1.fma(g2, a21);
            a22 = g2.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a22);
            VarHandle.loadLoadFence();
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 2);
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 3);
            a00 = x1.fma(g3, a00);
            a01 = x2.fma(g3, a01);
            a02 = g3.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a02);
            VarHandle.loadLoadFence();
            FloatVector g4 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 4);
            a10 = x1.fma(g4, a10);
            a11 = x2.fma(g4, a11);
            a12 = g4.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a12);
            VarHandle.loadLoadFence();
            FloatVector g5 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 5);
            a20 = x1.fma(g5, a20);
            a21 = x2.fma(g5, a21);
            a22 = g5.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a22);
            VarHandle.loadLoadFence();
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 3);
            FloatVector g6 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 6);
            a00 = x2.fma(g6, a00);
            a01 = x3.fma(g6, a01);
            a02 = g6.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 4), a02);
            VarHandle.loadLoadFence();
            FloatVector g7 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 7);
            a10 = x2.fma(g7, a10);
            a11 = x3.fma(g7, a11);
            a12 = g7.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 4), a12);
            VarHandle.loadLoadFence();
            FloatVector g8 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 8);
            a20 = x2.fma(g8, a20);
            a21 = x3.fma(g8, a21);
            a22 = g8.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 4), a22);
            VarHandle.loadLoadFence();
            FloatVector x4 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 4);
            FloatVector g9 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 9);
            a00 = x3.fma(g9, a00);
            a01 = x4.fma(g9, a01);
            a02 = g9.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 5), a02);
            VarHandle.loadLoadFence();
            FloatVector g10 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 10);
            a10 = x3.fma(g10, a10);
            a11 = x4.fma(g10, a11);
            a12 = g10.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 5), a12);
            VarHandle.loadLoadFence();
            FloatVector g11 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 11);
            a20 = x3.fma(g11, a20);
            a21 = x4.fma(g11, a21);
            a22 = g11.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 5), a22);
            p = (p + WIDTH * 12) & Integer.MAX_VALUE;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a02.intoArray(sums, at + WIDTH * 2);
        a10.intoArray(sums, at + stride);
        a11.intoArray(sums, at + stride + WIDTH * 1);
        a12.intoArray(sums, at + stride + WIDTH * 2);
        a20.intoArray(sums, at + stride * 2);
        a21.intoArray(sums, at + stride * 2 + WIDTH * 1);
        a22.intoArray(sums, at + stride * 2 + WIDTH * 2);
    }

    /** {@link #row4x4} of two neighbouring sites at a time. */
    static void row4x2(
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
        FloatVector a00 = FloatVector.zero(FLOATS);
        FloatVector a01 = FloatVector.zero(FLOATS);
        FloatVector a02 = FloatVector.zero(FLOATS);
        FloatVector a10 = FloatVector.zero(FLOATS);
        FloatVector a11 = FloatVector.zero(FLOATS);
        FloatVector a12 = FloatVector.zero(FLOATS);
        FloatVector a20 = FloatVector.zero(FLOATS);
        FloatVector a21 = FloatVector.zero(FLOATS);
        FloatVector a22 = FloatVector.zero(FLOATS);
        FloatVector a30 = FloatVector.zero(FLOATS);
        FloatVector a31 = FloatVector.zero(FLOATS);
        FloatVector a32 = FloatVector.zero(FLOATS);
        if (from > 0) {
            int begin = at & Integer.MAX_VALUE;
            int next = stride & Integer.MAX_VALUE;
            a00 = FloatVector.fromArray(FLOATS, sums, begin);
            a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
            a02 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 2);
            a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
            a11 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 1);
            a12 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 2);
            a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
            a21 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 1);
            a22 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 2);
            a30 = FloatVector.fromArray(FLOATS, sums, begin + next * 3);
            a31 = FloatVector.fromArray(FLOATS, sums, begin + next * 3 + WIDTH * 1);
            a32 = FloatVector.fromArray(FLOATS, sums, begin + next * 3 + WIDTH * 2);
        }
        int p = firstGradient;
        for (int site = from; site < to; site += 2) {
            int i = base[site] + d0;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 1);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            a02 = g0.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a02);
            VarHandle.loadLoadFence();
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 1);
            a10 = x0.fma(g1, a10);
            a11 = x1.fma(g1, a11);
            a12 = g1.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a12);
            VarHandle.loadLoadFence();
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            a20 = x0.fma(g2, a20);
            a21 = x1.fma(g2, a21);
            a22 = g2.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a22);
            VarHandle.loadLoadFence();
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 3);
            a30 = x0.fma(g3, a30);
            a31 = x1.fma(g3, a31);
            a32 = g3.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 2), a32);
            VarHandle.loadLoadFence();
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 2);
            FloatVector g4 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 4);
            a00 = x1.fma(g4, a00);
            a01 = x2.fma(g4, a01);
            a02 = g4.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a02);
            VarHandle.loadLoadFence();
            FloatVector g5 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 5);
            a10 = x1.fma(g5, a10);
            a11 = x2.fma(g5, a11);
            a12 = g5.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a12);
            VarHandle.loadLoadFence();
            FloatVector g6 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 6);
            a20 = x1.fma(g6, a20);
            a21 = x2.fma(g6, a21);
            a22 = g6.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a22);
            VarHandle.loadLoadFence();
            FloatVector g7 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 7);
            a30 = x1.fma(g7, a30);
            a31 = x2.fma(g7, a31);
            a32 = g7.fma(FloatVector.fromArray(FLOATS, in, i + WIDTH * 3), a32);
            p = (p + WIDTH * 8) & Integer.MAX_VALUE;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a02.intoArray(sums, at + WIDTH * 2);
        a10.intoArray(sums, at + stride);
        a11.intoArray(sums, at + stride + WIDTH * 1);
        a12.intoArray(sums, at + stride + WIDTH * 2);
        a20.intoArray(sums, at + stride * 2);
        a21.intoArray(sums, at + stride * 2 + WIDTH * 1);
        a22.intoArray(sums, at + stride * 2 + WIDTH * 2);
        a30.intoArray(sums, at + stride * 3);
        a31.intoArray(sums, at + stride * 3 + WIDTH * 1);
        a32.intoArray(sums, at + stride * 3 + WIDTH * 2);
    }

    /** {@link #row4x2} of 3 output channels: 9 sums leave registers for all inputs. */
    static void row3x2(
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
        FloatVector a00 = FloatVector.zero(FLOATS);
        FloatVector a01 = FloatVector.zero(FLOATS);
        FloatVector a02 = FloatVector.zero(FLOATS);
        FloatVector a10 = FloatVector.zero(FLOATS);
        FloatVector a11 = FloatVector.zero(FLOATS);
        FloatVector a12 = FloatVector.zero(FLOATS);
        FloatVector a20 = FloatVector.zero(FLOATS);
        FloatVector a21 = FloatVector.zero(FLOATS);
        FloatVector a22 = FloatVector.zero(FLOATS);
        if (from > 0) {
            int begin = at & Integer.MAX_VALUE;
            int next = stride & Integer.MAX_VALUE;
            a00 = FloatVector.fromArray(FLOATS, sums, begin);
            a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
            a02 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 2);
            a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
            a11 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 1);
            a12 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 2);
            a20 = FloatVector.fromArray(FLOATS, sums, begin + next * 2);
            a21 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 1);
            a22 = FloatVector.fromArray(FLOATS, sums, begin + next * 2 + WIDTH * 2);
        }
        int p = firstGradient;
        for (int site = from; site < to; site += 2) {
            int i = base[site] + d0;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 1);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 2);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            a02 = x2.fma(g0, a02);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 1);
            a10 = x0.fma(g1, a10);
            a11 = x1.fma(g1, a11);
            a12 = x2.fma(g1, a12);
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            a20 = x0.fma(g2, a20);
            a21 = x1.fma(g2, a21);
            a22 = x2.fma(g2, a22);
            VarHandle.loadLoadFence();
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 3);
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 3);
            a00 = x1.fma(g3, a00);
            a01 = x2.fma(g3, a01);
            a02 = x3.fma(g3, a02);
            FloatVector g4 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 4);
            a10 = x1.fma(g4, a10);
            a11 = x2.fma(g4, a11);
            a12 = x3.fma(g4, a12);
            FloatVector g5 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 5);
            a20 = x1.fma(g5, a20);
            a21 = x2.fma(g5, a21);
            a22 = x3.fma(g5, a22);
            p = (p + WIDTH * 6) & Integer.MAX_VALUE;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a02.intoArray(sums, at + WIDTH * 2);
        a10.intoArray(sums, at + stride);
        a11.intoArray(sums, at + stride + WIDTH * 1);
        a12.intoArray(sums, at + stride + WIDTH * 2);
        a20.intoArray(sums, at + stride * 2);
        a21.intoArray(sums, at + stride * 2 + WIDTH * 1);
        a22.intoArray(sums, at + stride * 2 + WIDTH * 2);
    }

    /** {@link #row3x2} of 2 output channels. */
    static void row2x2(
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
        FloatVector a00 = FloatVector.zero(FLOATS);
        FloatVector a01 = FloatVector.zero(FLOATS);
        FloatVector a02 = FloatVector.zero(FLOATS);
        FloatVector a10 = FloatVector.zero(FLOATS);
        FloatVector a11 = FloatVector.zero(FLOATS);
        FloatVector a12 = FloatVector.zero(FLOATS);
        if (from > 0) {
            int begin = at & Integer.MAX_VALUE;
            int next = stride & Integer.MAX_VALUE;
            a00 = FloatVector.fromArray(FLOATS, sums, begin);
            a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
            a02 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 2);
            a10 = FloatVector.fromArray(FLOATS, sums, begin + next);
            a11 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 1);
            a12 = FloatVector.fromArray(FLOATS, sums, begin + next + WIDTH * 2);
        }
        int p = firstGradient;
        for (int site = from; site < to; site += 2) {
            int i = base[site] + d0;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 1);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 2);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            a02 = x2.fma(g0, a02);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 1);
            a10 = x0.fma(g1, a10);
            a11 = x1.fma(g1, a11);
            a12 = x2.fma(g1, a12);
            VarHandle.loadLoadFence();
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 3);
            FloatVector g2 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 2);
            a00 = x1.fma(g2, a00);
            a01 = x2.fma(g2, a01);
            a02 = x3.fma(g2, a02);
            FloatVector g3 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 3);
            a10 = x1.fma(g3, a10);
            a11 = x2.fma(g3, a11);
            a12 = x3.fma(g3, a12);
            p = (p + WIDTH * 4) & Integer.MAX_VALUE;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a02.intoArray(sums, at + WIDTH * 2);
        a10.intoArray(sums, at + stride);
        a11.intoArray(sums, at + stride + WIDTH * 1);
        a12.intoArray(sums, at + stride + WIDTH * 2);
    }

    /** {@link #row3x2} of 1 output channel. */
    static void row1x2(
            float[] in,
            int d0,
            int[] base,
            float[] gradient,
            int firstGradient,
            int from,
            int to,
            float[] sums,
            int at) {
        FloatVector a00 = FloatVector.zero(FLOATS);
        FloatVector a01 = FloatVector.zero(FLOATS);
        FloatVector a02 = FloatVector.zero(FLOATS);
        if (from > 0) {
            int begin = at & Integer.MAX_VALUE;
            a00 = FloatVector.fromArray(FLOATS, sums, begin);
            a01 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 1);
            a02 = FloatVector.fromArray(FLOATS, sums, begin + WIDTH * 2);
        }
        int p = firstGradient;
        for (int site = from; site < to; site += 2) {
            int i = base[site] + d0;
            FloatVector x0 = FloatVector.fromArray(FLOATS, in, i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 1);
            FloatVector x2 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 2);
            FloatVector g0 = FloatVector.fromArray(FLOATS, gradient, p);
            a00 = x0.fma(g0, a00);
            a01 = x1.fma(g0, a01);
            a02 = x2.fma(g0, a02);
            VarHandle.loadLoadFence();
            FloatVector x3 = FloatVector.fromArray(FLOATS, in, i + WIDTH * 3);
            FloatVector g1 = FloatVector.fromArray(FLOATS, gradient, p + WIDTH * 1);
            a00 = x1.fma(g1, a00);
            a01 = x2.fma(g1, a01);
            a02 = x3.fma(g1, a02);
            p = (p + WIDTH * 2) & Integer.MAX_VALUE;
        }
        a00.intoArray(sums, at);
        a01.intoArray(sums, at + WIDTH * 1);
        a02.intoArray(sums, at + WIDTH * 2);
    }
}
