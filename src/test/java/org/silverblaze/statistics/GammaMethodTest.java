package org.silverblaze.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;
import org.silverblaze.random.StreamKey;

/** On AR(1), x' = a x + sqrt(1 - a^2) xi, everything is known: tau_int = (1+a) / (2 (1-a)), variance 1, mean 0. */
final class GammaMethodTest {
    private static double normal(RandomSequence random) {
        double u = 1 - random.nextDouble();
        return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random.nextDouble());
    }

    private static double[][] chains(double a, int seed, int... lengths) {
        RandomSequence random = new RandomSequence(StreamKey.of("AR(1)"), seed, Purpose.BOOTSTRAP);
        double[][] chains = new double[lengths.length][];
        for (int c = 0; c < lengths.length; c++) {
            chains[c] = new double[lengths[c]];
            double x = normal(random);
            for (int i = 0; i < lengths[c]; i++) {
                chains[c][i] = x;
                x = a * x + Math.sqrt(1 - a * a) * normal(random);
            }
        }
        return chains;
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.3, 0, 0.5, 0.8, 0.9})
    void pullsOfMeanAndTauAreUnitNormal(double a) {
        int seeds = 300;
        double tau = (1 + a) / (2 * (1 - a));
        double pulls = 0;
        double squares = 0;
        double taus = 0;
        double tauSquares = 0;
        double errors = 0;
        double errorSquares = 0;
        for (int seed = 0; seed < seeds; seed++) {
            Estimate e = GammaMethod.mean(chains(a, seed, 2000, 1500, 1700));
            assertThat(e.resolved()).isTrue();
            assertThat(e.count()).isEqualTo(5200);
            double pull = e.mean() / e.error();
            pulls += pull;
            squares += pull * pull;
            taus += e.tauInt();
            tauSquares += Math.pow((e.tauInt() - tau) / Math.max(e.tauIntError(), 1e-12), 2);
            errors += e.error();
            errorSquares += Math.pow(e.errorOfError() / e.error(), 2);
        }
        // 4 standard errors of a mean of 300 unit normals, and of their mean square (sd sqrt(2/300)).
        assertThat(pulls / seeds).as("a = %s, mean pull", a).isCloseTo(0, within(4 / Math.sqrt(seeds)));
        assertThat(squares / seeds).as("a = %s, mean square pull", a).isCloseTo(1, within(4 * Math.sqrt(2.0 / seeds)));
        // The window cuts the tail off: Wolff's S = 1.5 costs up to a few per cent of tau.
        assertThat(taus / seeds).as("a = %s, tau", a).isCloseTo(tau, within(0.05 * tau));
        double exactError = Math.sqrt(2 * tau / 5200);
        assertThat(errors / seeds).as("a = %s, error", a).isCloseTo(exactError, within(0.03 * exactError));
        if (a >= 0.5) {
            // Truncation moves the pulls of tau a little, so their mean square is near 1 but not at it.
            assertThat(tauSquares / seeds)
                    .as("a = %s, mean square pull of tau", a)
                    .isBetween(0.6, 1.6);
        }
        assertThat(errorSquares / seeds).isPositive();
    }

    @Test
    void statedErrorOfTheErrorIsItsSpread() {
        int seeds = 300;
        double sum = 0;
        double squares = 0;
        double stated = 0;
        for (int seed = 0; seed < seeds; seed++) {
            Estimate e = GammaMethod.mean(chains(0.8, 1000 + seed, 2500, 2500));
            sum += e.error();
            squares += e.error() * e.error();
            stated += e.errorOfError();
        }
        double spread = Math.sqrt(squares / seeds - Math.pow(sum / seeds, 2));
        assertThat(stated / seeds / spread).isBetween(0.75, 1.35);
    }

    @Test
    void susceptibilityOfIndependentNumbersIsTheirVariance() {
        int seeds = 300;
        double squares = 0;
        for (int seed = 0; seed < seeds; seed++) {
            double[][] x = chains(0.5, 5000 + seed, 2000, 2000);
            double[][] contact = chains(0.5, 9000 + seed, 2000, 2000);
            Estimate e = GammaMethod.susceptibility(10, x, contact);
            squares += Math.pow((e.mean() - 10) / e.error(), 2);
        }
        assertThat(squares / seeds).isCloseTo(1, within(4.5 * Math.sqrt(2.0 / seeds)));
    }

    @Test
    void constantAndSingleMeasurementsHaveNoError() {
        Estimate constant = GammaMethod.mean(new double[] {2, 2, 2}, new double[] {2});
        assertThat(constant.mean()).isEqualTo(2);
        assertThat(constant.error()).isZero();
        assertThat(constant.tauInt()).isEqualTo(0.5);
        assertThat(GammaMethod.mean(new double[] {3}).mean()).isEqualTo(3);
        assertThat(GammaMethod.mean(new double[] {1, 5}).mean()).isEqualTo(3);
    }

    @Test
    void aChainShorterThanItsAutocorrelationIsNotResolved() {
        double[] ramp = new double[40];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = i < 20 ? 0 : 1;
        }
        assertThat(GammaMethod.mean(ramp).tauInt()).isGreaterThan(2);
        double[][] slow = chains(0.999, 3, 50);
        assertThat(GammaMethod.mean(slow).tauIntError())
                .isGreaterThan(0.3 * GammaMethod.mean(slow).tauInt());
    }

    @ParameterizedTest
    @CsvSource({
        "0.60186, 0.0008, 0.6019(8)",
        "0.60186, 0.00012, 0.60186(12)",
        "0.60186, 0.0196, 0.60(2)",
        "0.60186, 0.0194, 0.602(19)",
        "12.345, 1.5, 12.3(1.5)",
        "12.345, 2.4, 12(2)",
        "1234.5, 43, 1230(40)",
        "1234.5, 0.96, 1234.5(1.0)",
        "0.5, 0.00996, 0.500(10)",
        "0.5, 0.0996, 0.50(10)",
        "-0.00012, 0.00003, -0.00012(3)",
        "1.5, 0, 1.5(0)",
    })
    void formatsErrorsInUnitsOfTheLastDigit(double value, double error, String expected) {
        assertThat(Estimate.format(value, error)).isEqualTo(expected);
    }
}
