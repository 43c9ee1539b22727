package org.silverblaze.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.silverblaze.Progress;
import org.silverblaze.bench.DispatchBench;
import org.silverblaze.engine.Engine;
import org.silverblaze.files.Json;

/** {@code bench --dispatch} with engines of given cost, on a virtual clock. */
class JudgeTest {
    private static final int WORKLOADS = 20;

    /** Of the wall, of which the virtual clock knows nothing. */
    private static final double PATIENT = 1e6;

    private final AtomicLong clock = new AtomicLong();

    private CostedEngine cpu() {
        return new CostedEngine("vector", clock, 2e-5, 4e-7, 8).compiledAfter(2);
    }

    private CostedEngine gpu() {
        return new CostedEngine("cuda", clock, 5e-5, 5e-6, 4096);
    }

    private DispatchBench.Report report(Engine... engines) {
        Chooser chooser =
                new Chooser(List.of(engines), new SliceTimer(clock::get, 1.5, PATIENT), new RateCache(null), "here");
        return new DispatchBench(new Judge(chooser), 1).measure(Progress.NONE);
    }

    @Test
    void everyChoiceBetweenEnginesOfGivenCostIsRight() {
        DispatchBench.Report report = report(cpu(), gpu());
        assertThat(report.of()).isEqualTo(WORKLOADS);
        assertThat(report.right()).as("%s", report.workloads()).isEqualTo(WORKLOADS);
        assertThat(report.workloads()).extracting(Trial::chosen).contains("vector", "cuda");
        assertThat(report.workloads()).extracting(Trial::name).doesNotHaveDuplicates();
        assertThat(report.workloads()).extracting(Trial::kind).doesNotHaveDuplicates();
        assertThat(report.longestChoice()).isLessThan(10);
        assertThat(report.verdict()).startsWith("20 of 20 right or within 10 %");
        for (Trial trial : report.workloads()) {
            assertThat(trial.measured()).as(trial.name()).containsOnlyKeys("vector", "cuda");
            for (String engine : trial.measured().keySet()) {
                assertThat(trial.predicted().get(engine))
                        .as("%s on %s", trial.name(), engine)
                        .isCloseTo(trial.measured().get(engine), Percentage.withPercentage(5));
            }
        }
    }

    @Test
    void aTrainingIsMeasuredInWholeSteps() {
        CostedEngine cpu = cpu();
        CostedEngine gpu = gpu();
        for (Trial trial : report(cpu, gpu).workloads()) {
            if (trial.name().contains("/batch 100/64 models")) {
                double ratio = gpu.rate(6400) / cpu.rate(6400);
                assertThat(trial.measured().get("vector") / trial.measured().get("cuda"))
                        .isCloseTo(ratio, Percentage.withPercentage(5));
                return;
            }
        }
        throw new AssertionError("no such workload");
    }

    @Test
    void anEngineThatIsSlowerThanItsSlicesIsAWrongChoice() {
        // Fast as long as its first slices may take, half of the time for a choice, and hardly anything in the piece
        // after them.
        CostedEngine deceives =
                new CostedEngine("cuda", clock, 5e-6, 5e-6, 1 << 10).tiredAfter(Chooser.BUDGET / 2 + 0.1);
        DispatchBench.Report report = report(cpu(), deceives);
        Trial first = report.workloads().getFirst();
        assertThat(first.chosen()).isEqualTo("cuda");
        assertThat(first.right()).isFalse();
        assertThat(first.measured().get("cuda")).isGreaterThan(first.measured().get("vector"));
        assertThat(report.workloads().subList(1, WORKLOADS))
                .extracting(Trial::chosen)
                .containsOnly("vector");
        assertThat(report.verdict()).startsWith("19 of 20");
    }

    @Test
    void withinATenthIsRightEnough() {
        CostedEngine usual = new CostedEngine("vector", clock, 2e-5, 4.16e-7, 8);
        CostedEngine other = new CostedEngine("cuda", clock, 2e-5 / 1.04, 4e-7, 8);
        DispatchBench.Report report = report(usual, other);
        assertThat(report.workloads()).extracting(Trial::chosen).containsOnly("vector");
        assertThat(report.right()).isEqualTo(WORKLOADS);
    }

    @Test
    void anEngineThatFailsIsNamed() {
        DispatchBench.Report report =
                report(cpu(), gpu().failing(0, new IllegalStateException("CUDA: no memory\nmore")));
        assertThat(report.right()).isEqualTo(WORKLOADS);
        assertThat(report.workloads()).allSatisfy(trial -> {
            assertThat(trial.chosen()).isEqualTo("vector");
            assertThat(trial.measured()).containsOnlyKeys("vector");
            assertThat(trial.failed()).containsExactly("cuda failed: CUDA: no memory");
        });
    }

    @Test
    void aSingleEngineLeavesNothingToChoose() {
        CostedEngine cpu = cpu();
        DispatchBench.Report report = report(cpu, gpu().missing("no NVIDIA driver"));
        assertThat(report.of()).isZero();
        assertThat(report.workloads()).isEmpty();
        assertThat(report.verdict()).startsWith("nothing to choose: ").contains("no NVIDIA driver");
        assertThat(cpu.calls()).isZero();
    }

    @Test
    void scriptsReadTheReport() {
        assertThat(Json.line(report(cpu(), gpu())))
                .contains(
                        "\"right\":20",
                        "\"of\":20",
                        "\"longest_choice_seconds\":",
                        "\"choice_seconds\":",
                        "\"verdict\":");
    }
}
