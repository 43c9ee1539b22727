package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.util.Arrays;

/**
 * A periodic correlation of micro-blocks, as a plan: out[site][o] = bias[o] + sum_{a,b,c} weight[o][c][a][b] *
 * padded[strideT t + a][strideX x + b][c]. The padded input has a halo, filled from the input by {@link #fillHalo}: the
 * kernels never wrap an index, and a window larger than the lattice goes round it as often as needed.
 *
 * <p>Three computations of a convolution layer are correlations: the output; the gradient of its input (stride 1, the
 * halo of the other side, weights flipped and transposed); and a dense layer is the correlation of one site with a window
 * of one site.
 */
final class Correlation {
    final int inChannels;
    final int outChannels;
    final int kernelT;
    final int kernelX;
    final int outSites;
    /** {@code int[padded sites]}: the input site that a padded site holds; -1 for a zero. */
    private final int[] source;
    /** {@code int[outSites]}: where in the padded input the window of each output site starts, in floats. */
    final int[] base;
    /** Floats from one row of the padded input to the next. */
    final int rowStride;
    /** Vectors of one row of a window. */
    final int run;
    /** True where the padded input is the input itself. */
    final boolean direct;

    private Correlation(
            int inChannels, int outChannels, int kernelT, int kernelX, int paddedX, int[] source, int[] firstSite) {
        this.inChannels = inChannels;
        this.outChannels = outChannels;
        this.kernelT = kernelT;
        this.kernelX = kernelX;
        this.outSites = firstSite.length;
        this.source = source;
        this.base = firstSite.clone();
        for (int i = 0; i < base.length; i++) {
            base[i] = Math.multiplyExact(firstSite[i], inChannels * BLOCK);
        }
        Math.multiplyExact(source.length, inChannels * BLOCK);
        this.rowStride = paddedX * inChannels * BLOCK;
        this.run = kernelX * inChannels;
        this.direct = isIdentity(source);
    }

    /** The forward pass of a convolution on a lattice of T x X sites. */
    static Correlation forward(
            int inChannels, int outChannels, int kernelT, int kernelX, int strideT, int strideX, int t, int x) {
        int outT = Math.ceilDiv(t, strideT);
        int outX = Math.ceilDiv(x, strideX);
        int paddedT = (outT - 1) * strideT + kernelT;
        int paddedX = (outX - 1) * strideX + kernelX;
        int[] source = new int[paddedT * paddedX];
        for (int i = 0; i < source.length; i++) {
            int row = Math.floorMod(i / paddedX - (kernelT - 1) / 2, t);
            source[i] = row * x + Math.floorMod(i % paddedX - (kernelX - 1) / 2, x);
        }
        int[] first = new int[outT * outX];
        for (int i = 0; i < first.length; i++) {
            first[i] = i / outX * strideT * paddedX + i % outX * strideX;
        }
        return new Correlation(inChannels, outChannels, kernelT, kernelX, paddedX, source, first);
    }

    /**
     * The gradient of the input of that convolution: a correlation of the output's gradient with the flipped kernel,
     * reaching k/2 sites to the left and (k-1)/2 to the right. With a stride, the output's gradient stands on every
     * stride-th site and zeros between.
     */
    static Correlation backward(
            int inChannels, int outChannels, int kernelT, int kernelX, int strideT, int strideX, int t, int x) {
        int outX = Math.ceilDiv(x, strideX);
        int paddedT = t - 1 + kernelT;
        int paddedX = x - 1 + kernelX;
        int[] source = new int[paddedT * paddedX];
        for (int i = 0; i < source.length; i++) {
            int row = Math.floorMod(i / paddedX - kernelT / 2, t);
            int column = Math.floorMod(i % paddedX - kernelX / 2, x);
            source[i] = row % strideT == 0 && column % strideX == 0 ? row / strideT * outX + column / strideX : -1;
        }
        int[] first = new int[t * x];
        for (int i = 0; i < first.length; i++) {
            first[i] = i / x * paddedX + i % x;
        }
        return new Correlation(outChannels, inChannels, kernelT, kernelX, paddedX, source, first);
    }

    private static boolean isIdentity(int[] source) {
        for (int i = 0; i < source.length; i++) {
            if (source[i] != i) {
                return false;
            }
        }
        return true;
    }

    /** Floats of the padded input of a micro-block; 0 where none is needed. */
    int paddedSize() {
        return direct ? 0 : source.length * inChannels * BLOCK;
    }

    /** Floats of the packed weights. */
    int packedSize() {
        return outChannels * kernelT * run;
    }

    /** Fills the padded input {@code [padded t][padded x][channel][16]}; gives the array that holds it. */
    float[] fillHalo(float[] in, float[] padded) {
        if (direct) {
            return in;
        }
        int site = inChannels * BLOCK;
        int i = 0;
        while (i < source.length) {
            int from = source[i];
            int end = i + 1;
            if (from < 0) {
                while (end < source.length && source[end] < 0) {
                    end++;
                }
                Arrays.fill(padded, i * site, end * site, 0f);
            } else {
                while (end < source.length && source[end] == from + end - i) {
                    end++;
                }
                System.arraycopy(in, from * site, padded, i * site, (end - i) * site);
            }
            i = end;
        }
        return padded;
    }

