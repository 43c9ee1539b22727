package org.silverblaze.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkCases;
import org.silverblaze.engine.NetworkContract;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.reference.ReferenceNetworks;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.PoolingKind;

/** The kernels of the networks as they run on a device, compiled for the host in `mvn test` (cuda/emulation). */
final class CudaNetworkTest extends NetworkContract {
    private static final Lattice LATTICE = Lattice.of(3, 2);
    private static final NetworkSpec NETWORK = NetworkCases.network(
            2,
            new Convolution(3, 3, 3, 1, 1),
            new Activation(ActivationKind.TANH),
            new GlobalPooling(PoolingKind.AVERAGE),
            new Dense(2));

    @BeforeAll
    static void kernels() {
        System.setProperty(Cuda.ALLOW_EMULATION, "true");
        assumeThat(Cuda.available()).as(Cuda.description()).isTrue();
    }

    @Override
    protected NetworkEngine engine() {
        return new CudaNetworks();
    }

    /** More micro-blocks than a thread block adds at a time: 8, 9, 16 and 19 of them. */
    @ParameterizedTest
    @ValueSource(ints = {128, 129, 256, 300})
    void gradientsOfLargeBatchesAreThoseOfTheReference(int batch) {
        NetworkProblem problem = NetworkCases.problem(NETWORK, LATTICE, batch, Loss.MEAN_SQUARED_ERROR);
        Examples examples = NetworkCases.examples(LATTICE, 2, batch, 2, batch);
        int[] selection = IntStream.range(0, batch).toArray();
        double[] parameters = NetworkCases.parameters(NETWORK, LATTICE, 0);
        double[] expected = new double[parameters.length];
        double[] gradient = new double[parameters.length];
        try (CompiledNetwork reference = new ReferenceNetworks().compile(problem);
                CompiledNetwork cuda = engine().compile(problem)) {
            reference.setParameters(0, parameters);
            cuda.setParameters(0, parameters);
            double loss = reference.gradient(0, examples, selection, expected);
            assertThat(cuda.gradient(0, examples, selection, gradient)).isCloseTo(loss, within(1e-6 * loss));
        }
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(gradient).containsExactly(expected, within(2e-6 * largest));
    }

    /** What a checkpoint saves is all that there is: training goes on in another object to the same bits. */
    @Test
    void trainingGoesOnFromASavedState() {
        NetworkProblem problem = NetworkCases.problem(NETWORK, LATTICE, 20, Loss.MEAN_SQUARED_ERROR);
        Examples examples = NetworkCases.examples(LATTICE, 2, 30, 2, 5);
        double[] losses = new double[1];
        try (CompiledNetwork whole = engine().compile(problem);
                CompiledNetwork first = engine().compile(problem);
                CompiledNetwork second = engine().compile(problem)) {
            whole.setParameters(0, NetworkCases.parameters(NETWORK, LATTICE, 0));
            first.setParameters(0, NetworkCases.parameters(NETWORK, LATTICE, 0));
            for (int step = 0; step < 6; step++) {
                int from = step;
                int[][] selection = {
                    IntStream.range(0, 20).map(i -> (3 * i + from) % 30).toArray()
                };
                whole.trainStep(examples, selection, losses);
                if (step == 3) {
                    second.setParameters(0, first.parameters(0));
                    second.setOptimizerState(0, first.optimizerState(0));
                }
                (step < 3 ? first : second).trainStep(examples, selection, losses);
            }
            assertThat(second.parameters(0)).containsExactly(whole.parameters(0));
            assertThat(second.optimizerState(0)).usingRecursiveComparison().isEqualTo(whole.optimizerState(0));
        }
    }

    @Test
    void moreLayersThanAKernelCanAddAreRefused() {
        List<LayerSpec> layers = new ArrayList<>(Collections.nCopies(66, new Dense(1)));
        layers.set(0, new GlobalPooling(PoolingKind.SUM));
        NetworkSpec deep = new NetworkSpec(1, layers);
        NetworkProblem problem = NetworkCases.problem(deep, LATTICE, 1, Loss.MEAN_SQUARED_ERROR);
        assertThatThrownBy(() -> engine().compile(problem))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("65 layers with weights");
    }
}
