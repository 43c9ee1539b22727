package org.silverblaze.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;
import org.silverblaze.files.Json;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import org.silverblaze.random.StreamKey;

final class NetworkShapesTest {
    private static final NetworkSpec STRIDED = new NetworkSpec(
            4,
            List.of(
                    new Convolution(16, 3, 2, 1, 1),
                    new Activation(ActivationKind.RELU),
                    new SpatialPooling(PoolingKind.AVERAGE, 2, 2, 2, 2),
                    new Convolution(8, 1, 4, 3, 1),
                    new GlobalPooling(PoolingKind.MAX),
                    new Dense(2)));

    private static final NetworkSpec FLAT = new NetworkSpec(
            3, List.of(new SpatialPooling(PoolingKind.MAX, 3, 2, 2, 1), new Flatten(), new Dense(5), new Dense(1)));

    @ParameterizedTest
    @CsvSource({"60,4, 30,2, 10,2", "7,3, 4,2, 2,2", "1,5, 1,3, 1,3", "5,1, 3,1, 1,1", "1,1, 1,1, 1,1", "2,2, 1,1, 1,1"
    })
    void anExtentIsDividedByTheStrideAndRoundedUp(int t, int x, int pooledT, int pooledX, int lastT, int lastX) {
        NetworkShapes shapes = NetworkShapes.of(STRIDED, Lattice.of(t, x));
        assertThat(shapes.layers())
                .extracting(NetworkShapes.Layer::output)
                .containsExactly(
                        Shape.map(16, t, x),
                        Shape.map(16, t, x),
                        Shape.map(16, pooledT, pooledX),
                        Shape.map(8, lastT, lastX),
                        Shape.vector(8),
                        Shape.vector(2));
        assertThat(shapes.input()).isEqualTo(Shape.map(4, t, x));
        assertThat(shapes.output()).isEqualTo(Shape.vector(2));
    }

