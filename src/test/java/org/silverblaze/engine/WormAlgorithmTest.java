package org.silverblaze.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silverblaze.random.StreamKey;

/** Which l a sweep proposes, and where worms open. */
final class WormAlgorithmTest {
    @Test
    void pairsOfASweepDoNotDependOnWhichOfTheTwoLHas() {
        int[] met = new int[20];
        for (long sweep = 0; sweep < 8; sweep++) {
            for (int l = 0; l < met.length; l++) {
                int lower = WormAlgorithm.lowerOfPair(sweep, l);
                assertThat(l - lower).as("sweep %d, l = %d", sweep, l).isBetween(0, 1);
                assertThat(WormAlgorithm.lowerOfPair(sweep, lower + 1)).isEqualTo(lower);
                if (lower >= 0) {
                    assertThat(WormAlgorithm.lowerOfPair(sweep, lower)).isEqualTo(lower);
                    met[lower]++;
                }
            }
        }
        // Every l is reached from every other one.
        assertThat(met).doesNotContain(0);
    }

    @Test
    void openingsAreUniform() {
        int halves = 12;
        int[] count = new int[halves];
        int worms = 12000;
        for (int worm = 0; worm < worms; worm++) {
            count[WormAlgorithm.opening(StreamKey.of("openings"), 3, worm, halves)]++;
        }
        double chi2 = 0;
        for (int c : count) {
            chi2 += Math.pow(c - worms / (double) halves, 2) / (worms / (double) halves);
        }
        // 11 degrees of freedom: beyond 45 with probability 5e-6, and the key is fixed.
        assertThat(chi2).as("chi2 of 12000 openings, key \"openings\"").isBetween(1.0, 45.0);
    }
}
