package org.silverblaze.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.WormTables;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Uniform;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.RadialWeights;

/** The step of the worm by itself: its transition probabilities, taken from the exit rule as the code has it. */
final class HalfTurnTest {
    private static final long SEED = 20260101;

    @ParameterizedTest
    @ValueSource(strings = {"3", "3x2", "1x1", "2x3x2", "2x1x2x3"})
    void aStepSatisfiesDetailedBalance(String extents) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(4.01, 1, 0.7);
        int legs = 2 * lattice.dimensions();
        ReferenceChain chain = chain(lattice, couplings);
        RadialWeights radial = RadialWeights.of(couplings.eta(), couplings.lambda(), 400);
        Random random = new Random(SEED);
        for (int trial = 0; trial < 40; trial++) {
            randomInterior(chain, legs, random);
            double[] pi = extendedWeights(chain, legs, couplings, radial);
            float[] weight = new float[legs];
            chain.exitWeights(0, weight);
            for (int i = 0; i < legs; i++) {
                assertThat(weight[i] / weight[0])
                        .as("relative weight of exit %d, trial %d of seed %d", i, trial, SEED)
                        .isCloseTo((float) (pi[i] / pi[0]), within((float) (2e-6 * pi[i] / pi[0])));
            }
            double total = 0;
            for (double w : pi) {
                total += w;
            }
            double[][] p = new double[legs][];
            for (int i = 0; i < legs; i++) {
                p[i] = probabilities(weight, i);
            }
            for (int i = 0; i < legs; i++) {
                for (int j = 0; j < legs; j++) {
                    assertThat(pi[i] * p[i][j])
                            .as("pi_i P_ij against pi_j P_ji, i = %d, j = %d, trial %d of seed %d", i, j, trial, SEED)
                            .isCloseTo(pi[j] * p[j][i], within(1e-6 * total));
                }
            }
        }
    }

    @Test
    void equalWeightsGoStraightOn() {
        for (int legs = 2; legs <= 8; legs += 2) {
            float[] weight = new float[legs];
            java.util.Arrays.fill(weight, 0.75f);
            for (int i = 0; i < legs; i++) {
                for (float u : new float[] {0, 0.3f, 0.5f, 1 - 0x1p-20f}) {
                    assertThat(ReferenceChain.exit(weight, i, u)).isEqualTo((i + legs / 2) % legs);
                }
            }
        }
    }

    @Test
    void aLegOfTwoThirdsOfTheWeightBouncesOnlyWhatItMust() {
        // Boxes 4, 1, 1: the head that came by the large one returns with probability (4 - 2)/4, from the small ones
        // never.
        float[] weight = {4, 1, 1, 0};
        assertThat(probabilities(weight, 0)[0]).isCloseTo(0.5, within(1e-6));
        assertThat(probabilities(weight, 1)[1]).isZero();
        assertThat(probabilities(weight, 2)[2]).isZero();
    }

    @Test
    void stepAndItsReverseLeaveTheLegsAsTheyWere() {
        Lattice lattice = Lattice.of(3, 2);
        ReferenceChain chain = chain(lattice, new Couplings(4.01, 1, 0.7));
        Random random = new Random(SEED);
        for (int trial = 0; trial < 100; trial++) {
            int leg = random.nextInt(4);
            chain.a[leg] = random.nextInt(6);
            chain.b[leg] = random.nextInt(6);
            int a = chain.a[leg];
            int b = chain.b[leg];
            chain.lower(0, leg);
            assertThat(chain.a[leg] - chain.b[leg]).isEqualTo(a - b - 1);
            assertThat(Math.min(chain.a[leg], chain.b[leg])).as("l stays").isEqualTo(Math.min(a, b));
            chain.raise(0, leg);
            assertThat(chain.a[leg]).isEqualTo(a);
            assertThat(chain.b[leg]).isEqualTo(b);
        }
    }

    private static ReferenceChain chain(Lattice lattice, Couplings couplings) {
        ChainSpec spec = new ChainSpec(lattice, couplings, WormAlgorithm.DIRECTED, 1, new Schedule(1, 0, 1));
        return new ReferenceChain(spec, WormTables.of(lattice, couplings), 0, (c, draw, k, l) -> {});
    }

    /** Random legs of site 0 whose J sum to -1, as they do while the head is inside. */
    private static void randomInterior(ReferenceChain chain, int legs, Random random) {
        int sum;
        do {
            sum = 0;
            for (int leg = 0; leg < legs; leg++) {
                int l = random.nextInt(3);
                int j = random.nextInt(7) - 3;
                chain.a[leg] = l + Math.max(j, 0);
                chain.b[leg] = l + Math.max(-j, 0);
                sum += j;
            }
        } while (sum != -1);
    }

    /** The factor of pi that knows of site 0 after leaving by each leg, from the formula, in float64. */
    private static double[] extendedWeights(ReferenceChain chain, int legs, Couplings couplings, RadialWeights radial) {
        double[] pi = new double[legs];
        for (int exit = 0; exit < legs; exit++) {
            int f = 0;
            double log = 0;
            for (int leg = 0; leg < legs; leg++) {
                int j = chain.a[leg] - chain.b[leg] + (leg == exit ? 1 : 0);
                int l = Math.min(chain.a[leg], chain.b[leg]);
                int m = Math.abs(j) + l;
                f += Math.abs(j) + 2 * l;
                double fugacity = leg == 0 ? couplings.mu() * j : leg == legs / 2 ? -couplings.mu() * j : 0;
                log += 0.5 * (fugacity - logFactorial(m) - logFactorial(l));
            }
            pi[exit] = Math.exp(log + radial.logW(f));
        }
        double scale = pi[0];
        for (int exit = 0; exit < legs; exit++) {
            pi[exit] /= scale;
        }
        return pi;
    }

    private static double logFactorial(int n) {
        double sum = 0;
        for (int i = 2; i <= n; i++) {
            sum += Math.log(i);
        }
        return sum;
    }

    /** P(entrance -> j), exact over the 2^24 uniform numbers that exist: bisection for the first number of every box. */
    private static double[] probabilities(float[] weight, int entrance) {
        double[] p = new double[weight.length];
        int numbers = 1 << 24;
        int first = ReferenceChain.exit(weight, entrance, 0);
        int from = 0;
        for (int boxes = 0; boxes <= weight.length; boxes++) {
            int inside = from - 1;
            int outside = numbers;
            while (outside - inside > 1) {
                int middle = (inside + outside) >>> 1;
                if (boxesPassed(weight, entrance, first, middle) <= boxes) {
                    inside = middle;
                } else {
                    outside = middle;
                }
            }
            p[(first + boxes) % weight.length] += (outside - from) / (double) numbers;
            from = outside;
        }
        return p;
    }

    /** Boxes between the first one met and that of u = number / 2^24: never falls as u grows. */
    private static int boxesPassed(float[] weight, int entrance, int first, int number) {
        int legs = weight.length;
        int exit = ReferenceChain.exit(weight, entrance, number * Uniform.STEP);
        // Only an entrance wider than half of the circle is met twice, before and after the middle of its u.
        boolean round = exit == first && first == entrance && number >= 1 << 23;
        return round ? legs : (exit - first + legs) % legs;
    }
}
