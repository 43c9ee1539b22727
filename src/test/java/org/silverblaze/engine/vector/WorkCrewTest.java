package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkCrewTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void everyTaskRunsOnceAndWorkersKeepTheirNumbersApart(int threads) {
        try (WorkCrew crew = new WorkCrew(threads)) {
            for (int count : new int[] {0, 1, 2, 5, 100}) {
                for (int round = 0; round < 50; round++) {
                    AtomicIntegerArray runs = new AtomicIntegerArray(count);
                    AtomicIntegerArray inside = new AtomicIntegerArray(threads);
                    AtomicLong clashes = new AtomicLong();
                    crew.run(
                            (number, worker) -> {
                                if (inside.incrementAndGet(worker) != 1) {
                                    clashes.incrementAndGet();
                                }
                                runs.incrementAndGet(number);
                                inside.decrementAndGet(worker);
                            },
                            count);
                    for (int number = 0; number < count; number++) {
                        assertThat(runs.get(number)).isEqualTo(1);
                    }
                    assertThat(clashes).hasValue(0);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aFailureReachesTheCallerAndTheCrewGoesOn(int threads) {
        try (WorkCrew crew = new WorkCrew(threads)) {
            assertThatThrownBy(() -> crew.run(
                            (number, worker) -> {
                                if (number == 5) {
                                    throw new IllegalStateException("task 5");
                                }
                            },
                            20))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("task 5");
            AtomicLong sum = new AtomicLong();
            crew.run((number, worker) -> sum.addAndGet(number), 20);
            assertThat(sum).hasValue(190);
        }
    }

    @Test
    void aClosedCrewRefusesWork() {
        WorkCrew crew = new WorkCrew(2);
        crew.close();
        assertThatThrownBy(() -> crew.run((number, worker) -> {}, 2)).isInstanceOf(IllegalStateException.class);
    }
}
