package org.silverblaze.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldMath;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.FieldTables;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;
import org.silverblaze.random.StreamKey;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ExactValues;
import org.silverblaze.theory.FieldMeter;
import org.silverblaze.theory.FieldObservables;
import org.silverblaze.theory.FreeField;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;
import org.silverblaze.theory.RadialWeights;
import org.silverblaze.theory.TransferMatrix;

/**
 * The phi representation against exact numbers and against the fluxes. Every comparison is made by many independent chains,
 * whose means give the error; seeds are fixed, so an outcome is what it is, and 4.5 standard errors are met by chance
 * once in some 10^4 cases (Student, 47 degrees of freedom).
 */
final class FieldExactTest {
    private static final int CHAINS = 48;
    private static final double LIMIT = 4.5;
    private static final int SEED = 23;

    private static FieldSpec spec(Lattice lattice, Couplings couplings, long seed, FieldSchedule schedule) {
        return new FieldSpec(lattice, couplings, FieldAlgorithm.HEAT_BATH, seed, schedule);
    }

    private static ReferenceFieldChain chainOf(FieldSpec spec, float[] phi) {
        return new ReferenceFieldChain(spec, FieldTables.of(spec.lattice(), spec.couplings()), 0, phi, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "8x4, 4.5, 1200",
        "3x2, 4.5, 4000",
        "2x2x2, 6.5, 3000",
        "3x1x2x2, 8.4, 3000",
        "4x3x3, 6.6, 600",
        "4x3x2x3, 8.6, 400",
        "5, 2.5, 4000",
        "1x1, 5, 10000"
    })
    void freeField(String extents, double eta, int samples) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(eta, 0, 0);
        ExactValues exact = FreeField.exact(lattice, couplings);
        Means means = run(spec(lattice, couplings, SEED, new FieldSchedule(1, 40, 2)), samples);
        means.check("phi2", exact.phi2());
        means.check("hopping", eta * exact.phi2() - 1); // virial theorem with lambda = 0
        means.check("chi", exact.chiPhi2());
        means.check("zeroMode", 1 / (eta - 2 * lattice.dimensions()));
    }

    /** One site: g(0), h(0) and the variance of r^2 of a site whose links to itself shift eta. */
    @ParameterizedTest
    @CsvSource({"1, 4.01, 1", "1x1, 4.01, 1", "1x1x1x1, 1, 3", "1x1, 0, 0.3"})
    void oneSite(String extents, double eta, double lambda) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(eta, lambda, 0);
        RadialWeights exact = RadialWeights.of(eta - 2 * lattice.dimensions(), lambda, 4);
        Means means = run(spec(lattice, couplings, SEED, new FieldSchedule(1, 40, 3)), 2000);
        means.check("phi2", exact.g(0));
        means.check("phi4", exact.h(0));
        means.check("hopping", 2 * lattice.dimensions() * exact.g(0));
        means.check("chi", exact.variance(0));
    }

    /** TransferMatrix at mu = 0: narrow lattices, from the symmetric phase to deep in the broken one. */
    @ParameterizedTest
    @CsvSource({
        "50x2, 4.01, 1, 150",
        "7x2, 4.01, 1, 1500",
        "6x2, 3.0, 1, 1000",
        "2x2, 1.0, 1, 2000",
        "4x2, -2, 3, 1500",
        "6x1, 4.01, 1, 2000",
        "9, 1.5, 0.7, 2000",
        "5x1x2, 6.01, 1, 1500",
        "4x2x1x1, 8.01, 1, 2000"
    })
    void interacting(String extents, double eta, double lambda, int samples) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(eta, lambda, 0);
        ExactValues exact = TransferMatrix.exact(lattice, couplings);
        Means means = run(spec(lattice, couplings, SEED, new FieldSchedule(2, 60, 4)), samples);
        means.check("phi2", exact.phi2());
        means.check("chi", exact.chiPhi2());
    }

    /** PHYSICS.md section 3, |phi|^2 in the sector N = 0 of four sites: 60 slices leave nothing of the others at mu = 0. */
    @Test
    void thePapersLattice() {
        FieldSpec spec = spec(Lattice.of(60, 4), new Couplings(4.01, 1, 0), SEED, new FieldSchedule(2, 60, 4));
        run(spec, 60).check("phi2", 0.262052);
    }

    /** The dual form end to end: phi and fluxes know nothing of each other. */
    @ParameterizedTest
    @CsvSource({
        "6x4, 4.01, 1, 600",
        "4x3x3, 6.2, 1, 400",
        "3x2x1x3, 8.1, 0.5, 600",
        "3x3x3x3, 8.2, 1, 60",
        "5x5, 3.5, 1, 400"
    })
    void agreesWithTheFluxes(String extents, double eta, double lambda, int samples) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(eta, lambda, 0);
        Means field = run(spec(lattice, couplings, SEED, new FieldSchedule(2, 60, 4)), samples);
        Means flux = runFlux(lattice, couplings, samples);
        for (int i = 0; i < 4; i++) { // the fluxes do not know the zero mode
            double pull = (field.mean(i) - flux.mean(i)) / Math.hypot(field.error(i), flux.error(i));
            assertThat(Math.abs(pull))
                    .as("%s on %s: phi %s, fluxes %s, seed %d", NAMES[i], lattice, field, flux, SEED)
                    .isLessThan(LIMIT);
        }
    }

    /**
     * Schwinger-Dyson equations, exact on every lattice: mean(phi*_y (eta phi_x + 2 lambda |phi_x|^2 phi_x - sum of neighbours)) is
     * 1 for y = x and 0 for y a neighbour other than x.
     */
    @ParameterizedTest
    @CsvSource({
        "5x3, 4.01, 1",
        "7x1, 4.01, 1",
        "1x4, 3.5, 1",
        "2x3, 2, 1",
        "3x3, -6, 4",
        "6, 1, 0.5",
        "2, 0, 1",
        "3x4x2, 5, 1",
        "2x1x2x3, 7, 2",
        "4x4, 3.99, 0.01",
        "3x3, 4, 50"
    })
    void schwingerDysonEquations(String extents, double eta, double lambda) {
        Lattice lattice = Lattice.parse(extents);
        int volume = lattice.volume();
        FieldSpec spec = spec(lattice, new Couplings(eta, lambda, 0), SEED, new FieldSchedule(1, 100, 2));
        int samples = 1000;
        double[] same = new double[CHAINS];
        double[] next = new double[CHAINS];
        int axis = lattice.extent(0) > 1 ? 0 : 1;
        advance(spec, samples, (chain, phi) -> {
            for (int x = 0; x < volume; x++) {
                double re = phi[x];
                double im = phi[volume + x];
                double factor = eta + 2 * lambda * (re * re + im * im);
                double fx = factor * re;
                double fy = factor * im;
                for (int nu = 0; nu < lattice.dimensions(); nu++) {
                    fx -= (double) phi[lattice.forward(nu, x)] + phi[lattice.backward(nu, x)];
                    fy -= (double) phi[volume + lattice.forward(nu, x)] + phi[volume + lattice.backward(nu, x)];
                }
                int y = lattice.forward(axis, x);
                same[chain] += (re * fx + im * fy) / volume / samples;
                next[chain] += (phi[y] * fx + phi[volume + y] * fy) / volume / samples;
            }
        });
        Means means = new Means(lattice, new double[][] {same, next});
        assertThat(Math.abs(means.mean(0) - 1) / means.error(0))
                .as("y = x: %s", means)
                .isLessThan(LIMIT);
        assertThat(Math.abs(means.mean(1)) / means.error(1))
                .as("y next to x: %s", means)
                .isLessThan(LIMIT);
        assertThat(means.error(0)).as("the test has something to say").isLessThan(0.02);
    }

    /** The heat bath at one site with given neighbours: the distribution of its radius, and as many moves there as back. */
    @ParameterizedTest
    @CsvSource({"4.01, 1, 0.5, 0.9", "1, 1, 1.1, 0.8", "-20, 10, 0.9, 0.3", "4, 30, 0.5, 1", "3, 0, 0.3, 0.6"})
    void theHeatBathOfOneSiteIsReversible(double eta, double lambda, double left, double right) {
        Lattice lattice = Lattice.of(3);
        FieldSpec spec = spec(lattice, new Couplings(eta, lambda, 0), 1, new FieldSchedule(0, 0, 1));
        ReferenceFieldChain chain = chainOf(spec, new float[6]);
        double bx = left;
        double by = right;
        chain.phi[1] = (float) left; // b = left + i right
        chain.phi[3 + 2] = (float) right;
        // Exact quantiles of Re phi by summing the weight over a grid of the plane.
        int bins = 8;
        double range = 4;
        int grid = 800;
        double[] marginal = new double[grid];
        double total = 0;
        for (int i = 0; i < grid; i++) {
            double x = range * (2 * (i + 0.5) / grid - 1);
            for (int j = 0; j < grid; j++) {
                double y = range * (2 * (j + 0.5) / grid - 1);
                double r2 = x * x + y * y;
                // Shifted so that a deep well does not overflow.
                double shift = lambda > 0 && eta < 0 ? eta * eta / (4 * lambda) : 0;
                marginal[i] += Math.exp(-eta * r2 - lambda * r2 * r2 + 2 * (bx * x + by * y) - shift);
            }
            total += marginal[i];
        }
        int[] binOf = new int[grid];
        double[] expected = new double[bins];
        double cumulative = 0;
        for (int i = 0; i < grid; i++) {
            binOf[i] = Math.min(bins - 1, (int) (bins * (cumulative + 0.5 * marginal[i]) / total));
            expected[binOf[i]] += marginal[i] / total;
            cumulative += marginal[i];
        }
        RandomSequence words = new RandomSequence(StreamKey.of("reversible" + SEED), 0, Purpose.BOOTSTRAP);
        int steps = 400_000;
        int[][] moves = new int[bins][bins];
        int[] visits = new int[bins];
        float[] normal = new float[2];
        int before = -1;
        for (int step = -100; step < steps; step++) {
            FieldMath.normal(words.nextBits(), words.nextBits(), normal);
            chain.heatBath(0, normal[0], normal[1], FieldMath.exponential(words.nextBits()));
            int cell = (int) Math.floor((chain.phi[0] / range + 1) / 2 * grid);
            int bin = binOf[Math.clamp(cell, 0, grid - 1)];
            if (step > 0) {
                moves[before][bin]++;
                visits[bin]++;
            }
            before = bin;
        }
        double worst = 0;
        for (int i = 0; i < bins; i++) {
            for (int j = 0; j < i; j++) {
                worst = Math.max(
                        worst, Math.abs(moves[i][j] - moves[j][i]) / Math.sqrt(moves[i][j] + moves[j][i] + 1.0));
            }
            // Cells of the grid are narrow; refusals stretch the error by sqrt(2 tau), tau below 2.
            double error = Math.sqrt(steps * expected[i] * 4);
            assertThat(Math.abs(visits[i] - steps * expected[i]))
                    .as(
                            "visits of bin %d: %s, expected shares %s",
                            i, Arrays.toString(visits), Arrays.toString(expected))
                    .isLessThan(LIMIT * error);
        }
        assertThat(worst)
                .as("moves there and back: %s", Arrays.deepToString(moves))
                .isLessThan(LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"6x4", "5x3", "7x1", "2x2x2", "3x2x1x4"})
    void reflectionsKeepTheAction(String extents) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(3.5, 1, 0);
        FieldSpec spec = spec(lattice, couplings, 1, new FieldSchedule(0, 0, 1));
        RandomSequence random = new RandomSequence(StreamKey.of("reflections" + extents), 0, Purpose.BOOTSTRAP);
        float[] phi = new float[2 * lattice.volume()];
        for (int i = 0; i < phi.length; i++) {
            phi[i] = random.nextFloat() - 0.5f;
        }
        ReferenceFieldChain chain = chainOf(spec, phi.clone());
        FieldMeter meter = new FieldMeter(lattice, couplings);
        FieldObservables before = meter.measure(phi);
        chain.reflectionSweep();
        FieldObservables after = meter.measure(chain.phi);
        assertThat(after.action()).isCloseTo(before.action(), within(1e-6));
        assertThat(after.phi4()).isCloseTo(before.phi4(), within(1e-6));
        double distance = 0;
        for (int i = 0; i < phi.length; i++) {
            distance += Math.abs(phi[i] - chain.phi[i]);
        }
        assertThat(distance / phi.length).as("the field has moved").isGreaterThan(0.1);
    }

    @Test
    void aSiteWithoutAFieldIsNotReflected() {
        FieldSpec spec = spec(Lattice.of(3), new Couplings(3, 1, 0), 1, new FieldSchedule(0, 0, 1));
        float[] phi = {0.5f, 1e-30f, 0, 0.25f, 0, 0}; // |b|^2 = 1e-60 underflows
        ReferenceFieldChain chain = chainOf(spec, phi.clone());
        chain.reflectionSweep();
        assertThat(chain.phi[0]).isEqualTo(0.5f);
        assertThat(chain.phi[3]).isEqualTo(0.25f);
        assertThat(chain.phi).doesNotContain(Float.NaN);
    }

    @Test
    void deviationsOfManyShortRunsAreAsLargeAsTheirErrorsSay() {
        Lattice lattice = Lattice.of(3, 2);
        Couplings couplings = new Couplings(4.01, 1, 0);
        double exact = TransferMatrix.exact(lattice, couplings).phi2();
        int runs = 200;
        double sum = 0;
        double squares = 0;
        for (int run = 0; run < runs; run++) {
            double pull = run(spec(lattice, couplings, 1000 + run, new FieldSchedule(1, 12, 2)), 20)
                    .pull(0, exact);
            sum += pull;
            squares += pull * pull;
        }
        // Student with 47 degrees of freedom: variance 47/45; its mean of 200 has a standard error of 0.11.
        assertThat(sum / Math.sqrt(runs)).as("mean of the deviations").isBetween(-4.0, 4.0);
        assertThat(squares / runs).as("mean square of the deviations").isBetween(0.6, 1.5);
    }

    @Test
    void aSlightlyWrongCouplingWouldBeFound() {
        Lattice lattice = Lattice.of(7, 2);
        double exact = TransferMatrix.exact(lattice, new Couplings(4.04, 1, 0)).phi2();
        Means means = run(spec(lattice, new Couplings(4.01, 1, 0), SEED, new FieldSchedule(2, 60, 4)), 2000);
        assertThat(Math.abs(means.pull(0, exact))).isGreaterThan(LIMIT);
    }

    private interface Look {
        void at(int chain, float[] phi);
    }

    private static void advance(FieldSpec spec, int samples, Look look) {
        try (FieldBlock block = new ReferenceFields().start(spec, 0, CHAINS)) {
            block.advance(samples, (chain, draw, phi) -> look.at(chain, phi));
        }
    }

    private static final String[] NAMES = {"phi2", "phi4", "hopping", "chi", "zeroMode"};

    private static Means run(FieldSpec spec, int samples) {
        FieldMeter meter = new FieldMeter(spec.lattice(), spec.couplings());
        double[][] sums = new double[6][CHAINS];
        advance(spec, samples, (chain, phi) -> {
            FieldObservables o = meter.measure(phi);
            add(sums, chain, samples, o.phi2(), o.phi4(), o.hopping(), 0);
            sums[5][chain] += o.zeroMode() / samples;
        });
        return Means.of(spec.lattice(), sums);
    }

    private static Means runFlux(Lattice lattice, Couplings couplings, int samples) {
        int worms = Math.max(4, lattice.volume() / 4);
        ChainSpec spec = new ChainSpec(
                lattice, couplings, WormAlgorithm.DIRECTED, SEED, new Schedule(lattice.volume(), 40L * worms, worms));
        ObservableMeter meter = ObservableMeter.of(lattice, couplings);
        double[][] sums = new double[6][CHAINS];
        long[] wanted = new long[CHAINS];
        Arrays.fill(wanted, samples);
        try (ChainBlock block = new ReferenceSampler().start(spec, 0, CHAINS)) {
            block.advance(wanted, (chain, draw, k, l) -> {
                if (draw < samples) {
                    Observables o = meter.measure(k, l);
                    double links = 0;
                    for (int i = 0; i < k.length; i++) {
                        links += Math.abs(k[i]) + 2 * l[i];
                    }
                    add(sums, chain, samples, o.phi2(), o.phi4(), links / lattice.volume(), o.contact());
                }
            });
        }
        return Means.of(lattice, sums);
    }

    private static void add(
            double[][] sums, int chain, int samples, double phi2, double phi4, double hopping, double contact) {
        sums[0][chain] += phi2 / samples;
        sums[1][chain] += phi4 / samples;
        sums[2][chain] += hopping / samples;
        sums[3][chain] += phi2 * phi2 / samples;
        sums[4][chain] += contact / samples;
    }

    /** Means of independent chains, {@code [quantity][chain]}. */
    private record Means(Lattice lattice, double[][] of) {
        /** Rows as in NAMES from phi2, phi4, hopping, phi2^2, contact, zeroMode; chi as its deviation from the joint mean. */
        static Means of(Lattice lattice, double[][] sums) {
            double mean = Arrays.stream(sums[0]).average().orElseThrow();
            // The joint mean is itself of the sample: that lowers the square by its error^2.
            double squares =
                    Arrays.stream(sums[0]).map(v -> (v - mean) * (v - mean)).sum();
            double bias = squares / CHAINS / (CHAINS - 1);
            double[] chi = new double[CHAINS];
            for (int c = 0; c < CHAINS; c++) {
                chi[c] = lattice.volume() * (sums[3][c] - 2 * mean * sums[0][c] + mean * mean + bias) + sums[4][c];
            }
            return new Means(lattice, new double[][] {sums[0], sums[1], sums[2], chi, sums[5]});
        }

        void check(String name, double exact) {
            int i = Arrays.asList(NAMES).indexOf(name);
            assertThat(Math.abs(pull(i, exact)))
                    .as("%s on %s: %s, exact %f, seed %d", name, lattice, this, exact, SEED)
                    .isLessThan(LIMIT);
        }

        double pull(int i, double exact) {
            return (mean(i) - exact) / error(i);
        }

        double mean(int i) {
            return Arrays.stream(of[i]).average().orElseThrow();
        }

        double error(int i) {
            double mean = mean(i);
            double squares =
                    Arrays.stream(of[i]).map(x -> (x - mean) * (x - mean)).sum();
            return Math.sqrt(squares / CHAINS / (CHAINS - 1));
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < of.length; i++) {
                text.append("%.6f +- %.6f  ".formatted(mean(i), error(i)));
            }
            return text.toString();
        }
    }
}
