package org.silverblaze.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NumbersTest {
    @ParameterizedTest
    @CsvSource({
        "0, 4, 0",
        "-0.0, 4, 0",
        "0.6, 4, 0.6000",
        "0.601861, 4, 0.6019",
        "-0.601861, 3, -0.602",
        "0.0012345, 3, 0.00123",
        "0.00099999, 3, 0.00100",
        "0.00012345, 3, 1.23e-4",
        "9.9996, 4, 10.00",
        "999999.9, 4, 1.000e6",
        "123456, 3, 123000",
        "1e-12, 3, 1.00e-12",
        "-2.4e300, 1, -2e300",
        "4.9e-324, 2, 4.9e-324",
        "NaN, 4, n/a",
        "Infinity, 4, inf",
        "-Infinity, 4, -inf"
    })
    void significantDigits(double value, int digits, String text) {
        assertThat(Numbers.significant(value, digits)).isEqualTo(text);
    }

    @Test
    void theTextIsTheNumberToHalfADigit() {
        long seed = 20261121;
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            double value = (random.nextDouble() - 0.5) * StrictMath.pow(10, random.nextInt(41) - 20);
            int digits = 1 + random.nextInt(8);
            double read = Double.parseDouble(Numbers.significant(value, digits));
            assertThat(Math.abs(read - value))
                    .as("%s with %s digits, seed %s", value, digits, seed)
                    .isLessThanOrEqualTo(Math.abs(value) * 0.5000001 * StrictMath.pow(10, 1 - digits));
        }
    }

    @Test
    void noLocaleMatters() {
        Locale before = Locale.getDefault();
        try {
            String english =
                    Numbers.significant(1234.5, 6) + ReportDemo.observables().svg();
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            assertThat(Numbers.significant(1234.5, 6) + ReportDemo.observables().svg())
                    .isEqualTo(english);
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource({"1.23e-5, 1.23×10⁻⁵", "-1.5e12, −1.5×10¹²", "0.6019(8), 0.6019(8)", "1e-07, 1×10⁻⁷", "n/a, n/a"})
    void typeset(String plain, String set) {
        assertThat(Numbers.typeset(plain)).isEqualTo(set);
    }
}
