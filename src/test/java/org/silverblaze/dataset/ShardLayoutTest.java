package org.silverblaze.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Representation;
import org.silverblaze.lattice.Lattice;

final class ShardLayoutTest {
    /** DESIGN.md: the smallest power of two of at least 16 chains for which there are at most 64 blocks. */
    @ParameterizedTest
    @CsvSource({
        "1, 16, 1",
        "16, 16, 1",
        "17, 16, 2",
        "1024, 16, 64",
        "1025, 32, 33",
        "2048, 32, 64",
        "2049, 64, 33",
        "100000, 2048, 49"
    })
    void blocksAreOfTheSmallestPowerOfTwo(int chains, int block, int blocks) {
        ShardLayout layout = new ShardLayout(1_000_000, chains, 1_000);
        assertThat(layout.block()).isEqualTo(block);
        assertThat(layout.blocks()).isEqualTo(blocks);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "7, 3, 1", "100, 17, 4", "100, 17, 1", "1000, 100, 7", "1000, 1000, 3", "65, 64, 1"})
    void everySampleIsInOneShard(long samples, int chains, long segment) {
        ShardLayout layout = new ShardLayout(samples, chains, segment);
        long inShards = 0;
        int chainsSeen = 0;
        for (int block = 0; block < layout.blocks(); block++) {
            chainsSeen += layout.chainsIn(block);
            assertThat(layout.segments(block)).isPositive();
            for (int s = 0; s < layout.segments(block); s++) {
                assertThat(layout.samplesIn(block, s)).isPositive();
                inShards += layout.samplesIn(block, s);
            }
            long[] ends = layout.samplesIn(block);
            for (int i = 0; i < ends.length; i++) {
                int chain = layout.firstChain(block) + i;
                assertThat(ends[i]).isEqualTo(layout.samplesOf(chain));
                assertThat(ends[i]).isEqualTo(samples / chains + (chain < samples % chains ? 1 : 0));
            }
        }
        assertThat(inShards).isEqualTo(samples);
        assertThat(chainsSeen).isEqualTo(chains);
    }

    @Test
    void segmentsFillShardsOfAStatedSize() {
        Lattice lattice = Lattice.of(60, 4);
        ShardLayout small = ShardLayout.of(lattice, 20000, 64);
        assertThat(small.segments(0)).isEqualTo(1);
        ShardLayout large = ShardLayout.of(lattice, 100_000_000, 64);
        long perSample = 2L * lattice.links() + 44;
        assertThat(large.segmentSamples() * 16 * perSample).isBetween((64L << 20) - 16 * perSample, 64L << 20);
    }

    /** 64x64 at a spacing of 10^8 steps: shards are far from 64 MiB, but a minute or two is enough. */
    @Test
    void segmentsTakeMinutesNotHours() {
        Lattice lattice = Lattice.of(64, 64);
        ShardLayout slow = ShardLayout.of(lattice, 100_000, 64, 1e8);
        assertThat(slow.segmentSamples()).isEqualTo((1L << 34) / 1_600_000_000);
        assertThat(ShardLayout.of(lattice, 100_000, 64, 1e12).segmentSamples()).isEqualTo(1);
        assertThat(ShardLayout.of(lattice, 100_000, 64, 10).segmentSamples())
                .isEqualTo(ShardLayout.of(lattice, 100_000, 64).segmentSamples());
        // Never more segments than there may be.
        ShardLayout many = ShardLayout.of(Lattice.of(2), 10_000_000, 1, 1e12);
        assertThat(many.segments(0)).isLessThanOrEqualTo(100_000);
    }

    @Test
    void impossibleRequestsAreRefused() {
        assertThatThrownBy(() -> new ShardLayout(0, 1, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--samples 0");
        assertThatThrownBy(() -> new ShardLayout(5, 0, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--chains 0");
        assertThatThrownBy(() -> new ShardLayout(5, 6, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--chains 6");
        assertThatThrownBy(() -> new ShardLayout(5, 1, 6))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("segment: 6");
        assertThatThrownBy(() -> new ShardLayout(1_000_000_000, 1, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("segments");
        assertThatThrownBy(() -> ShardLayout.of(Lattice.of(1 << 24), 1000, 1000)
                        .checked(Lattice.of(1 << 24, 1), Representation.FLUX))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("bytes");
    }
}
