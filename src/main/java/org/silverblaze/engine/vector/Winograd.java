package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.MANY_REGISTERS;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import org.silverblaze.network.ActivationKind;

/**
 * A 3x3 correlation of stride 1 by Winograd's minimal filtering: the same function as a {@link Correlation} with fewer
 * multiplications, other roundings, and no equality of shifted sites to the bit. With lanes for examples all of it is
 * elementwise: transforms are sums of vectors, and for each of the products of a tile there is a correlation over the channels of one
 * site, {@code product[o] = sum over c of weight[o][c] * input[c]}, with the tiles of {@link CorrelationTiles}.
 *
 * <p>Along each axis a tile has 4 outputs from 6 products or 2 from 4 ({@link WinogradAxis}), so that 4x4 sites take 36
 * multiply-adds for every pair of channels instead of 144. Tiles are worked on one by one, or four by four where there are many
 * registers: inputs and products of a few tiles stay in the second-level cache, and the weights of a product are used while they
 * stream by.
 *
 * <p>Sites of a tile depend on all of its window, also where it reaches beyond the strip of a lane: so strips have to be equal.
 */
final class Winograd {
    /** Tiles that are worked on together: as many as a tile of {@link CorrelationTiles} takes vectors from. */
    private static final int GROUP = MANY_REGISTERS ? 4 : 1;

    private static final int PLACES = WinogradAxis.TAPS * WinogradAxis.TAPS;

    /**
     * What a product of a pair of channels costs in multiply-adds of a direct correlation, and what its transforms cost for each channel
     * of the input and the output: measured with {@code WinogradBenchmark} on vectors of 8 lanes.
     */
    private static final double PRODUCT = 1.15;

    private static final double TRANSFORM = 10;
    /** What is gained at least where it is used. */
    private static final double GAIN = 1.1;

    private final Correlation correlation;
    private final int inChannels;
    private final int outChannels;
    private final WinogradAxis alongT;
    private final WinogradAxis alongX;
    private final int points;
    /** First row and first column of the tiles' outputs. */
    private final int[] rows;

    private final int[] columns;
    private final int width;
    /** Of the padded input: floats from a channel, a row, a column to the next. */
    private final int channelStep;

    private final int rowStep;
    private final int columnStep;
    /** {@code int[inChannels]}: where the channels of a transformed tile stand. */
    private final int[] channels;
    /** Products start from zero. */
    private final float[] zeros = new float[4];
    /** Floats from a product's inputs, or outputs, to the next one's: an odd number of lines, for the sake of the cache's sets. */
    private final int inputStep;

    private final int productStep;

    Winograd(Correlation correlation, int height, int width) {
        this.correlation = correlation;
        this.inChannels = correlation.inChannels;
        this.outChannels = correlation.outChannels;
        this.width = width;
        this.alongT = WinogradAxis.of(height);
        this.alongX = WinogradAxis.of(width);
        this.points = alongT.points * alongX.points;
        this.rows = alongT.starts(height);
        this.columns = alongX.starts(width);
        int[] window = correlation.window;
        this.columnStep = window[1] - window[0];
        this.rowStep = window[WinogradAxis.TAPS] - window[0];
        this.channelStep = inChannels == 1 ? 0 : window[PLACES] - window[0];
        this.channels = new int[inChannels];
        for (int c = 0; c < inChannels; c++) {
            channels[c] = c * BLOCK;
        }
        this.inputStep = (GROUP * inChannels | 1) * BLOCK;
        this.productStep = (GROUP * outChannels | 1) * BLOCK;
    }

    /**
     * The faster form of a correlation, where there is one: a question of shapes alone.
     *
     * @param correlation of stride 1
     * @param out strips of its output
     * @return null where a direct correlation is as fast, or where this one is not possible
     */
    static Winograd of(Correlation correlation, Strips out) {
        return possible(correlation, out) && pays(correlation, out.height, out.width)
                ? new Winograd(correlation, out.height, out.width)
                : null;
    }

    /** Windows of 3x3, output channels in fours, tiles of at least 2x2 sites, equal strips. */
    static boolean possible(Correlation correlation, Strips out) {
        return correlation.kernelT == WinogradAxis.TAPS
                && correlation.kernelX == WinogradAxis.TAPS
                && correlation.outChannels % 4 == 0
                && !correlation.direct
                && out.equal()
                && out.height > 1
                && out.width > 1;
    }

