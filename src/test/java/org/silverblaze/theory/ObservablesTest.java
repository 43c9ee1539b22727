package org.silverblaze.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;

final class ObservablesTest {
    private static final Couplings COUPLINGS = new Couplings(4.01, 1, 1.05);

    /** Random closed configuration: plaquettes, windings, random l. */
    private static FluxConfiguration random(Lattice lattice, Random random) {
        FluxConfiguration c = FluxConfiguration.empty(lattice);
        int volume = lattice.volume();
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            for (int line = 0; line < 2; line++) {
                int site = random.nextInt(volume);
                int sign = random.nextBoolean() ? 1 : -1;
                for (int i = 0; i < lattice.extent(axis); i++) {
                    c.k()[axis * volume + site] += (byte) sign;
                    site = lattice.forward(axis, site);
                }
            }
            for (int other = 0; other < axis; other++) {
                for (int i = 0; i < volume; i++) {
                    int site = random.nextInt(volume);
                    c.k()[axis * volume + site]++;
                    c.k()[other * volume + lattice.forward(axis, site)]++;
                    c.k()[axis * volume + lattice.forward(other, site)]--;
                    c.k()[other * volume + site]--;
                }
            }
        }
        for (int i = 0; i < c.l().length; i++) {
            c.l()[i] = (byte) random.nextInt(4);
        }
        return c;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1", "2", "7", "1x1", "2x1", "1x2", "2x2", "3x5", "60x4", "4x60", "3x1x2", "2x3x5", "3x2x2x3"})
    void areTheFormulasOfThePage(String extents) {
        Lattice lattice = Lattice.parse(extents);
        long seed = 20260101L + extents.hashCode();
        Random random = new Random(seed);
        ObservableMeter meter = ObservableMeter.of(lattice, COUPLINGS);
        RadialWeights weights = meter.weights();
        for (int trial = 0; trial < 5; trial++) {
            FluxConfiguration c = random(lattice, random);
            double n = 0;
            double phi2 = 0;
            double phi4 = 0;
            double contact = 0;
            for (int site = 0; site < lattice.volume(); site++) {
                int f = c.f(site);
                assertThat(meter.f(c.k(), c.l())[site]).as("seed " + seed).isEqualTo(f);
                n += c.k(0, site);
                phi2 += Math.exp(weights.logW(f + 2) - weights.logW(f));
                phi4 += Math.exp(weights.logW(f + 4) - weights.logW(f));
                contact += weights.h(f) - weights.g(f) * weights.g(f);
            }
            double v = lattice.volume();
            Observables measured = meter.measure(c);
            assertThat(measured.n()).as("seed " + seed).isEqualTo(n / v);
            assertThat(measured.phi2()).as("seed " + seed).isCloseTo(phi2 / v, within(1e-11));
            assertThat(measured.phi4()).as("seed " + seed).isCloseTo(phi4 / v, within(1e-10));
            assertThat(measured.contact()).as("seed " + seed).isCloseTo(contact / v, within(1e-10));
            assertThat(meter.copy().measure(c)).isEqualTo(measured);
            int particles = FluxConservation.winding(c, 0);
            assertThat(measured.n()).isCloseTo((double) particles * lattice.extent(0) / v, within(1e-12));
            assertThat(FluxConservation.firstFault(c)).as("seed " + seed).isEmpty();
            assertThat(FluxConservation.windings(c)[0]).isEqualTo(particles);
        }
    }

    /** The meter's sum has one order: a translated configuration has the same observables to the bit. */
    @Test
    void translationsLeaveTheBits() {
        Lattice lattice = Lattice.of(7, 3);
        FluxConfiguration c = random(lattice, new Random(5));
        ObservableMeter meter = ObservableMeter.of(lattice, COUPLINGS);
        assertThat(meter.measure(c.translated(3, 2))).isEqualTo(meter.measure(c));
    }

