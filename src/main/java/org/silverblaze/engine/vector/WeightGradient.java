package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.util.Arrays;

/**
 * Gradient of the weights and the bias of a convolution for one micro-block. The order of every sum is stated: first the
 * sites, row-major, in each lane; then the 16 lanes by {@link Lanes#sum}.
 */
final class WeightGradient {
    /** Sites whose outputs' gradients and inputs stay in the first-level cache while all tiles pass over them. */
    private static final int SITES_PER_PASS = 16;

    private final Correlation forward;
    private final int window;

    WeightGradient(Correlation forward) {
        this.forward = forward;
        this.window = forward.kernelT * forward.run;
    }

    /** Floats of scratch memory that {@link #run} needs. */
    int scratchSize() {
        return Math.multiplyExact(forward.outChannels * window, BLOCK);
    }

    /**
     * @param padded the padded input of the forward pass
     * @param gradient of the output, {@code [outSites][outChannels][16]}
     * @param scratch at least {@link #scratchSize()} floats
     * @param raw receives weights {@code [out][in][kernelT][kernelX]}, then the bias {@code [out]}, from {@code offset}
     */
    void run(float[] padded, float[] gradient, float[] scratch, float[] raw, int offset) {
        Arrays.fill(scratch, 0, scratchSize(), 0f);
        for (int from = 0; from < forward.outSites; from += SITES_PER_PASS) {
            int to = Math.min(forward.outSites, from + SITES_PER_PASS);
            for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                int o = 0;
                for (; o + 4 <= forward.outChannels; o += 4) {
                    fourChannels(padded, gradient, scratch, o, from, to, lane);
                }
                for (; o < forward.outChannels; o++) {
                    oneChannel(padded, gradient, scratch, o, from, to, lane);
                }
            }
        }
        sumLanes(scratch, raw, offset);
        biasGradient(gradient, scratch, raw, offset + forward.outChannels * window);
    }

    private void fourChannels(float[] in, float[] gradient, float[] sums, int o, int from, int to, int lane) {
        int step = forward.outChannels * BLOCK;
        for (int a = 0; a < forward.kernelT; a++) {
            int j = 0;
            for (; j + 4 <= forward.run; j += 4) {
                WeightGradientTiles.tile4x4(
                        in,
                        a * forward.rowStride + j * BLOCK + lane,
                        forward.base,
                        gradient,
                        o * BLOCK + lane,
                        step,
                        from,
                        to,
                        sums,
                        place4(o, a, j) + lane);
            }
            for (; j < forward.run; j++) {
                WeightGradientTiles.tile4x1(
                        in,
                        a * forward.rowStride + j * BLOCK + lane,
                        forward.base,
                        gradient,
                        o * BLOCK + lane,
                        step,
                        from,
                        to,
                        sums,
                        place4(o, a, j) + lane);
            }
        }
    }

    private void oneChannel(float[] in, float[] gradient, float[] sums, int o, int from, int to, int lane) {
        int step = forward.outChannels * BLOCK;
        for (int a = 0; a < forward.kernelT; a++) {
            int j = 0;
            for (; j + 4 <= forward.run; j += 4) {
                WeightGradientTiles.tile1x4(
                        in,
                        a * forward.rowStride + j * BLOCK + lane,
                        forward.base,
                        gradient,
                        o * BLOCK + lane,
                        step,
                        from,
                        to,
                        sums,
                        place1(o, a, j) + lane);
            }
            for (; j < forward.run; j++) {
                WeightGradientTiles.tile1x1(
                        in,
                        a * forward.rowStride + j * BLOCK + lane,
                        forward.base,
                        gradient,
                        o * BLOCK + lane,
                        step,
                        from,
                        to,
                        sums,
                        place1(o, a, j) + lane);
            }
        }
    }

    /** Place of a tile of four channels: tiles {@code [o][j][16]} one after another. */
    private int place4(int o, int a, int j) {
        return (o * window + (a * forward.run + j) * 4) * BLOCK;
    }

    private int place1(int o, int a, int j) {
        return (o * window + a * forward.run + j) * BLOCK;
    }

    private void sumLanes(float[] sums, float[] raw, int offset) {
        int channels = forward.inChannels;
        for (int o = 0; o < forward.outChannels; o++) {
            boolean four = (o & ~3) + 4 <= forward.outChannels;
            for (int a = 0; a < forward.kernelT; a++) {
                for (int j = 0; j < forward.run; j++) {
                    int at = place1(o, a, j);
                    if (four) {
                        boolean whole = (j & ~3) + 4 <= forward.run;
                        int width = whole ? 4 : 1;
                        int first = whole ? j & ~3 : j;
                        at = place4(o & ~3, a, first) + ((o & 3) * width + (j - first)) * BLOCK;
                    }
                    int b = j / channels;
                    int c = j - b * channels;
                    raw[offset + ((o * channels + c) * forward.kernelT + a) * forward.kernelX + b] =
                            Lanes.sum(sums, at);
                }
            }
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