    private static boolean pays(Correlation correlation, int height, int width) {
        double channels = correlation.inChannels + correlation.outChannels;
        double pairs = (double) correlation.inChannels * correlation.outChannels;
        double products = (double) WinogradAxis.of(height).products(height)
                * WinogradAxis.of(width).products(width);
        return GAIN * products * (PRODUCT * pairs + TRANSFORM * channels) < (double) PLACES * height * width * pairs;
    }

    /** Floats of the packed weights. */
    int packedSize() {
        return points * outChannels * inChannels;
    }

    /** Floats of scratch that {@link #run} needs. */
    int scratchSize() {
        return products() + points * productStep;
    }

    /** Where the transformed inputs begin; before them is room for a tile between its two transforms. */
    private int inputs() {
        return Lanes.FIRST + points * BLOCK;
    }

    private int products() {
        return inputs() + points * inputStep;
    }

    /**
     * Packs weights, transformed in float64 and rounded once: {@code [point][o / 4][c][o % 4]}.
     *
     * @param raw weights {@code [outChannels][inChannels][3][3]} from {@code offset}
     * @param packed receives {@link #packedSize()} floats
     */
    void pack(float[] raw, int offset, float[] packed) {
        for (int o = 0; o < outChannels; o++) {
            for (int c = 0; c < inChannels; c++) {
                pack(raw, offset + (o * inChannels + c) * PLACES, 1, o, c, packed);
            }
        }
    }

    /**
     * Packs the weights of a convolution for this correlation, its backward one: flipped and transposed.
     *
     * @param raw weights of the convolution, {@code [inChannels][outChannels][3][3]} in this one's channels
     */
    void packTransposed(float[] raw, int offset, float[] packed) {
        for (int o = 0; o < outChannels; o++) {
            for (int c = 0; c < inChannels; c++) {
                pack(raw, offset + (c * outChannels + o) * PLACES + PLACES - 1, -1, o, c, packed);
            }
        }
    }

    /** One filter g, whose weights stand {@code step} apart: G_t g G_x^T. */
    private void pack(float[] raw, int at, int step, int o, int c, float[] packed) {
        int to = (o / 4 * inChannels + c) * 4 + o % 4;
        for (double[] t : alongT.filter) {
            double g0 = 0;
            double g1 = 0;
            double g2 = 0;
            for (int a = 0; a < WinogradAxis.TAPS; a++) {
                int row = at + a * WinogradAxis.TAPS * step;
                g0 += t[a] * raw[row];
                g1 += t[a] * raw[row + step];
                g2 += t[a] * raw[row + 2 * step];
            }
            for (double[] x : alongX.filter) {
                packed[to] = (float) (x[0] * g0 + x[1] * g1 + x[2] * g2);
                to += outChannels * inChannels;
            }
        }
    }

    /**
     * The correlation, and tile by tile what comes after it; arguments as in {@link Correlation#run}, the output site by
     * site.
     *
     * @param scratch at least {@link #scratchSize()} floats
     */
    void run(
            float[] padded,
            float[] packed,
            float[] bias,
            int firstBias,
            float[] out,
            ActivationKind activation,
            float[] value,
            float[] scratch) {
        int tiles = rows.length * columns.length;
        for (int tile = 0; tile < tiles; tile += GROUP) {
            int group = Math.min(GROUP, tiles - tile);
            for (int g = 0; g < group; g++) {
                transform(padded, tile + g, scratch, inputs() + g * inChannels * BLOCK);
            }
            multiply(packed, scratch, group);
            for (int g = 0; g < group; g++) {
                transformBack(scratch, products() + g * outChannels * BLOCK, bias, firstBias, out, tile + g);
                finish(activation, value, out, tile + g);
            }
        }
    }

