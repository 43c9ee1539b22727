package org.silverblaze.theory;

/**
 * One site of the transfer matrix: the radius on Gauss nodes, and for each charge q the eigenstates of the hop in time
 * K_q(r, r') = sqrt(w w') I_q(2 r r'), w the radial measure with the site's links to itself and its
 * share of the links in space ({@link TransferRing#damping}). K_{-q} = K_q.
 */
final class TransferBasis {
    private static final double RESOLVED = 1e-13;

    /** Nodes, s = r^2, rising. */
    final double[] s;

    /** ln of the factor that was taken out of every K_q. */
    final double logScale;

    private final double[] logWeight;
    private final SymmetricEigen[] byCharge;
    private final double[][] bessel; // [i * nodes + j][q], scaled by exp(-2 r r')

    TransferBasis(double eta, double lambda, TransferRing ring, int nodes, int maxCharge) {
        // exp(2 r r') = exp(-(r - r')^2) exp(r^2) exp(r'^2): the last two belong to the measure.
        RadialQuadrature quadrature =
                RadialQuadrature.of(eta - 2 - 2 * ring.selfLinks() - ring.siteDamping(), lambda, nodes);
        s = quadrature.s();
        logWeight = quadrature.logWeight().clone();
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : logWeight) {
            largest = Math.max(largest, value);
        }
        logScale = largest;
        for (int i = 0; i < nodes; i++) {
            logWeight[i] -= largest;
        }
        byCharge = new SymmetricEigen[maxCharge + 1];
        bessel = new double[nodes * nodes][];
        for (int i = 0; i < nodes; i++) {
            for (int j = 0; j <= i; j++) {
                bessel[i * nodes + j] = Bessel.scaledI(maxCharge, 2 * StrictMath.sqrt(s[i] * s[j]));
                bessel[j * nodes + i] = bessel[i * nodes + j];
            }
        }
    }

    int nodes() {
        return s.length;
    }

    int maxCharge() {
        return byCharge.length - 1;
    }

    /** K_q on the nodes, times exp(-logScale). */
    private double kernel(int q, int i, int j) {
        double difference = StrictMath.sqrt(s[i]) - StrictMath.sqrt(s[j]);
        return StrictMath.exp(0.5 * (logWeight[i] + logWeight[j]) - difference * difference)
                * bessel[i * nodes() + j][q];
    }

    /** Eigenstates of K_q: values kappa (largest first) and unit vectors on the nodes. */
    SymmetricEigen states(int charge) {
        int q = Math.abs(charge);
        if (byCharge[q] == null) {
            int nodes = nodes();
            double[][] matrix = new double[nodes][nodes];
            for (int i = 0; i < nodes; i++) {
                for (int j = 0; j < nodes; j++) {
                    matrix[i][j] = kernel(q, i, j);
                }
            }
            byCharge[q] = refined(matrix, SymmetricEigen.of(matrix));
        }
        return byCharge[q];
    }

    /**
     * The QL iteration leaves noise of 1e-16 on nodes where the measure is far smaller, and links in space lift those nodes.
     * One product with the (graded) matrix gives each component the accuracy of its own row; orthogonalisation in falling
     * order of kappa takes away the larger states that the product amplified.
     */
    private static SymmetricEigen refined(double[][] matrix, SymmetricEigen eigen) {
        int nodes = matrix.length;
        double[][] vectors = new double[nodes][nodes];
        for (int n = 0; n < nodes; n++) {
            double[] v = vectors[n];
            if (eigen.values()[n] < RESOLVED * eigen.values()[0]) {
                vectors[n] = eigen.vectors()[n]; // below every cut
                continue;
            }
            for (int i = 0; i < nodes; i++) {
                v[i] = dot(matrix[i], eigen.vectors()[n]);
            }
            for (int pass = 0; pass < 2; pass++) {
                for (int m = 0; m < n; m++) {
                    double overlap = dot(v, vectors[m]);
                    for (int i = 0; i < nodes; i++) {
                        v[i] -= overlap * vectors[m][i];
                    }
                }
                double norm = StrictMath.sqrt(dot(v, v));
                for (int i = 0; i < nodes; i++) {
                    v[i] /= norm;
                }
            }
        }
        return new SymmetricEigen(eigen.values(), vectors);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Largest eigenvalue of K_q. */
    double kappa(int charge) {
        return states(charge).values()[0];
    }
}
