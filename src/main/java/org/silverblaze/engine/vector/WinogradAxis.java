package org.silverblaze.engine.vector;

/**
 * Winograd's minimal filtering F(m, 3) along one axis of a lattice: m outputs of a correlation with 3 weights from m + 2
 * products instead of 3 m. Y = A^T ((G g) * (B^T d)), d the m + 2 inputs, g the weights; matrices as in Lavin and Gray,
 * <i>Fast Algorithms for Convolutional Neural Networks</i> (arXiv:1509.09308), section 4. {@link WinogradKernels} has A^T and
 * B^T, G stands here.
 */
enum WinogradAxis {
    /** F(2, 3), at the points 0, 1, -1 and infinity. */
    TWO(2, new double[][] {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}),
    /** F(4, 3), at the points 0, 1, -1, 2, -2 and infinity. */
    FOUR(4, new double[][] {
        {1 / 4.0, 0, 0},
        {-1 / 6.0, -1 / 6.0, -1 / 6.0},
        {-1 / 6.0, 1 / 6.0, -1 / 6.0},
        {1 / 24.0, 1 / 12.0, 1 / 6.0},
        {1 / 24.0, -1 / 12.0, 1 / 6.0},
        {0, 0, 1}
    });

    /** Weights of the filters. */
    static final int TAPS = 3;

    /** Outputs of a tile, m. */
    final int outputs;
    /** Products of a tile, m + 2. */
    final int points;
    /** G, {@code [point][3]}. */
    final double[][] filter;

    WinogradAxis(int outputs, double[][] filter) {
        this.outputs = outputs;
        this.points = filter.length;
        this.filter = filter;
    }

    /** The one with fewer products over an extent of at least 2; of two with equally many the more accurate, smaller one. */
    static WinogradAxis of(int extent) {
        return extent >= FOUR.outputs && FOUR.products(extent) < TWO.products(extent) ? FOUR : TWO;
    }

    int tiles(int extent) {
        return Math.ceilDiv(extent, outputs);
    }

    int products(int extent) {
        return tiles(extent) * points;
    }

    /** First output of each tile; where the tiles do not fit, the last one lies over a part of the one before. */
    int[] starts(int extent) {
        int[] starts = new int[tiles(extent)];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = Math.min(i * outputs, extent - outputs);
        }
        return starts;
    }
}
