package org.silverblaze.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Known-answer vectors of Random123 (kat_vectors, philox4x32 10). */
final class PhiloxTest {
    private static int[] block(int c0, int c1, int c2, int c3, int k0, int k1) {
        int[] out = new int[4];
        Philox.block(c0, c1, c2, c3, k0, k1, out, 0);
        return out;
    }

    @Test
    void knownAnswersOfRandom123() {
        assertThat(block(0, 0, 0, 0, 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(block(-1, -1, -1, -1, -1, -1)).containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    @Test
    void uniformsCoverTheirRangeAndNoMore() {
        assertThat(Uniform.toFloat(0)).isEqualTo(0f);
        assertThat(Uniform.toFloat(-1)).isEqualTo(1f - 0x1p-24f);
        assertThat(Uniform.below(-1, 7)).isEqualTo(6);
        assertThat(Uniform.below(0, 7)).isZero();
    }

    @Test
    void differentDescriptionsHaveDifferentKeys() {
        assertThat(StreamKey.of("seed=1")).isNotEqualTo(StreamKey.of("seed=2"));
        // sha256("abc") = ba7816bf 8f01cfea ... (FIPS 180-2, example B.1)
        assertThat(StreamKey.of("abc")).isEqualTo(new StreamKey(0xba7816bf, 0x8f01cfea));
    }

    @Test
    void permutationsAreComplete() {
        RandomSequence sequence = new RandomSequence(StreamKey.of("test"), 0, Purpose.SHUFFLING);
        assertThat(sequence.permutation(100))
                .doesNotHaveDuplicates()
                .hasSize(100)
                .isNotEqualTo(new int[100]);
    }
}
