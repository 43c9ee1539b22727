package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkCases;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.Precision;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.PoolingKind;

/** Once the kernels are compiled, a step allocates nothing: one boxed vector would be at least 64 bytes. */
final class NetworkAllocationTest {
    private static final NetworkSpec NETWORK = NetworkCases.network(
            4,
            new Convolution(5, 3, 3, 1, 1),
            new Activation(ActivationKind.RELU),
            new Convolution(4, 3, 3, 1, 1),
            new Activation(ActivationKind.RELU),
            new GlobalPooling(PoolingKind.AVERAGE),
            new Dense(2));
    /** On 8x4 sites both correlations of its second layer are Winograd's where the precision is fast. */
    private static final NetworkSpec WIDE = NetworkCases.network(
            4,
            new Convolution(16, 3, 3, 1, 1),
            new Activation(ActivationKind.RELU),
            new Convolution(16, 3, 3, 1, 1),
            new GlobalPooling(PoolingKind.AVERAGE),
            new Dense(2));

    @Test
    void aWarmTrainingStepAllocatesNothing() throws Exception {
        assertThat(OwnJvm.run(Warm.class)).containsExactly("0 bytes in 20 steps");
    }

    @Test
    void aWarmFastTrainingStepAllocatesNothing() throws Exception {
        assertThat(OwnJvm.run(WarmFast.class)).containsExactly("0 bytes in 20 steps");
    }

    /** Trains until a step allocates nothing, and prints what twenty steps allocate; gives up after 40 seconds. */
    static final class Warm {
        private Warm() {}

        public static void main(String[] arguments) {
            train(NETWORK, Lattice.of(6, 4), Precision.FLOAT32);
        }

        static void train(NetworkSpec spec, Lattice lattice, Precision precision) {
            NetworkProblem problem = NetworkCases.problem(spec, lattice, 20, Loss.MEAN_SQUARED_ERROR);
            Examples examples = NetworkCases.examples(lattice, 4, 20, 2, 8);
            int[][] selections = {IntStream.range(0, 20).toArray()};
            double[] losses = new double[1];
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            try (CompiledNetwork network = new VectorNetworks(precision).compile(problem)) {
                network.setParameters(0, NetworkCases.parameters(spec, lattice, 0));
                // how long the compiler takes depends on what else the machine does
                long end = System.nanoTime() + 40_000_000_000L;
                long allocated = Long.MAX_VALUE;
                while (allocated > 0 && System.nanoTime() < end) {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int step = 0; step < 20; step++) {
                        network.trainStep(examples, selections, losses);
                    }
                    allocated = threads.getCurrentThreadAllocatedBytes() - before;
                }
                System.out.println(allocated + " bytes in 20 steps");
            }
        }
    }

    /** The same by Winograd's convolutions. */
    static final class WarmFast {
        private WarmFast() {}

        public static void main(String[] arguments) {
            Warm.train(WIDE, Lattice.of(8, 4), Precision.FAST);
        }
    }
}
