package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkCases;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.PoolingKind;

/** Training gives the same bits on narrower vectors: in a JVM of its own, since a JVM has one species. */
final class LaneWidthTest {
    private static final NetworkSpec NETWORK = NetworkCases.network(
            4,
            new Convolution(5, 3, 2, 1, 1),
            new Activation(ActivationKind.GELU),
            new SpatialPooling(PoolingKind.AVERAGE, 2, 2, 1, 2),
            new Convolution(6, 2, 3, 2, 1),
            new Activation(ActivationKind.TANH),
            new SpatialPooling(PoolingKind.AVERAGE, 1, 2, 1, 2),
            new GlobalPooling(PoolingKind.MAX),
            new Dense(9),
            new Activation(ActivationKind.LEAKY_RELU),
            new Dense(2));

    /** Everything that two steps of training leave behind. */
    private static String trained() {
        Lattice lattice = Lattice.of(3, 4);
        NetworkProblem problem = NetworkCases.problem(NETWORK, lattice, 19, Loss.MEAN_SQUARED_ERROR);
        Examples examples = NetworkCases.examples(lattice, 4, 19, 2, 8);
        int[] all = IntStream.range(0, 19).toArray();
        StringBuilder bits = new StringBuilder();
        try (CompiledNetwork network = new VectorNetworks().compile(problem)) {
            network.setParameters(0, NetworkCases.parameters(NETWORK, lattice, 0));
            double[] losses = new double[1];
            for (int step = 0; step < 2; step++) {
                network.trainStep(examples, new int[][] {all}, losses);
                bits.append(Double.toHexString(losses[0])).append(' ');
            }
            for (double[] values : List.of(
                    network.parameters(0), network.optimizerState(0).second(), network.forward(0, examples, all))) {
                for (double value : values) {
                    bits.append(Double.toHexString(value)).append(' ');
                }
            }
        }
        return bits.toString().strip();
    }

    @Test
    void aMicroBlockIsAWholeNumberOfVectors() {
        assertThat(Lanes.BLOCK % Lanes.WIDTH).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32})
    void narrowerVectorsGiveTheSameBits(int bytes) throws Exception {
        assertThat(OwnJvm.run(Narrow.class, "-XX:MaxVectorSize=" + bytes))
                .containsExactly(Integer.toString(bytes / Float.BYTES), trained());
    }

    /** Java emulates what the machine does not have, so the path of 16 lanes is held to these bits on every machine. */
    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512})
    void widthsThatTheMachineMayNotHaveGiveTheSameBits(int bits) throws Exception {
        assertThat(OwnJvm.run(Narrow.class, "-Dsilverblaze.vector.bits=" + bits))
                .containsExactly(Integer.toString(bits / Float.SIZE), trained());
    }

    /** Prints the lanes of a vector and what training leaves. */
    static final class Narrow {
        private Narrow() {}

        public static void main(String[] arguments) {
            System.out.println(Lanes.WIDTH);
            System.out.println(trained());
        }
    }
}