    @Test
    void theEmptyConfigurationIsFZero() {
        Lattice lattice = Lattice.of(4, 3);
        Observables cold = ObservableMeter.of(lattice, COUPLINGS).measure(FluxConfiguration.empty(lattice));
        assertThat(cold.n()).isZero();
        assertThat(cold.phi2()).isCloseTo(0.20869977, within(6e-9)); // PHYSICS.md section 1
    }

    @Test
    void theFullRangeOfInt8Fits() {
        Lattice lattice = Lattice.of(1, 1, 1, 1);
        FluxConfiguration c = FluxConfiguration.empty(lattice);
        java.util.Arrays.fill(c.k(), Byte.MIN_VALUE);
        java.util.Arrays.fill(c.l(), Byte.MAX_VALUE);
        assertThat(c.f(0)).isEqualTo(ObservableMeter.largestF(4));
        assertThat(ObservableMeter.of(lattice, COUPLINGS).measure(c).phi2()).isPositive();
    }

    @Test
    void faultsAreNamed() {
        Lattice lattice = Lattice.of(3, 2);
        FluxConfiguration open = FluxConfiguration.empty(lattice);
        open.k()[lattice.site(1, 1)] = 1;
        assertThat(FluxConservation.firstFault(open))
                .hasValueSatisfying(text ->
                        assertThat(text).contains("not conserved at site (1,1)").contains("divergence 1"));
        FluxConfiguration negative = FluxConfiguration.empty(lattice);
        negative.l()[lattice.volume() + lattice.site(2, 0)] = -1;
        assertThat(FluxConservation.firstFault(negative))
                .hasValueSatisfying(text -> assertThat(text).contains("l = -1").contains("(2,0)"));
    }

    /** 8x4, eta = 4.5, mu = 0.3: PHYSICS.md section 3. */
    @Test
    void freeFieldOfThePage() {
        ExactValues exact = FreeField.exact(Lattice.of(8, 4), new Couplings(4.5, 0, 0.3));
        assertThat(exact.n()).isCloseTo(0.01121150, within(6e-9));
        assertThat(exact.phi2()).isCloseTo(0.33869531, within(6e-9));
    }

    /** The susceptibilities are derivatives of n in mu and of -phi2 in eta. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "5", "1x1", "2x1", "1x2", "8x4", "3x2x2"})
    void freeSusceptibilitiesAreDerivatives(String extents) {
        Lattice lattice = Lattice.parse(extents);
        double eta = 2 * lattice.dimensions() + 0.7;
        double mu = 0.3;
        double step = 1e-4;
        ExactValues at = FreeField.exact(lattice, new Couplings(eta, 0, mu));
        double inMu =
                (FreeField.exact(lattice, new Couplings(eta, 0, mu + step)).n()
                                - FreeField.exact(lattice, new Couplings(eta, 0, mu - step))
                                        .n())
                        / (2 * step);
        double inEta =
                (FreeField.exact(lattice, new Couplings(eta - step, 0, mu)).phi2()
                                - FreeField.exact(lattice, new Couplings(eta + step, 0, mu))
                                        .phi2())
                        / (2 * step);
        assertThat(at.chiN()).isCloseTo(inMu, within(1e-5 * (1 + Math.abs(inMu))));
        assertThat(at.chiPhi2()).isCloseTo(inEta, within(1e-5 * (1 + Math.abs(inEta))));
    }

    @ParameterizedTest
    @CsvSource({
        "8x4, 4.5, 0.3, true",
        "8x4, 4.0, 0, false",
        "8x4, 4.05, 0.3, false",
        "6, 2.1, 0.3, true",
        "2x2x2, 6.01, 0, true"
    })
    void theFreeTheoryNeedsAPositiveOperator(String extents, double eta, double mu, boolean exists) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(eta, 0, mu);
        if (exists) {
            FreeField.validate(lattice, couplings);
        } else {
            assertThatThrownBy(() -> FreeField.validate(lattice, couplings))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("--lambda 0")
                    .hasMessageNotContaining("\n");
        }
        FreeField.validate(lattice, new Couplings(eta, 1, mu)); // any eta and mu where lambda > 0
    }
}
