package org.silverblaze.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.LayerTimes;
import org.silverblaze.engine.Precision;
import org.silverblaze.engine.vector.VectorEngine;
import org.silverblaze.files.Json;
import org.silverblaze.lattice.Lattice;

/** What is measured, and how; not how fast it is. */
final class SuiteTest {
    private static final Timing SHORT = new Timing(0, 1e-4, 2);
    private static final Lattice LATTICE = Lattice.of(3, 4);

    private static Engine engine(String name) {
        return Dispatcher.choose(name).engine();
    }

    private static Suite suite(String engine, int threads) {
        return new Suite(engine(engine), threads, List.of(LATTICE), List.of(3), SHORT);
    }

    /** Three units in two nanoseconds. */
    static final class Counted implements Work {
        private long clock = 1000;

        @Override
        public long run() {
            clock += 2;
            return 3;
        }

        @Override
        public long nanoTime() {
            return clock;
        }
    }

    @Test
    void ratesAreUnitsPerSecondOfTheWorksClock() {
        Timing.Rates rates = new Timing(0, 1e-3, 3).measure(new Counted());
        assertThat(rates.all()).hasSize(3);
        assertThat(rates.median()).isCloseTo(1.5e9, Offset.offset(1.0));
    }

    @Test
    void medianAndSpread() {
        Timing.Rates odd = new Timing.Rates(new double[] {5, 1, 2});
        assertThat(List.of(odd.median(), odd.least(), odd.most(), odd.spread())).containsExactly(2.0, 1.0, 5.0, 2.0);
        Timing.Rates even = new Timing.Rates(new double[] {4, 1, 2, 8});
        assertThat(even.median()).isEqualTo(3);
        assertThat(odd.and(even).all()).containsExactly(5, 1, 2, 4, 1, 2, 8);
    }

    @Test
    void everyWorkloadWorks() {
        for (String name : List.of("vector", "reference")) {
            Suite suite = suite(name, 2);
            assertThat(suite.workloads()).extracting(Workload::name).doesNotHaveDuplicates();
            for (Workload workload : suite.workloads()) {
                try (Work work = workload.start().get()) {
                    long before = work.nanoTime();
                    assertThat(work.run()).as(workload.name()).isPositive();
                    assertThat(work.nanoTime()).as(workload.name()).isGreaterThan(before);
                }
            }
        }
    }

    @Test
    void resultsStandBesideTheirLimits() {
        Suite suite = suite("vector", 1);
        MachineLimits limits = new MachineLimits(new Limits(2, SHORT));
        List<BenchResult> results = suite.measure(suite.workloads(List.of("step/ST", "worm")), limits, Progress.NONE);
        assertThat(results)
                .extracting(BenchResult::name)
                .containsExactly(
                        "limit/fma",
                        "limit/memory-update",
                        "limit/L1-read",
                        "limit/L2-read",
                        "step/ST/3x4/3",
                        "worm/3x4");
        BenchResult step = results.get(4);
        assertThat(step.limit()).isEqualTo(limits.fmaPeak());
        assertThat(step.fraction()).isEqualTo(step.value() / step.limit());
        assertThat(results.get(5).limit()).isEqualTo(limits.walk(12));
    }

