package org.silverblaze.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.Initialization;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.network.PoolingKind;
import org.silverblaze.random.StreamKey;

/** Small networks with every layer, lattices with every awkward extent, random examples: what engines are tested with. */
public final class NetworkCases {
    private NetworkCases() {}

    /** Odd extents, extents 1 and 2. */
    public static List<Lattice> lattices() {
        return List.of(
                Lattice.of(1, 1),
                Lattice.of(1, 5),
                Lattice.of(5, 1),
                Lattice.of(2, 2),
                Lattice.of(7, 3),
                Lattice.of(6, 4));
    }

    /** Networks of stride 1, global pooling and dense. */
    public static List<NetworkSpec> equivariant() {
        List<NetworkSpec> networks = new ArrayList<>();
        int[][] kernels = {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {2, 3}, {3, 1}, {9, 8}};
        for (int[] k : kernels) {
            networks.add(network(
                    2,
                    new Convolution(3, k[0], k[1], 1, 1),
                    new Activation(ActivationKind.TANH),
                    new Convolution(1, k[0], k[1], 1, 1),
                    new GlobalPooling(PoolingKind.AVERAGE),
                    new Dense(2)));
        }
        for (ActivationKind kind : ActivationKind.values()) {
            networks.add(network(
                    1,
                    new Convolution(5, 2, 3, 1, 1),
                    new Activation(kind),
                    new Convolution(2, 3, 2, 1, 1),
                    new GlobalPooling(PoolingKind.SUM),
                    new Activation(kind),
                    new Dense(1)));
        }
        for (PoolingKind kind : PoolingKind.values()) {
            networks.add(network(
                    4,
                    new Convolution(3, 3, 3, 1, 1),
                    new Activation(ActivationKind.LEAKY_RELU),
                    new GlobalPooling(kind),
                    new Dense(4),
                    new Activation(ActivationKind.GELU),
                    new Dense(2)));
        }
        for (PoolingKind kind : List.of(PoolingKind.AVERAGE, PoolingKind.MAX)) {
            networks.add(network(
                    2,
                    new Convolution(2, 1, 2, 1, 1),
                    new SpatialPooling(kind, 2, 3, 1, 1),
                    new Convolution(3, 2, 1, 1, 1),
                    new GlobalPooling(PoolingKind.MAX)));
        }
        return networks;
    }

    /** Networks with strided convolution or pooling, some flattened, some on the bare input. */
    public static List<NetworkSpec> strided() {
        List<NetworkSpec> networks = new ArrayList<>();
        int[][] kernelsAndStrides = {{1, 1, 2, 2}, {3, 3, 2, 2}, {2, 4, 1, 3}, {5, 2, 3, 1}, {2, 2, 9, 9}, {9, 8, 2, 2}
        };
        for (int[] k : kernelsAndStrides) {
            networks.add(network(
                    2,
                    new Convolution(3, k[0], k[1], k[2], k[3]),
                    new Activation(ActivationKind.TANH),
                    new Convolution(2, 2, 2, 1, 1),
                    new GlobalPooling(PoolingKind.AVERAGE),
                    new Dense(1)));
        }
        int[][] sizesAndStrides = {{2, 2, 2, 2}, {3, 1, 2, 1}, {2, 5, 1, 2}, {1, 1, 3, 2}, {9, 8, 2, 2}};
        for (int[] s : sizesAndStrides) {
            for (PoolingKind kind : List.of(PoolingKind.AVERAGE, PoolingKind.MAX)) {
                networks.add(network(
                        3,
                        new Convolution(2, 3, 3, 1, 1),
                        new Activation(ActivationKind.LEAKY_RELU),
                        new SpatialPooling(kind, s[0], s[1], s[2], s[3]),
                        new Convolution(3, 2, 2, 1, 1),
                        new Flatten(),
                        new Dense(2)));
            }
        }
        networks.add(network(
                4,
                new SpatialPooling(PoolingKind.MAX, 2, 2, 2, 2),
                new Flatten(),
                new Dense(3),
                new Activation(ActivationKind.RELU),
                new Dense(1)));
        networks.add(network(1, new Flatten()));
        return networks;
    }

