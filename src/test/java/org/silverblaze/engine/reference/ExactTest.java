package org.silverblaze.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ExactValues;
import org.silverblaze.theory.FluxConfiguration;
import org.silverblaze.theory.FreeField;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;
import org.silverblaze.theory.RadialWeights;
import org.silverblaze.theory.TransferMatrix;

/**
 * The sampler against exact numbers: sums over all fluxes, the free field, transfer matrices. Every comparison is made by
 * many independent chains, whose means give the error; the seeds are fixed, so an outcome is what it is, and 4.5 standard
 * errors are met by chance once in some 10^4 cases (Student, 47 degrees of freedom).
 */
final class ExactTest {
    private static final int CHAINS = 48;
    private static final double LIMIT = 4.5;

    /** lattice, eta, lambda, mu, largest |k|, largest l of the sum. */
    @ParameterizedTest
    @CsvSource({
        "DIRECTED, 1,   4.01, 1, 0.3, 14, 12",
        "DIRECTED, 2,   4.01, 1, 0.6, 14, 12",
        "DIRECTED, 1x1, 4.01, 1, 0.9, 14, 12",
        "DIRECTED, 2x1, 7.00, 1, 0.8, 4, 3",
        "DIRECTED, 1x2, 9.00, 1, 0.5, 6, 3",
        "DIRECTED, 2x1, 8.00, 0, 0.4, 4, 3",
        "DIRECTED, 1x1x1, 9.0, 1, 0.5, 5, 4",
        "DIRECTED, 1x1x1x1, 11, 1, 0.6, 4, 3",
        "METROPOLIS, 1,   4.01, 1, 0.3, 14, 12",
        "METROPOLIS, 2,   4.01, 1, 0.6, 14, 12",
        "METROPOLIS, 1x1, 4.01, 1, 0.9, 14, 12",
        "METROPOLIS, 2x1, 7.00, 1, 0.8, 4, 3",
        "METROPOLIS, 1x1x1, 9.0, 1, 0.5, 5, 4",
        "METROPOLIS, 1x1x1x1, 11, 1, 0.6, 4, 3",
    })
    void meansAndDistributionOnTinyLattices(
            WormAlgorithm algorithm, String extents, double eta, double lambda, double mu, int largestK, int largestL) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(eta, lambda, mu);
        TinySum exact = TinySum.of(lattice, couplings, largestK, largestL);
        // Chi^2 takes the samples for independent: a refused opening is a worm, too, so those of the Metropolis worm
        // lie further apart.
        int between = algorithm == WormAlgorithm.METROPOLIS ? 40 : 12;
        ChainSpec spec = new ChainSpec(lattice, couplings, algorithm, 7, new Schedule(3, 100, between));
        int perChain = 1000;
        Map<Integer, Long> counts = new TreeMap<>();
        Means means = run(spec, perChain, (k, l) -> counts.merge(TinySum.statistic(lattice, k, l), 1L, Long::sum));
        assertThat(Math.abs(means.pullN(exact.n)))
                .as("n: %s, exact %s", means, exact)
                .isLessThan(LIMIT);
        assertThat(Math.abs(means.pullPhi2(exact.phi2)))
                .as("phi2: %s, exact %s", means, exact)
                .isLessThan(LIMIT);