    /** B_t^T d B_x of every channel of a tile. */
    private void transform(float[] padded, int tile, float[] scratch, int to) {
        int corner = correlation.base[0]
                + rows[tile / columns.length] * rowStep
                + columns[tile % columns.length] * columnStep;
        int row = alongX.points * WIDTH;
        for (int c = 0; c < inChannels; c++) {
            for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                int from = corner + c * channelStep + correlation.vector(lane);
                if (alongT == WinogradAxis.FOUR) {
                    WinogradKernels.inputFour(
                            padded, from, rowStep, columnStep, scratch, Lanes.FIRST, row, WIDTH, alongX.points);
                } else {
                    WinogradKernels.inputTwo(
                            padded, from, rowStep, columnStep, scratch, Lanes.FIRST, row, WIDTH, alongX.points);
                }
                int q = to + c * BLOCK + lane;
                int next = alongX.points * inputStep;
                if (alongX == WinogradAxis.FOUR) {
                    WinogradKernels.inputFour(
                            scratch, Lanes.FIRST, WIDTH, row, scratch, q, inputStep, next, alongT.points);
                } else {
                    WinogradKernels.inputTwo(
                            scratch, Lanes.FIRST, WIDTH, row, scratch, q, inputStep, next, alongT.points);
                }
            }
        }
    }

    private void multiply(float[] packed, float[] scratch, int group) {
        int w = 0;
        int in = inputs();
        int out = products();
        for (int p = 0; p < points; p++) {
            for (int o = 0; o < outChannels; o += 4) {
                multiply(packed, w, scratch, in, out + o * BLOCK, group);
                w += 4 * inChannels;
            }
            in += inputStep;
            out += productStep;
        }
    }

    /** Four channels of one product. */
    private void multiply(float[] packed, int w, float[] scratch, int in, int out, int group) {
        if (!MANY_REGISTERS) {
            for (int lane = 0; lane < BLOCK; lane += 2 * WIDTH) {
                WinogradKernels.multiply4x2(scratch, in + lane, inChannels, packed, w, scratch, out + lane);
            }
            return;
        }
        int i = inChannels * BLOCK;
        int q = outChannels * BLOCK;
        for (int lane = 0; lane < BLOCK; lane += WIDTH) {
            int p = in + lane;
            int r = out + lane;
            if (group == GROUP) {
                CorrelationTiles.tile4x4(
                        scratch,
                        p,
                        p + i,
                        p + 2 * i,
                        p + 3 * i,
                        channels,
                        0,
                        inChannels,
                        packed,
                        w,
                        zeros,
                        0,
                        scratch,
                        r,
                        r + q,
                        r + 2 * q,
                        r + 3 * q,
                        BLOCK);
                continue;
            }
            for (int g = 0; g < group; g++) {
                CorrelationTiles.tile4x1(
                        scratch, p + g * i, channels, 0, inChannels, packed, w, zeros, 0, scratch, r + g * q, BLOCK);
            }
        }
    }

    /** A_t^T m A_x, and the bias, of every channel of a tile. */
    private void transformBack(float[] scratch, int from, float[] bias, int firstBias, float[] out, int tile) {
        int corner = rows[tile / columns.length] * width + columns[tile % columns.length];
        int site = outChannels * BLOCK;
        int row = alongX.points * WIDTH;
        for (int o = 0; o < outChannels; o++) {
            for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                int p = from + o * BLOCK + lane;
                int next = alongX.points * productStep;
                if (alongT == WinogradAxis.FOUR) {
                    WinogradKernels.outputFour(
                            scratch, p, next, productStep, 0f, scratch, Lanes.FIRST, row, WIDTH, alongX.points);
                } else {
                    WinogradKernels.outputTwo(
                            scratch, p, next, productStep, 0f, scratch, Lanes.FIRST, row, WIDTH, alongX.points);
                }
                float shift = bias[firstBias + o];
                int q = corner * site + o * BLOCK + lane;
                if (alongX == WinogradAxis.FOUR) {
                    WinogradKernels.outputFour(
                            scratch, Lanes.FIRST, WIDTH, row, shift, out, q, site, width * site, alongT.outputs);
                } else {
                    WinogradKernels.outputTwo(
                            scratch, Lanes.FIRST, WIDTH, row, shift, out, q, site, width * site, alongT.outputs);
                }
            }
        }
    }

    private void finish(ActivationKind activation, float[] value, float[] out, int tile) {
        if (activation == null) {
            return;
        }
        int site = outChannels * BLOCK;
        for (int k = 0; k < alongT.outputs; k++) {
            int from = ((rows[tile / columns.length] + k) * width + columns[tile % columns.length]) * site;
            int to = from + alongX.outputs * site;
            if (value == null) {
                ActivationKernels.forward(activation, out, out, from, to);
            } else {
                ActivationKernels.backward(activation, value, out, from, to);
            }
        }
    }
}
