package org.silverblaze.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.Progress;
import org.silverblaze.dataset.ShardLayout;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.reference.ReferenceFields;
import org.silverblaze.engine.vector.VectorFields;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.statistics.GammaMethod;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ExactValues;
import org.silverblaze.theory.TransferMatrix;

/** Schedules and runs of the phi representation. */
final class FieldRunTest {
    private static final Couplings COUPLINGS = new Couplings(4.01, 1, 0);

    private static FieldSpec spec(Lattice lattice, FieldSchedule schedule) {
        return new FieldSpec(lattice, COUPLINGS, FieldAlgorithm.HEAT_BATH, 3, schedule);
    }

    private static Map<String, float[]> samples(FieldEngine engine, long samples, int chains, int threads) {
        Map<String, float[]> all = new ConcurrentHashMap<>();
        AtomicLong seen = new AtomicLong();
        FieldRun.run(
                spec(Lattice.of(5, 2), new FieldSchedule(1, 5, 2)),
                ShardLayout.of(Lattice.of(5, 2), samples, chains),
                engine,
                threads,
                (chain, draw, phi, observables) -> {
                    seen.incrementAndGet();
                    all.put(chain + " " + draw, phi.clone());
                },
                (stage, done, total) -> assertThat(total).isEqualTo(samples));
        assertThat(seen.get()).isEqualTo(samples);
        return new TreeMap<>(all);
    }

    @ParameterizedTest
    @CsvSource({"100, 40", "7, 7", "35, 17", "200, 1"})
    void theSamplesDependOnNeitherEngineNorThreads(long samples, int chains) {
        Map<String, float[]> one = samples(new ReferenceFields(), samples, chains, 1);
        Map<String, float[]> other = samples(new VectorFields(), samples, chains, 3);
        assertThat(one).hasSize((int) samples);
        assertThat(other.keySet()).isEqualTo(one.keySet());
        one.forEach((sample, phi) -> assertThat(other.get(sample)).as(sample).isEqualTo(phi));
    }

    @Test
    void theFirstFailureStopsTheRun() {
        assertThatThrownBy(() -> FieldRun.run(
                        spec(Lattice.of(4, 4), new FieldSchedule(0, 0, 1)),
                        ShardLayout.of(Lattice.of(4, 4), 1L << 30, 64),
                        new ReferenceFields(),
                        4,
                        (chain, draw, phi, observables) -> {
                            if (chain == 40) {
                                throw new IllegalStateException("the disk is full");
                            }
                        },
                        Progress.NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the disk is full");
    }

    /** The pilot's spacing gives nearly independent samples, and they have the exact mean. */
    @ParameterizedTest
    @CsvSource({"6x2", "3x1", "1x1"})
    void thePilotsScheduleGivesIndependentSamples(String extents) {
        Lattice lattice = Lattice.parse(extents);
        FieldPilot pilot = FieldPilot.run(
                new VectorFields(), lattice, COUPLINGS, FieldAlgorithm.HEAT_BATH, FieldSchedule.REFLECTIONS);
        assertThat(pilot.resolved()).isTrue();
        assertThat(pilot)
                .isEqualTo(FieldPilot.run(
                        new ReferenceFields(),
                        lattice,
                        COUPLINGS,
                        FieldAlgorithm.HEAT_BATH,
                        FieldSchedule.REFLECTIONS));
        int chains = 32;
        int perChain = 400;
        double[][] phi2 = new double[chains][perChain];
        FieldRun.run(
                spec(lattice, pilot.schedule()),
                ShardLayout.of(lattice, (long) chains * perChain, chains),
                new VectorFields(),
                2,
                (chain, draw, phi, observables) -> phi2[chain][(int) draw] = observables.phi2(),
                Progress.NONE);
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
            FieldRun.run(
                    new FieldSpec(
                            lattice,
                            new Couplings(3.1, 1, 0),
                            FieldAlgorithm.HEAT_BATH,
                            8,
                            new FieldSchedule(i * FieldSchedule.REFLECTIONS, 200, 1)),
                    ShardLayout.of(lattice, (long) chains * perChain, chains),
                    new VectorFields(),
                    1,
                    (chain, draw, phi, observables) -> zeroMode[chain][(int) draw] = observables.zeroMode(),
                    Progress.NONE);
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
                new VectorFields(), Lattice.of(8, 8), new Couplings(4.002, 0, 0), FieldAlgorithm.HEAT_BATH, 0);
        // The zero mode, which dominates |phi|^2 as well, relaxes by about (eta - 2d)/eta a heat-bath sweep: tau of
        // some thousand sweeps.
        assertThat(pilot.tauInt()).isBetween(300.0, 3000.0);
        assertThat(pilot.schedule().updatesBetween()).isEqualTo((long) Math.ceil(2 * pilot.tauInt()));
        assertThat(pilot.schedule().thermalization())
                .isEqualTo(10 * pilot.schedule().updatesBetween());
    }
}