        // Pearson's chi^2 over the joint distribution of sum k_t and sum_x f_x; classes of fewer than 20 are put
        // together.
        double total = (double) CHAINS * perChain;
        double chi2 = 0;
        int classes = 0;
        double restExpected = total;
        double restCount = total;
        for (Map.Entry<Integer, Double> entry : exact.distribution.entrySet()) {
            double expected = entry.getValue() * total;
            if (expected >= 20) {
                double count = counts.getOrDefault(entry.getKey(), 0L);
                chi2 += (count - expected) * (count - expected) / expected;
                restExpected -= expected;
                restCount -= count;
                classes++;
            }
        }
        chi2 += (restCount - restExpected) * (restCount - restExpected) / restExpected;
        double normal = (chi2 - classes) / Math.sqrt(2.0 * classes);
        assertThat(classes).as("the distribution has something to say").isGreaterThan(8);
        assertThat(normal).as("chi^2 = %f for %d classes", chi2, classes).isBetween(-4.0, 5.0);
    }

    @ParameterizedTest
    @CsvSource({
        "DIRECTED, 8x4, 4.5, 0.3",
        "DIRECTED, 3x2, 4.5, -0.4",
        "DIRECTED, 2x2x2, 6.5, 0.3",
        "DIRECTED, 3x1x2x2, 8.4, 0.2",
        "DIRECTED, 4x3x3, 6.6, -0.3",
        "DIRECTED, 4x3x2x3, 8.6, 0.25",
        "DIRECTED, 5, 2.5, 0.4",
        "METROPOLIS, 8x4, 4.5, 0.3",
        "METROPOLIS, 4x3x3, 6.6, -0.3",
        "METROPOLIS, 3x1x2x2, 8.4, 0.2",
    })
    void freeField(WormAlgorithm algorithm, String extents, double eta, double mu) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(eta, 0, mu);
        ExactValues exact = FreeField.exact(lattice, couplings);
        compare(algorithm, lattice, couplings, exact.n(), exact.phi2(), 600);
    }

    /** PHYSICS.md section 3, eta = 4.01, lambda = 1: 60x4 to about 1e-5. */
    @ParameterizedTest
    @CsvSource({"60x4, 1.05, 0.601861, 0.456356, 40", "60x4, 1.00, 0.362741, 0.384673, 30"})
    void tableOfThePhysicsPage(String extents, double mu, double n, double phi2, int samples) {
        compare(WormAlgorithm.DIRECTED, Lattice.parse(extents), new Couplings(4.01, 1, mu), n, phi2, samples);
    }

    /** The transfer matrix of this program: double links (extent 2), self-links (extent 1), the dense and the empty phase. */
    @ParameterizedTest
    @CsvSource({
        "DIRECTED, 50x2, 4.01, 0.91, 150",
        "DIRECTED, 50x2, 4.01, 1.05, 150",
        "DIRECTED, 2x2,  4.01, 0.50, 1500",
        "DIRECTED, 2x2,  4.01, 1.30, 1500",
        "DIRECTED, 3x2,  4.01, 0.90, 1000",
        "DIRECTED, 3x2,  4.25, -0.7, 1000",
        "DIRECTED, 1x2,  4.01, 0.90, 1500",
        "DIRECTED, 3x1,  4.01, 0.70, 1500",
        "DIRECTED, 2x1,  4.25, 1.10, 1500",
        "DIRECTED, 7,    2.01, 0.60, 800",
        "DIRECTED, 2,    2.01, 0.90, 1500",
        "DIRECTED, 5x1x2,   6.01, 0.90, 800",
        "DIRECTED, 4x2x1x1, 8.01, 1.20, 800",
        "METROPOLIS, 2x2, 4.01, 1.30, 1500",
        "METROPOLIS, 3x2, 4.25, -0.7, 1000",
        "METROPOLIS, 3x1, 4.01, 0.70, 1500",
        "METROPOLIS, 7,   2.01, 0.60, 800",
        "METROPOLIS, 5x1x2, 6.01, 0.90, 800",
        "METROPOLIS, 4x2x1x1, 8.01, 1.20, 800",
        "METROPOLIS, 12x2, 4.01, 1.00, 300"
    })
    void transferMatrix(WormAlgorithm algorithm, String extents, double eta, double mu, int samples) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(eta, 1, mu);
        ExactValues exact = TransferMatrix.exact(lattice, couplings);
        compare(algorithm, lattice, couplings, exact.n(), exact.phi2(), samples);
    }

    @Test
    void deviationsOfManyShortRunsAreAsLargeAsTheirErrorsSay() {
        Lattice lattice = Lattice.of(2, 1);
        Couplings couplings = new Couplings(7, 1, 0.8);
        TinySum exact = TinySum.of(lattice, couplings, 4, 3);
        int runs = 200;
        double sum = 0;
        double squares = 0;
        for (int run = 0; run < runs; run++) {
            ChainSpec spec =
                    new ChainSpec(lattice, couplings, WormAlgorithm.DIRECTED, 1000 + run, new Schedule(3, 50, 10));
            double pull = run(spec, 40, (k, l) -> {}).pullPhi2(exact.phi2);
            sum += pull;
            squares += pull * pull;
        }
        // Student with 47 degrees of freedom: variance 47/45; its mean of 200 has a standard error of 0.11.
        assertThat(sum / Math.sqrt(runs)).as("mean of the deviations").isBetween(-4.0, 4.0);
        assertThat(squares / runs).as("mean square of the deviations").isBetween(0.6, 1.5);
    }

    @Test
    void aSampleTakenWithTheWrongChemicalPotentialWouldBeFound() {
        Lattice lattice = Lattice.of(2, 1);
        Couplings couplings = new Couplings(7, 1, 0.8);
        TinySum exact = TinySum.of(lattice, couplings.withMu(0.83), 4, 3);
        ChainSpec spec = new ChainSpec(lattice, couplings, WormAlgorithm.DIRECTED, 7, new Schedule(3, 100, 12));
        assertThat(Math.abs(run(spec, 1000, (k, l) -> {}).pullN(exact.n))).isGreaterThan(LIMIT);
    }

    private static void compare(
            WormAlgorithm algorithm, Lattice lattice, Couplings couplings, double n, double phi2, int samples) {
        // About half of the Metropolis worms end with their first step.
        int worms = Math.max(4, lattice.volume() / 8) * (algorithm == WormAlgorithm.METROPOLIS ? 2 : 1);
        ChainSpec spec =
                new ChainSpec(lattice, couplings, algorithm, 11, new Schedule(lattice.volume(), 40L * worms, worms));
        Means means = run(spec, samples, (k, l) -> {});
        assertThat(Math.abs(means.pullN(n))).as("n: %s, exact %f", means, n).isLessThan(LIMIT);
        assertThat(Math.abs(means.pullPhi2(phi2)))
                .as("phi2: %s, exact %f", means, phi2)
                .isLessThan(LIMIT);
    }

    private interface Look {
        void at(byte[] k, byte[] l);
    }

    private static Means run(ChainSpec spec, int perChain, Look look) {
        ObservableMeter meter = ObservableMeter.of(spec.lattice(), spec.couplings());
        double[] n = new double[CHAINS];
        double[] phi2 = new double[CHAINS];
        long[] wanted = new long[CHAINS];
        Arrays.fill(wanted, perChain);
        try (ChainBlock block = new ReferenceSampler().start(spec, 0, CHAINS)) {
            block.advance(wanted, (chain, draw, k, l) -> {
                if (draw < perChain) {
                    FluxConfiguration configuration = new FluxConfiguration(spec.lattice(), k, l);
                    for (int x = 0; x < spec.lattice().volume(); x++) {
                        assertThat(configuration.divergence(x)).isZero();
                    }
                    Observables observables = meter.measure(k, l);
                    n[chain] += observables.n() / perChain;
                    phi2[chain] += observables.phi2() / perChain;
                    look.at(k, l);
                }
            });
        }
        return new Means(n, phi2);
    }

    /** Means of independent chains. */
    private record Means(double[] n, double[] phi2) {
        double pullN(double exact) {
            return (mean(n) - exact) / error(n);
        }

        double pullPhi2(double exact) {
            return (mean(phi2) - exact) / error(phi2);
        }

        static double mean(double[] v) {
            return Arrays.stream(v).average().orElseThrow();
        }

        static double error(double[] v) {
            double mean = mean(v);
            double squares = Arrays.stream(v).map(x -> (x - mean) * (x - mean)).sum();
            return Math.sqrt(squares / v.length / (v.length - 1));
        }

        @Override
        public String toString() {
            return "n %.6f +- %.6f, phi2 %.6f +- %.6f".formatted(mean(n), error(n), mean(phi2), error(phi2));
        }
    }

    /** The sum over all closed k and l of a lattice with few links, |k| and l bounded. */
    private static final class TinySum {
        private final Map<Integer, Double> distribution = new TreeMap<>();
        private double n;
        private double phi2;

        /** One number for (sum k_t, sum f). */
        static int statistic(Lattice lattice, byte[] k, byte[] l) {
            int kt = 0;
            int f = 0;
            for (int link = 0; link < k.length; link++) {
                kt += link < lattice.volume() ? k[link] : 0;
                f += 2 * (Math.abs(k[link]) + 2 * l[link]);
            }
            return (kt + 500) * 1000 + f;
        }

        static TinySum of(Lattice lattice, Couplings couplings, int largestK, int largestL) {
            RadialWeights weights = RadialWeights.of(couplings.eta(), couplings.lambda(), 400);
            ObservableMeter meter = ObservableMeter.of(lattice, couplings);
            TinySum sum = new TinySum();
            double z = 0;
            byte[] k = new byte[lattice.links()];
            byte[] l = new byte[lattice.links()];
            for (byte[] flux : all(lattice.links(), -largestK, largestK)) {
                System.arraycopy(flux, 0, k, 0, k.length);
                FluxConfiguration configuration = new FluxConfiguration(lattice, k, l);
                boolean closed = true;
                for (int x = 0; x < lattice.volume(); x++) {
                    closed &= configuration.divergence(x) == 0;
                }
                if (!closed) {
                    continue;
                }
                for (byte[] free : all(lattice.links(), 0, largestL)) {
                    System.arraycopy(free, 0, l, 0, l.length);
                    double log = 0;
                    for (int link = 0; link < k.length; link++) {
                        log += (link < lattice.volume() ? couplings.mu() * k[link] : 0)
                                - logFactorial(Math.abs(k[link]) + l[link])
                                - logFactorial(l[link]);
                    }
                    for (int x = 0; x < lattice.volume(); x++) {
                        log += weights.logW(configuration.f(x)) - weights.logW(0);
                    }
                    double weight = Math.exp(log);
                    Observables observables = meter.measure(k, l);
                    z += weight;
                    sum.n += weight * observables.n();
                    sum.phi2 += weight * observables.phi2();
                    sum.distribution.merge(statistic(lattice, k, l), weight, Double::sum);
                }
            }
            double norm = z;
            sum.n /= norm;
            sum.phi2 /= norm;
            sum.distribution.replaceAll((key, weight) -> weight / norm);
            return sum;
        }

        private static List<byte[]> all(int length, int least, int most) {
            List<byte[]> result = new ArrayList<>();
            byte[] value = new byte[length];
            Arrays.fill(value, (byte) least);
            int at = 0;
            while (at < length) {
                result.add(value.clone());
                for (at = 0; at < length; at++) {
                    if (value[at] < most) {
                        value[at]++;
                        break;
                    }
                    value[at] = (byte) least;
                }
            }
            return result;
        }

        private static double logFactorial(int n) {
            double sum = 0;
            for (int i = 2; i <= n; i++) {
                sum += Math.log(i);
            }
            return sum;
        }

        @Override
        public String toString() {
            return "n " + n + ", phi2 " + phi2;
        }
    }
}
