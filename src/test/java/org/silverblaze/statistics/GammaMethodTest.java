package org.silverblaze.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
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

    /** V Var of an AR(1) series has mean V, its fluctuation (a - mean)^2 the tau of a^2; short chains show the bias. */
    @ParameterizedTest
    @CsvSource({"0, 2000", "0.7, 2000", "0.7, 200"})
    void susceptibilitiesOfCorrelatedNumbersAreUnbiased(double a, int length) {
        int seeds = 300;
        double squares = 0;
        double sum = 0;
        double errors = 0;
        double taus = 0;
        double tau = (1 + a * a) / (2 * (1 - a * a));
        for (int seed = 0; seed < seeds; seed++) {
            Estimate e = GammaMethod.susceptibility(10, chains(a, 20_000 + seed, length, length), null);
            squares += Math.pow((e.mean() - 10) / e.error(), 2);
            sum += e.mean() / seeds;
            errors += e.error() * e.error() / seeds / seeds;
            taus += e.tauInt() / seeds;
        }
        assertThat(sum).isCloseTo(10, within(4 * Math.sqrt(errors)));
        if (length >= 2000) {
            assertThat(squares / seeds).isCloseTo(1, within(4.5 * Math.sqrt(2.0 / seeds)));
            assertThat(taus).isCloseTo(tau, within(0.05 * tau));
        }
    }

    /** exp of a mean: the bias of order 1/N goes, pulls are a unit normal; a ratio of correlated means has no noise. */
    @Test
    void functionsOfMeans() {
        int seeds = 300;
        double sum = 0;
        double squares = 0;
        double errors = 0;
        for (int seed = 0; seed < seeds; seed++) {
            double[][] x = chains(0.5, 30_000 + seed, 300, 400, 300);
            Estimate e = GammaMethod.derived(List.<double[][]>of(x), m -> Math.exp(2 * m[0]), m ->
                    new double[] {2 * Math.exp(2 * m[0])});
            sum += e.mean() / seeds;
            squares += Math.pow((e.mean() - 1) / e.error(), 2) / seeds;
            errors += e.error() * e.error() / seeds / seeds;
            double[][] y = new double[x.length][];
            for (int c = 0; c < x.length; c++) {
                y[c] = Arrays.stream(x[c]).map(v -> 2 * (v + 3)).toArray();
                x[c] = Arrays.stream(x[c]).map(v -> v + 3).toArray();
            }
            Estimate ratio = GammaMethod.derived(List.of(x, y), m -> m[1] / m[0], m ->
                    new double[] {-m[1] / (m[0] * m[0]), 1 / m[0]});
            assertThat(ratio.mean()).isCloseTo(2, within(1e-12));
            assertThat(ratio.error()).isLessThan(1e-12);
        }
        assertThat(sum).isCloseTo(1, within(4 * Math.sqrt(errors)));
        assertThat(squares).isCloseTo(1, within(4.5 * Math.sqrt(2.0 / seeds)));
    }

    /** The mean of many 0.1 is off by an ulp: still a constant. */
    @Test
    void roundingIsNotAFluctuation() {
        double[] tenths = new double[1000];
        Arrays.fill(tenths, 0.1);
        Estimate e = GammaMethod.mean(tenths, tenths);
        assertThat(e.mean()).isCloseTo(0.1, within(1e-14));
        assertThat(e.error()).isZero();
        assertThat(e.tauInt()).isEqualTo(0.5);
        assertThat(e.resolved()).isTrue();
    }

    /** The median of n normal numbers has the error sqrt(pi / 2n); the bootstrap is the same each time. */
    @Test
    void bootstrapOfAMedian() {
        double[] normal = chains(0, 1, 400)[0];
        ToDoubleFunction<double[]> median = sample -> {
            double[] sorted = sample.clone();
            Arrays.sort(sorted);
            return 0.5 * (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]);
        };
        double error = Bootstrap.error("median", normal, median);
        assertThat(error / Math.sqrt(Math.PI / 800)).isBetween(0.6, 1.6);
        assertThat(Bootstrap.error("median", normal, median)).isEqualTo(error);
        assertThat(Bootstrap.error("another", normal, median)).isNotEqualTo(error);
        assertThat(Bootstrap.error("one", new double[] {2.5}, median)).isZero();
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
