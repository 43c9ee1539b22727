package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.util.Arrays;

/**
 * Gradient of the weights and the bias of a convolution for one micro-block. The order of every sum is stated: first the
 * sites, row-major, in each lane; then the 16 lanes by {@link Lanes#sum}.
 *
 * <p>Sites are taken in passes. In a pass the gradients of four channels, copied together, stay in the first-level cache while all
 * vectors of the window pass over them, four by four, which are neighbours mostly.
 */
final class WeightGradient {
    private static final int SITES_PER_PASS = 64;

    private final Correlation forward;
    /** {@code int[weights]}: which weight each of the sums belongs to, {@code [o][in][kernelT][kernelX]}. */
    private final int[] place;

    WeightGradient(Correlation forward) {
        this.forward = forward;
        int elements = forward.window.length;
        this.place = new int[forward.outChannels * elements];
        int i = 0;
        for (int o = 0; o < forward.outChannels; o += tile(o, forward.outChannels)) {
            int outputs = tile(o, forward.outChannels);
            for (int e = 0; e < elements; e += tile(e, elements)) {
                int vectors = tile(e, elements);
                for (int k = 0; k < outputs * vectors; k++) {
                    place[i++] = (o + k / vectors) * elements + e + k % vectors;
                }
            }
        }
    }

    /** Size of the tile that begins at {@code i}: four, and what is left one by one. */
    private static int tile(int i, int all) {
        return i + 4 <= all ? 4 : 1;
    }

    /** Floats of the sums that {@link #run} needs: those of the lanes, and the sums over them. */
    int sumsSize() {
        return Lanes.FIRST + Math.multiplyExact(place.length, BLOCK) + place.length + 4 * BLOCK;
    }

    /** Floats of the copied gradients that {@link #run} needs. */
    int copySize() {
        return Lanes.FIRST + Math.min(forward.outSites, SITES_PER_PASS) * 4 * BLOCK;
    }

    /**
     * @param padded the padded input of the forward pass
     * @param gradient of the output, {@code [outSites][outChannels][16]}
     * @param sums scratch, at least {@link #sumsSize()} floats
     * @param copy scratch, at least {@link #copySize()} floats
     * @param raw receives weights {@code [out][in][kernelT][kernelX]}, then the bias {@code [out]}, from {@code offset}
     */
    void run(float[] padded, float[] gradient, float[] sums, float[] copy, float[] raw, int offset) {
        int step = forward.outChannels * BLOCK;
        for (int from = 0; from < forward.outSites; from += SITES_PER_PASS) {
            int to = Math.min(forward.outSites, from + SITES_PER_PASS);
            int at = Lanes.FIRST;
            for (int o = 0; o < forward.outChannels; o += tile(o, forward.outChannels)) {
                int outputs = tile(o, forward.outChannels);
                int first = from * step + o * BLOCK;
                Halo.copySites(gradient, first, step, copy, Lanes.FIRST, outputs * BLOCK, to - from);
                int floats = outputs * forward.window.length * BLOCK;
                for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                    window(padded, copy, outputs, from, to, sums, at, lane);
                }
                at += floats;
            }
        }
        sumLanes(sums, raw, offset);
        biasGradient(gradient, sums, raw, offset + place.length);
    }

    /** The sums of all vectors of the window for a tile of output channels. */
    private void window(float[] in, float[] copy, int outputs, int from, int to, float[] sums, int firstSum, int lane) {
        int[] base = forward.base;
        int[] d = forward.window;
        int first = Lanes.FIRST + lane;
        int at = firstSum + lane;
        int e = 0;
        for (; e + 4 <= d.length; e += 4) {
            int d0 = d[e] + lane;
            int d1 = d[e + 1] + lane;
            int d2 = d[e + 2] + lane;
            int d3 = d[e + 3] + lane;
            int n = 4 * outputs * BLOCK;
            if (from == 0 && lane == 0) {
                Arrays.fill(sums, at, at + n, 0f);
            }
            if (outputs == 4) {
                WeightGradientTiles.tile4x4(in, d0, d1, d2, d3, base, copy, first, from, to, sums, at);
            } else {
                WeightGradientTiles.tile1x4(in, d0, d1, d2, d3, base, copy, first, from, to, sums, at);
            }
            at += n;
        }
        for (; e < d.length; e++) {
            int n = outputs * BLOCK;
            if (from == 0 && lane == 0) {
                Arrays.fill(sums, at, at + n, 0f);
            }
            if (outputs == 4) {
                WeightGradientTiles.tile4x1(in, d[e] + lane, base, copy, first, from, to, sums, at);
            } else {
                WeightGradientTiles.tile1x1(in, d[e] + lane, base, copy, first, from, to, sums, at);
            }
            at += n;
        }
    }

    private void sumLanes(float[] sums, float[] raw, int offset) {
        int result = Lanes.FIRST + place.length * BLOCK;
        int i = 0;
        for (; i + BLOCK <= place.length; i += BLOCK) {
            Lanes.sumSixteen(sums, Lanes.FIRST + i * BLOCK, sums, result + i);
        }
        for (; i < place.length; i++) {
            sums[result + i] = Lanes.sum(sums, Lanes.FIRST + i * BLOCK);
        }
        for (i = 0; i < place.length; i++) {
            raw[offset + place[i]] = sums[result + i];
        }
    }

    private void biasGradient(float[] gradient, float[] scratch, float[] raw, int offset) {
        int step = forward.outChannels * BLOCK;
        int o = 0;
        for (; o + 4 <= forward.outChannels; o += 4) {
            for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                WeightGradientTiles.sumSites4(gradient, o * BLOCK + lane, step, forward.outSites, scratch, lane);
            }
            for (int k = 0; k < 4; k++) {
                raw[offset + o + k] = Lanes.sum(scratch, k * BLOCK);
            }
        }
        for (; o < forward.outChannels; o++) {
            for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                WeightGradientTiles.sumSites(gradient, o * BLOCK + lane, step, forward.outSites, scratch, lane);
            }
            raw[offset + o] = Lanes.sum(scratch, 0);
        }
    }
}
