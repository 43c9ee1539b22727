package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.silverblaze.network.PoolingKind;

/**
 * Global pooling: all sites of an example to one number for each channel, {@code [channel][16]}, one lane for each example.
 *
 * <p>A sum has one order, however the lattice is cut into strips, so that an example has the same output in every batch: in
 * float64 over the sites of each tile of the {@link Partition}, row-major, then over the 16 tiles in a binary tree.
 */
final class GlobalPoolingStage implements Stage {
    private static final int FULL = (1 << BLOCK) - 1;
    /** Sums that a binary tree over 16 tiles has open at a time. */
    private static final int OPEN = 5;

    private final int index;
    private final PoolingKind kind;
    private final int channels;
    private final Strips in;
    /** All sites of a lane. */
    private final int[] sites;
    /** Site and mask of the lanes for which it belongs to the tile, tile after tile, and where each tile begins. */
    private final int[] terms;

    private final int[] firstTerm;
    /** Null for a maximum. */
    private final PooledGradient pooled;

    GlobalPoolingStage(int index, PoolingKind kind, int channels, Partition partition, Strips in) {
        this.index = index;
        this.kind = kind;
        this.channels = channels;
        this.in = in;
        this.sites = IntStream.range(0, in.sites()).toArray();
        Strips tiles = Strips.of(partition, 1);
        int tilesOfLane = BLOCK / in.count;
        int[] list = new int[2 * in.sites() * tilesOfLane];
        int n = 0;
        this.firstTerm = new int[tilesOfLane + 1];
        for (int tile = 0; tile < tilesOfLane; tile++) {
            for (int site = 0; site < in.sites(); site++) {
                int mask = 0;
                boolean any = false;
                for (int lane = 0; lane < BLOCK; lane++) {
                    boolean owned = in.owns(lane, site);
                    int at = in.latticeSite(lane, site);
                    boolean here = owned
                            && tiles.place(0, at / in.extentX, at % in.extentX) % BLOCK
                                    == lane % in.count * tilesOfLane + tile;
                    any |= here;
                    // beyond the strips there will be zeros, which may be added
                    mask |= here || !owned ? 1 << lane : 0;
                }
                if (any) {
                    list[n++] = site;
                    list[n++] = mask;
                }
            }
            firstTerm[tile + 1] = n;
        }
        this.terms = Arrays.copyOf(list, n);
        this.pooled = kind == PoolingKind.MAX ? null : new PooledGradient(channels, new int[in.sites()]);
    }

    /** The way back, which may go further; null for a maximum. */
    PooledGradient pooledGradient() {
        return pooled;
    }

    private int numbers() {
        return channels * BLOCK;
    }

    private double divisor() {
        return kind == PoolingKind.AVERAGE ? in.extentT * in.extentX : 1;
    }

    @Override
    public void prepare(Workspace workspace) {
        workspace.output[index] = new float[numbers()];
        if (kind == PoolingKind.MAX) {
            workspace.places[index] = new float[2 * numbers()];
            workspace.needScratch(numbers());
        }
        workspace.needSums(OPEN * numbers());
        workspace.needScratch(numbers());
    }

    @Override
    public float[] forward(Workspace workspace, ModelWeights weights, float[] values) {
        float[] out = workspace.output[index];
        if (kind == PoolingKind.MAX) {
            in.fillBeyond(values, channels, Float.NEGATIVE_INFINITY);
            float[] places = workspace.places[index];
            PoolingKernels.max(values, channels, sites, sites.length, places, workspace.scratch);
            joinMaxima(workspace.scratch, places, out);
        } else {
            in.fillBeyond(values, channels, 0f);
            sumTiles(values, workspace.sums);
            joinSums(workspace.sums, out);
        }
        return out;
    }

    private void sumTiles(float[] values, double[] sums) {
        int n = numbers();
        int open = 0;
        for (int tile = 0; tile + 1 < firstTerm.length; tile++) {
            int to = open * n;
            Arrays.fill(sums, to, to + n, 0.0);
            int i = firstTerm[tile];
            while (i < firstTerm[tile + 1]) {
                if (terms[i + 1] != FULL) {
                    addWhere(values, terms[i] * n, terms[i + 1], sums, to, n);
                    i += 2;
                    continue;
                }
                int end = i + 2;
                while (end < firstTerm[tile + 1] && terms[end + 1] == FULL) {
                    end += 2;
                }
                SiteSums.add(values, terms, i, end, n, sums, to);
                i = end;
            }
            for (int t = tile; (t & 1) == 1; t >>= 1) {
                add(sums, to, to - n, n);
                to -= n;
                open--;
            }
            open++;
        }
    }

    private static void addWhere(float[] values, int from, int mask, double[] sums, int to, int n) {
        for (int i = 0; i < n; i++) {
            if ((mask >> (i % BLOCK) & 1) == 1) {
                sums[to + i] += values[from + i];
            }
        }
    }

    private static void add(double[] sums, int from, int to, int n) {
        for (int i = 0; i < n; i++) {
            sums[to + i] += sums[from + i];
        }
    }

    private void joinSums(double[] sums, float[] out) {
        double divisor = divisor();
        for (int c = 0; c < channels; c++) {
            int at = c * BLOCK;
            for (int step = 1; step < in.count; step *= 2) {
                for (int lane = 0; lane < BLOCK; lane += 2 * step) {
                    sums[at + lane] += sums[at + lane + step];
                }
            }
            for (int example = 0; example < in.examples; example++) {
                out[at + example] = (float) (sums[at + example * in.count] / divisor);
            }
        }
    }

    /** The largest of the strips' maxima; where several are equal, the first of the lattice in row-major order. */
    private void joinMaxima(float[] maxima, float[] places, float[] out) {
        int n = numbers();
        for (int i = 0; i < n; i++) {
            int c = i / BLOCK;
            int example = i % BLOCK;
            if (example >= in.examples) {
                continue;
            }
            int best = example * in.count;
            for (int lane = best + 1; lane < (example + 1) * in.count; lane++) {
                if (in.rows(lane) > 0 && (in.rows(best) == 0 || isBetter(maxima, places, c, lane, best))) {
                    best = lane;
                }
            }
            out[i] = maxima[c * BLOCK + best];
            places[n + i] = best;
        }
    }

    private boolean isBetter(float[] maxima, float[] places, int c, int lane, int best) {
        float a = maxima[c * BLOCK + lane];
        float b = maxima[c * BLOCK + best];
        return a > b
                || a == b
                        && in.latticeSite(lane, (int) places[c * BLOCK + lane])
                                < in.latticeSite(best, (int) places[c * BLOCK + best]);
    }

    @Override
    public float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted) {
        int n = numbers();
        if (kind == PoolingKind.MAX) {
            float[] places = workspace.places[index];
            Arrays.fill(spare, 0, sites.length * n, 0f);
            for (int i = 0; i < n; i++) {
                if (i % BLOCK < in.examples) {
                    int lane = (int) places[n + i];
                    int place = i / BLOCK * BLOCK + lane;
                    spare[((int) places[place]) * n + place] = gradient[i];
                }
            }
            return spare;
        }
        float[] share = workspace.scratch;
        float divisor = (float) divisor();
        for (int i = 0; i < n; i++) {
            share[i] = gradient[i / BLOCK * BLOCK + in.example(i % BLOCK)] / divisor;
        }
        pooled.run(workspace, share, spare);
        return spare;
    }
}
