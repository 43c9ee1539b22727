package org.silverblaze.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.network.PoolingKind;
import org.silverblaze.theory.Couplings;

/** The dispatcher with engines of given cost, on a virtual clock. */
class ChooserTest {
    private static final double HOURS = 3600;

    @TempDir
    private Path folder;

    /** Of the wall, of which the virtual clock knows nothing. */
    private static final double PATIENT = 1e6;

    private final AtomicLong clock = new AtomicLong();
    private String host = "here";

    /** A few lanes, no cost to speak of for a call, and a JIT. */
    private CostedEngine cpu() {
        return new CostedEngine("vector", clock, 2e-6, 4e-5, 8).compiledAfter(2);
    }

    /** Many lanes that cost a launch. */
    private CostedEngine gpu() {
        return new CostedEngine("cuda", clock, 5e-4, 5e-4, 4096);
    }

    private Path file() {
        return folder.resolve("silverblaze/dispatch.json");
    }

    private Chooser chooser(Engine... engines) {
        return new Chooser(List.of(engines), new SliceTimer(clock::get, 1.5, PATIENT), new RateCache(file()), host);
    }

    private static TrainingDemand training(int batch, int models, double examples) {
        NetworkSpec network = new NetworkSpec(
                4,
                List.of(
                        new LayerSpec.Convolution(4, 3, 3, 1, 1),
                        new LayerSpec.GlobalPooling(PoolingKind.AVERAGE),
                        new LayerSpec.Dense(2)));
        Lattice lattice = Lattice.of(8, 8);
        int parameters = ParameterLayout.of(network, lattice).count();
        return new TrainingDemand(
                new NetworkProblem(
                        network,
                        ParameterMap.identity(parameters),
                        lattice,
                        batch,
                        Loss.MEAN_SQUARED_ERROR,
                        Collections.nCopies(models, AdamW.amsgrad(1e-3)),
                        1),
                examples);
    }

    private static TrainingDemand hoursOfTraining(int batch, int models) {
        return training(batch, models, 1e12);
    }

    private static SamplingDemand sampling(int chains, double samples) {
        return new SamplingDemand(
                Lattice.of(8, 8), new Couplings(4.01, 1, 1), WormAlgorithm.DIRECTED, 64, null, chains, 1, samples, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64, 96, 128, 256, 2048})
    void theFasterEngineTrains(int batch) {
        for (int models : new int[] {1, 3, 16, 64}) {
            CostedEngine cpu = cpu();
            CostedEngine gpu = gpu();
            Decision decision = chooser(cpu, gpu).decide(hoursOfTraining(batch, models));
            double slow = cpu.rate((double) batch * models);
            double fast = gpu.rate((double) batch * models);
            String right = fast > Chooser.CLEARLY * slow ? "cuda" : "vector";
            assertThat(decision.choice().engine().name())
                    .as("batch %d, %d models: vector %s, cuda %s", batch, models, slow, fast)
                    .isEqualTo(right);
            assertThat(decision.seconds().get("cuda")).isCloseTo(1e12 * models / fast, within(0.02));
            assertThat(decision.seconds().get("vector")).isCloseTo(1e12 * models / slow, within(0.02));
        }
    }

    private static org.assertj.core.data.Percentage within(double fraction) {
        return org.assertj.core.data.Percentage.withPercentage(100 * fraction);
    }

