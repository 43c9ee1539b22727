package org.silverblaze.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.silverblaze.Progress;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.lattice.Lattice;

/** What is measured, and how it is put together; not how fast it is. */
final class ScalingTest {
    private static final Timing SHORT = new Timing(0, 1e-4, 1);

    @Test
    void everyWorkloadStandsBesideTheMultiplyAddsOfItsTurns() {
        Scaling scaling =
                new Scaling(Dispatcher.choose("vector").engine(), 3, List.of(Lattice.of(3, 4)), List.of(5), SHORT);
        List<BenchResult> results = scaling.measure(Progress.NONE);
        for (String name : List.of("step/EQ-small/3x4/5", "step/EQ-large/3x4/5", "sampling/3x4")) {
            double one = value(results, name + "/1 thread");
            double all = value(results, name + "/3 threads");
            double limit =
                    value(results, "fma/3 threads beside " + name) / value(results, "fma/1 thread beside " + name);
            assertThat(results)
                    .filteredOn(result -> result.name().equals("scaling/" + name))
                    .singleElement()
                    .satisfies(result -> {
                        assertThat(result.value()).isEqualTo(all / one);
                        assertThat(result.limit()).isEqualTo(limit);
                        assertThat(result.unit()).isEqualTo("x");
                    });
        }
        assertThat(results).hasSize(15);
    }

    private static double value(List<BenchResult> results, String name) {
        return results.stream()
                .filter(result -> result.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void theRateOfACrowdIsTheSumOfItsMembers() {
        // Each member counts its own clock: three units in two nanoseconds.
        try (Crowd crowd = Crowd.of(3, i -> new SuiteTest.Counted())) {
            assertThat(crowd.slice(SHORT)).isCloseTo(3 * 1.5e9, Offset.offset(1.0));
        }
    }
}
