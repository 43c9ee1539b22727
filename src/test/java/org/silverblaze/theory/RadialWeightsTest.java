package org.silverblaze.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;

final class RadialWeightsTest {
    /** g(f), f = 0, 2, .., at lambda = 1: PHYSICS.md section 1. */
    @Test
    void ratiosOfThePhysicsPage() {
        double[] first = {
            0.20869977, 0.39078602, 0.55394518, 0.70284915, 0.84056080, 0.96920484, 1.09032091, 1.20506408, 1.31432556
        };
        double[] second = {
            0.19992165, 0.37597981, 0.53471730, 0.68022062, 0.81522252, 0.94164736, 1.06090603, 1.17406693, 1.28196078
        };
        RadialWeights atFirst = RadialWeights.of(4.01, 1, 16);
        RadialWeights atSecond = RadialWeights.of(4.25, 1, 16);
        for (int i = 0; i < first.length; i++) {
            assertThat(atFirst.g(2 * i)).as("eta 4.01, f = " + 2 * i).isCloseTo(first[i], within(6e-9));
            assertThat(atSecond.g(2 * i)).as("eta 4.25, f = " + 2 * i).isCloseTo(second[i], within(6e-9));
        }
    }

    /**
     * eta, lambda, f, ln W(f), W(f+2)/W(f), W(f+4)/W(f): adaptive Gauss-Legendre quadrature of the defining integral with 40
     * digits (mpmath), 18 digits kept.
     */
    @ParameterizedTest
    @CsvSource({
        "4.01, 1, 0, -2.1809595826687561, 0.208699773756710141, 0.0815569536177961664",
        "4.01, 1, 1, -3.07622716160742242, 0.302493696063473299, 0.143500139392736035",
        "4.01, 1, 6, -5.27810280939135187, 0.702849153389356572, 0.590787447454340073",
        "4.01, 1, 37, 0.264707242921573816, 2.25090797018924509, 5.23692951977056359",
        "4.01, 1, 400, 321.839625965742158, 9.06130718935241765, 82.3320790853484026",
        "4.25, 1, 0, -2.22998069897644887, 0.199921646070397249, 0.075166502100405846",
        "4.25, 1, 1, -3.14736308532472706, 0.290448038877998101, 0.132797917384254036",
        "4.25, 1, 6, -5.44404737866730952, 0.68022062406586178, 0.554531173860043719",
        "4.25, 1, 37, -0.270643936237116167, 2.2105141980619841, 5.0526573291182838",
        "4.25, 1, 400, 319.671372072801031, 9.00753418822371431, 81.3589898500246071",
        "4.01, 1e-8, 0, -2.08193842312219648, 0.249376557983155435, 0.124377335188354955",
        "4.01, 1e-8, 1, -2.8971162825049823, 0.374064836742107216, 0.233207503188108265",
        "4.01, 1e-8, 6, -4.45655268904353509, 0.99750622821060677, 1.24377334260171678",
        "4.01, 1e-8, 37, 10.0865098740916405, 4.86284276877846022, 24.8599187267286005",
        "4.01, 1e-8, 400, 583.391775256994873, 50.1246756858701972, 2524.98302545631525",
        "4.01, 1e4, 0, -5.44157835199435907, 0.00556965473824441847, 0.0000488832842249819941",
        "4.01, 1e4, 1, -8.12026702916677848, 0.00731588730879929276, 0.0000735331645945857418",
        "4.01, 1e4, 6, -19.8600949283019533, 0.0132003955338635404, 0.00019735332069546036",
        "4.01, 1e4, 37, -79.0683277689015928, 0.0307286273493714848, 0.000968838910216451017",
        "4.01, 1e4, 400, -565.991262154724006, 0.100025002821199229, 0.0100299449869343496",
        "-6, 1, 0, 8.87920671705525628, 3.00003481364751207, 9.50010444094253622",
        "-6, 1, 1, 9.42111471693530093, 3.08599755667363124, 10.0079926700208937",
        "-6, 1, 6, 12.3292053147773624, 3.45238092606707275, 12.3571427782012182",
        "-6, 1, 37, 34.5045200844019578, 4.91208342174252224, 24.4862502652275667",
        "-6, 1, 400, 424.842709848298787, 11.6224133513562585, 135.367240054068775",
        "-40, 0.5, 0, 800.225791352644727, 40.0, 1601.0",
        "-40, 0.5, 1, 802.070152905794516, 40.0125039111446817, 1602.00015644578727",
        "-40, 0.5, 6, 811.294302959368217, 40.074906425452277, 1606.99625701809108",
        "-40, 0.5, 37, 868.570176386988841, 40.4575461889109601, 1637.8018475564384",
        "-40, 0.5, 400, 1549.1504963920013, 44.4967722879621899, 1980.8708915184876",
        "300, 0.25, 0, -6.39693521069454355, 0.00333329629732506059, 0.000022221604963647489",
        "300, 0.25, 1, -9.36961354667255322, 0.00499993055787025946, 0.0000416652778443246852",
        "300, 0.25, 6, -21.7165731638148124, 0.0133329629855948447, 0.000222208643093168546",
        "300, 0.25, 37, -74.0569292145384964, 0.0649925989490236431, 0.00444063058581412026",
        "300, 0.25, 400, -284.034094083943664, 0.669249798108670029, 0.450121134797982886",
        "0, 1, 0, -0.813929418195190532, 0.564189583547756287, 0.5",
        "0, 1, 1, -1.18301340968859525, 0.739668779797159723, 0.75",
        "0, 1, 6, -1.38629436111989062, 1.32934038817913702, 2.0",
        "0, 1, 37, 10.8559105789308719, 3.08273975189797559, 9.75",
        "0, 1, 400, 360.049246106657731, 10.0125077636093121, 100.5"
    })
    void agreesWithFortyDigits(double eta, double lambda, int f, double logW, double g, double h) {
        RadialWeights weights = RadialWeights.of(eta, lambda, f);
        assertThat(weights.logW(f)).isCloseTo(logW, within(2e-13 + 4 * Math.ulp(logW)));
        assertThat(weights.g(f) / g).isCloseTo(1, within(1e-13));
        assertThat(weights.h(f) / h).isCloseTo(1, within(1e-13));
        assertThat(weights.variance(f)).isCloseTo(h - g * g, within(1e-12 * h));
    }

