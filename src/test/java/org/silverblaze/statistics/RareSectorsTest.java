package org.silverblaze.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RareSectorsTest {
    /** N = 0 and 1 half and half, N = 2 with the given chance; independent samples. */
    private static boolean outweigh(int count, double chanceOfTwo, long seed) {
        Random random = new Random(seed);
        double[][] charge = new double[16][count / 16];
        double highest = 0;
        for (double[] chain : charge) {
            for (int i = 0; i < chain.length; i++) {
                chain[i] = random.nextDouble() < chanceOfTwo ? 2 : random.nextInt(2);
                highest = Math.max(highest, chain[i]);
            }
        }
        return RareSectors.outweigh(GammaMethod.mean(charge), 0, highest, GammaMethod.susceptibility(1, charge, null));
    }

    @Test
    void aChargeThatWasNotMetOutweighsASpreadThatHardlyVaries() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(outweigh(1024, 0, seed)).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void aChargeThatWasMetManyTimesIsInTheError() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(outweigh(65536, 0.002, seed)).as("seed %d", seed).isFalse();
        }
    }

    @Test
    void aBroadDistributionIsNoCauseForDoubt() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            double[][] charge = new double[16][64];
            double lowest = Double.POSITIVE_INFINITY;
            double highest = Double.NEGATIVE_INFINITY;
            for (double[] chain : charge) {
                for (int i = 0; i < chain.length; i++) {
                    chain[i] = Math.rint(20 + 4 * random.nextGaussian());
                    lowest = Math.min(lowest, chain[i]);
                    highest = Math.max(highest, chain[i]);
                }
            }
            assertThat(RareSectors.outweigh(
                            GammaMethod.mean(charge), lowest, highest, GammaMethod.susceptibility(1, charge, null)))
                    .as("seed %d", seed)
                    .isFalse();
        }
    }
}
