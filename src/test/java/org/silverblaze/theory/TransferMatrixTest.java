package org.silverblaze.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;

final class TransferMatrixTest {
    /** 50x2, eta = 4.01, lambda = 1: PHYSICS.md section 3, the deviation of n per configuration from chi_n. */
    @Test
    void theTableOfThePage() {
        TransferMatrix matrix = TransferMatrix.of(Lattice.of(50, 2), 4.01, 1);
        ExactValues low = matrix.at(0.91);
        assertThat(low.n()).isCloseTo(0.0147297, within(5.1e-8));
        assertThat(low.phi2()).isCloseTo(0.2961530, within(5.1e-8));
        assertThat(Math.sqrt(low.chiN() / 100)).isCloseTo(0.0846, within(5.1e-5));
        ExactValues high = matrix.at(1.05);
        assertThat(high.n()).isCloseTo(0.5679775, within(5.1e-8));
        assertThat(high.phi2()).isCloseTo(0.4667979, within(5.1e-8));
        assertThat(Math.sqrt(high.chiN() / 100)).isCloseTo(0.2047, within(5.1e-5));
        assertThat(high.chiPhi2()).isCloseTo(0.446805, within(5.1e-7));
        assertThat(high.estimatedError()).isLessThan(1e-7);
        assertThat(TransferMatrix.of(Lattice.of(50, 2), 4.01, 1)).isSameAs(matrix);
        ExactValues mirror = matrix.at(-1.05);
        assertThat(mirror.n()).isEqualTo(-high.n());
        assertThat(mirror.phi2()).isEqualTo(high.phi2());
        assertThat(matrix.at(0).n()).isZero();
    }

    /** n and chi are derivatives of ln Z; chi_n of n in mu, chi_phi2 of -phi2 in eta, and dn/deta = -dphi2/dmu. */
    @ParameterizedTest
    @CsvSource({
        "1, 2.01, 1, 0.4",
        "6, 1.5, 0.7, 0.9",
        "1x1, 4.01, 1, 0.6",
        "1x2, 4.01, 1, 0.5",
        "2x2, 4.01, 1, 0.7",
        "5x2, 3.5, 2, 0.8",
        "3x1x2, 6.2, 1, 0.5"
    })
    void susceptibilitiesAreDerivatives(String extents, double eta, double lambda, double mu) {
        Lattice lattice = Lattice.parse(extents);
        double step = 1e-3;
        TransferMatrix matrix = TransferMatrix.of(lattice, eta, lambda);
        ExactValues at = matrix.at(mu);
        ExactValues moreMu = matrix.at(mu + step);
        ExactValues lessMu = matrix.at(mu - step);
        ExactValues moreEta = TransferMatrix.exact(lattice, new Couplings(eta + step, lambda, mu));
        ExactValues lessEta = TransferMatrix.exact(lattice, new Couplings(eta - step, lambda, mu));
        // Central differences: errors of the values over the step, and the step squared.
        double tolerance = 2e-4 * (1 + at.chiN() + at.chiPhi2());
        assertThat((moreMu.n() - lessMu.n()) / (2 * step)).isCloseTo(at.chiN(), within(tolerance));
        assertThat((lessEta.phi2() - moreEta.phi2()) / (2 * step)).isCloseTo(at.chiPhi2(), within(tolerance));
        assertThat((moreEta.n() - lessEta.n()) / (2 * step))
                .isCloseTo(-(moreMu.phi2() - lessMu.phi2()) / (2 * step), within(tolerance));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 4, 0.3",
        "7, 2.5, 0.2",
        "1x1, 7, 0.3",
        "5x1, 4.6, 0.3",
        "1x2, 8, 0.3",
        "3x2, 5.5, 0.3",
        "4x1x2, 6.7, 0.2",
        "12x3, 5.5, 0.3",
        "30x4, 6, 0.3",
        "24x2x2, 9, 0.3"
    })
    void agreesWithTheFreeField(String extents, double eta, double mu) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(eta, 0, mu);
        ExactValues free = FreeField.exact(lattice, couplings);
        ExactValues exact = TransferMatrix.exact(lattice, couplings);
        // The stated error is honest and small.
        assertThat(exact.estimatedError()).isLessThan(3e-5);
        double tolerance = Math.max(1e-8, exact.estimatedError());
        assertThat(exact.n()).isCloseTo(free.n(), within(tolerance));
        assertThat(exact.phi2()).isCloseTo(free.phi2(), within(tolerance));
        assertThat(exact.chiN()).isCloseTo(free.chiN(), within(10 * tolerance));
        assertThat(exact.chiPhi2()).isCloseTo(free.chiPhi2(), within(10 * tolerance));
    }

    /** 60x4, eta = 4.01, lambda = 1: PHYSICS.md section 3, good to about 1e-5. */
    @Test
    void sixtyTimesFour() {
        TransferMatrix matrix = TransferMatrix.of(Lattice.of(60, 4), 4.01, 1);
        ExactValues low = matrix.at(0.91);
        assertThat(low.n()).isCloseTo(0.030558, within(1e-5));
        assertThat(low.phi2()).isCloseTo(0.272770, within(1e-5));
        assertThat(Math.sqrt(low.chiN() / 240)).isCloseTo(0.0822, within(5.1e-5));
        ExactValues middle = matrix.at(1);
        assertThat(middle.n()).isCloseTo(0.362741, within(1e-5));
        assertThat(middle.phi2()).isCloseTo(0.384673, within(1e-5));
        assertThat(Math.sqrt(middle.chiN() / 240)).isCloseTo(0.1402, within(5.1e-5));
        assertThat(middle.estimatedError()).isLessThan(1e-4);
    }

    /** Links in a direction of extent 1 shift eta: a link from a site to itself multiplies by e^{2 r^2}. */
    @Test
    void linksToItselfShiftEta() {
        ExactValues with = TransferMatrix.exact(Lattice.of(20, 1, 3), new Couplings(6.5, 1, 0.4));
        ExactValues without = TransferMatrix.exact(Lattice.of(20, 3), new Couplings(4.5, 1, 0.4));
        assertThat(with).isEqualTo(without);
    }

    @Test
    void saysWhatItCannotReach() {
        assertThat(TransferMatrix.reaches(Lattice.of(50, 2))).isTrue();
        assertThat(TransferMatrix.reaches(Lattice.of(4, 2, 1))).isTrue();
        assertThat(TransferMatrix.reaches(Lattice.of(60, 4))).isTrue();
        assertThat(TransferMatrix.reaches(Lattice.of(30, 2, 2))).isTrue();
        assertThat(TransferMatrix.reaches(Lattice.of(8, 8))).isFalse();
        assertThat(TransferMatrix.reaches(Lattice.of(4, 4))).isFalse();
        assertThatThrownBy(() -> TransferMatrix.of(Lattice.of(4, 4), 4.01, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("time extent of at least 24");
        assertThatThrownBy(() -> TransferMatrix.of(Lattice.of(8, 8), 4.01, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--lattice 8x8");
        assertThatThrownBy(() -> TransferMatrix.of(Lattice.of(2, 2), 4.01, 1).at(30))
                .isInstanceOf(BadInput.class)
                .hasMessageNotContaining("\n");
    }
}
