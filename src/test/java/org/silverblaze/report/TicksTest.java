package org.silverblaze.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TicksTest {
    private static Ticks of(Axis axis, int target, double... data) {
        return Ticks.of(Range.of(axis, DoubleStream.of(data)), target);
    }

    private static List<String> labels(Ticks ticks) {
        return ticks.major().stream()
                .map(m -> m.text() + (m.exponent().isEmpty() ? "" : "^" + m.exponent()))
                .toList();
    }

    @Test
    void linearLabelsAreRoundNumbers() {
        assertThat(labels(of(Axis.linear("μ"), 5, 0.91, 1.05))).containsExactly("0.95", "1.00", "1.05");
        assertThat(labels(of(Axis.linear("n"), 8, 0, 0.65)))
                .containsExactly("0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6");
        assertThat(labels(of(Axis.linear("k"), 6, -3, 2))).containsExactly("−3", "−2", "−1", "0", "1", "2");
    }

    @Test
    void largeAndSmallNumbersShareAFactor() {
        Ticks small = of(Axis.linear("s"), 4, 1e-9, 3e-9);
        assertThat(labels(small)).containsExactly("1", "2", "3");
        assertThat(small.factorExponent()).isEqualTo(-9);
        assertThat(of(Axis.linear("steps"), 4, 0, 2e7).factorExponent()).isEqualTo(7);
        assertThat(of(Axis.linear("steps"), 4, 0, 20000).factorExponent()).isZero();
    }

    @Test
    void logarithmicLabelsAreDecadesOrFewerOrMore() {
        assertThat(labels(of(Axis.log("MSE"), 8, 1e-6, 1e-2)))
                .containsExactly("10^−6", "10^−5", "10^−4", "10^−3", "10^−2");
        assertThat(labels(of(Axis.log("MSE"), 5, 1e-12, 1e6)))
                .containsExactly("10^−12", "10^−8", "10^−4", "10^0", "10^4");
        assertThat(labels(of(Axis.log("samples"), 6, 100, 500))).containsExactly("100", "200", "500");
        assertThat(labels(of(Axis.log("MSE"), 6, 2e-4, 5e-4)))
                .containsExactly("2×10^−4", "3×10^−4", "4×10^−4", "5×10^−4");
    }

    @ParameterizedTest
    @CsvSource({
        "0.91, 1.05",
        "-7, -3",
        "0, 0",
        "5, 5",
        "-1e6, 1e-12",
        "1e-12, 1e6",
        "1e-300, 1e-299",
        "1e200, 3e249",
        "1000000.001, 1000000.002",
        "1, 1.0000000000000002",
        "0.1, 0.3",
        "-1e249, 1e249"
    })
    void anyRangeHasLabels(double low, double high) {
        for (int target = 2; target <= 12; target++) {
            check(Axis.linear("x"), target, low, high);
            if (low > 1e-250) {
                check(Axis.log("x"), target, low, high);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomRangesHaveLabels(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            double low = (random.nextDouble() - 0.3) * StrictMath.pow(10, random.nextInt(25) - 12);
            double high = low + random.nextDouble() * StrictMath.pow(10, random.nextInt(25) - 12);
            check(Axis.linear("x, seed " + seed), 2 + random.nextInt(9), low, high);
            if (low > 0) {
                check(Axis.log("x, seed " + seed), 2 + random.nextInt(9), low, high);
            }
        }
    }

    private static void check(Axis axis, int target, double low, double high) {
        Range range = Range.of(axis, DoubleStream.of(low, high));
        String what = axis + " " + range + " target " + target;
        assertThat(range.min()).as(what).isLessThanOrEqualTo(low);
        assertThat(range.max()).as(what).isGreaterThanOrEqualTo(high).isGreaterThan(range.min());
        Ticks ticks = Ticks.of(range, target);
        assertThat(ticks.major()).as(what).hasSizeBetween(2, Math.max(target, 5));
        assertThat(ticks.major().stream().map(Ticks.Major::value))
                .as(what)
                .isSorted()
                .doesNotHaveDuplicates()
                .allMatch(range::holds);
        assertThat(labels(ticks)).as(what).doesNotHaveDuplicates();
        assertThat(ticks.minor()).as(what).allMatch(range::holds).hasSizeLessThan(400);
        // The labels do not huddle in a corner.
        double first = range.fraction(ticks.major().getFirst().value());
        double last = range.fraction(ticks.major().getLast().value());
        assertThat(first).as(what).isLessThan(0.75);
        assertThat(last).as(what).isGreaterThan(0.25);
        assertThat(last - first).as(what).isGreaterThan(0.2);
    }

    @Test
    void fixedEndsStay() {
        Range range = Range.of(Axis.linear("x").range(0, 2), DoubleStream.of(0.5, 7));
        assertThat(range.min()).isZero();
        assertThat(range.max()).isEqualTo(2);
        Range open = Range.of(Axis.log("x").range(1e-3, Double.NaN), DoubleStream.of(1e-9));
        assertThat(open.min()).isEqualTo(1e-3);
        assertThat(open.max()).isGreaterThan(1e-3);
    }
}
