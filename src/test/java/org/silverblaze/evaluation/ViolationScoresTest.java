package org.silverblaze.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ViolationScoresTest {
    @Test
    void theAreaUnderTheCurveIsTheChanceThatAnOpenOneGetsMore() {
        long seed = 11;
        Random random = new Random(seed);
        for (int trial = 0; trial < 50; trial++) {
            int count = 2 + random.nextInt(40);
            double[] outputs = new double[count];
            double[] labels = new double[count];
            for (int i = 0; i < count; i++) {
                outputs[i] = random.nextInt(7) - 3; // ties
                labels[i] = i < 2 ? i : random.nextInt(2);
            }
            double wins = 0;
            int pairs = 0;
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < count; j++) {
                    if (labels[i] == 1 && labels[j] == 0) {
                        pairs++;
                        wins += outputs[i] > outputs[j] ? 1 : outputs[i] == outputs[j] ? 0.5 : 0;
                    }
                }
            }
            assertThat(new ViolationScores(outputs, labels).auc())
                    .as("trial %d of seed %d", trial, seed)
                    .isCloseTo(wins / pairs, within(1e-12));
        }
        assertThat(new ViolationScores(new double[] {1, 2}, new double[] {1, 1}).auc())
                .isNull();
    }

    @Test
    void falsePositivesAreCountedAtNinetyNinePerCentTruePositives() {
        double[] outputs = new double[300];
        double[] labels = new double[300];
        for (int i = 0; i < 200; i++) {
            labels[i] = 1;
            outputs[i] = i; // two of 200 may be lost: the threshold is the third smallest, 2
        }
        for (int i = 200; i < 300; i++) {
            outputs[i] = (i - 200) * 0.1; // 0, 0.1, .. 9.9: 80 of 100 reach 2
        }
        assertThat(new ViolationScores(outputs, labels).falsePositives()).isCloseTo(0.8, within(1e-12));
        double[] same = new double[300];
        assertThat(new ViolationScores(same, labels).falsePositives()).isEqualTo(1);
        assertThat(new ViolationScores(same, labels).auc()).isEqualTo(0.5);
        assertThat(new ViolationScores(same, same).falsePositives()).isNull();
    }

    @Test
    void detectionByHand() {
        ViolationScores scores =
                new ViolationScores(new double[] {2, -1, 0.5, 0.5, -3, 4}, new double[] {1, 0, 1, 0, 1, 0});
        assertThat(scores.accuracy()).isCloseTo(3.0 / 6, within(1e-15));
        assertThat(scores.ordered()).isCloseTo((1 + 0.5 + 0) / 3, within(1e-15));
        assertThat(ViolationScores.logistic(0)).isEqualTo(0.5);
        assertThat(ViolationScores.logistic(-800)).isZero();
        assertThat(ViolationScores.logistic(800)).isEqualTo(1);
        assertThat(ViolationScores.logistic(-2)).isCloseTo(1 / (1 + Math.exp(2)), within(1e-15));
    }

    @Test
    void countingByHand() {
        ViolationScores scores =
                new ViolationScores(new double[] {0.4, 1.6, 2.2, 0.9, -0.2, 7}, new double[] {0, 1, 2, 1, 0, 5});
        assertThat(scores.exact()).isCloseTo(4.0 / 6, within(1e-15));
        assertThat(scores.meanError()).isCloseTo((0.4 + 0.6 + 0.2 + 0.1 + 0.2 + 2) / 6, within(1e-15));
        assertThat(ViolationScores.meanSquare(scores.outputs(), scores.labels()))
                .isCloseTo((0.16 + 0.36 + 0.04 + 0.01 + 0.04 + 4) / 6, within(1e-15));
        assertThat(ViolationScores.largest(scores.outputs(), scores.labels())).isEqualTo(2);
        assertThat(scores.byNumber()).hasSize(4);
        assertThat(scores.byNumber().get(1).samples()).isEqualTo(2);
        assertThat(scores.byNumber().get(1).exact()).isEqualTo(0.5);
        assertThat(scores.byNumber().get(1).meanError()).isCloseTo(0.35, within(1e-15));
        // Differences -1.2, 1.3, -7.2 of labels -1, 1, -5.
        assertThat(scores.differences()).isCloseTo(2.0 / 3, within(1e-15));
    }
}
