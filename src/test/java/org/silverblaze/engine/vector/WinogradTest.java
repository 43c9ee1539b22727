package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkCases;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.Precision;
import org.silverblaze.engine.reference.ReferenceNetworks;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.PoolingKind;

/**
 * Winograd's convolutions against the formula in float64 and networks of {@link Precision#FAST} against the reference. The
 * tolerances are several times what was seen, and hundreds of times less than a wrong coefficient would make.
 */
final class WinogradTest {
    /** Largest error of a sum, relative to the largest sum of absolute values. */
    private static final double SUM_TOLERANCE = 1e-5;
    /** Largest error of outputs and gradients, and largest change by a shift, relative to the largest of their kind. */
    private static final double NETWORK_TOLERANCE = 1e-4;

    private static final NetworkSpec NETWORK = NetworkCases.network(
            4,
            new Convolution(16, 3, 3, 1, 1),
            new Activation(ActivationKind.LEAKY_RELU),
            new Convolution(16, 3, 3, 1, 1),
            new Activation(ActivationKind.TANH),
            new Convolution(16, 3, 3, 1, 1),
            new GlobalPooling(PoolingKind.AVERAGE),
            new Dense(2));

    record Shape(int in, int out, int t, int x) {}

    static Stream<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        int[][] channels = {{1, 4}, {3, 8}, {5, 4}, {8, 12}, {16, 16}};
        int i = 0;
        for (int t = 2; t <= 10; t++) {
            for (int x = 2; x <= 10; x++) {
                int[] c = channels[i++ % channels.length];
                shapes.add(new Shape(c[0], c[1], t, x));
            }
        }
        return shapes.stream();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void theSumsAreThoseOfTheFormula(Shape s) {
        Strips whole = Strips.whole(s.t, s.x);
        SplittableRandom random = new SplittableRandom(s.hashCode());
        float[] raw = random(random, s.in * s.out * 9 + s.out);
        for (boolean forward : new boolean[] {true, false}) {
            Correlation correlation = forward
                    ? Correlation.forward(s.in, s.out, 3, 3, 1, 1, s.t, s.x)
                    : Correlation.backward(s.out, s.in, 3, 3, 1, 1, s.t, s.x);
            assertThat(Winograd.possible(correlation, whole)).isTrue();
            Winograd winograd = new Winograd(correlation, s.t, s.x);
            float[] packed = new float[winograd.packedSize()];
            if (forward) {
                winograd.pack(raw, 0, packed);
            } else {
                winograd.packTransposed(raw, 0, packed);
            }
            float[] in = random(random, s.t * s.x * s.in * 16);
            float[] bias = Arrays.copyOfRange(raw, raw.length - s.out, raw.length);
            float[] out = new float[s.t * s.x * s.out * 16];
            // what an earlier micro-block left behind must not matter
            float[] scratch = random(random, winograd.scratchSize());
            float[] padded = correlation.fillHalo(in, new float[correlation.paddedSize()]);
            winograd.run(padded, packed, bias, 0, out, null, null, scratch);
            requireSums(s, forward, raw, in, bias, out);
        }
    }

    /** All sites, channels and lanes; the backward correlation is the adjoint of a convolution from s.out to s.in channels. */
    private static void requireSums(Shape s, boolean forward, float[] raw, float[] in, float[] bias, float[] out) {
        double worst = 0;
        double scale = 0;
        for (int i = 0; i < out.length; i++) {
            int lane = i % 16;
            int o = i / 16 % s.out;
            int site = i / 16 / s.out;
            double sum = bias[o];
            double absolute = Math.abs(bias[o]);
            for (int c = 0; c < s.in; c++) {
                for (int a = 0; a < 3; a++) {
                    for (int b = 0; b < 3; b++) {
                        int row = Math.floorMod(site / s.x + a - 1, s.t);
                        int column = Math.floorMod(site % s.x + b - 1, s.x);
                        int weight = forward ? (o * s.in + c) * 9 + 3 * a + b : (c * s.out + o) * 9 + 8 - 3 * a - b;
                        double term = (double) raw[weight] * in[((row * s.x + column) * s.in + c) * 16 + lane];
                        sum += term;
                        absolute += Math.abs(term);
                    }
                }
            }
            worst = Math.max(worst, Math.abs(out[i] - sum));
            scale = Math.max(scale, absolute);
        }
        assertThat(worst).as("%s, forward %s", s, forward).isLessThanOrEqualTo(SUM_TOLERANCE * scale);
    }

