package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.util.Arrays;

/**
 * Gradient of the weights and the bias of a convolution for one micro-block. The order of every sum is stated: first the
 * sites, row-major, in each lane; then the 16 lanes by {@link Lanes#sum}.
 */
final class WeightGradient {
    /**
     * Sites of one pass. Their gradients of four channels are copied together, 20 kB: they stay in the first-level cache
     * while all tiles of the window pass over them, which four lines out of each site of a large map would not.
     */
    private static final int SITES_PER_PASS = 80;

    private final Correlation forward;
    private final int window;
    /** {@code int[weights]}: which weight each of the sums belongs to, {@code [o][in][kernelT][kernelX]}. */
    private final int[] place;

    WeightGradient(Correlation forward) {
        this.forward = forward;
        this.window = forward.kernelT * forward.run;
        this.place = new int[forward.outChannels * window];
        int i = 0;
        for (int o = 0; o < forward.outChannels; ) {
            int channels = o + 4 <= forward.outChannels ? 4 : 1;
            for (int a = 0; a < forward.kernelT; a++) {
                for (int j = 0; j < forward.run; ) {
                    int elements = j + 4 <= forward.run ? 4 : 1;
                    for (int tile = 0; tile < channels * elements; tile++) {
                        place[i++] = rawPlace(o + tile / elements, a, j + tile % elements);
                    }
                    j += elements;
                }
            }
            o += channels;
        }
    }

    private int rawPlace(int o, int a, int j) {
        int c = j % forward.inChannels;
        int b = j / forward.inChannels;
        return ((o * forward.inChannels + c) * forward.kernelT + a) * forward.kernelX + b;
    }

    /** Floats of the sums that {@link #run} needs. */
    int sumsSize() {
        return Math.multiplyExact(forward.outChannels * window, BLOCK);
    }

    /** Floats of the copied gradients that {@link #run} needs. */
    int copySize() {
        return Math.min(forward.outSites, SITES_PER_PASS) * 4 * BLOCK;
    }

    /**
     * @param padded the padded input of the forward pass
     * @param gradient of the output, {@code [outSites][outChannels][16]}
     * @param sums scratch, at least {@link #sumsSize()} floats
     * @param copy scratch, at least {@link #copySize()} floats
     * @param raw receives weights {@code [out][in][kernelT][kernelX]}, then the bias {@code [out]}, from {@code offset}
     */
    void run(float[] padded, float[] gradient, float[] sums, float[] copy, float[] raw, int offset) {
        Arrays.fill(sums, 0, sumsSize(), 0f);
        for (int from = 0; from < forward.outSites; from += SITES_PER_PASS) {
            int to = Math.min(forward.outSites, from + SITES_PER_PASS);
            int o = 0;
            for (; o + 4 <= forward.outChannels; o += 4) {
                copyChannels(gradient, o, 4, from, to, copy);
                for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                    fourChannels(padded, copy, sums, o, from, to, lane);
                }
            }
            for (; o < forward.outChannels; o++) {
                copyChannels(gradient, o, 1, from, to, copy);
                for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                    oneChannel(padded, copy, sums, o, from, to, lane);
                }
            }
        }
        sumLanes(sums, raw, offset);
        biasGradient(gradient, sums, raw, offset + forward.outChannels * window);
    }

    private void copyChannels(float[] gradient, int o, int channels, int from, int to, float[] copy) {
        int n = channels * BLOCK;
        for (int site = from; site < to; site++) {
            System.arraycopy(gradient, (site * forward.outChannels + o) * BLOCK, copy, (site - from) * n, n);
        }
    }

    private void fourChannels(float[] in, float[] copy, float[] sums, int o, int from, int to, int lane) {
        int step = 4 * BLOCK;
        int first = lane - from * step;
        for (int a = 0; a < forward.kernelT; a++) {
            int i = a * forward.rowStride + lane;
            int at = (o * window + a * forward.run * 4) * BLOCK + lane;
            int j = 0;
            for (; j + 4 <= forward.run; j += 4) {
                WeightGradientTiles.tile4x4(
                        in, i + j * BLOCK, forward.base, copy, first, step, from, to, sums, at + j * step);
            }
            for (; j < forward.run; j++) {
                WeightGradientTiles.tile4x1(
                        in, i + j * BLOCK, forward.base, copy, first, step, from, to, sums, at + j * step);
            }
        }
    }

    private void oneChannel(float[] in, float[] copy, float[] sums, int o, int from, int to, int lane) {
        int first = lane - from * BLOCK;
        for (int a = 0; a < forward.kernelT; a++) {
            int i = a * forward.rowStride + lane;
            int at = (o * window + a * forward.run) * BLOCK + lane;
            int j = 0;
            for (; j + 4 <= forward.run; j += 4) {
                WeightGradientTiles.tile1x4(
                        in, i + j * BLOCK, forward.base, copy, first, BLOCK, from, to, sums, at + j * BLOCK);
            }
            for (; j < forward.run; j++) {
                WeightGradientTiles.tile1x1(
                        in, i + j * BLOCK, forward.base, copy, first, BLOCK, from, to, sums, at + j * BLOCK);
            }
        }
    }

    private void sumLanes(float[] sums, float[] raw, int offset) {
        for (int i = 0; i < place.length; i++) {
            raw[offset + place[i]] = Lanes.sum(sums, i * BLOCK);
        }
    }

    private void biasGradient(float[] gradient, float[] scratch, float[] raw, int offset) {
        int step = forward.outChannels * BLOCK;
        for (int o = 0; o < forward.outChannels; o++) {
            for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                WeightGradientTiles.sumSites(gradient, o * BLOCK + lane, step, forward.outSites, scratch, lane);
            }
            raw[offset + o] = Lanes.sum(scratch, 0);
        }
    }
}
