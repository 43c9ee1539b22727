package org.silverblaze.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;

final class MuListTest {
    @Test
    void valuesListsAndRangesAreDecimal() {
        assertThat(MuList.parse("1.05")).containsExactly(1.05);
        assertThat(MuList.parse("-0.5, 0.91,1.05")).containsExactly(-0.5, 0.91, 1.05);
        double[] range = MuList.parse("0.91:1.05:0.005");
        assertThat(range).hasSize(29).contains(0.925, 1.0, 1.05);
        assertThat(MuList.parse("0.9:1:0.3,2")).containsExactly(0.9, 2.0);
        assertThat(MuList.parse("0.9:0.9:0.1")).containsExactly(0.9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NaN",
                "Infinity",
                "1e999",
                "a",
                "1,,2",
                "1:2",
                "1:2:3:4",
                "1:2:0",
                "1:2:-1",
                "2:1:0.1",
                "1,1",
                "0:1:1e-9"
            })
    void whatIsNoListIsBadInputInOneLine(String text) {
        assertThatThrownBy(() -> MuList.parse(text))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--mu")
                .hasMessageNotContaining("\n");
    }
}
