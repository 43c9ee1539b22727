package org.silverblaze.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.silverblaze.files.Json;

final class TableTest {
    private final Table table = Table.of("Losses", "network", "MSE", "⟨n⟩", "seeds")
            .row("EQ", 3.11e-6, Cell.measured(0.6019, 0.0008, "0.6019(8)"), 10)
            .row("ST", 5.5e-5, Cell.measured(0.61, Double.NaN, "0.61"), 10)
            .row("FL, flat", Double.NaN, null, 9);

    @Test
    void textIsAlignedWithTheBestMarked() {
        assertThat(table.markBest("MSE", Table.Best.SMALLEST).text()).isEqualTo("""
                        Losses
                        network         MSE        ⟨n⟩  seeds
                        --------  ---------  ---------  -----
                        EQ        3.110e-6*  0.6019(8)     10
                        ST        5.500e-5        0.61     10
                        FL, flat       n/a         n/a      9
                        """);
    }

    @Test
    void csvHasFullPrecisionErrorsAndEmptyCells() {
        assertThat(table.csv()).isEqualTo("""
                        network,MSE,⟨n⟩,⟨n⟩ error,seeds
                        EQ,3.11E-6,0.6019,8.0E-4,10
                        ST,5.5E-5,0.61,,10
                        "FL, flat",,,,9
                        """);
        assertThat(Table.of("", "a\"b").row("x\ny").csv()).isEqualTo("\"a\"\"b\"\n\"x\ny\"\n");
    }

    @Test
    void jsonHasNumbersAndNull() {
        Map<?, ?> read = Json.read(table.json(), Map.class, Path.of("table"));
        assertThat(read.get("caption")).isEqualTo("Losses");
        List<?> rows = (List<?>) read.get("rows");
        assertThat((Map<?, ?>) rows.get(0))
                .isEqualTo(Map.of("network", "EQ", "MSE", 3.11e-6, "⟨n⟩", 0.6019, "⟨n⟩ error", 8e-4, "seeds", 10));
        Map<?, ?> last = (Map<?, ?>) rows.get(2);
        assertThat(last.get("MSE")).isNull();
        assertThat(last.containsKey("MSE")).isTrue();
        assertThat(Json.line(Table.of("", "v").row(Double.POSITIVE_INFINITY).objects()))
                .isEqualTo("[{\"v\":null}]");
    }

    @Test
    void theBestIsTakenWithinItsGroupAndTiesShareIt() {
        Table grouped = Table.of("", "lattice", "family", "auc")
                .row("8x8", "EQ", 0.9)
                .row("8x8", "ST", 0.95)
                .row("8x8", "FL", 0.95)
                .row("16x16", "EQ", 0.8)
                .row("16x16", "FL", null)
                .markBest("auc", Table.Best.LARGEST, "lattice");
        assertThat(grouped.rows().stream().map(row -> row.get(2).marked()))
                .containsExactly(false, true, true, true, false);
        assertThat(grouped.rows().stream().flatMap(List::stream).filter(Cell::marked))
                .hasSize(3);
    }

    @Test
    void settingsKeepTheirDigits() {
        assertThat(Cell.setting(1.05).text()).isEqualTo("1.05");
        assertThat(Cell.setting(1).text()).isEqualTo("1");
        assertThat(Cell.setting(1e-7).text()).isEqualTo("1.0e-7");
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> table.row("EQ")).hasMessageContaining("row of 1 cells in a table of 4 columns");
        assertThatThrownBy(() -> table.markBest("loss", Table.Best.LARGEST)).hasMessageContaining("no column 'loss'");
        assertThatThrownBy(() -> Table.of("", "a", "a")).hasMessageContaining("same name");
    }
}
