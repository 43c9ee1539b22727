package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkCases;
import org.silverblaze.engine.NetworkContract;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.PoolingKind;

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

    /**
     * Convolution, activation and pooling, whose gradients go back in one pass, with both kinds of pooling. Odd extents keep the spatial
     * one from it.
     */
    private static NetworkSpec pooled(int channels, PoolingKind kind, Activation... activation) {
        List<LayerSpec> layers = new ArrayList<>();
        layers.add(new Convolution(channels, 3, 3, 1, 1));
        layers.addAll(List.of(activation));
        layers.add(new SpatialPooling(PoolingKind.AVERAGE, 2, 2, 2, 2));
        layers.add(new Convolution(channels, 3, 2, 1, 1));
        layers.addAll(List.of(activation));
        layers.add(new GlobalPooling(kind));
        layers.add(new Dense(2));
        return new NetworkSpec(2, layers);
    }

    /** Batches of 1, 2 and 5 examples are cut into 16, 8 and 2 strips. */
    @ParameterizedTest
    @CsvSource({"1x1, 16", "5x1, 2", "2x2, 1", "7x3, 5", "8x8, 1", "8x8, 17", "12x20, 2", "17x6, 5"})
    void gradientsThroughActivationAndPooling(String text, int batch) {
        Lattice lattice = Lattice.parse(text);
        for (int channels : new int[] {1, 5}) {
            agreesWithTheReference(pooled(channels, PoolingKind.SUM), lattice, batch);
            for (ActivationKind kind : ActivationKind.values()) {
                agreesWithTheReference(pooled(channels, PoolingKind.AVERAGE, new Activation(kind)), lattice, batch);
            }
        }
    }

    /** A second ReLU changes nothing but the way that the gradient takes: to the convolution in steps, by site and channel. */
    @ParameterizedTest
    @CsvSource({"1x1, 16", "7x3, 5", "8x8, 1", "12x20, 2", "17x6, 19"})
    void oneWayBackFromPoolingIsTheOther(String text, int batch) {
        Lattice lattice = Lattice.parse(text);
        Activation relu = new Activation(ActivationKind.RELU);
        assertThat(gradient(pooled(5, PoolingKind.AVERAGE, relu), lattice, batch))
                .containsExactly(gradient(pooled(5, PoolingKind.AVERAGE, relu, relu), lattice, batch));
    }

    private static double[] gradient(NetworkSpec network, Lattice lattice, int batch) {
        NetworkProblem problem = NetworkCases.problem(network, lattice, batch, Loss.MEAN_SQUARED_ERROR);
        Examples examples = NetworkCases.examples(lattice, network.inputChannels(), batch, 2, 6);
        // the same numbers in both networks: initial ones belong to the number of a layer
        double[] parameters = NetworkCases.parameters(
                pooled(5, PoolingKind.AVERAGE, new Activation(ActivationKind.RELU)), lattice, 0);
        double[] gradient = new double[parameters.length];
        try (CompiledNetwork compiled = new VectorNetworks().compile(problem)) {
            compiled.setParameters(0, parameters);
            compiled.gradient(0, examples, IntStream.range(0, batch).toArray(), gradient);
        }
        return gradient;
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
