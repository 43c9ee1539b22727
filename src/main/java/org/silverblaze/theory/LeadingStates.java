package org.silverblaze.theory;

import java.util.Arrays;

/**
 * Eigenstates of a positive symmetric matrix T, enough for Tr T^times: all of them where T is small or the power low, else the
 * leading ones by Lanczos with full orthogonalisation from a fixed start.
 *
 * @param values eigenvalues, largest first
 * @param vectors unit eigenvectors, {@code vectors[i]} of {@code values[i]}
 * @param next bound on the eigenvalues that are missing; 0 where none is
 * @param trace of the matrix
 */
record LeadingStates(double[] values, double[][] vectors, double next, double trace) {
    /** Largest part of Tr T^times that missing eigenvalues may hold. */
    static final double NEGLECTED = 1e-9;

    private static final int DENSE = 160;
    private static final int MOST_DENSE = 1000;
    private static final int STEPS = 120;
    private static final double CONVERGED = 1e-13;

    static LeadingStates of(double[][] matrix, int times) {
        double trace = 0;
        for (int i = 0; i < matrix.length; i++) {
            trace += matrix[i][i];
        }
        if (matrix.length > DENSE) {
            LeadingStates leading = lanczos(matrix, trace);
            if (matrix.length > MOST_DENSE || leading.neglected(times, leading.values[0]) <= NEGLECTED) {
                return leading;
            }
        }
        SymmetricEigen all = SymmetricEigen.of(matrix);
        return new LeadingStates(all.values(), all.vectors(), 0, trace);
    }

    /** Bound on the part of Tr T^times / largest^times that missing eigenvalues hold. */
    double neglected(int times, double largest) {
        return next == 0 ? 0 : StrictMath.pow(next / largest, times - 1) * trace / largest;
    }

    private static LeadingStates lanczos(double[][] matrix, double trace) {
        int n = matrix.length;
        double[][] basis = new double[STEPS][];
        double[] diagonal = new double[STEPS];
        double[] below = new double[STEPS];
        double[] q = new double[n];
        for (int i = 0; i < n; i++) {
            q[i] = 1 / (1.0 + i) * (i % 3 == 1 ? -1 : 1); // overlaps with everything
        }
        int steps = 0;
        double norm = StrictMath.sqrt(dot(q, q));
        while (steps < STEPS) {
            for (int i = 0; i < n; i++) {
                q[i] /= norm;
            }
            basis[steps] = q;
            double[] next = new double[n];
            for (int i = 0; i < n; i++) {
                next[i] = dot(matrix[i], q);
            }
            diagonal[steps] = dot(q, next);
            for (int pass = 0; pass < 2; pass++) {
                for (int j = steps; j >= 0; j--) {
                    double overlap = dot(basis[j], next);
                    for (int i = 0; i < n; i++) {
                        next[i] -= overlap * basis[j][i];
                    }
                }
            }
            norm = StrictMath.sqrt(dot(next, next));
            below[steps++] = norm;
            if (norm <= CONVERGED * diagonal[0]) {
                break;
            }
            q = next;
        }
        double[] head = Arrays.copyOf(diagonal, steps);
        SymmetricEigen ritz = SymmetricEigen.ofTridiagonal(head, Arrays.copyOf(below, steps - 1));
        double largest = ritz.values()[0];
        int converged = 0;
        while (converged < steps
                && below[steps - 1] * Math.abs(ritz.vectors()[converged][steps - 1]) <= CONVERGED * largest) {
            converged++;
        }
        if (converged == 0) {
            throw new ArithmeticException("Lanczos found no eigenvector of a " + n + " x " + n + " matrix");
        }
        double[] values = Arrays.copyOf(ritz.values(), converged);
        double[][] vectors = new double[converged][n];
        for (int v = 0; v < converged; v++) {
            for (int j = 0; j < steps; j++) {
                double part = ritz.vectors()[v][j];
                for (int i = 0; i < n; i++) {
                    vectors[v][i] += part * basis[j][i];
                }
            }
        }
        return new LeadingStates(values, vectors, values[converged - 1], trace);
    }

    private static double dot(double[] a, double[] b) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            sum0 += a[i] * b[i];
            sum1 += a[i + 1] * b[i + 1];
            sum2 += a[i + 2] * b[i + 2];
            sum3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            sum0 += a[i] * b[i];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }
}
