package org.silverblaze.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SymmetricEigenTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 16, 33})
    void reconstructsTheMatrix(int n) {
        for (boolean degenerate : new boolean[] {false, true}) {
            Random random = new Random(n);
            double[][] matrix = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j <= i; j++) {
                    matrix[i][j] = degenerate ? (i == j ? 2 : 1) : random.nextGaussian();
                    matrix[j][i] = matrix[i][j];
                }
            }
            SymmetricEigen eigen = SymmetricEigen.of(matrix);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    double overlap = 0;
                    for (int k = 0; k < n; k++) {
                        sum += eigen.values()[k] * eigen.vectors()[k][i] * eigen.vectors()[k][j];
                        overlap += eigen.vectors()[i][k] * eigen.vectors()[j][k];
                    }
                    assertThat(sum).as("n = " + n + " seed " + n).isCloseTo(matrix[i][j], within(1e-12 * n));
                    assertThat(overlap).isCloseTo(i == j ? 1 : 0, within(1e-13 * n));
                }
                if (i > 0) {
                    assertThat(eigen.values()[i]).isLessThanOrEqualTo(eigen.values()[i - 1]);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-9, 0.3, 5, 80, 900})
    void besselFunctionsObeyTheirIntegral(double x) {
        double[] values = Bessel.scaledI(25, x);
        // e^{-x} I_k(x) = (1/2pi) int e^{x (cos t - 1)} cos kt dt: the trapezoidal rule is exact for a periodic
        // function.
        int points = 1024;
        for (int k = 0; k <= 25; k++) {
            double sum = 0;
            for (int i = 0; i < points; i++) {
                double t = 2 * Math.PI * i / points;
                sum += Math.exp(x * (Math.cos(t) - 1)) * Math.cos(k * t);
            }
            assertThat(values[k]).as("I_" + k + "(" + x + ")").isCloseTo(sum / points, within(1e-14));
        }
    }

    /** The Gauss rule reproduces W(f) for even f up to 4 nodes - 2. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 12, 24})
    void gaussNodesHaveTheMoments(int nodes) {
        for (double[] c : new double[][] {{4.01, 1}, {2.01, 1}, {1.5, 0}, {-3, 0.5}}) {
            RadialQuadrature rule = RadialQuadrature.of(c[0], c[1], nodes);
            RadialWeights weights = RadialWeights.of(c[0], c[1], 4 * nodes);
            for (int f = 0; f <= 4 * nodes - 2; f += 2) {
                double sum = 0;
                for (int i = 0; i < nodes; i++) {
                    sum += Math.exp(
                            rule.logWeight()[i] + Math.floorDiv(f, 2) * Math.log(rule.s()[i]) - weights.logW(f));
                }
                assertThat(sum).as("f = " + f + ", eta = " + c[0]).isCloseTo(1, within(1e-11));
            }
        }
    }
}
