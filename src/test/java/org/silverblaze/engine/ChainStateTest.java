package org.silverblaze.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

final class ChainStateTest {
    /** Both copies of every link agree, flux is conserved, and no two chains are the same. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "5", "1x1", "2x1", "1x3", "2x2", "5x3", "8x8", "2x3x1", "3x2x2x3"})
    void aHotStartIsAClosedConfiguration(String text) {
        Lattice lattice = Lattice.parse(text);
        int dimensions = lattice.dimensions();
        int legs = 2 * dimensions;
        ChainSpec spec =
                new ChainSpec(lattice, new Couplings(4.01, 1, 0.9), WormAlgorithm.DIRECTED, 3, new Schedule(4, 0, 1));
        int chains = 5;
        ChainState state = ChainState.hot(spec, 7, chains);
        assertThat(state.clock()).isZero();
        assertThat(state.headSite()).isEqualTo(ChainState.cold(spec, 7, chains).headSite());
        int occupied = 0;
        for (int c = 0; c < chains; c++) {
            int from = c * lattice.volume() * legs;
            for (int site = 0; site < lattice.volume(); site++) {
                int divergence = 0;
                for (int leg = 0; leg < legs; leg++) {
                    int a = state.legs()[2 * (from + site * legs + leg)];
                    int b = state.legs()[2 * (from + site * legs + leg) + 1];
                    assertThat(Math.min(a, b)).isBetween(0, 1);
                    divergence += a - b;
                    occupied += a + b;
                    int axis = leg % dimensions;
                    int other = leg < dimensions ? lattice.forward(axis, site) : lattice.backward(axis, site);
                    int far = from + other * legs + (leg + dimensions) % legs;
                    assertThat(state.legs()[2 * far]).isEqualTo((byte) b);
                    assertThat(state.legs()[2 * far + 1]).isEqualTo((byte) a);
                }
                assertThat(divergence).as("site %d of chain %d", site, c).isZero();
            }
        }
        assertThat(occupied).isPositive();
        if (lattice.volume() > 3) {
            byte[] one = java.util.Arrays.copyOf(state.legs(), 2 * lattice.volume() * legs);
            byte[] two = java.util.Arrays.copyOfRange(
                    state.legs(), 2 * lattice.volume() * legs, 4 * lattice.volume() * legs);
            assertThat(one).isNotEqualTo(two);
        }
    }
}