    @Test
    void theCostsOfTheseTestsCross() {
        assertThat(cpu().rate(64)).isGreaterThan(gpu().rate(64));
        assertThat(cpu().rate(1024)).isLessThan(gpu().rate(1024));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64, 1024, 16384})
    void theFasterEngineSamples(int chains) {
        // A step of all chains at once is what a device makes: few chains leave most of it idle.
        CostedEngine cpu = new CostedEngine("vector", clock, 1e-6, 5e-9, 1).compiledAfter(2);
        double speedup = chains / 256.0;
        CostedEngine gpu = new CostedEngine("cuda", clock, 1e-6, 5e-9 / speedup, 1);
        Decision decision = chooser(cpu, gpu).decide(sampling(chains, 1e10));
        assertThat(decision.choice().engine().name()).isEqualTo(speedup > 1 ? "cuda" : "vector");
        assertThat(decision.seconds().get("vector") / decision.seconds().get("cuda"))
                .isCloseTo(speedup, within(0.05));
    }

    @Test
    void shortWorkIsNotMeasured() {
        CostedEngine cpu = cpu();
        CostedEngine gpu = gpu();
        TrainingDemand demand = training(2048, 1, 1e4);
        assertThat(demand.guessedSeconds()).isLessThan(Chooser.SHORT);
        EngineChoice choice = chooser(cpu, gpu).decide(demand).choice();
        assertThat(choice.engine()).isSameAs(cpu);
        assertThat(choice.reason()).contains("not worth a choice");
        assertThat(cpu.calls() + gpu.calls()).isZero();
        assertThat(file()).doesNotExist();
    }

    @Test
    void measuresWithinTenSecondsAndNotAgain() {
        CostedEngine cpu = cpu();
        CostedEngine gpu = gpu();
        Chooser chooser = chooser(cpu, gpu);
        Decision first = chooser.decide(hoursOfTraining(256, 4));
        assertThat(clock.get() * 1e-9).isLessThan(10).isGreaterThan(5);
        long then = clock.get();
        int calls = cpu.calls();
        Decision second = chooser.decide(hoursOfTraining(256, 4));
        assertThat(clock.get()).isEqualTo(then);
        assertThat(cpu.calls()).isEqualTo(calls);
        assertThat(second.seconds()).isEqualTo(first.seconds());
        assertThat(second.choice().engine()).isSameAs(gpu);
        assertThat(first.choice().reason()).contains("measured on slices");
        assertThat(second.choice().reason()).contains("measured before");
        assertThat(second.choice().reason().lines()).hasSize(1);
    }

    @Test
    void anEngineThatNeverSettlesDoesNotTakeLonger() {
        Chooser chooser = chooser(cpu().noisy(0.5), gpu().noisy(0.5));
        chooser.decide(hoursOfTraining(256, 4));
        assertThat(clock.get() * 1e-9).isLessThan(10);
    }

    @Test
    void aJitThatIsLateIsWaitedFor() {
        CostedEngine cpu = cpu().compiledAfter(5);
        Decision decision = chooser(cpu, gpu()).decide(hoursOfTraining(64, 1));
        assertThat(decision.choice().engine()).isSameAs(cpu);
    }

    @Test
    void codeThatIsNotCompiledInTimeIsNoReasonForAnotherEngine() {
        CostedEngine cpu = cpu().compiledAfter(1e6);
        Decision decision = chooser(cpu, gpu()).decide(hoursOfTraining(64, 1));
        assertThat(decision.choice().engine()).isSameAs(cpu);
        assertThat(decision.choice().reason()).contains("no comparison");
        assertThat(file()).doesNotExist();
    }

    @Test
    void noisyEnginesThatDifferAreToldApart() {
        for (int i = 0; i < 20; i++) {
            CostedEngine cpu = cpu().noisy(0.2);
            CostedEngine gpu = gpu().noisy(0.2);
            host = "host " + i;
            assertThat(chooser(cpu, gpu)
                            .decide(hoursOfTraining(512, 8))
                            .choice()
                            .engine())
                    .isSameAs(gpu);
            assertThat(chooser(cpu, gpu).decide(hoursOfTraining(16, 1)).choice().engine())
                    .isSameAs(cpu);
        }
    }

    @Test
    void otherMachinesAndOtherWorkAreMeasuredAnew() {
        CostedEngine gpu = gpu();
        chooser(cpu(), gpu).decide(hoursOfTraining(256, 4));
        int calls = gpu.calls();
        chooser(cpu(), gpu).decide(hoursOfTraining(256, 5));
        assertThat(gpu.calls()).isGreaterThan(calls);
        calls = gpu.calls();
        host = "elsewhere";
        chooser(cpu(), gpu).decide(hoursOfTraining(256, 4));
        assertThat(gpu.calls()).isGreaterThan(calls);
        calls = gpu.calls();
        host = "here";
        chooser(cpu(), gpu).decide(hoursOfTraining(256, 4));
        assertThat(gpu.calls()).as("only made ready").isEqualTo(calls + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void anEngineThatFailsInItsSliceIsPassedOver(int after) {
        CostedEngine cpu = cpu();
        CostedEngine gpu = gpu().failing(after, new IllegalStateException("CUDA: unspecified launch failure\nmore"));
        EngineChoice choice = chooser(cpu, gpu).decide(hoursOfTraining(2048, 4)).choice();
        assertThat(choice.engine()).isSameAs(cpu);
        assertThat(choice.reason()).endsWith("(cuda failed: CUDA: unspecified launch failure)");
        assertThat(cpu.calls()).as("nothing is left to compare it with").isZero();
    }

    @Test
    void anEngineThatRunsOutOfMemoryIsPassedOverAndTriedAgain() {
        CostedEngine cpu = cpu();
        Chooser chooser = chooser(cpu, gpu().outOfMemory(3));
        assertThat(chooser.decide(hoursOfTraining(2048, 4)).choice().reason()).contains("cannot reserve 9 GiB");
        assertThat(chooser(cpu, gpu())
                        .decide(hoursOfTraining(2048, 4))
                        .choice()
                        .engine()
                        .name())
                .isEqualTo("cuda");
    }

    @Test
    void anEngineThatWasFasterButFailsTodayIsPassedOver() {
        chooser(cpu(), gpu()).decide(hoursOfTraining(2048, 4));
        EngineChoice choice = chooser(cpu(), gpu().outOfMemory(0))
                .decide(hoursOfTraining(2048, 4))
                .choice();
        assertThat(choice.engine().name()).isEqualTo("vector");
        assertThat(choice.reason()).contains("cuda failed: cannot reserve 9 GiB");
    }

    @Test
    void aSliceThatDoesNotEndIsGivenUp() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        CostedEngine stuck = gpu().waitingFor(end);
        SliceTimer timer = new SliceTimer(System::nanoTime, 0.01, 0.1);
        long begin = System.nanoTime();
        assertThatThrownBy(() -> timer.rate(stuck, hoursOfTraining(64, 1), 0.1, true))
                .isInstanceOf(SliceTimer.LateException.class)
                .hasMessage("its slice did not end within 0.2 s");
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(200_000_000L);
        assertThat(stuck.closed())
                .as("its own thread closes it, when it comes back")
                .isZero();
        end.countDown();
        while (stuck.closed() == 0) {
            Thread.sleep(1);
        }
    }

    @Test
    void anEngineThatIsLateIsPassedOver() {
        CostedEngine late = gpu().failing(2, new SliceTimer.LateException(4.9));
        assertThat(chooser(cpu(), late)
                        .decide(hoursOfTraining(2048, 4))
                        .choice()
                        .reason())
                .endsWith("(cuda failed: its slice did not end within 4.9 s)");
        EngineChoice choice = chooser(cpu().failing(2, new SliceTimer.LateException(4.9)), gpu())
                .decide(hoursOfTraining(2048, 4))
                .choice();
        assertThat(choice.engine().name()).isEqualTo("vector");
        assertThat(choice.reason()).contains("its slice did not end within 4.9 s, the machine is busy: no comparison");
    }

    @Test
    void aSingleEngineIsNotMeasured() {
        CostedEngine cpu = cpu();
        CostedEngine gpu = gpu().missing("no NVIDIA driver");
        Chooser chooser = chooser(cpu, gpu);
        EngineChoice choice = chooser.decide(hoursOfTraining(2048, 4)).choice();
        assertThat(choice.engine()).isSameAs(cpu);
        assertThat(choice.reason())
                .isEqualTo("engine vector (auto): made up; the only one here, nothing to measure"
                        + " (cuda is not available: no NVIDIA driver)");
        assertThat(chooser.summary()).containsExactly(choice.reason());
        assertThat(cpu.calls() + gpu.calls()).isZero();
        assertThat(clock.get()).isZero();
    }

    @Test
    void noEngineIsOneLine() {
        Chooser chooser = chooser(cpu().missing("no module"), gpu().missing("no driver"));
        assertThatThrownBy(() -> chooser.decide(hoursOfTraining(1, 1)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("vector is not available: no module; cuda is not available: no driver");
    }

    @Test
    void theSummaryNamesWhatWasMeasured() {
        Chooser chooser = chooser(cpu(), gpu());
        assertThat(chooser.summary()).hasSize(1);
        chooser.decide(hoursOfTraining(2048, 4));
        chooser.decide(hoursOfTraining(8, 1));
        assertThat(chooser.summary()).hasSize(3);
        assertThat(chooser.summary().get(1)).contains("batch 2048, models 4", ": cuda (");
        assertThat(chooser.summary().get(2)).contains("batch 8, models 1", ": vector (");
    }

    @Test
    void aLargeEnsembleIsMeasuredWhole() {
        CostedEngine gpu = gpu();
        chooser(cpu(), gpu).decide(hoursOfTraining(100, 64));
        assertThat(gpu.models().getFirst()).as("while the code is compiled").isEqualTo(1);
        assertThat(gpu.models().getLast()).isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "[1, 2]",
                "null",
                "{\"format\": 2, \"rates\": {}}",
                "{\"format\": 1, \"rates\": 7}",
                "{\"format\": 1, \"rates\": {\"HOST\": [3]}}",
                "{\"format\": 1, \"rates\": {\"HOST\": {\"KIND\": {\"vector\": \"fast\", \"cuda\": -1}}}}",
                "{\"format\": 1, \"rates\": {\"HOST\": {\"KIND\": {\"vector\": 1e999, \"cuda\": 0}}}}",
                "{\"format\": 1, \"rates\": {\"HOST\": {\"KIND\": {\"vector\""
            })
    void aDamagedCacheIsIgnoredAndReplaced(String content) throws IOException {
        Chooser chooser = chooser(cpu(), gpu());
        TrainingDemand demand = hoursOfTraining(2048, 4);
        Decision right = chooser.decide(demand);
        String whole = Files.readString(file());
        String machine = whole.substring(whole.indexOf("here"), whole.indexOf("\":{\"training"));
        Files.writeString(file(), content.replace("HOST", machine).replace("KIND", demand.kind()));
        assertThat(chooser(cpu(), gpu()).decide(demand)).satisfies(again -> {
            assertThat(again.choice().engine().name()).isEqualTo("cuda");
            assertThat(again.choice().reason()).contains("measured on slices");
            assertThat(again.seconds().get("cuda")).isCloseTo(right.seconds().get("cuda"), within(0.02));
        });
        assertThat(chooser(cpu(), gpu()).decide(demand).choice().reason()).contains("measured before");
        try (var entries = Files.list(file().getParent())) {
            assertThat(entries).as("nothing is left behind").containsExactly(file());
        }
    }

    @Test
    void aCacheThatCannotBeUsedCostsNothingButTime() throws IOException {
        Files.writeString(folder.resolve("silverblaze"), "a file where the folder would be");
        assertThat(chooser(cpu(), gpu())
                        .decide(hoursOfTraining(2048, 4))
                        .choice()
                        .engine()
                        .name())
                .isEqualTo("cuda");
        assertThat(Files.readString(folder.resolve("silverblaze"))).startsWith("a file");
    }

    @Test
    void theCacheLiesWhereTheUserWantsIt() {
        assertThat(RateCache.ofUser(Map.of("XDG_CACHE_HOME", "/c"), "/home/me").file())
                .isEqualTo(Path.of("/c/silverblaze/dispatch.json"));
        assertThat(RateCache.ofUser(Map.of("XDG_CACHE_HOME", "not/absolute"), "/home/me")
                        .file())
                .isEqualTo(Path.of("/home/me/.cache/silverblaze/dispatch.json"));
        assertThat(RateCache.ofUser(Map.of(), "/home/me").file())
                .isEqualTo(Path.of("/home/me/.cache/silverblaze/dispatch.json"));
        assertThat(RateCache.ofUser(Map.of(), null).file()).isNull();
    }

    @Test
    void longWorkIsWhatTheseTestsGive() {
        assertThat(hoursOfTraining(1, 1).guessedSeconds()).isGreaterThan(HOURS);
        assertThat(sampling(16, 1e10).guessedSeconds()).isGreaterThan(HOURS);
    }
}
