package org.silverblaze.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silverblaze.BadInput;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.lattice.Lattice;

/** The named networks and what they cost, counted by hand. */
final class NetworkFlopsTest {
    private static final int TAPS = 9;

    private static NetworkFlops flops(NamedNetwork network, int channels, String lattice) {
        return NetworkFlops.of(network.spec(channels), Lattice.parse(lattice));
    }

    @Test
    void equivariantNetworks() {
        long first = 2L * 240 * TAPS * 4 * 16;
        long other = 2L * 240 * TAPS * 16 * 16;
        long dense = 2L * 16 * 2;
        NetworkFlops small = flops(NamedNetwork.EQ_SMALL, 16, "60x4");
        assertThat(small.forward()).isEqualTo(first + 2 * other + dense);
        assertThat(small.step()).isEqualTo(2 * first + 6 * other + 3 * dense);
        assertThat(small.layers()).isEqualTo(List.of(first, 0L, other, 0L, other, 0L, 0L, dense));
        long wide = 2L * 64 * TAPS * 24 * 24;
        assertThat(flops(NamedNetwork.EQ_LARGE, 24, "8x8").forward())
                .isEqualTo(2L * 64 * TAPS * 4 * 24 + 4 * wide + 2 * (24 * 24 + 24 * 2));
    }

    @Test
    void stridesRoundUp() {
        long maps = 2L * TAPS * (6 * 3 * 4 * 16 + (3 * 2 + 2) * 16 * 16);
        assertThat(flops(NamedNetwork.ST, 16, "11x5").forward()).isEqualTo(maps + 2 * 16 * 2);
        long pooled = 2L * TAPS * (11 * 5 * 4 * 16 + (6 * 3 + 3 * 2) * 16 * 16);
        assertThat(flops(NamedNetwork.STP, 16, "11x5").forward()).isEqualTo(pooled + 2 * 16 * 2);
        long flat = 2L * TAPS * (11 * 5 * 4 * 16 + 6 * 3 * 16 * 16) + 2 * (16 * 3 * 2 * 64 + 64 * 2);
        assertThat(flops(NamedNetwork.FL, 16, "11x5").forward()).isEqualTo(flat);
    }

    @Test
    void loadsAreTheSameEverywhere() {
        Lattice lattice = Lattice.of(3, 4);
        for (NamedNetwork network : NamedNetwork.values()) {
            assertThat(NamedNetwork.find(network.id())).isEqualTo(network);
            try (NetworkLoad reference = load(network, lattice, "reference");
                    NetworkLoad vector = load(network, lattice, "vector")) {
                double[] expected = reference.forward();
                double[] actual = vector.forward();
                for (int i = 0; i < expected.length; i++) {
                    assertThat(actual[i])
                            .as("%s output %d", network.id(), i)
                            .isCloseTo(expected[i], within(expected[i]));
                }
                double loss = reference.step();
                assertThat(vector.step()).isCloseTo(loss, within(loss));
                assertThat(reference.step()).as("a step changes the loss").isNotEqualTo(loss);
            }
        }
    }

    private static NetworkLoad load(NamedNetwork network, Lattice lattice, String engine) {
        return new NetworkLoad(Dispatcher.choose(engine).engine().networks(), network.spec(5), lattice, 3, 1);
    }

    private static org.assertj.core.data.Offset<Double> within(double size) {
        return org.assertj.core.data.Offset.offset(1e-6 + 1e-5 * Math.abs(size));
    }

    @Test
    void unknownNames() {
        assertThatThrownBy(() -> NamedNetwork.find("EQ-huge"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("EQ-huge")
                .hasMessageContaining("EQ-small");
    }
}
