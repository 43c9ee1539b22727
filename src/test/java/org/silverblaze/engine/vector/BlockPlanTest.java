package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.NetworkCases;
import org.silverblaze.engine.Precision;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.ParameterLayout;

/** Lattices cut into strips give what whole ones give, equal to the bit; gradients are compared in {@link VectorNetworksTest}. */
final class BlockPlanTest {
    private static final List<Lattice> LATTICES = List.of(
            Lattice.of(1, 1),
            Lattice.of(1, 5),
            Lattice.of(17, 1),
            Lattice.of(2, 2),
            Lattice.of(7, 3),
            Lattice.of(60, 4),
            Lattice.of(13, 21));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void everyLayerIsEqualToTheBit(int examples) {
        int seed = 1;
        for (NetworkSpec network : NetworkCases.all()) {
            for (int i = 0; i < 2; i++) {
                compare(network, LATTICES.get(seed % LATTICES.size()), examples, seed);
                seed++;
            }
        }
    }

    private static void compare(NetworkSpec network, Lattice lattice, int examples, int seed) {
        NetworkShapes shapes = NetworkShapes.of(network, lattice);
        ParameterLayout layout = ParameterLayout.of(shapes);
        int layers = network.layers().size();
        ModelWeights weights = new ModelWeights(layout.count(), layers);
        double[] parameters = NetworkCases.parameters(network, lattice, 0);
        for (int i = 0; i < parameters.length; i++) {
            weights.raw[i] = (float) parameters[i];
        }
        // an idle lane at the end, where there is more than one example
        int used = Math.max(1, examples - 1);
        Examples data = NetworkCases.examples(
                lattice, network.inputChannels(), used + 3, shapes.output().size(), seed);
        int[] selection = IntStream.range(0, used + 2).map(i -> used + 2 - i).toArray();
        BlockPlan whole = BlockPlan.of(shapes, layout, Lanes.BLOCK, Precision.FLOAT32);
        BlockPlan strips = BlockPlan.of(shapes, layout, examples, Precision.FLOAT32);
        whole.pack(weights, false);
        strips.pack(weights, false);
        Workspace wholeSpace = whole.workspace();
        Workspace stripsSpace = strips.workspace();
        for (int layer = 0; layer < layers; layer++) {
            float[] expected = whole.forward(wholeSpace, weights, data, selection, 2, layer + 1);
            float[] actual = strips.forward(stripsSpace, weights, data, selection, 2, layer + 1);
            for (int example = 0; example < used; example++) {
                for (int i = 0; i < shapes.layers().get(layer).output().size(); i++) {
                    assertThat(actual[strips.place(layer, example, i)])
                            .as(
                                    "%s on %s, layer %d, example %d of %d, number %d, seed %d",
                                    NetworkSpecs.text(network), lattice, layer, example, examples, i, seed)
                            .isEqualTo(expected[whole.place(layer, example, i)]);
                }
            }
        }
    }
}
