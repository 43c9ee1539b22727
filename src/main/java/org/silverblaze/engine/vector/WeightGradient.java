package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.MANY_REGISTERS;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.util.Arrays;

/**
 * Gradient of the weights and the bias of a convolution for one micro-block. The order of every sum is stated: first the
 * sites, row-major, in each lane; then the 16 lanes by {@link Lanes#sum}.
 *
 * <p>Sites are taken in passes. In a pass the gradients of a few channels, copied together, stay in the first-level cache while all
 * vectors of the window pass over them, four by four, which are neighbours mostly. With few registers ({@link
 * Lanes#MANY_REGISTERS}) it is up to six channels, as equal in number as they can be, and the vectors two by two; or up to four channels
 * and rows of three vectors ({@link WeightRowTiles}).
 */
final class WeightGradient {
    /** Most floats of one channel's gradients that are copied together. */
    private static final int COPIED = 1024;

    /** The same beside rows of the window, whose tiles have fewer channels. */
    private static final int COPIED_BESIDE_ROW = 2048;

    /** Output channels of the largest tile for few registers. */
    private static final int MOST_OUTPUTS = 6;

    /** Vectors of a row of the window that are taken together. */
    private static final int ROW = 3;

    /** Output channels of the largest tile beside such a row. */
    private static final int MOST_BESIDE_ROW = 4;

    private final Correlation forward;
    /** Whether tiles take rows of three vectors of the window. */
    private final boolean rows;
    /** Floats from the sums of an output channel to those of the next; and from those of a vector of lanes to those of the next. */
    private final int stride;

    private final int vectorStride;
    /** As equal in number as fours of sites can be. */
    private final int sitesPerPass;

    WeightGradient(Correlation forward) {
        this.forward = forward;
        this.rows = !MANY_REGISTERS && forward.neighbours > 1;
        int elements = forward.window.length;
        // where vectors are taken two by two, an odd one's double has a place of its own
        this.stride = (rows || MANY_REGISTERS ? elements : elements + elements % 2) * WIDTH;
        this.vectorStride = Math.multiplyExact(forward.outChannels, stride);
        int most = (rows ? COPIED_BESIDE_ROW : COPIED) / WIDTH;
        int passes = Math.ceilDiv(forward.outSites, most);
        this.sitesPerPass = Math.ceilDiv(Math.ceilDiv(forward.outSites, passes), 4) * 4;
    }

    /** Output channels of the tiles that begin with channel {@code o}. */
    private int outputs(int o) {
        int all = forward.outChannels;
        if (MANY_REGISTERS) {
            return all - o >= 4 ? 4 : 1;
        }
        if (rows) {
            return Lanes.share(o, all, MOST_BESIDE_ROW);
        }
        if (all < 3) {
            return 1;
        }
        return Lanes.share(o, all, MOST_OUTPUTS);
    }

    /**
     * Vectors of the window of a tile of so many output channels that begins with vector {@code e}. Two by two, the last one of an odd
     * number stands beside itself.
     */
    private int vectors(int outputs, int e) {
        if (rows) {
            return ROW;
        }
        if (outputs >= 4 && !MANY_REGISTERS) {
            return 2;
        }
        return e + 4 <= forward.window.length ? 4 : 1;
    }

    /** Floats of the sums that {@link #run} needs: those of the lanes, of weights and of biases. */
    int sumsSize() {
        return Math.addExact(biasSums(), forward.outChannels * BLOCK);
    }

    /** Where the sums of the biases begin. */
    private int biasSums() {
        return Math.addExact(Lanes.FIRST, Math.multiplyExact(vectorStride, BLOCK / WIDTH));
    }

    /** Floats of the copied gradients that {@link #run} needs. */
    int copySize() {
        return Lanes.FIRST + sitesPerPass * outputs(0) * WIDTH;
    }