    private static float[] random(SplittableRandom random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    /** It is left alone where tiles hang over, where channels are few, on rings, with strides and other kernels, on unequal strips. */
    @Test
    void itIsUsedWhereItPaysOnly() {
        assertThat(used(16, 16, 3, 1, Strips.whole(60, 4))).isTrue();
        assertThat(used(32, 32, 3, 1, Strips.whole(50, 2))).isTrue();
        assertThat(used(4, 16, 3, 1, Strips.whole(60, 4))).isFalse();
        assertThat(used(16, 18, 3, 1, Strips.whole(60, 4))).isFalse();
        assertThat(used(16, 16, 3, 1, Strips.whole(60, 1))).isFalse();
        assertThat(used(16, 16, 5, 1, Strips.whole(60, 4))).isFalse();
        assertThat(used(16, 16, 3, 1, Strips.of(Partition.even(60, 4), 1))).isFalse();
        assertThat(used(16, 16, 3, 1, Strips.of(Partition.even(64, 64), 1))).isTrue();
    }

    private static boolean used(int in, int out, int kernel, int stride, Strips strips) {
        Correlation correlation = Correlation.forward(in, out, kernel, kernel, stride, stride, strips, strips);
        return Winograd.of(correlation, strips) != null;
    }

    private static CompiledNetwork compiled(Precision precision, Lattice lattice, int batch, int models, int threads) {
        NetworkProblem one = NetworkCases.problem(NETWORK, lattice, batch, Loss.MEAN_SQUARED_ERROR);
        NetworkProblem many = NetworkCases.problem(NETWORK, one.map(), lattice, batch, one.loss(), models);
        CompiledNetwork network = new VectorNetworks(precision)
                .compile(
                        new NetworkProblem(NETWORK, one.map(), lattice, batch, one.loss(), many.optimizers(), threads));
        for (int m = 0; m < models; m++) {
            network.setParameters(m, NetworkCases.parameters(NETWORK, lattice, m));
        }
        return network;
    }

    /** Also batches that no lane count divides, and one example in strips. */
    @ParameterizedTest
    @ValueSource(strings = {"8x8", "12x6", "7x4", "8x2", "60x4"})
    void networksAgreeWithTheReference(String extents) {
        Lattice lattice = Lattice.parse(extents);
        Examples examples = NetworkCases.examples(lattice, 4, 40, 2, 3);
        NetworkProblem problem = NetworkCases.problem(NETWORK, lattice, 40, Loss.MEAN_SQUARED_ERROR);
        try (CompiledNetwork reference = new ReferenceNetworks().compile(problem);
                CompiledNetwork plain = compiled(Precision.FLOAT32, lattice, 40, 1, 1);
                CompiledNetwork fast = compiled(Precision.FAST, lattice, 40, 1, 1)) {
            reference.setParameters(0, NetworkCases.parameters(NETWORK, lattice, 0));
            for (int batch : new int[] {37, 16, 1}) {
                int[] selection = IntStream.range(0, batch).map(i -> 39 - i).toArray();
                double[] gradient = new double[fast.parameters(0).length];
                double[] expected = gradient.clone();
                fast.gradient(0, examples, selection, gradient);
                reference.gradient(0, examples, selection, expected);
                requireNear(extents + ": gradient", gradient, expected);
                double[] outputs = fast.forward(0, examples, selection);
                requireNear(extents + ": outputs", outputs, reference.forward(0, examples, selection));
                if (batch == 37) {
                    assertThat(outputs).as("other arithmetic").isNotEqualTo(plain.forward(0, examples, selection));
                }
            }
        }
    }

    private static void requireNear(String what, double[] actual, double[] expected) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i])).as(what).isLessThanOrEqualTo(NETWORK_TOLERANCE * largest);
        }
    }

    /** Exact arithmetic would have no change at all. */
    @Test
    void outputsAreInvariantUpToRoundings() {
        Lattice lattice = Lattice.of(8, 8);
        Examples examples = NetworkCases.examples(lattice, 4, 16, 2, 5);
        int[] all = IntStream.range(0, 16).toArray();
        try (CompiledNetwork fast = compiled(Precision.FAST, lattice, 16, 1, 1)) {
            double[] outputs = fast.forward(0, examples, all);
            for (int[] shift : new int[][] {{1, 0}, {0, 1}, {3, 2}, {5, 7}}) {
                double[] moved = fast.forward(0, NetworkCases.shifted(examples, shift[0], shift[1]), all);
                requireNear("shift " + Arrays.toString(shift), moved, outputs);
            }
        }
    }

    @Test
    void theSameBitsAtAnyThreadCountAndInAnEnsemble() {
        Lattice lattice = Lattice.of(8, 6);
        Examples examples = NetworkCases.examples(lattice, 4, 70, 2, 7);
        int[] batch = IntStream.range(0, 70).toArray();
        try (CompiledNetwork together = compiled(Precision.FAST, lattice, 70, 3, 3)) {
            for (int step = 0; step < 3; step++) {
                together.trainStep(examples, new int[][] {batch, batch, batch}, new double[3]);
            }
            try (CompiledNetwork alone = compiled(Precision.FAST, lattice, 70, 1, 1)) {
                for (int step = 0; step < 3; step++) {
                    alone.trainStep(examples, new int[][] {batch}, new double[1]);
                }
                assertThat(together.parameters(0)).containsExactly(alone.parameters(0));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 512})
    void otherWidthsGiveTheSameBits(int bits) throws Exception {
        assertThat(OwnJvm.run(Width.class, "-Dsilverblaze.vector.bits=" + bits)).containsExactly(trained());
    }

    /** Tiles in twos and fours, groups of four and a rest of two. */
    private static String trained() {
        Lattice lattice = Lattice.of(8, 6);
        Examples examples = NetworkCases.examples(lattice, 4, 9, 2, 7);
        int[] batch = IntStream.range(0, 9).toArray();
        try (CompiledNetwork network = compiled(Precision.FAST, lattice, 9, 1, 1)) {
            network.trainStep(examples, new int[][] {batch}, new double[1]);
            return Arrays.toString(network.parameters(0));
        }
    }

    /** Prints what a step of training leaves. */
    static final class Width {
        private Width() {}

        public static void main(String[] arguments) {
            System.out.println(trained());
        }
    }
}
