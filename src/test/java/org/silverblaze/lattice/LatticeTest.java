package org.silverblaze.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;

final class LatticeTest {
    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "7", "1x1", "2x2", "60x4", "7x3", "1x5", "5x1", "3x2x4", "2x3x1x4"})
    void neighboursAreShiftsByOneAndInvertEachOther(String text) {
        Lattice lattice = Lattice.parse(text);
        assertThat(lattice).hasToString(text);
        for (int site = 0; site < lattice.volume(); site++) {
            for (int axis = 0; axis < lattice.dimensions(); axis++) {
                int[] step = new int[lattice.dimensions()];
                step[axis] = 1;
                assertThat(lattice.forward(axis, site)).isEqualTo(lattice.shifted(site, step));
                assertThat(lattice.backward(axis, lattice.forward(axis, site))).isEqualTo(site);
            }
        }
    }

    @Test
    void sitesAreNumberedRowMajorWithTimeFirst() {
        Lattice lattice = Lattice.of(60, 4);
        assertThat(lattice.site(1, 2)).isEqualTo(6);
        assertThat(lattice.coordinate(0, 6)).isEqualTo(1);
        assertThat(lattice.coordinate(1, 6)).isEqualTo(2);
        assertThat(lattice.forward(0, 59 * 4 + 3)).isEqualTo(3);
        assertThat(lattice.forward(1, 3)).isZero();
        assertThat(lattice.site(-1, 5)).isEqualTo(59 * 4 + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x4", "", "4x", "x4", "-1x4", "4x4x4x4x4", "axb", "4 x 4", "99999x99999", "9999999999x2"})
    void badLatticesAreNamedInOneLine(String text) {
        assertThatThrownBy(() -> Lattice.parse(text))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("lattice")
                .hasMessageNotContaining("\n");
    }
}
