package org.silverblaze.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoublePredicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Uniform;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.RadialWeights;

/** Detailed balance of openings, moves and closings of the Metropolis worm against the weights of PHYSICS.md section 1. */
final class MetropolisMovesTest {
    private static final long SEED = 20250321;
    private static final double P_CLOSE = 0.5;
    /** Acceptances are multiples of 2^-24 made of float32 products. */
    private static final double ERROR = 3e-7;

    @ParameterizedTest
    @CsvSource({"4x3, 0.8", "2x2, -0.6", "1x1, 0.9", "3x1, 1.1", "5, 0.4", "2x1x3, 0.7"})
    void moves(String extents, double mu) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(4.01, 1, mu);
        RadialWeights radial = RadialWeights.of(couplings.eta(), couplings.lambda(), 400);
        Random random = new Random(SEED);
        int legs = 2 * lattice.dimensions();
        int closedEnds = 0;
        for (int trial = 0; trial < 400; trial++) {
            MetropolisWorm worm = wormAfterSomeMoves(lattice, couplings, random);
            int from = worm.head();
            int leg = random.nextInt(legs);
            int back = (leg + lattice.dimensions()) % legs;
            double there = proposed(worm) * probability(u -> worm.moves(leg, (float) u, (float) P_CLOSE));
            double before = logWeight(worm, lattice, couplings, radial);
            worm.move(leg);
            double after = logWeight(worm, lattice, couplings, radial);
            double again = proposed(worm) * probability(u -> worm.moves(back, (float) u, (float) P_CLOSE));
            closedEnds += worm.head() == worm.tail() ? 1 : 0;
            double ratio = StrictMath.exp(after - before);
            assertThat(again * ratio)
                    .as("leg %d from site %d, trial %d of seed %d", leg, from, trial, SEED)
                    .isCloseTo(there, within(ERROR * (1 + ratio)));
            assertThat(Math.max(there / proposed(from == worm.tail()), again / proposed(worm)))
                    .as("one of the two directions is never refused")
                    .isCloseTo(1, within(ERROR));
            worm.move(back);
            assertThat(logWeight(worm, lattice, couplings, radial)).isEqualTo(before);
        }
        assertThat(closedEnds).as("moves that arrived at the tail").isGreaterThan(5);
    }

    @ParameterizedTest
    @CsvSource({"4x3, 0.8", "2x2, -0.6", "1x1, 0.9", "5, 0.4"})
    void openingAndClosing(String extents, double mu) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(4.01, 1, mu);
        RadialWeights radial = RadialWeights.of(couplings.eta(), couplings.lambda(), 400);
        Random random = new Random(SEED);
        for (int trial = 0; trial < 100; trial++) {
            MetropolisWorm worm = wormAt(lattice, couplings, random);
            for (int windings = random.nextInt(4); windings > 0; windings--) {
                int leg = random.nextInt(2 * lattice.dimensions());
                for (int i = 0; i < lattice.extent(leg % lattice.dimensions()); i++) {
                    worm.move(leg);
                }
            }
            assertThat(worm.head()).as("closed").isEqualTo(worm.tail());
            int x = random.nextInt(lattice.volume());
            worm.place(ChainState.NO_WORM, ChainState.NO_WORM);
            double closed = logWeight(worm, lattice, couplings, radial);
            double opens = probability(u -> worm.opens(x, (float) u)) / lattice.volume();
            worm.place(x, x);
            double closes = P_CLOSE * probability(u -> worm.closes((float) u));
            // An open worm has the weight of the theory with its f, times A / (V p_c), A = 1.
            double ratio =
                    StrictMath.exp(logWeight(worm, lattice, couplings, radial) - closed) / (lattice.volume() * P_CLOSE);
            assertThat(closes * ratio)
                    .as("site %d, trial %d of seed %d", x, trial, SEED)
                    .isCloseTo(opens, within(ERROR * (1 + ratio)));
        }
    }

    /** Probability that a move along one leg is proposed, in units of 1/2d. */
    private static double proposed(MetropolisWorm worm) {
        return proposed(worm.head() == worm.tail());
    }

    private static double proposed(boolean together) {
        return together ? 1 - P_CLOSE : 1;
    }

    private static MetropolisWorm wormAfterSomeMoves(Lattice lattice, Couplings couplings, Random random) {
        MetropolisWorm worm = wormAt(lattice, couplings, random);
        for (int moves = random.nextInt(8); moves > 0; moves--) {
            worm.move(random.nextInt(2 * lattice.dimensions()));
        }
        return worm;
    }

    /** A worm that has just opened, on random l. */
    private static MetropolisWorm wormAt(Lattice lattice, Couplings couplings, Random random) {
        MetropolisWorm worm = new MetropolisWorm(lattice, WormTables.of(lattice, couplings));
        for (int link = 0; link < worm.l().length; link++) {
            worm.l()[link] = random.nextInt(3);
        }
        int site = random.nextInt(lattice.volume());
        worm.place(site, site);
        if (random.nextBoolean()) {
            // An open worm that stays, with its +1 at both ends.
            for (int moves = random.nextInt(6); moves > 0; moves--) {
                worm.move(random.nextInt(2 * lattice.dimensions()));
            }
            worm.freeze();
            site = random.nextInt(lattice.volume());
            worm.place(site, site);
        }
        return worm;
    }

    /** Number of the 2^24 uniform numbers that are accepted, over 2^24: all below a bound are. */
    private static double probability(DoublePredicate accepts) {
        int inside = -1;
        int outside = 1 << 24;
        while (outside - inside > 1) {
            int middle = (inside + outside) >>> 1;
            if (accepts.test(middle * Uniform.STEP)) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        return outside * (double) Uniform.STEP;
    }

    /** ln of prod e^{mu k_t} / ((|k|+l)! l!) prod W(f), from k, l, head and tail alone. */
    private static double logWeight(MetropolisWorm worm, Lattice lattice, Couplings couplings, RadialWeights radial) {

        int[] f = new int[lattice.volume()];
        double log = 0;
        for (int link = 0; link < worm.k().length; link++) {
            int axis = link / lattice.volume();
            int x = link % lattice.volume();
            int k = worm.k()[link];
            int l = worm.l()[link];
            log += (axis == 0 ? couplings.mu() * k : 0) - logFactorial(Math.abs(k) + l) - logFactorial(l);
            f[x] += Math.abs(k) + 2 * l;
            f[lattice.forward(axis, x)] += Math.abs(k) + 2 * l;
        }
        if (worm.head() != ChainState.NO_WORM) {
            f[worm.head()]++;
            f[worm.tail()]++;
        }
        for (int x = 0; x < f.length; x++) {
            f[x] += worm.frozen()[x];
        }
        for (int sum : f) {
            log += radial.logW(sum);
        }
        return log;
    }

    private static double logFactorial(int n) {
        double sum = 0;
        for (int i = 2; i <= n; i++) {
            sum += Math.log(i);
        }
        return sum;
    }
}
