package org.silverblaze.theory;

import java.util.Arrays;

/**
 * Eigenvalues and eigenvectors of a real symmetric matrix: Householder tridiagonalisation and implicit QL (Golub and Van
 * Loan, "Matrix Computations", chapter 8). One order of operations, so the same bits everywhere.
 *
 * @param values eigenvalues, largest first, {@code double[n]}
 * @param vectors {@code vectors[i]} is the unit eigenvector of {@code values[i]}, {@code double[n][n]}
 */
record SymmetricEigen(double[] values, double[][] vectors) {
    private static final int MAX_ITERATIONS = 60;

    /** Decomposes {@code matrix}, {@code double[n][n]}, symmetric; it is left alone. */
    static SymmetricEigen of(double[][] matrix) {
        int n = matrix.length;
        double[][] a = new double[n][];
        for (int i = 0; i < n; i++) {
            a[i] = matrix[i].clone();
        }
        double[] diagonal = new double[n];
        double[] below = new double[n]; // below[i] couples i and i + 1
        double[][] rows = tridiagonalize(a, diagonal, below);
        diagonalize(diagonal, below, rows);
        return sorted(diagonal, rows);
    }

    /** Tridiagonal matrix of {@code diagonal} and {@code below[0 .. n-2]}; the inputs are left alone. */
    static SymmetricEigen ofTridiagonal(double[] diagonal, double[] below) {
        int n = diagonal.length;
        double[] d = diagonal.clone();
        double[] e = new double[n];
        System.arraycopy(below, 0, e, 0, n - 1);
        double[][] rows = identity(n);
        diagonalize(d, e, rows);
        return sorted(d, rows);
    }

    private static double[][] identity(int n) {
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            rows[i][i] = 1;
        }
        return rows;
    }

    /** A = Q T Q^T; returns Q^T, whose rows the QL steps rotate. */
    private static double[][] tridiagonalize(double[][] a, double[] diagonal, double[] below) {
        int n = a.length;
        double[][] reflectors = new double[n][];
        double[] beta = new double[n];
        double[] p = new double[n];
        for (int k = 0; k < n - 2; k++) {
            double norm = 0;
            for (int i = k + 1; i < n; i++) {
                norm = Math.max(norm, Math.abs(a[i][k]));
            }
            double[] v = new double[n];
            if (norm == 0) {
                below[k] = 0;
                continue;
            }
            double sum = 0;
            for (int i = k + 1; i < n; i++) {
                v[i] = a[i][k] / norm;
                sum += v[i] * v[i];
            }
            double length = StrictMath.sqrt(sum);
            double alpha = v[k + 1] > 0 ? -length : length;
            below[k] = alpha * norm;
            v[k + 1] -= alpha;
            double square = 0;
            for (int i = k + 1; i < n; i++) {
                square += v[i] * v[i];
            }
            if (square == 0) {
                continue;
            }
            double scale = 2 / square;
            double projection = 0;
            for (int i = k + 1; i < n; i++) {
                double[] row = a[i];
                double dot = 0;
                for (int j = k + 1; j < n; j++) {
                    dot += row[j] * v[j];
                }
                p[i] = scale * dot;
                projection += p[i] * v[i];
            }
            double shift = 0.5 * scale * projection;
            for (int i = k + 1; i < n; i++) {
                p[i] -= shift * v[i];
            }
            for (int i = k + 1; i < n; i++) {
                double[] row = a[i];
                double vi = v[i];
                double pi = p[i];
                for (int j = k + 1; j < n; j++) {
                    row[j] -= vi * p[j] + pi * v[j];
                }
            }
            reflectors[k] = v;
            beta[k] = scale;
        }
        for (int i = 0; i < n; i++) {
            diagonal[i] = a[i][i];
        }
        if (n > 1) {
            below[n - 2] = a[n - 1][n - 2];
        }
        double[][] q = identity(n);
        double[] w = new double[n];
        for (int k = n - 3; k >= 0; k--) {
            double[] v = reflectors[k];
            if (v == null) {
                continue;
            }
            Arrays.fill(w, 0);
            for (int i = k + 1; i < n; i++) {
                double vi = v[i];
                double[] row = q[i];
                for (int j = k + 1; j < n; j++) {
                    w[j] += vi * row[j];
                }
            }
            for (int i = k + 1; i < n; i++) {
                double factor = beta[k] * v[i];
                double[] row = q[i];
                for (int j = k + 1; j < n; j++) {
                    row[j] -= factor * w[j];
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double swap = q[i][j];
                q[i][j] = q[j][i];
                q[j][i] = swap;
            }
        }
        return q;
    }

    /** Implicit QL with Wilkinson shifts; {@code rows[i]} becomes the eigenvector of {@code d[i]}. */
    private static void diagonalize(double[] d, double[] e, double[][] rows) {
        int n = d.length;
        for (int l = 0; l < n; l++) {
            int iterations = 0;
            while (true) {
                int m = l;
                while (m < n - 1) {
                    double scale = Math.abs(d[m]) + Math.abs(d[m + 1]);
                    if (Math.abs(e[m]) <= Math.ulp(scale) / 2) {
                        break;
                    }
                    m++;
                }
                if (m == l) {
                    break;
                }
                if (++iterations > MAX_ITERATIONS) {
                    throw new ArithmeticException("QL iteration of a " + n + " x " + n + " matrix did not converge");
                }
                double g = (d[l + 1] - d[l]) / (2 * e[l]);
                double r = StrictMath.hypot(g, 1);
                g = d[m] - d[l] + e[l] / (g + Math.copySign(r, g));
                double s = 1;
                double c = 1;
                double p = 0;
                int i = m - 1;
                for (; i >= l; i--) {
                    double f = s * e[i];
                    double b = c * e[i];
                    r = StrictMath.hypot(f, g);
                    e[i + 1] = r;
                    if (r == 0) {
                        d[i + 1] -= p;
                        e[m] = 0;
                        break;
                    }
                    s = f / r;
                    c = g / r;
                    g = d[i + 1] - p;
                    r = (d[i] - g) * s + 2 * c * b;
                    p = s * r;
                    d[i + 1] = g + p;
                    g = c * r - b;
                    double[] upper = rows[i + 1];
                    double[] lower = rows[i];
                    for (int k = 0; k < n; k++) {
                        double h = upper[k];
                        upper[k] = s * lower[k] + c * h;
                        lower[k] = c * lower[k] - s * h;
                    }
                }
                if (r == 0 && i >= l) {
                    continue;
                }
                d[l] -= p;
                e[l] = g;
                e[m] = 0;
            }
        }
    }

    private static SymmetricEigen sorted(double[] d, double[][] rows) {
        int n = d.length;
        Integer[] order = new Integer[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        Arrays.sort(order, (x, y) -> Double.compare(d[y], d[x]));
        double[] values = new double[n];
        double[][] vectors = new double[n][];
        for (int i = 0; i < n; i++) {
            values[i] = d[order[i]];
            vectors[i] = rows[order[i]];
        }
        return new SymmetricEigen(values, vectors);
    }
}
