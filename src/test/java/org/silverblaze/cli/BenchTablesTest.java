package org.silverblaze.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silverblaze.bench.BenchResult;

final class BenchTablesTest {
    private static final BenchResult LIMIT = new BenchResult(null, "limit/fma", 8e9, 8e9, "FLOP/s", 1e8, null, null);

    @Test
    void medianAndFastestStandBesideTheLimit() {
        BenchResult step = new BenchResult("vector", "step", 2e9, 3e9, "FLOP/s", 1e9, 8e9, 0.25);
        String[] lines =
                BenchTables.results(List.of(LIMIT, step)).text().strip().split("\n");
        assertThat(lines[0].strip().split(" {2,}"))
                .containsExactly("workload", "rate", "fastest", "unit", "spread", "limit", "of limit", "fastest of it");
        assertThat(lines[lines.length - 1].strip().split(" {2,}"))
                .containsExactly("step", "2.000", "3.000", "GFLOP/s", "1.0", "8.000", "25.0 %", "37.5 %");
    }

    @Test
    void severalEnginesHaveAColumn() {
        BenchResult a = new BenchResult("vector", "step", 2e9, 3e9, "FLOP/s", 1e9, 8e9, 0.25);
        BenchResult b = new BenchResult("reference", "step", 1e9, 1e9, "FLOP/s", 1e9, 8e9, 0.125);
        assertThat(BenchTables.results(List.of(LIMIT, a, b)).text()).contains("engine", "vector", "reference");
    }
}
