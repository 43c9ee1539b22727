package org.silverblaze.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;

final class TimeLimitTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "3600, 3600", "0:00:01, 1", "01:02:03, 3723", "100:00:00, 360000"})
    void secondsOrHoursMinutesSeconds(String text, long seconds) {
        assertThat(TimeLimit.seconds(text)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "00:00:00", "-5", "1.5", "1:60:00", "1:00", "1h", "99999999999999999999"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> TimeLimit.seconds(text))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--time-limit " + text + ": expected");
    }
}
