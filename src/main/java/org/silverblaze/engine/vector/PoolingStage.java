package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import org.silverblaze.network.PoolingKind;

/**
 * Spatial or global pooling: each output site reduces a window of input sites; global pooling has one window, all sites.
 */
final class PoolingStage implements Stage {
    private final int index;
    private final PoolingKind kind;
    private final int channels;
    private final int inSites;
    private final int outSites;
    private final int size;
    private final int[] windows;
    private final boolean partition;

    private PoolingStage(int index, PoolingKind kind, int channels, int inSites, int outSites, int[] windows) {
        this.index = index;
        this.kind = kind;
        this.channels = channels;
        this.inSites = inSites;
        this.outSites = outSites;
        this.size = windows.length / outSites;
        this.windows = windows;
        int[] uses = new int[inSites];
        for (int site : windows) {
            uses[site]++;
        }
        boolean once = true;
        for (int count : uses) {
            once &= count == 1;
        }
        this.partition = once;
    }

    static PoolingStage global(int index, PoolingKind kind, int channels, int sites) {
        int[] windows = new int[sites];
        for (int i = 0; i < sites; i++) {
            windows[i] = i;
        }
        return new PoolingStage(index, kind, channels, sites, 1, windows);
    }

    /** A window starts at stride * i and wraps; its elements stand in row-major order. */
    static PoolingStage spatial(
            int index, PoolingKind kind, int channels, int t, int x, int sizeT, int sizeX, int strideT, int strideX) {
        int outX = Math.ceilDiv(x, strideX);
        int outSites = Math.ceilDiv(t, strideT) * outX;
        int size = sizeT * sizeX;
        int[] windows = new int[outSites * size];
        for (int i = 0; i < windows.length; i++) {
            int out = i / size;
            int element = i % size;
            int row = (out / outX * strideT + element / sizeX) % t;
            int column = (out % outX * strideX + element % sizeX) % x;
            windows[i] = row * x + column;
        }
        return new PoolingStage(index, kind, channels, t * x, outSites, windows);
    }

    private double divisor() {
        return kind == PoolingKind.AVERAGE ? size : 1;
    }

    @Override
    public void prepare(Workspace workspace) {
        int n = outSites * channels * BLOCK;
        workspace.output[index] = new float[n];
        if (kind == PoolingKind.MAX) {
            workspace.places[index] = new float[n];
        }
        workspace.needSums(channels * BLOCK);
        workspace.needScratch(channels * BLOCK);
    }

    @Override
    public float[] forward(Workspace workspace, ModelWeights weights, float[] in) {
        float[] out = workspace.output[index];
        if (kind == PoolingKind.MAX) {
            PoolingKernels.max(in, channels, windows, size, workspace.places[index], out);
        } else {
            PoolingKernels.sum(in, channels, windows, size, divisor(), workspace.sums, out);
        }
        return out;
    }

    @Override
    public float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted) {
        if (kind == PoolingKind.MAX) {
            PoolingKernels.maxBackward(gradient, channels, windows, size, workspace.places[index], spare, inSites);
        } else {
            PoolingKernels.sumBackward(
                    gradient, channels, windows, size, (float) divisor(), partition, workspace.scratch, spare, inSites);
        }
        return spare;
    }
}
