package org.silverblaze.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Known-answer vectors of Random123 (kat_vectors, threefry4x32 13), and who draws from it. */
final class ThreefryTest {
    private static int[] block(int... words) {
        int[] out = new int[6];
        Threefry.block(words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7], out, 1);
        assertThat(new int[] {out[0], out[5]}).as("outside the block").containsOnly(0);
        return new int[] {out[1], out[2], out[3], out[4]};
    }

    @Test
    void knownAnswersOfRandom123() {
        assertThat(block(0, 0, 0, 0, 0, 0, 0, 0)).containsExactly(0x531c7e4f, 0x39491ee5, 0x2c855a92, 0x3d6abf9a);
        assertThat(block(-1, -1, -1, -1, -1, -1, -1, -1))
                .containsExactly(0xc4189358, 0x1c9cc83a, 0xd5881c67, 0x6a0a89e0);
        assertThat(block(
                        0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89))
                .containsExactly(0x4aa71d8f, 0x734738c2, 0x431fc6a8, 0xae6debf1);
    }

    @Test
    void theWormDrawsFromThreefryAndTheRestFromPhilox() {
        StreamKey key = new StreamKey(5, 6);
        for (Purpose purpose : Purpose.values()) {
            int[] expected = new int[4];
            int[] actual = new int[4];
            switch (purpose) {
                case WORM_MOVE, WORM_OPENING, L_SWEEP ->
                    Threefry.block(7, 8, 9, purpose.code(), 5, 6, 0, 0, expected, 0);
                default -> Philox.block(7, 8, 9, purpose.code(), 5, 6, expected, 0);
            }
            key.block(8L << 32 | 7, 9, purpose, actual, 0);
            assertThat(actual).as("%s", purpose).isEqualTo(expected);
        }
    }
}
