package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StripsTest {
    /** Every site of every example has one place, and every other place counts as beyond. */
    @ParameterizedTest
    @CsvSource({"1,1", "1,2", "2,1", "1,17", "60,4", "7,3", "64,64", "200,10", "13,21", "5,100"})
    void everySiteHasOnePlace(int t, int x) {
        Partition even = Partition.even(t, x);
        for (Partition partition : new Partition[] {
            even,
            Partition.ofInput(2 * t, 3 * x - 1, 2, 3, even),
            Partition.ofInput(t, x, 9, 9, Partition.even(Math.ceilDiv(t, 9), Math.ceilDiv(x, 9)))
        }) {
            for (int examples = 1; examples <= Lanes.BLOCK; examples *= 2) {
                Strips strips = Strips.of(partition, examples);
                assertThat(strips.count * examples).isEqualTo(Lanes.BLOCK);
                int volume = strips.extentT * strips.extentX;
                float[] seen = new float[strips.sites() * Lanes.BLOCK];
                for (int example = 0; example < examples; example++) {
                    for (int site = 0; site < volume; site++) {
                        int place = strips.place(example, site / strips.extentX, site % strips.extentX);
                        int lane = place % Lanes.BLOCK;
                        assertThat(strips.owns(lane, place / Lanes.BLOCK)).isTrue();
                        assertThat(strips.example(lane)).isEqualTo(example);
                        assertThat(strips.latticeSite(lane, place / Lanes.BLOCK))
                                .isEqualTo(site);
                        seen[place]++;
                    }
                }
                strips.fillBeyond(seen, 1, 1f);
                assertThat(seen).containsOnly(1f);
            }
        }
    }

    /** How much the vectors work on sites twice: strips of 60x4 are 4x4 sites, those of 64x64 are 256, of 200x10 125. */
    @ParameterizedTest
    @CsvSource({"8,8,4", "60,4,16", "64,64,256", "200,10,125", "1,16,1", "12,6,6"})
    void stripsAreSmall(int t, int x, int sites) {
        assertThat(Strips.of(Partition.even(t, x), 1).sites()).isEqualTo(sites);
    }

    /** Where a stride or a pool divides the extents, its windows stay in their lanes. */
    @ParameterizedTest
    @CsvSource({"60,4", "64,64", "32,8"})
    void inputStripsFollowTheOutput(int t, int x) {
        Partition output = Partition.even(t / 2, x / 2);
        Partition input = Partition.ofInput(t, x, 2, 2, output);
        for (int examples = 1; examples <= Lanes.BLOCK; examples *= 2) {
            Strips in = Strips.of(input, examples);
            int[] windows = in.windows(Strips.of(output, examples), 2, 2, 2, 2, 0, 0);
            assertThat(new Halo(windows, in.sites()).isIdentity()).isTrue();
        }
    }
}