    /**
     * Packs weights for the tiles: channels in groups of four, what is left one by one, each group {@code [row][run][o]}.
     *
     * @param raw weights {@code [outChannels][inChannels][kernelT][kernelX]} from {@code offset}
     * @param packed receives {@link #packedSize()} floats from {@code at}
     */
    void pack(float[] raw, int offset, float[] packed, int at) {
        for (int o = 0; o < outChannels; o++) {
            for (int c = 0; c < inChannels; c++) {
                for (int a = 0; a < kernelT; a++) {
                    for (int b = 0; b < kernelX; b++) {
                        packed[at + packedIndex(o, c, a, b)] =
                                raw[offset + ((o * inChannels + c) * kernelT + a) * kernelX + b];
                    }
                }
            }
        }
    }

    /**
     * Packs the weights of a convolution for this correlation, its backward one: flipped and transposed.
     *
     * @param raw weights of the convolution, {@code [inChannels][outChannels][kernelT][kernelX]} in this one's channels
     */
    void packTransposed(float[] raw, int offset, float[] packed) {
        for (int c = 0; c < inChannels; c++) {
            for (int o = 0; o < outChannels; o++) {
                for (int a = 0; a < kernelT; a++) {
                    for (int b = 0; b < kernelX; b++) {
                        packed[packedIndex(o, c, kernelT - 1 - a, kernelX - 1 - b)] =
                                raw[offset + ((c * outChannels + o) * kernelT + a) * kernelX + b];
                    }
                }
            }
        }
    }

    private int packedIndex(int o, int c, int a, int b) {
        int k = (a * kernelX + b) * inChannels + c;
        int window = kernelT * run;
        int group = o & ~3;
        return group + 4 <= outChannels ? group * window + k * 4 + (o - group) : o * window + k;
    }

    /**
     * Computes the correlation of a micro-block.
     *
     * @param padded what {@link #fillHalo} gave
     * @param packed packed weights, from {@code at}
     * @param bias {@code float[outChannels]} from {@code firstBias}
     * @param out receives {@code [outSites][outChannels][16]}
     */
    void run(float[] padded, float[] packed, int at, float[] bias, int firstBias, float[] out) {
        for (int lane = 0; lane < BLOCK; lane += WIDTH) {
            int site = 0;
            for (; site + 4 <= outSites; site += 4) {
                fourSites(padded, packed, at, bias, firstBias, out, site, lane);
            }
            for (; site < outSites; site++) {
                oneSite(padded, packed, at, bias, firstBias, out, site, lane);
            }
        }
    }

    private void fourSites(
            float[] in, float[] packed, int at, float[] bias, int firstBias, float[] out, int site, int lane) {
        int window = kernelT * run;
        int step = outChannels * BLOCK;
        int i0 = base[site] + lane;
        int i1 = base[site + 1] + lane;
        int i2 = base[site + 2] + lane;
        int i3 = base[site + 3] + lane;
        int q = site * step + lane;
        int o = 0;
        for (; o + 4 <= outChannels; o += 4) {
            CorrelationTiles.tile4x4(
                    in,
                    i0,
                    i1,
                    i2,
                    i3,
                    rowStride,
                    kernelT,
                    run,
                    packed,
                    at + o * window,
                    bias,
                    firstBias + o,
                    out,
                    q,
                    q + step,
                    q + 2 * step,
                    q + 3 * step);
            q += 4 * BLOCK;
        }
        for (; o < outChannels; o++) {
            CorrelationTiles.tile1x4(
                    in,
                    i0,
                    i1,
                    i2,
                    i3,
                    rowStride,
                    kernelT,
                    run,
                    packed,
                    at + o * window,
                    bias,
                    firstBias + o,
                    out,
                    q,
                    q + step,
                    q + 2 * step,
                    q + 3 * step);
            q += BLOCK;
        }
    }

    private void oneSite(
            float[] in, float[] packed, int at, float[] bias, int firstBias, float[] out, int site, int lane) {
        int window = kernelT * run;
        int i = base[site] + lane;
        int q = site * outChannels * BLOCK + lane;
        int o = 0;
        for (; o + 4 <= outChannels; o += 4) {
            CorrelationTiles.tile4x1(
                    in, i, rowStride, kernelT, run, packed, at + o * window, bias, firstBias + o, out, q);
            q += 4 * BLOCK;
        }
        for (; o < outChannels; o++) {
            CorrelationTiles.tile1x1(
                    in, i, rowStride, kernelT, run, packed, at + o * window, bias, firstBias + o, out, q);
            q += BLOCK;
        }
    }
}
