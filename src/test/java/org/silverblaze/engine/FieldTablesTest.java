package org.silverblaze.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;
import org.silverblaze.engine.reference.ReferenceFields;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

final class FieldTablesTest {
    @ParameterizedTest
    @CsvSource({"4.01, 1", "9, 1", "-5, 5", "0, 0.01", "3.9, 1e-6", "4, 1e4", "-100, 2"})
    void theWidthIsTheRootOfItsCubic(double eta, double lambda) {
        for (double b2 : new double[] {0, 1e-6, 0.3, 4, 100, 1e6}) {
            double a = FieldTables.width(eta, lambda, b2);
            double left = (a - eta) * a * a;
            assertThat(left)
                    .as("A = %s at |b|^2 = %s", a, b2)
                    .isCloseTo(2 * lambda * (a + b2), within(1e-12 * a * a * (a + Math.abs(eta))));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "60x4, 4.01, 1",
        "4x3x4x3, 9, 1",
        "3x3, -5, 5",
        "1x1, 4.01, 1",
        "1x8, 0, 0.01",
        "2x2, 3.9, 1e-6",
        "5, 4, 1e4"
    })
    void theTangentIsPositiveAndTouchesTheRoot(String extents, double eta, double lambda) {
        Lattice lattice = Lattice.parse(extents);
        FieldTables tables = FieldTables.of(lattice, new Couplings(eta, lambda, 0));
        int ones = 0;
        for (int extent : lattice.extents()) {
            ones += extent == 1 ? 1 : 0;
        }
        assertThat(tables.eta()).isEqualTo((float) (eta - 2 * ones));
        double closest = Double.POSITIVE_INFINITY;
        for (double b2 = 0; b2 < 3e6; b2 = b2 * 1.01 + 1e-3) {
            double root = FieldTables.width(eta - 2 * ones, lambda, b2);
            double tangent = tables.widthAtZero() + (double) tables.widthSlope() * b2;
            assertThat(tangent).as("at |b|^2 = %s", b2).isGreaterThan(root * (1 - 1e-6));
            closest = Math.min(closest, tangent / root - 1);
        }
        assertThat(closest).isLessThan(1e-4);
    }

    /** Share of the sites that a heat-bath sweep changes (a floor under its efficiency, a little below what was met), from the symmetric phase to deep in the broken one. */
    @ParameterizedTest
    @CsvSource({
        "60x4, 4.01, 1, 0.95",
        "4x4x4x4, 9, 1, 0.98",
        "8x8, 3.2, 1, 0.92",
        "8x8, 3.9, 0.05, 0.98",
        "8x8, 1, 1, 0.72",
        "4x4x4x4, 4, 1, 0.77",
        "8x8, -5, 5, 0.53",
        "1x1, 4.01, 1, 0.82",
        "5x5, 4.5, 0, 0.9999"
    })
    void proposalsAreAccepted(String extents, double eta, double lambda, double share) {
        Lattice lattice = Lattice.parse(extents);
        FieldSpec spec = new FieldSpec(
                lattice, new Couplings(eta, lambda, 0), FieldAlgorithm.HEAT_BATH, 4, new FieldSchedule(0, 50, 1));
        long changed = 0;
        int sweeps = 40;
        int chains = Math.max(2, 2000 / lattice.volume());
        try (FieldBlock block = new ReferenceFields().start(spec, 0, chains)) {
            float[] before = null;
            for (int sweep = 0; sweep <= sweeps; sweep++) {
                block.advance(sweep + 1, (chain, draw, phi) -> {});
                float[] after = block.state().phi();
                for (int i = 0; before != null && i < after.length; i++) {
                    changed += after[i] != before[i] ? 1 : 0;
                }
                before = after;
            }
        }
        assertThat(changed / (2.0 * sweeps * chains * lattice.volume())).isGreaterThan(share);
    }

    @Test
    void theFreeFieldHasOneWidth() {
        assertThat(FieldTables.of(Lattice.of(6, 1, 3), new Couplings(6.5, 0, 0)))
                .isEqualTo(new FieldTables(4.5f, 0, 4.5f, 0));
    }

    @Test
    void whatCannotBeSampledIsRefusedInOneLine() {
        Lattice lattice = Lattice.of(4, 4);
        FieldSchedule schedule = new FieldSchedule(1, 0, 1);
        assertThatThrownBy(() ->
                        new FieldSpec(lattice, new Couplings(4.01, 1, 0.5), FieldAlgorithm.HEAT_BATH, 1, schedule))
                .isInstanceOf(BadInput.class)
                .hasMessage(
                        "--representation phi with --mu 0.5: the weight of phi is complex unless mu is 0; use --mu 0 or "
                                + "the flux representation");
        assertThatThrownBy(
                        () -> new FieldSpec(lattice, new Couplings(3.9, 0, 0), FieldAlgorithm.HEAT_BATH, 1, schedule))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("the free theory on 4x4 exists only for eta > ");
        assertThatThrownBy(() -> FieldTables.of(lattice, new Couplings(1e39, 1, 0)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--eta 1.0E39");
        assertThatThrownBy(() -> new FieldSchedule(-1, 0, 1)).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> new FieldSchedule(1, -1, 1)).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> new FieldSchedule(1, 0, 0)).isInstanceOf(BadInput.class);
    }

    @ParameterizedTest
    @CsvSource({"4x6", "3x5", "1", "2x1x3", "2x2x2x2"})
    void theOrderVisitsEverySiteOnceAndEvenLatticesAsACheckerboard(String extents) {
        Lattice lattice = Lattice.parse(extents);
        int[] order = FieldAlgorithm.order(lattice);
        assertThat(order).hasSize(lattice.volume()).doesNotHaveDuplicates();
        boolean even = true;
        for (int extent : lattice.extents()) {
            even &= extent % 2 == 0;
        }
        int[] position = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            position[order[i]] = i;
        }
        if (even) {
            for (int site = 0; site < order.length; site++) {
                for (int axis = 0; axis < lattice.dimensions(); axis++) {
                    boolean first = position[site] < order.length / 2;
                    assertThat(position[lattice.forward(axis, site)] < order.length / 2)
                            .isNotEqualTo(first);
                }
            }
        }
    }
}
