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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkBounds;
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
import org.silverblaze.network.ParameterMap;
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

    /**
     * 3x3 windows of stride 1 have kernels of their own: extents below a window, that waste places of a run of 4 or of a patch, runs along
     * t; channels that do not fill groups of 8, more than a thread block takes (17, 33).
     */
    @ParameterizedTest
    @CsvSource({
        "1x1, 2, 5, 9, 3",
        "2x2, 16, 17, 5, 33",
        "9x3, 3, 16, 33, 17",
        "4x13, 1, 8, 6, 40",
        "6x5, 17, 9, 16, 16",
        "20x4, 4, 16, 16, 20"
    })
    void windowsOfThreeByThreeAgreeWithTheReference(String lattice, int inputs, int first, int second, int batch) {
        NetworkSpec network = NetworkCases.network(
                inputs,
                new Convolution(first, 3, 3, 1, 1),
                new Activation(ActivationKind.LEAKY_RELU),
                new Convolution(second, 3, 3, 1, 1),
                new Activation(ActivationKind.TANH),
                new GlobalPooling(PoolingKind.AVERAGE),
                new Dense(2));
        Lattice place = Lattice.parse(lattice);
        NetworkProblem problem = NetworkCases.problem(network, place, batch, Loss.MEAN_SQUARED_ERROR);
        Examples examples = NetworkCases.examples(place, inputs, batch, 2, batch);
        int[] selection = IntStream.range(0, batch).map(i -> batch - 1 - i).toArray();
        double[] parameters = NetworkCases.parameters(network, place, 0);
        NetworkBounds bounds = new NetworkBounds(problem, parameters);
        double[] expected = new double[parameters.length];
        double[] gradient = new double[parameters.length];
        try (CompiledNetwork reference = new ReferenceNetworks().compile(problem);
                CompiledNetwork cuda = engine().compile(problem)) {
            reference.setParameters(0, parameters);
            cuda.setParameters(0, parameters);
            double[] outputs = cuda.forward(0, examples, new int[] {0});
            requireWithin(
                    outputs,
                    reference.forward(0, examples, new int[] {0}),
                    bounds.forward(examples, 0).getLast().error());
            double loss = reference.gradient(0, examples, selection, expected);
            double[] lossBound = new double[2];
            double[] gradientBound =
                    bounds.gradient(examples, selection, lossBound).error();
            assertThat(cuda.gradient(0, examples, selection, gradient)).isCloseTo(loss, within(lossBound[1]));
            requireWithin(gradient, expected, gradientBound);
        }
    }

    private static void requireWithin(double[] actual, double[] expected, double[] bound) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("number %d", i).isCloseTo(expected[i], within(bound[i]));
        }
    }

    /** More steps than wait on their way to the device at a time, members with batches of their own and frozen ones. */
    @Test
    void stepsAtOnceAreStepsOneByOne() {
        int steps = 19;
        NetworkProblem problem = NetworkCases.problem(
                NETWORK,
                ParameterMap.identity(NetworkCases.parameters(NETWORK, LATTICE, 0).length),
                LATTICE,
                20,
                Loss.MEAN_SQUARED_ERROR,
                3);
        Examples examples = NetworkCases.examples(LATTICE, 2, 30, 2, 5);
        int[][][] selections = new int[steps][3][];
        for (int step = 0; step < steps; step++) {
            for (int m = 0; m < 3; m++) {
                int from = step + 7 * m;
                selections[step][m] = (step + m) % 5 == 4
                        ? null
                        : IntStream.range(0, 1 + (3 * step + m) % 20)
                                .map(i -> (3 * i + from) % 30)
                                .toArray();
            }
        }
        double[][] together = new double[steps][3];
        try (CompiledNetwork atOnce = engine().compile(problem);
                CompiledNetwork oneByOne = engine().compile(problem)) {
            for (int m = 0; m < 3; m++) {
                atOnce.setParameters(m, NetworkCases.parameters(NETWORK, LATTICE, m));
                oneByOne.setParameters(m, NetworkCases.parameters(NETWORK, LATTICE, m));
            }
            assertThat(atOnce.stepsAtOnce()).isGreaterThan(1);
            atOnce.trainSteps(examples, selections, together);
            for (int step = 0; step < steps; step++) {
                double[] losses = new double[3];
                oneByOne.trainStep(examples, selections[step], losses);
                assertThat(together[step]).as("step %d", step).containsExactly(losses);
            }
            for (int m = 0; m < 3; m++) {
                assertThat(atOnce.parameters(m)).containsExactly(oneByOne.parameters(m));
                assertThat(atOnce.optimizerState(m)).usingRecursiveComparison().isEqualTo(oneByOne.optimizerState(m));
            }
        }
    }

    /** A network whose maps are larger than any card's memory. */
    @Test
    void noMemoryLeftOnTheDeviceIsOneLine() {
        NetworkSpec wide = NetworkCases.network(
                1, new Convolution(64, 1, 1, 1, 1), new GlobalPooling(PoolingKind.SUM), new Dense(1));
        NetworkProblem problem = NetworkCases.problem(wide, Lattice.of(256, 256), 1 << 16, Loss.MEAN_SQUARED_ERROR);
        assertThatThrownBy(() -> engine().compile(problem))
                .isInstanceOf(CudaException.class)
                .hasMessage("CUDA: out of memory");
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
