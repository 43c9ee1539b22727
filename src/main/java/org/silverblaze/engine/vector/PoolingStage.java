package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import java.util.Arrays;
import org.silverblaze.network.PoolingKind;

/**
 * Spatial pooling: each output site reduces a window of input sites. Where windows reach into other strips, they stand in a
 * padded copy of the input, whose gradient is then added back place by place.
 */
final class PoolingStage implements Stage {
    private final int index;
    private final PoolingKind kind;
    private final int channels;
    private final Strips in;
    private final Strips out;
    private final int size;
    /** The sites of each output site's window, of the input or, where there is one, of the padded copy. */
    private final int[] windows;

    /** Null for a maximum, and where a site may stand in several windows. */
    private final PooledGradient pooled;
    /** Null where every window stays within its lane. */
    private final Halo halo;

    /** Null where there is no padded copy. */
    private final MapLayout paddedLayout;

    private final MapLayout inLayout;

    private final int[] origin;

    /** A window starts at stride * i and wraps; its elements stand in row-major order. */
    PoolingStage(
            int index,
            PoolingKind kind,
            int channels,
            Strips in,
            Strips out,
            int sizeT,
            int sizeX,
            int strideT,
            int strideX) {
        this.index = index;
        this.kind = kind;
        this.channels = channels;
        this.in = in;
        this.out = out;
        this.size = sizeT * sizeX;
        this.origin = in.windows(out, sizeT, sizeX, strideT, strideX, 0, 0);
        Halo padding = new Halo(origin, in.sites());
        int[] sources = padding.sources();
        this.halo = sources == null ? padding : null;
        this.paddedLayout = halo == null ? null : MapLayout.flat(halo.paddedSites(), channels);
        this.inLayout = MapLayout.flat(in.sites(), channels);
        int paddedX = (out.width - 1) * strideX + sizeX;
        this.windows = new int[out.sites() * size];
        for (int i = 0; i < windows.length; i++) {
            int site = i / size;
            int element = i % size;
            int row = site / out.width * strideT + element / sizeX;
            int column = site % out.width * strideX + element % sizeX;
            int padded = row * paddedX + column;
            windows[i] = sources == null ? padded : sources[padded];
        }
        int[] uses = new int[sites()];
        int[] shares = new int[sites()];
        for (int i = 0; i < windows.length; i++) {
            uses[windows[i]]++;
            shares[windows[i]] = i / size * channels * BLOCK;
        }
        boolean partition = Arrays.stream(uses).allMatch(count -> count == 1);
        this.pooled = partition && kind != PoolingKind.MAX ? new PooledGradient(channels, shares) : null;
    }

    /** The way back, where it may go further; else null. */
    PooledGradient pooledGradient() {
        return halo == null ? pooled : null;
    }

    /** Sites of the map that the windows stand in. */
    private int sites() {
        return halo == null ? in.sites() : halo.paddedSites();
    }

    private double divisor() {
        return kind == PoolingKind.AVERAGE ? size : 1;
    }

    @Override
    public void prepare(Workspace workspace) {
        int n = out.sites() * channels * BLOCK;
        workspace.output[index] = new float[n];
        if (kind == PoolingKind.MAX) {
            workspace.places[index] = new float[n];
        }
        if (halo != null) {
            workspace.padded[index] = new float[Math.multiplyExact(sites(), channels * BLOCK)];
        }
        workspace.needSums(channels * BLOCK);
    }

    @Override
    public float[] forward(Workspace workspace, ModelWeights weights, float[] values) {
        float[] from =
                halo == null ? values : halo.fill(values, inLayout, channels, workspace.padded[index], paddedLayout);
        float[] to = workspace.output[index];
        if (kind == PoolingKind.MAX) {
            PoolingKernels.max(from, channels, windows, size, workspace.places[index], to);
        } else {
            PoolingKernels.sum(from, channels, windows, size, divisor(), workspace.sums, to);
        }
        return to;
    }

    @Override
    public float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted) {
        out.fillBeyond(gradient, channels, 0f);
        float[] to = halo == null ? spare : workspace.padded[index];
        if (kind == PoolingKind.MAX) {
            PoolingKernels.maxBackward(gradient, channels, windows, size, workspace.places[index], to, sites());
        } else {
            float divisor = (float) divisor();
            for (int i = 0; i < out.sites() * channels * BLOCK; i++) {
                gradient[i] /= divisor;
            }
            if (pooled == null) {
                PoolingKernels.sumBackward(gradient, channels, windows, size, to, sites());
            } else {
                pooled.run(workspace, gradient, to);
            }
        }
        if (halo != null) {
            fold(to, spare);
        }
        return spare;
    }

    private void fold(float[] padded, float[] gradient) {
        int n = channels * BLOCK;
        Arrays.fill(gradient, 0, in.sites() * n, 0f);
        for (int i = 0; i < origin.length; i++) {
            if (origin[i] < 0) {
                continue;
            }
            int from = i / BLOCK * n + i % BLOCK;
            int to = origin[i] / BLOCK * n + origin[i] % BLOCK;
            for (int c = 0; c < n; c += BLOCK) {
                gradient[to + c] += padded[from + c];
            }
        }
    }
}
