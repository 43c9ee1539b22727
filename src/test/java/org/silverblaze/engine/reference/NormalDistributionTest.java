package org.silverblaze.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NormalDistributionTest {
    /** mpmath 1.3, 40 digits: mp.erfc(x). */
    @ParameterizedTest
    @CsvSource({
        "-6, 1.999999999999999978480263287501086883407",
        "-3, 1.99997790950300141455862722387041767962",
        "-1, 1.842700792949714869341220635082609259296",
        "-0.5, 1.520499877813046537682746653891964528736",
        "0, 1",
        "0.25, 0.7236736098317630670149317322351842879347",
        "1, 0.1572992070502851306587793649173907407039",
        "1.5, 0.03389485352468927293302373835405214131859",
        "2, 0.004677734981047265837930743632747071389108",
        "3, 2.209049699858544137277612958232037984771e-5",
        "5, 1.537459794428034850188343485383378890118e-12",
        "10, 2.088487583762544757000786294957788611561e-45",
        "26, 5.663192408856142846475727896926092580329e-296",
    })
    void erfcHasDoubleAccuracyAlsoInTheTail(double x, double erfc) {
        assertThat(NormalDistribution.erfc(x)).isCloseTo(erfc, Percentage.withPercentage(1e-13));
    }

    @Test
    void belowAndDensityBelongTogether() {
        double h = 1e-4;
        for (double x = -5; x <= 5; x += 0.125) {
            double slope = (NormalDistribution.below(x + h) - NormalDistribution.below(x - h)) / (2 * h);
            assertThat(NormalDistribution.density(x)).as("x = %s", x).isCloseTo(slope, within(2e-9));
            assertThat(NormalDistribution.below(x) + NormalDistribution.below(-x))
                    .isCloseTo(1, within(4e-16));
        }
        assertThat(NormalDistribution.density(0)).isCloseTo(0.3989422804014327, within(1e-16));
        assertThat(NormalDistribution.below(-100)).isZero();
        assertThat(NormalDistribution.below(100)).isEqualTo(1);
        assertThat(NormalDistribution.below(Double.NaN)).isNaN();
    }
}
