package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

/**
 * A lattice of T x X sites cut into 16 tiles, {@code gridT} along t by {@code gridX} along x, some of which may be empty. It
 * follows from lattice and network alone, never from batch or threads. With fewer strips than 16, neighbouring tiles are
 * joined two by two, first along x, then along t: {@link Strips}.
 *
 * @param startT first row of each tile and T, {@code int[gridT + 1]}
 * @param startX first column of each tile and X, {@code int[gridX + 1]}
 */
record Partition(int[] startT, int[] startX) {
    /** What a site of the halo costs in sites that are computed: it is copied once each way, not correlated. */
    private static final double HALO = 0.03;
    /** By how much the tiles may cost more for the sake of windows that stay within them. */
    private static final double FOLLOWING = 1.1;

    /** The cheapest even cut: every tile has floor or ceil of T / gridT rows, and so along x. */
    static Partition even(int t, int x) {
        Partition best = null;
        for (int gridT = BLOCK; gridT >= 1; gridT /= 2) {
            Partition candidate = new Partition(cuts(t, gridT), cuts(x, BLOCK / gridT));
            if (best == null || candidate.cost() < best.cost()) {
                best = candidate;
            }
        }
        return best;
    }

    /**
     * The cut of a layer's input: tiles that hold the windows of the output's tiles where that costs little, an even cut
     * otherwise.
     *
     * @param output the cut of the output
     */
    static Partition ofInput(int t, int x, int strideT, int strideX, Partition output) {
        Partition even = even(t, x);
        Partition following = new Partition(scaled(output.startT, strideT, t), scaled(output.startX, strideX, x));
        return following.cost() <= FOLLOWING * even.cost() ? following : even;
    }

    private static int[] cuts(int extent, int parts) {
        int[] cuts = new int[parts + 1];
        for (int i = 0; i <= parts; i++) {
            cuts[i] = (int) ((long) i * extent / parts);
        }
        return cuts;
    }

    private static int[] scaled(int[] cuts, int stride, int extent) {
        int[] scaled = cuts.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (int) Math.min(extent, (long) stride * cuts[i]);
        }
        scaled[scaled.length - 1] = extent;
        return scaled;
    }

    /** Sites that a vector of lanes has to work on, tiles of four of them, and a little for the halo of a 3x3 window. */
    private double cost() {
        int height = largest(startT);
        int width = largest(startX);
        return 4 * Math.ceilDiv(height * width, 4) + HALO * (height + 2) * (width + 2);
    }

    private static int largest(int[] starts) {
        int largest = 0;
        for (int i = 1; i < starts.length; i++) {
            largest = Math.max(largest, starts[i] - starts[i - 1]);
        }
        return largest;
    }

    int gridT() {
        return startT.length - 1;
    }

    int gridX() {
        return startX.length - 1;
    }
}
