package org.silverblaze.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.engine.Device;
import org.silverblaze.engine.DeviceLimit;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.LimitLoop;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.lattice.Lattice;

/** What stands in the report of several engines; not how fast they are. */
final class AllEnginesTest {
    private static final Timing SHORT = new Timing(0, 1e-4, 2);
    private static final List<String> HOST_LIMITS =
            List.of("limit/fma", "limit/memory-update", "limit/L1-read", "limit/L2-read");

    private static Engine engine(String name) {
        return Dispatcher.choose(name).engine();
    }

    private static AllEngines all(Engine... engines) {
        return new AllEngines(List.of(engines), 2, List.of(Lattice.of(3, 4)), List.of(3), null, SHORT, SHORT);
    }

    /** The vector engine behind a device that adds a trillion numbers a second, by its own account. */
    private static final class OnDevice implements Engine {
        private final boolean available;

        OnDevice(boolean available) {
            this.available = available;
        }

        @Override
        public String name() {
            return "made-up";
        }

        @Override
        public EngineStatus status() {
            return new EngineStatus(available, available ? "a device" : "no driver");
        }

        @Override
        public Optional<Device> device() {
            assertThat(available).as("asked only where it is available").isTrue();
            return Optional.of(new Device() {
                @Override
                public String name() {
                    return "Abacus 9000";
                }

                @Override
                public String driver() {
                    return "1.2.3";
                }

                @Override
                public int chains() {
                    return 96;
                }

                @Override
                public LimitLoop loop(DeviceLimit limit) {
                    return new LimitLoop() {
                        @Override
                        public long run() {
                            long begin = System.nanoTime();
                            while (System.nanoTime() - begin < 1_000_000) {
                                Thread.onSpinWait();
                            }
                            long units = limit == DeviceLimit.MULTIPLY_ADDS ? 1000 : 1;
                            return units * (System.nanoTime() - begin);
                        }

                        @Override
                        public void close() {}
                    };
                }
            });
        }

        @Override
        public SamplingEngine sampling() {
            return engine("vector").sampling();
        }

        @Override
        public FieldEngine fields() {
            throw new BadInput("--engine made-up: samples fluxes only");
        }

        @Override
        public NetworkEngine networks() {
            return engine("vector").networks();
        }
    }

    @Test
    void everyEngineHasEveryWorkload() {
        BenchReport report = all(engine("vector"), engine("reference"))
                .measure(List.of("step/ST", "worm", "convolution/16", "field"), Progress.NONE);
        assertThat(report.engine()).isEqualTo("all");
        assertThat(report.engines()).extracting(EngineLine::name).containsExactly("vector", "reference");
        assertThat(report.engines()).allSatisfy(line -> {
            assertThat(line.device()).isNotEmpty();
            assertThat(line.driver()).isNull();
        });
        assertThat(report.results().stream().filter(r -> r.engine() == null))
                .extracting(BenchResult::name)
                .containsExactlyElementsOf(HOST_LIMITS);
        assertThat(report.results().stream().filter(r -> "reference".equals(r.engine())))
                .as("reference does not measure its layers, so it has no convolutions")
                .extracting(BenchResult::name)
                .containsExactly("step/ST/3x4/3", "worm/3x4", "field/3x4");
        assertThat(report.results().stream().filter(r -> "vector".equals(r.engine())))
                .hasSize(6);
        assertThat(report.ratios())
                .extracting(EngineRatio::name)
                .containsExactly("step/ST/3x4/3", "worm/3x4", "field/3x4");
        assertThat(report.ratios()).allSatisfy(ratio -> {
            assertThat(ratio.engine()).isEqualTo("reference");
            assertThat(ratio.to()).isEqualTo("vector");
            assertThat(ratio.value())
                    .isEqualTo(value(report, "reference", ratio.name()) / value(report, "vector", ratio.name()));
        });
    }

    private static double value(BenchReport report, String engine, String name) {
        return report.results().stream()
                .filter(r -> engine.equals(r.engine()) && r.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void anEngineOnADeviceStandsBesideTheLimitsOfTheDevice() {
        BenchReport report =
                all(engine("vector"), new OnDevice(true)).measure(List.of("step/ST", "worm", "field"), Progress.NONE);
        assertThat(report.engines().getLast())
                .isEqualTo(new EngineLine("made-up", true, "a device", "Abacus 9000", "1.2.3"));
        List<BenchResult> its = report.results().stream()
                .filter(r -> "made-up".equals(r.engine()))
                .toList();
        assertThat(its)
                .extracting(BenchResult::name)
                .containsExactly("limit/fma", "limit/memory-update", "step/ST/3x4/3", "worm/3x4");
        assertThat(its.get(0).value()).isCloseTo(1e12, Offset.offset(1e11));
        assertThat(its.get(1).value()).isCloseTo(1e9, Offset.offset(1e8));
        assertThat(its.get(2).limit()).isEqualTo(its.get(0).value());
        assertThat(its.get(3).limit())
                .as("nobody knows what limits a worm there")
                .isNull();
        assertThat(its.get(3).fraction()).isNull();
        BenchResult hosts = report.results().stream()
                .filter(r -> "vector".equals(r.engine()) && r.name().equals("step/ST/3x4/3"))
                .findFirst()
                .orElseThrow();
        assertThat(hosts.limit()).isEqualTo(report.results().getFirst().value());
    }

    @Test
    void anEngineThatIsMissingSaysWhy() {
        BenchReport report = all(engine("vector"), new OnDevice(false)).measure(List.of("worm"), Progress.NONE);
        assertThat(report.engines().getLast()).isEqualTo(new EngineLine("made-up", false, "no driver", null, null));
        assertThat(report.results()).extracting(BenchResult::engine).doesNotContain("made-up");
        assertThat(report.ratios()).isEmpty();
    }

    @Test
    void aNameThatNobodyAnswersToIsBadInput() {
        assertThatThrownBy(() -> all(engine("vector"), engine("reference")).measure(List.of("abacus"), Progress.NONE))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--only abacus: no such workload");
    }

    @Test
    void chainsAreSharedAmongTheThreads() {
        for (int chains : new int[] {1, 5, 16, 33}) {
            Suite suite = new Suite(engine("vector"), 3, List.of(Lattice.of(3, 4)), List.of(3), chains, SHORT);
            try (Work work = suite.workloads(List.of("worm")).getFirst().start().get()) {
                // A block is a multiple of its chains; three threads together of all of them at the least.
                assertThat(work.run()).isGreaterThanOrEqualTo(1000L * chains);
            }
        }
        assertThat(SamplingWork.chains(new OnDevice(true), Lattice.of(3, 4), 2)).isEqualTo(96);
        assertThat(SamplingWork.chains(new OnDevice(true), Lattice.of(4096, 1024), 2))
                .isEqualTo(8);
        assertThat(SamplingWork.chains(engine("vector"), Lattice.of(3, 4), 2)).isEqualTo(32);
    }
}