    /** All networks above. */
    public static List<NetworkSpec> all() {
        List<NetworkSpec> networks = new ArrayList<>(equivariant());
        networks.addAll(strided());
        return networks;
    }

    /** The layers before global pooling, flattened: what pooling would hide (a shifted kernel, say) shows in the output. */
    public static NetworkSpec cutBeforeGlobalPooling(NetworkSpec network) {
        List<LayerSpec> layers = new ArrayList<>();
        for (LayerSpec layer : network.layers()) {
            if (layer instanceof GlobalPooling) {
                break;
            }
            layers.add(layer);
        }
        layers.add(new Flatten());
        return new NetworkSpec(network.inputChannels(), layers);
    }

    public static NetworkSpec network(int inputChannels, LayerSpec... layers) {
        return new NetworkSpec(inputChannels, List.of(layers));
    }

    /** One model, identity map, AdamW with amsgrad. */
    public static NetworkProblem problem(NetworkSpec network, Lattice lattice, int batch, Loss loss) {
        ParameterMap map =
                ParameterMap.identity(ParameterLayout.of(network, lattice).count());
        return problem(network, map, lattice, batch, loss, 1);
    }

    /** An ensemble whose models have learning rates 0.01, 0.02, ... */
    public static NetworkProblem problem(
            NetworkSpec network, ParameterMap map, Lattice lattice, int batch, Loss loss, int models) {
        List<AdamW> optimizers = IntStream.rangeClosed(1, models)
                .mapToObj(m -> AdamW.amsgrad(0.01 * m))
                .toList();
        return new NetworkProblem(network, map, lattice, batch, loss, optimizers, 1);
    }

    /** Fluxes from -3 to 3, targets in [0, 1) (legal for both losses). */
    public static Examples examples(Lattice lattice, int channels, int count, int outputs, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] inputs = new byte[count * channels * lattice.volume()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (byte) random.nextInt(-3, 4);
        }
        float[] targets = new float[count * outputs];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = random.nextInt(1 << 20) * 0x1p-20f;
        }
        return new Examples(lattice, channels, count, inputs, outputs, targets);
    }

    /** Initial raw parameters, float32 values. */
    public static double[] parameters(NetworkSpec network, Lattice lattice, int model) {
        return Initialization.raw(network, lattice, StreamKey.of("network cases"), model);
    }

    /** The same examples with every lattice shifted: site (t + dt, x + dx) of the new one is (t, x) of the old. */
    public static Examples shifted(Examples examples, int dt, int dx) {
        Lattice lattice = examples.lattice();
        byte[] inputs = new byte[examples.inputs().length];
        for (int map = 0; map < examples.count() * examples.channels(); map++) {
            for (int site = 0; site < lattice.volume(); site++) {
                inputs[map * lattice.volume() + lattice.shifted(site, dt, dx)] =
                        examples.inputs()[map * lattice.volume() + site];
            }
        }
        return new Examples(
                lattice, examples.channels(), examples.count(), inputs, examples.outputs(), examples.targets());
    }

    /** A sparse map with 0 to 3 entries in every row, from a third as many free parameters. */
    public static ParameterMap sparseMap(int raw, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int free = Math.max(1, raw / 3);
        List<Integer> columns = new ArrayList<>();
        int[] rowStart = new int[raw + 1];
        for (int r = 0; r < raw; r++) {
            List<Integer> possible =
                    new ArrayList<>(IntStream.range(0, free).boxed().toList());
            Collections.shuffle(possible, new java.util.Random(random.nextLong()));
            columns.addAll(possible.subList(0, Math.min(free, random.nextInt(4))));
            rowStart[r + 1] = columns.size();
        }
        int[] column = columns.stream().mapToInt(Integer::intValue).toArray();
        float[] value = new float[column.length];
        for (int i = 0; i < value.length; i++) {
            value[i] = random.nextInt(-8, 9) * 0.25f;
        }
        return new ParameterMap(free, rowStart, column, value);
    }
}