    @Test
    void namesAreChosenByTheirFirstParts() {
        Suite suite = suite("vector", 1);
        assertThat(suite.workloads(List.of("step/FL", "field")))
                .extracting(Workload::name)
                .containsExactly("step/FL/3x4/3", "field/3x4");
        assertThat(suite.workloads(List.of("STEP"))).hasSize(NamedNetwork.values().length);
        assertThatThrownBy(() -> suite.workloads(List.of("ste")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--only ste")
                .hasMessageContaining("convolution, step, forward, worm");
    }

    @Test
    void aProfileHasEveryLayer() {
        MachineLimits limits = new MachineLimits(new Limits(1, SHORT));
        LayerProfile profile = LayerProfile.of(
                "FL",
                NamedNetwork.FL.spec(5),
                LATTICE,
                3,
                engine("vector"),
                1,
                limits,
                new Timing(0, 1e-2, 1),
                Progress.NONE);
        assertThat(profile.results())
                .extracting(BenchResult::name)
                .contains(
                        "FL/3x4/3/step",
                        "FL/3x4/3/1 conv 5 3x3/forward",
                        "FL/3x4/3/1 conv 5 3x3/weight-gradient",
                        "FL/3x4/3/4 conv 5 3x3/input-gradient")
                .doesNotContain("FL/3x4/3/1 conv 5 3x3/input-gradient");
        double layers = profile.shares().stream().skip(2).mapToDouble(s -> s).sum();
        assertThat(layers).as("all layers together").isBetween(0.0, 1.0);
        assertThatThrownBy(() -> LayerProfile.of(
                        "FL",
                        NamedNetwork.FL.spec(5),
                        LATTICE,
                        3,
                        engine("reference"),
                        1,
                        limits,
                        SHORT,
                        Progress.NONE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--engine reference");
    }

    @Test
    void scriptsReadTheReport() {
        BenchResult limit = new BenchResult(null, "limit/fma", 8e9, 8e9, "FLOP/s", 1e8, null, null);
        BenchResult step =
                BenchResult.of("vector", "step/ST/3x4/3", "FLOP/s", new Timing.Rates(new double[] {1e9, 3e9}), 8e9);
        String json = Json.line(new BenchReport(
                "machine", "revision", "vector", "float32", 1, List.of(), List.of(limit, step), List.of(), List.of()));
        assertThat(json)
                .contains("\"machine\":\"machine\"", "\"revision\":\"revision\"")
                .contains(
                        "{\"engine\":null,\"fastest\":8.0E9,\"fraction\":null,\"limit\":null,\"name\":\"limit/fma\",\"spread\":1.0E8,\"unit\":\"FLOP/s\",\"value\":8.0E9}")
                .contains(
                        "{\"engine\":\"vector\",\"fastest\":3.0E9,\"fraction\":0.25,\"limit\":8.0E9,\"name\":\"step/ST/3x4/3\",\"spread\":1.0E9,\"unit\":\"FLOP/s\",\"value\":2.0E9}");
    }

    /** Winograd's roundings are larger, and equivariance holds up to them. */
    @Test
    void errorsOfAPrecisionStandBesideThoseOfFloat32() {
        List<PrecisionError> errors =
                PrecisionError.of(new VectorEngine().with(Precision.FAST), List.of(Lattice.of(8, 8)));
        assertThat(errors).extracting(PrecisionError::precision).containsExactly("float32", "fast", "float32", "fast");
        for (int i = 0; i < errors.size(); i += 2) {
            PrecisionError plain = errors.get(i);
            PrecisionError fast = errors.get(i + 1);
            assertThat(plain.equivariance()).isBetween(0.0, 1e-6);
            assertThat(fast.equivariance()).isBetween(Math.nextUp(plain.equivariance()), 1e-4);
            assertThat(fast.output()).isNotEqualTo(plain.output()).isBetween(0.0, 1e-4);
            assertThat(fast.gradient()).isNotEqualTo(plain.gradient()).isBetween(0.0, 1e-4);
        }
    }

    @Test
    void measuringLayersChangesNoBit() {
        LayerTimes times = new LayerTimes(NamedNetwork.STP.spec(5).layers().size());
        try (NetworkLoad plain = load();
                NetworkLoad measured = load()) {
            assertThat(measured.network().measureLayers(times)).isTrue();
            for (int i = 0; i < 3; i++) {
                assertThat(measured.step()).isEqualTo(plain.step());
            }
            assertThat(measured.network().parameters(0))
                    .isEqualTo(plain.network().parameters(0));
        }
        for (LayerTimes.Phase phase : LayerTimes.Phase.values()) {
            assertThat(times.get(3, phase)).as("second convolution, %s", phase).isPositive();
        }
    }

    private static NetworkLoad load() {
        return new NetworkLoad(engine("vector").networks(), NamedNetwork.STP.spec(5), LATTICE, 40, 2);
    }

    @Test
    void aWalkGoesThroughAllPlaces() {
        int lanes = LimitKernels.lanes();
        int[] next = new int[7 * lanes];
        for (int lane = 0; lane < lanes; lane++) {
            Limits.cycle(next, lane, lanes, new SplittableRandom(lane));
        }
        for (int lane = 0; lane < lanes; lane++) {
            int at = lane;
            for (int step = 1; step <= 7; step++) {
                at = next[at];
                assertThat(at % lanes).isEqualTo(lane);
                assertThat(at == lane).as("lane %d, step %d", lane, step).isEqualTo(step == 7);
            }
        }
    }
}
