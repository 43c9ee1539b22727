package org.silverblaze.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSink;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.reference.ReferenceFields;
import org.silverblaze.engine.vector.VectorFields;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.statistics.GammaMethod;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ExactValues;
import org.silverblaze.theory.FieldMeter;
import org.silverblaze.theory.TransferMatrix;

/** Schedules of the phi representation. */
final class FieldPilotTest {
    private static final Couplings COUPLINGS = new Couplings(4.01, 1, 0);

    private static FieldSpec spec(Lattice lattice, FieldSchedule schedule) {
        return new FieldSpec(lattice, COUPLINGS, FieldAlgorithm.HEAT_BATH, 3, schedule);
    }

    private static void run(FieldSpec spec, int chains, int perChain, FieldSink sink) {
        try (FieldBlock block = new VectorFields().start(spec, 0, chains)) {
            block.advance(perChain, sink);
        }
    }

    /** The pilot's spacing gives nearly independent samples, and they have the exact mean. */
    @ParameterizedTest
    @CsvSource({"6x2", "3x1", "1x1"})
    void thePilotsScheduleGivesIndependentSamples(String extents) {
        Lattice lattice = Lattice.parse(extents);
        FieldPilot pilot = FieldPilot.run(
                new VectorFields(), lattice, COUPLINGS, FieldAlgorithm.HEAT_BATH, FieldSchedule.REFLECTIONS, () -> {});
        assertThat(pilot.resolved()).isTrue();
        assertThat(pilot)
                .isEqualTo(FieldPilot.run(
                        new ReferenceFields(),
                        lattice,
                        COUPLINGS,
                        FieldAlgorithm.HEAT_BATH,
                        FieldSchedule.REFLECTIONS,
                        () -> {}));
        int chains = 32;
        int perChain = 400;
        double[][] phi2 = new double[chains][perChain];
        FieldMeter meter = new FieldMeter(lattice, COUPLINGS);
        run(
                spec(lattice, pilot.schedule()),
                chains,
                perChain,
                (chain, draw, phi) ->
                        phi2[chain][(int) draw] = meter.measure(phi).phi2());
        Estimate estimate = GammaMethod.mean(phi2);
        assertThat(estimate.tauInt()).as("%s, schedule %s", estimate, pilot).isLessThan(0.8);
        ExactValues exact = TransferMatrix.exact(lattice, COUPLINGS);
        assertThat(Math.abs(estimate.mean() - exact.phi2()) / estimate.error())
                .as("%s, exact %s, first %s", estimate, exact, Arrays.toString(Arrays.copyOf(phi2[0], 3)))
                .isLessThan(4);
    }

    /** What reflections are for: near criticality the zero mode takes several heat-bath sweeps, and fewer with them. */
    @Test
    void reflectionsCarryTheLongModes() {
        double[] tau = new double[2];
        for (int i = 0; i < 2; i++) {
            int chains = 16;
            int perChain = 1500;
            double[][] zeroMode = new double[chains][perChain];
            Lattice lattice = Lattice.of(16, 16);
            Couplings couplings = new Couplings(3.1, 1, 0);
            FieldMeter meter = new FieldMeter(lattice, couplings);
            run(
                    new FieldSpec(
                            lattice,
                            couplings,
                            FieldAlgorithm.HEAT_BATH,
                            8,
                            new FieldSchedule(i * FieldSchedule.REFLECTIONS, 200, 1)),
                    chains,
                    perChain,
                    (chain, draw, phi) ->
                            zeroMode[chain][(int) draw] = meter.measure(phi).zeroMode());
            tau[i] = GammaMethod.mean(zeroMode).tauInt();
        }
        assertThat(tau[1])
                .as("tau_int of the zero mode: %s", Arrays.toString(tau))
                .isLessThan(0.5 * tau[0]);
    }

    /** Long correlations: near the critical coupling of the free field the zero mode is slow, and the pilot finds it. */
    @Test
    void thePilotSeesTheSlowMode() {
        FieldPilot pilot = FieldPilot.run(
                new VectorFields(),
                Lattice.of(8, 8),
                new Couplings(4.002, 0, 0),
                FieldAlgorithm.HEAT_BATH,
                0,
                () -> {});
        // The zero mode, which dominates |phi|^2 as well, relaxes by about (eta - 2d)/eta a heat-bath sweep: tau of
        // some thousand sweeps.
        assertThat(pilot.tauInt()).isBetween(300.0, 3000.0);
        assertThat(pilot.schedule().updatesBetween()).isEqualTo((long) Math.ceil(2 * pilot.tauInt()));
        assertThat(pilot.schedule().thermalization())
                .isEqualTo(10 * pilot.schedule().updatesBetween());
    }
}