    @Test
    void parametersStandLayerAfterLayerWeightsFirst() {
        ParameterLayout layout = ParameterLayout.of(STRIDED, Lattice.of(7, 3));
        assertThat(layout.blocks())
                .containsExactly(
                        new ParameterLayout.Block(0, 16 * 4 * 6, 16, 24),
                        new ParameterLayout.Block(400, 0, 0, 0),
                        new ParameterLayout.Block(400, 0, 0, 0),
                        new ParameterLayout.Block(400, 8 * 16 * 4, 8, 64),
                        new ParameterLayout.Block(920, 0, 0, 0),
                        new ParameterLayout.Block(920, 16, 2, 8));
        assertThat(layout.count()).isEqualTo(938);
        assertThat(layout.block(3).biasOffset()).isEqualTo(912);
        assertThatThrownBy(() -> layout.requireFits(ParameterMap.identity(937)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("937")
                .hasMessageContaining("938");
    }

    @Test
    void countsAreThoseOfALoopOverSites() {
        NetworkCounts counts = NetworkCounts.of(STRIDED, Lattice.of(7, 3));
        assertThat(counts.parameters()).isEqualTo(938);
        // 16 x 24 weights at 21 sites, 8 x 64 at 2 x 2 sites, 2 x 8 once
        assertThat(counts.layers())
                .extracting(NetworkCounts.LayerCount::multiplyAdds)
                .containsExactly(384L * 21, 0L, 0L, 512L * 4, 0L, 16L);
        assertThat(counts.multiplyAdds()).isEqualTo(384 * 21 + 512 * 4 + 16);
    }

    @Test
    void onlyFlattenTiesANetworkToALatticeSize() {
        assertThat(NetworkShapes.tiedToLattice(STRIDED)).isFalse();
        assertThat(NetworkShapes.tiedToLattice(FLAT)).isTrue();
        assertThat(ParameterLayout.of(STRIDED, Lattice.of(60, 4)).count())
                .isEqualTo(ParameterLayout.of(STRIDED, Lattice.of(9, 9)).count());
        assertThat(ParameterLayout.of(FLAT, Lattice.of(5, 4)).count()).isEqualTo(5 * (3 * 3 * 4 + 1) + 6);
        assertThat(ParameterLayout.of(FLAT, Lattice.of(6, 5)).count()).isEqualTo(5 * (3 * 3 * 5 + 1) + 6);
    }

    @Test
    void familiesAreThoseOfThePaper() {
        assertThat(NetworkFamily.of(STRIDED)).isEqualTo(NetworkFamily.ST);
        assertThat(NetworkFamily.of(FLAT)).isEqualTo(NetworkFamily.FL);
        assertThat(NetworkFamily.of(new NetworkSpec(
                        4, List.of(new Convolution(2, 3, 3, 1, 2), new GlobalPooling(PoolingKind.SUM)))))
                .isEqualTo(NetworkFamily.ST);
        assertThat(NetworkFamily.of(new NetworkSpec(
                        4, List.of(new Convolution(2, 3, 3, 1, 1), new GlobalPooling(PoolingKind.SUM), new Dense(1)))))
                .isEqualTo(NetworkFamily.EQ);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- dense: 2 | layer 1 | global_pooling or flatten",
                "- flatten: {} & - global_pooling: max | layer 2 | needs a map",
                "- flatten: {} & - convolution: {channels: 2, kernel: 3} | layer 2 | needs a map",
                "- flatten: {} & - pooling: {kind: max, size: 2} | layer 2 | needs a map",
                "- global_pooling: sum & - flatten: {} | layer 2 | needs a map",
                "- convolution: {channels: 2, kernel: 3} | network | ends with a map",
                "- flatten: {} & - dense: 2000000000 & - dense: 2000000000 | layer 2 | too large",
                "- flatten: {} & - dense: 100000 & - dense: 100000 | layer 3 | parameters",
            })
    void networksThatMakeNoSenseAreNamedInOneLine(String layers, String place, String cure) {
        NetworkSpec network = NetworkSpecs.read("layers:\n" + layers.replace(" & ", "\n"), Path.of("a.yaml"));
        assertThatThrownBy(() -> ParameterLayout.of(network, Lattice.of(4, 4)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(place)
                .hasMessageContaining(cure)
                .hasMessageNotContaining("\n");
    }

    @Test
    void specificationsBuiltByHandAreCheckedToo() {
        Flatten flatten = new Flatten();
        List<NetworkSpec> bad = List.of(
                new NetworkSpec(4, List.of()),
                new NetworkSpec(0, List.of(flatten)),
                new NetworkSpec(4, List.of(new Convolution(0, 3, 3, 1, 1), flatten)),
                new NetworkSpec(4, List.of(new Convolution(1, 3, 0, 1, 1), flatten)),
                new NetworkSpec(4, List.of(new Convolution(1, 3, 3, 0, 1), flatten)),
                new NetworkSpec(4, List.of(new SpatialPooling(PoolingKind.MAX, 0, 1, 1, 1), flatten)),
                new NetworkSpec(4, List.of(new SpatialPooling(PoolingKind.MAX, 1, 1, 1, -1), flatten)),
                new NetworkSpec(4, List.of(new SpatialPooling(PoolingKind.SUM, 1, 1, 1, 1), flatten)),
                new NetworkSpec(4, List.of(flatten, new Dense(0))));
        for (NetworkSpec network : bad) {
            assertThatThrownBy(() -> NetworkShapes.of(network, Lattice.of(4, 4)))
                    .as(network.toString())
                    .isInstanceOf(BadInput.class)
                    .hasMessageStartingWith("network");
        }
        assertThatThrownBy(() -> NetworkShapes.of(STRIDED, Lattice.of(4, 4, 4)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("4x4x4");
    }

    @Test
    void initialParametersFillTheirRangeAndDependOnSeedAndModelAlone() {
        Lattice lattice = Lattice.of(7, 3);
        ParameterLayout layout = ParameterLayout.of(STRIDED, lattice);
        double[] raw = Initialization.raw(STRIDED, lattice, StreamKey.of("seed=1"), 0);
        assertThat(raw).hasSize(layout.count());
        for (ParameterLayout.Block block : layout.blocks()) {
            if (block.parameters() == 0) {
                continue;
            }
            double bound = 1 / Math.sqrt(block.fanIn());
            double sum = 0;
            double squares = 0;
            for (int i = block.weightOffset(); i < block.weightOffset() + block.parameters(); i++) {
                assertThat(raw[i]).isBetween(-bound, bound).isEqualTo((double) (float) raw[i]);
                sum += raw[i] / bound;
                squares += raw[i] * raw[i] / (bound * bound);
            }
            // Uniform in [-1, 1): mean 0 with sd sqrt(1/3), mean square 1/3 with sd sqrt(4/45); 5 sigma, fixed seed.
            int n = block.parameters();
            assertThat(sum / n).isBetween(-5 / Math.sqrt(3.0 * n), 5 / Math.sqrt(3.0 * n));
            assertThat(squares / n - 1.0 / 3).isBetween(-5 * Math.sqrt(4.0 / 45 / n), 5 * Math.sqrt(4.0 / 45 / n));
        }
        assertThat(Initialization.raw(STRIDED, Lattice.of(60, 4), StreamKey.of("seed=1"), 0))
                .containsExactly(raw);
        assertThat(Initialization.raw(STRIDED, lattice, StreamKey.of("seed=1"), 1))
                .isNotEqualTo(raw);
        assertThat(Initialization.raw(STRIDED, lattice, StreamKey.of("seed=2"), 0))
                .isNotEqualTo(raw);
    }

    @Test
    void specificationsSurviveWritingAndReading() {
        NetworkSpec everything = new NetworkSpec(
                2,
                List.of(
                        new Convolution(16, 3, 2, 1, 1),
                        new Convolution(3, 1, 4, 2, 1),
                        new Activation(ActivationKind.RELU),
                        new Activation(ActivationKind.LEAKY_RELU),
                        new Activation(ActivationKind.TANH),
                        new Activation(ActivationKind.GELU),
                        new SpatialPooling(PoolingKind.AVERAGE, 2, 3, 2, 3),
                        new SpatialPooling(PoolingKind.MAX, 2, 3, 1, 2),
                        new GlobalPooling(PoolingKind.AVERAGE),
                        new GlobalPooling(PoolingKind.SUM),
                        new GlobalPooling(PoolingKind.MAX),
                        new Flatten(),
                        new Dense(7)));
        String json = Json.canonical(NetworkSpecs.toJson(everything));
        assertThat(NetworkSpecs.read(json, Path.of("a.json"))).isEqualTo(everything);
        assertThat(NetworkSpecs.text(everything))
                .isEqualTo("conv 16 3x2, conv 3 1x4/2x1, relu, leaky_relu, tanh, gelu, average 2x3, max 2x3/1x2,"
                        + " global average, global sum, global max, flatten, dense 7");
    }

    @Test
    void shortFormsMeanWhatTheDocumentationSays() {
        NetworkSpec network = NetworkSpecs.read("""
                layers:
                  - convolution: {channels: 16, kernel: 3}
                  - convolution: {channels: 8, kernel: [1, 2], stride: 2}
                  - activation: leaky_relu
                  - pooling: {kind: max, size: [2, 3]}
                  - pooling: {kind: average, size: 2, stride: [1, 2]}
                  - flatten:
                  - dense: 2
                """, Path.of("a.yaml"));
        assertThat(network)
                .isEqualTo(new NetworkSpec(
                        4,
                        List.of(
                                new Convolution(16, 3, 3, 1, 1),
                                new Convolution(8, 1, 2, 2, 2),
                                new Activation(ActivationKind.LEAKY_RELU),
                                new SpatialPooling(PoolingKind.MAX, 2, 3, 2, 3),
                                new SpatialPooling(PoolingKind.AVERAGE, 2, 2, 1, 2),
                                new Flatten(),
                                new Dense(2))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "layer: [] | \"layer\" | layers, input_channels",
                "input_channels: 4 | layers | list",
                "layers: 5 | layers | list",
                "{layers: [], input_channels: 0} | input_channels: 0 | whole number",
                "layers: [relu] | layer 1 | activation: relu",
                "layers: [{activation: relu, dense: 2}] | layer 1 | one layer",
                "layers: [{dense: 2}, {convolutoin: 2}] | layer 2: unknown layer \"convolutoin\" | convolution, activation",
                "layers: [{activation: rleu}] | layer 1: activation | leaky_relu",
                "layers: [{convolution: {chanels: 4, kernel: 3}}] | \"chanels\" | channels, kernel, stride",
                "layers: [{convolution: {channels: 4}}] | kernel: missing | whole number",
                "layers: [{convolution: {kernel: 3}}] | channels: missing | whole number",
                "layers: [{convolution: {channels: 4, kernel: [3]}}] | kernel | pair",
                "layers: [{convolution: {channels: 4, kernel: 3, stride: 0}}] | stride: 0 | whole number",
                "layers: [{convolution: {channels: 4, kernel: 2.5}}] | kernel: 2.5 | whole number",
                "layers: [{convolution: 4}] | convolution | needs the keys",
                "layers: [{pooling: {kind: sum, size: 2}}] | kind: \"sum\" | average, max",
                "layers: [{pooling: {size: 2}}] | kind: missing | average, max",
                "layers: [{flatten: {size: 2}}] | \"size\" | none is possible",
                "layers: [{flatten: 3}] | flatten | {} is needed",
                "layers: [{dense: two}] | dense: \"two\" | whole number",
                "layers: [{dense: 5000000000}] | dense: 5000000000 | whole number",
            })
    void mistypedSpecificationsAreNamedInOneLine(String yaml, String what, String cure) {
        assertThatThrownBy(() -> NetworkSpecs.read(yaml, Path.of("my.yaml")))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("my.yaml")
                .hasMessageContaining(what)
                .hasMessageContaining(cure)
                .hasMessageNotContaining("\n");
    }
}
