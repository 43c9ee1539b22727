package org.silverblaze.theory;

/**
 * A link in space that moves charge k: I_k(2 m r r') exp(-damping (r^2 + r'^2)) = sum_beta u_{k beta}(r) u_{k beta}(r'), cut where a term cannot matter
 * for the charges in question. Vectors are held times a power of {@code density}, the weight of each node, so that what is cut is
 * what does not matter; the site tensors divide it out. The powers of a site's two links, {@code share}, add up to one.
 */
final class TransferBonds {
    /** {@code [k + maxK][beta][node]}, times density^share. */
    final double[][][] vectors;

    final int maxK;

    private TransferBonds(double[][][] vectors) {
        this.vectors = vectors;
        this.maxK = vectors.length / 2;
    }

    /** No links: one bond that carries nothing but its share of the density. */
    static TransferBonds none(double[] density, double share) {
        double[] root = new double[density.length];
        for (int i = 0; i < root.length; i++) {
            root[i] = StrictMath.pow(density[i], share);
        }
        return new TransferBonds(new double[][][] {{root}});
    }

    static TransferBonds of(TransferBasis basis, TransferRing ring, double[] density, double share, double cut) {
        int nodes = basis.nodes();
        int most = 2 * basis.maxCharge();
        double[][] x = new double[nodes][nodes];
        double[][][] bessel = new double[nodes][nodes][];
        for (int i = 0; i < nodes; i++) {
            for (int j = 0; j < nodes; j++) {
                x[i][j] = 2 * ring.multiplicity() * StrictMath.sqrt(basis.s[i] * basis.s[j]);
                bessel[i][j] = Bessel.scaledI(most, x[i][j]);
            }
        }
        double largest = 0;
        double[][][] positive = new double[most + 1][][];
        int maxK = 0;
        for (int k = 0; k <= most; k++) {
            double[][] matrix = new double[nodes][nodes];
            for (int i = 0; i < nodes; i++) {
                for (int j = 0; j < nodes; j++) {
                    double log = x[i][j]
                            - ring.damping() * (basis.s[i] + basis.s[j])
                            + share * (StrictMath.log(density[i]) + StrictMath.log(density[j]));
                    matrix[i][j] = StrictMath.exp(log) * bessel[i][j][k];
                }
            }
            SymmetricEigen eigen = SymmetricEigen.of(matrix);
            largest = Math.max(largest, eigen.values()[0]);
            int rank = 0;
            while (rank < nodes && eigen.values()[rank] > cut * largest) {
                rank++;
            }
            if (rank == 0) {
                break;
            }
            maxK = k;
            positive[k] = new double[rank][nodes];
            for (int b = 0; b < rank; b++) {
                double root = StrictMath.sqrt(eigen.values()[b]);
                for (int i = 0; i < nodes; i++) {
                    positive[k][b][i] = root * eigen.vectors()[b][i];
                }
            }
        }
        double[][][] vectors = new double[2 * maxK + 1][][];
        for (int k = -maxK; k <= maxK; k++) {
            vectors[k + maxK] = positive[Math.abs(k)];
        }
        return new TransferBonds(vectors);
    }

    int rank(int k) {
        return Math.abs(k) > maxK ? 0 : vectors[k + maxK].length;
    }
}