    /**
     * @param padded the padded input of the forward pass
     * @param gradient of the output
     * @param layout of the gradient
     * @param sums scratch, at least {@link #sumsSize()} floats
     * @param copy scratch, at least {@link #copySize()} floats
     * @param raw receives weights {@code [out][in][kernelT][kernelX]}, then the bias {@code [out]}, from {@code offset}
     */
    void run(float[] padded, float[] gradient, MapLayout layout, float[] sums, float[] copy, float[] raw, int offset) {
        int biases = biasSums();
        Arrays.fill(sums, biases, biases + forward.outChannels * BLOCK, 0f);
        for (int from = 0; from < forward.outSites; from += sitesPerPass) {
            int to = Math.min(forward.outSites, from + sitesPerPass);
            for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                boolean last = to == forward.outSites && lane + WIDTH == BLOCK;
                for (int o = 0; o < forward.outChannels; o += outputs(o)) {
                    int outputs = outputs(o);
                    copy(gradient, layout, o, outputs, lane, from, to, copy, sums, biases + lane * forward.outChannels);
                    window(padded, copy, outputs, from, to, sums, Lanes.FIRST + o * stride, lane);
                    if (last) {
                        // while the sums are in the cache
                        sumLanes(sums, o, outputs, raw, offset);
                    }
                }
            }
        }
        int bias = offset + forward.outChannels * forward.window.length;
        Lanes.sum(sums, biases, forward.outChannels * WIDTH, forward.outChannels, raw, bias);
    }

    /**
     * Copies the gradients of a tile's channels together, {@code [site][outputs][WIDTH]}, and adds them to the sums of the biases.
     *
     * @param biases where these sums begin, {@code [outChannels][WIDTH]}
     */
    private void copy(
            float[] gradient,
            MapLayout layout,
            int o,
            int outputs,
            int lane,
            int from,
            int to,
            float[] copy,
            float[] sums,
            int biases) {
        int[] sites = layout.sites();
        int step = outputs * WIDTH;
        int c = 0;
        for (; c + 4 <= outputs; c += 4) {
            int first = layout.offset(o + c, lane);
            int at = Lanes.FIRST + c * WIDTH;
            WeightGradientTiles.copy4(
                    gradient, first, layout.channel(), sites, from, to, copy, at, step, sums, biases + (o + c) * WIDTH);
        }
        for (; c + 2 <= outputs; c += 2) {
            int first = layout.offset(o + c, lane);
            int at = Lanes.FIRST + c * WIDTH;
            WeightGradientTiles.copy2(
                    gradient, first, layout.channel(), sites, from, to, copy, at, step, sums, biases + (o + c) * WIDTH);
        }
        if (c < outputs) {
            int first = layout.offset(o + c, lane);
            int at = Lanes.FIRST + c * WIDTH;
            WeightGradientTiles.copy1(gradient, first, sites, from, to, copy, at, step, sums, biases + (o + c) * WIDTH);
        }
    }

    /**
     * The sums of all vectors of the window for a tile of output channels, in one vector of lanes.
     *
     * @param firstSum where the channels' sums begin, those of the first vector of lanes
     */
    private void window(float[] in, float[] copy, int outputs, int from, int to, float[] sums, int firstSum, int lane) {
        int at = firstSum + lane / WIDTH * vectorStride;
        // tiles of rows begin with zero by themselves
        if (from == 0 && !rows) {
            Arrays.fill(sums, at, at + outputs * stride, 0f);
        }
        for (int e = 0; e < forward.window.length; e += vectors(outputs, e)) {
            tile(in, e, vectors(outputs, e), copy, outputs, from, to, sums, at + e * WIDTH, lane);
        }
    }

    private void tile(
            float[] in,
            int e,
            int vectors,
            float[] copy,
            int outputs,
            int from,
            int to,
            float[] sums,
            int at,
            int lane) {
        int[] base = forward.base;
        int[] d = forward.window;
        int first = Lanes.FIRST;
        int vector = forward.vector(lane);
        int d0 = d[e] + vector;
        if (vectors == 1) {
            switch (outputs) {
                case 4 -> WeightGradientTiles.tile4x1(in, d0, base, copy, first, from, to, sums, at, stride);
                case 3 -> WeightGradientTiles.tile3x1(in, d0, base, copy, first, from, to, sums, at, stride);
                default -> WeightGradientTiles.tile1x1(in, d0, base, copy, first, from, to, sums, at);
            }
            return;
        }
        if (rows) {
            row(in, d0, copy, outputs, from, to, sums, at);
            return;
        }
        if (vectors == 2) {
            int d1 = d[Math.min(e + 1, d.length - 1)] + vector;
            switch (outputs) {
                case 6 -> WeightGradientTiles.tile6x2(in, d0, d1, base, copy, first, from, to, sums, at, stride);
                case 5 -> WeightGradientTiles.tile5x2(in, d0, d1, base, copy, first, from, to, sums, at, stride);
                default -> WeightGradientTiles.tile4x2(in, d0, d1, base, copy, first, from, to, sums, at, stride);
            }
            return;
        }
        int d1 = d[e + 1] + vector;
        int d2 = d[e + 2] + vector;
        int d3 = d[e + 3] + vector;
        switch (outputs) {
            case 4 -> WeightGradientTiles.tile4x4(in, d0, d1, d2, d3, base, copy, first, from, to, sums, at, stride);
            case 3 -> WeightGradientTiles.tile3x4(in, d0, d1, d2, d3, base, copy, first, from, to, sums, at, stride);
            default -> WeightGradientTiles.tile1x4(in, d0, d1, d2, d3, base, copy, first, from, to, sums, at);
        }
    }

    private void row(float[] in, int d0, float[] copy, int outputs, int from, int to, float[] sums, int at) {
        int[] base = forward.base;
        int first = Lanes.FIRST;
        if (forward.neighbours == 4 && outputs >= 3) {
            switch (outputs) {
                case 4 -> WeightRowTiles.row4x4(in, d0, base, copy, first, from, to, sums, at, stride);
                default -> WeightRowTiles.row3x4(in, d0, base, copy, first, from, to, sums, at, stride);
            }
            return;
        }
        switch (outputs) {
            case 4 -> WeightRowTiles.row4x2(in, d0, base, copy, first, from, to, sums, at, stride);
            case 3 -> WeightRowTiles.row3x2(in, d0, base, copy, first, from, to, sums, at, stride);
            case 2 -> WeightRowTiles.row2x2(in, d0, base, copy, first, from, to, sums, at, stride);
            default -> WeightRowTiles.row1x2(in, d0, base, copy, first, from, to, sums, at);
        }
    }

    /** Sums the weights' gradients of a tile's output channels over the lanes. */
    private void sumLanes(float[] sums, int o, int outputs, float[] raw, int offset) {
        int elements = forward.window.length;
        int at = Lanes.FIRST + o * stride;
        int to = offset + o * elements;
        if (stride == elements * WIDTH) {
            Lanes.sum(sums, at, vectorStride, outputs * elements, raw, to);
            return;
        }
        for (int k = 0; k < outputs; k++) {
            Lanes.sum(sums, at + k * stride, vectorStride, elements, raw, to + k * elements);
        }
    }
}