    /** Integration by parts of d/dr (r^{f+2} e^{-V}): (f+2) W(f) = 2 eta W(f+2) + 4 lambda W(f+4). */
    @ParameterizedTest
    @CsvSource({"4.01, 1", "4.25, 1", "9, 1", "4.01, 1e-8", "4.01, 1e4", "0, 1", "-6, 1", "1e4, 3", "4.5, 0"})
    void obeysTheRecursion(double eta, double lambda) {
        RadialWeights weights = RadialWeights.of(eta, lambda, 3100);
        for (int f = 0; f <= 3096; f++) {
            double scale = f + 2 + Math.abs(2 * eta * weights.g(f));
            double sum = 2 * eta * weights.g(f) + 4 * lambda * weights.h(f);
            assertThat(sum).as("f = " + f).isCloseTo(f + 2, within(2e-13 * scale));
            assertThat(weights.logW(f + 2) - weights.logW(f))
                    .as("f = " + f)
                    .isCloseTo(Math.log(weights.g(f)), within(5e-13 + 8 * Math.ulp(weights.logW(f))));
            assertThat(weights.g(f) * weights.g(f + 2) / weights.h(f)).isCloseTo(1, within(2e-13));
        }
    }

    /** lambda = 0: W(f) = Gamma(f/2+1) / (2 eta^{f/2+1}); Gamma(1/2 + n) = sqrt(pi) (2n)! / (4^n n!). */
    @Test
    void freeWeightsAreGammaFunctions() {
        double eta = 4.5;
        RadialWeights weights = RadialWeights.of(eta, 0, 40);
        double factorial = 1; // Gamma(f/2 + 1), f even
        double half = Math.sqrt(Math.PI) / 2; // Gamma(f/2 + 1), f odd, from f = 1
        for (int f = 0; f <= 40; f += 2) {
            assertThat(weights.logW(f))
                    .isCloseTo(Math.log(factorial / (2 * Math.pow(eta, f / 2.0 + 1))), within(1e-13));
            if (f < 40) {
                assertThat(weights.logW(f + 1))
                        .isCloseTo(Math.log(half / (2 * Math.pow(eta, (f + 1) / 2.0 + 1))), within(1e-13));
            }
            factorial *= f / 2.0 + 1;
            half *= f / 2.0 + 1.5;
        }
    }

    /** The quartic weights go over into the free ones: first order in lambda, d ln W / d lambda = -W(f+4)/W(f). */
    @Test
    void continuousAtLambdaZero() {
        RadialWeights free = RadialWeights.of(4.5, 0, 60);
        RadialWeights nearly = RadialWeights.of(4.5, 1e-14, 60);
        for (int f = 0; f <= 60; f++) {
            assertThat(nearly.logW(f)).isCloseTo(free.logW(f) - 1e-14 * free.h(f), within(1e-13));
            assertThat(nearly.g(f) / free.g(f)).isCloseTo(1, within(1e-13));
        }
    }

    @Test
    void refusesWhatDiverges() {
        assertThatThrownBy(() -> RadialWeights.of(0, 0, 4)).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> RadialWeights.of(-1, 0, 4)).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> RadialWeights.of(4, -1, 4)).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> RadialWeights.of(4, 1, -1)).isInstanceOf(BadInput.class);
    }
}
