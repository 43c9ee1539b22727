package org.silverblaze.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.lattice.Lattice;

/** Three ways to the same numbers: fluxes summed, the transfer matrix, and integrals over phi itself. */
final class EnumerationTest {
    @ParameterizedTest
    @CsvSource({
        "1, 3, 1, 0.5, 40",
        "2, 3, 1, 0.5, 30",
        "3, 3, 1, 0.5, 24",
        "4, 3, 1, 0.5, 20",
        "1x1, 4.01, 1, 0.8, 50",
        "2x1, 4.01, 1, 0.8, 30",
        "1x2, 4.01, 1, 0.8, 30",
        "2x2, 4.01, 1, 0.6, 30",
        "1x1x1, 6.5, 1, 0.3, 50",
        "1x1, 2, 1, 0.3, 50"
    })
    void theTransferMatrixIsTheSumOverFluxes(String extents, double eta, double lambda, double mu, int most) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(eta, lambda, mu);
        Enumeration.Result sum = Enumeration.of(lattice, couplings, most);
        Enumeration.Result less = Enumeration.of(lattice, couplings, most - 4);
        assertThat(sum.n()).as("truncation").isCloseTo(less.n(), within(1e-6));
        ExactValues exact = TransferMatrix.exact(lattice, couplings);
        assertThat(exact.n()).isCloseTo(sum.n(), within(1e-6));
        assertThat(exact.phi2()).isCloseTo(sum.phi2(), within(1e-6));
        assertThat(exact.chiN()).isCloseTo(sum.chiN(), within(1e-5));
        assertThat(exact.chiPhi2()).isCloseTo(sum.chiPhi2(), within(1e-5));
    }

    /** One site: links to itself shift eta, Z = W(0) at eta - 2(d-1) - 2 cosh mu. */
    @ParameterizedTest
    @CsvSource({"1, 4, 0.7", "1x1, 4.01, 0.8", "1x1x1, 6.5, 0.3"})
    void oneSiteIsAnIntegral(String extents, double eta, double mu) {
        Lattice lattice = Lattice.parse(extents);
        RadialWeights shifted = RadialWeights.of(eta - 2 * (lattice.dimensions() - 1) - 2 * Math.cosh(mu), 1, 4);
        Enumeration.Result sum = Enumeration.of(lattice, new Couplings(eta, 1, mu), 60);
        assertThat(sum.logZ()).isCloseTo(shifted.logW(0), within(1e-9));
        assertThat(sum.phi2()).isCloseTo(shifted.g(0), within(1e-9));
        assertThat(sum.phi4()).isCloseTo(shifted.h(0), within(1e-9));
        assertThat(sum.n()).isCloseTo(2 * Math.sinh(mu) * shifted.g(0), within(1e-9));
        assertThat(sum.chiPhi2()).isCloseTo(shifted.variance(0), within(1e-8));
        assertThat(sum.chiN())
                .isCloseTo(
                        2 * Math.cosh(mu) * shifted.g(0) + Math.pow(2 * Math.sinh(mu), 2) * shifted.variance(0),
                        within(1e-8));
    }

    /**
     * Two sites: Z = int r dr s ds I_0(2 c r s) e^{-V(r) - V(s)}; links to itself shift eta, the two links between them give c =
     * 2 (in space) or 2 cosh mu (in time, where n = (1/V) d ln Z/d mu through c).
     */
    @ParameterizedTest
    @CsvSource({"2x1, 0.8", "1x2, 0.8", "2, 0.5"})
    void twoSitesAreAnIntegral(String extents, double mu) {
        Lattice lattice = Lattice.parse(extents);
        double eta = 2 * lattice.dimensions() + 0.01;
        boolean time = lattice.extent(0) == 2;
        double c = time ? 2 * Math.cosh(mu) : 2;
        double shifted = eta - (time ? 2 * (lattice.dimensions() - 1) : 2 * Math.cosh(mu));
        // r = e^u: the integrand is analytic in u and falls doubly exponentially or like e^{2u}, so the trapezoidal
        // rule in u
        // is exact to rounding.
        double step = 0.05;
        double z = 0;
        double radius = 0;
        double product = 0;
        for (int i = -280; i < 30; i++) {
            double r = Math.exp(i * step);
            for (int j = -280; j < 30; j++) {
                double s = Math.exp(j * step);
                double x = 2 * c * r * s;
                double[] bessel = Bessel.scaledI(1, x);
                double weight = r * r * s * s * Math.exp(x - potential(shifted, r) - potential(shifted, s));
                z += weight * bessel[0];
                radius += weight * bessel[0] * (r * r + s * s);
                product += weight * bessel[1] * 2 * r * s; // d/dc
            }
        }
        double n = time ? product / z * 2 * Math.sinh(mu) / 2 : 2 * Math.sinh(mu) * radius / z / 2;
        Enumeration.Result sum = Enumeration.of(lattice, new Couplings(eta, 1, mu), 40);
        assertThat(sum.phi2()).isCloseTo(radius / z / 2, within(1e-8));
        assertThat(sum.n()).isCloseTo(n, within(1e-8));
        assertThat(sum.logZ()).isCloseTo(Math.log(z * step * step), within(1e-8));
    }

    private static double potential(double eta, double r) {
        return eta * r * r + r * r * r * r;
    }
}
