package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.engine.NetworkCases;
import org.silverblaze.engine.NetworkContract;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;

final class VectorNetworksTest extends NetworkContract {
    @Override
    protected NetworkEngine engine() {
        return new VectorNetworks();
    }

    private static int together(Lattice lattice) {
        NetworkShapes shapes = NetworkShapes.of(ENSEMBLE, lattice);
        return BlockPlan.together(shapes, ParameterLayout.of(shapes));
    }

    /** The last block is smaller, and follows another plan. */
    @ParameterizedTest
    @CsvSource({"60x4, 16, 19", "23x27, 8, 9", "61x48, 4, 7", "96x64, 4, 7", "128x96, 2, 5", "129x131, 1, 3"})
    void blocksOfFewerExamplesOnLargeLattices(String text, int examples, int batch) {
        Lattice lattice = Lattice.parse(text);
        assertThat(together(lattice)).isEqualTo(examples);
        agreesWithTheReference(lattice, batch);
    }

    @Test
    void theSameBitsAtAnyThreadCountOnALargeLattice() {
        Lattice lattice = Lattice.of(61, 48);
        assertThat(together(lattice)).isLessThan(Lanes.BLOCK);
        sameBitsAtAnyThreadCount(lattice, 20);
    }

    /** Their gradients are added in several pieces, the last one smaller. */
    @Test
    void theSameBitsAtAnyThreadCountWithManyParameters() {
        Lattice lattice = Lattice.of(9, 7);
        NetworkSpec network = NetworkCases.network(4, new Flatten(), new Dense(70), new Dense(2));
        NetworkShapes shapes = NetworkShapes.of(network, lattice);
        assertThat(ParameterLayout.of(shapes).count()).isBetween(17_000, 24_000);
        sameBitsAtAnyThreadCount(network, lattice, 100);
    }
}
