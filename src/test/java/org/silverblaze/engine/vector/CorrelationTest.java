package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silverblaze.engine.vector.Lanes.BLOCK;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A convolution's three computations, to the bit: each output is one chain of fused multiply-adds in a stated order, whichever tiles
 * make it. The order is written out here, number by number.
 */
final class CorrelationTest {
    private static final int[][] LATTICES = {{1, 1}, {1, 5}, {6, 1}, {2, 2}, {5, 7}, {6, 4}, {3, 10}, {45, 6}, {30, 12}
    };
    private static final int[][] KERNELS = {{3, 3}, {1, 3}, {2, 6}, {1, 1}, {2, 2}, {3, 1}, {5, 5}};

    record Shape(int in, int out, int kernelT, int kernelX, int strideT, int strideX, int t, int x) {
        int outT() {
            return Math.ceilDiv(t, strideT);
        }

        int outX() {
            return Math.ceilDiv(x, strideX);
        }

        int weight(int o, int c, int a, int b) {
            return ((o * in + c) * kernelT + a) * kernelX + b;
        }

        /** The input site that place (a, b) of the kernel meets at an output site. */
        int site(int row, int column, int a, int b) {
            int fromT = Math.floorMod(row * strideT + a - (kernelT - 1) / 2, t);
            return fromT * x + Math.floorMod(column * strideX + b - (kernelX - 1) / 2, x);
        }
    }

    static Stream<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        // all sizes of groups of channels
        for (int channels = 1; channels <= 14; channels++) {
            shapes.add(new Shape(2, channels, 3, 3, 1, 1, 4, 6));
            shapes.add(new Shape(2, channels, 3, 3, 1, 1, 3, 8));
            shapes.add(new Shape(channels, 5, 3, 3, 1, 1, 3, 5));
            shapes.add(new Shape(3, channels, 2, 2, 1, 1, 3, 3));
        }
        for (int[] lattice : LATTICES) {
            for (int[] kernel : KERNELS) {
                shapes.add(new Shape(3, 7, kernel[0], kernel[1], 1, 1, lattice[0], lattice[1]));
                shapes.add(new Shape(2, 4, kernel[0], kernel[1], 2, 3, lattice[0], lattice[1]));
            }
        }
        return shapes.stream();
    }

    private static float[] numbers(SplittableRandom random, int n) {
        float[] numbers = new float[n];
        for (int i = 0; i < n; i++) {
            numbers[i] = (float) random.nextDouble(-1, 1);
        }
        return numbers;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void forwardPassIsTheChainInTheOrderOfTheWindow(Shape s) {
        SplittableRandom random = new SplittableRandom(s.hashCode());
        float[] in = numbers(random, s.t * s.x * s.in * BLOCK);
        float[] raw = numbers(random, s.weight(s.out, 0, 0, 0));
        float[] bias = numbers(random, s.out);
        float[] expected = new float[s.outT() * s.outX() * s.out * BLOCK];
        for (int i = 0; i < expected.length; i++) {
            int lane = i % BLOCK;
            int o = i / BLOCK % s.out;
            int site = i / BLOCK / s.out;
            float sum = bias[o];
            for (int c = 0; c < s.in; c++) {
                for (int a = 0; a < s.kernelT; a++) {
                    for (int b = 0; b < s.kernelX; b++) {
                        int from = s.site(site / s.outX(), site % s.outX(), a, b);
                        sum = Math.fma(in[(from * s.in + c) * BLOCK + lane], raw[s.weight(o, c, a, b)], sum);
                    }
                }
            }
            expected[i] = sum;
        }
        Correlation forward = Correlation.forward(s.in, s.out, s.kernelT, s.kernelX, s.strideT, s.strideX, s.t, s.x);
        assertThat(correlated(forward, in, raw, bias, expected.length, false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void inputGradientIsTheChainOverTheOutputsThatMeetTheSite(Shape s) {
        SplittableRandom random = new SplittableRandom(s.hashCode());
        float[] gradient = numbers(random, s.outT() * s.outX() * s.out * BLOCK);
        float[] raw = numbers(random, s.weight(s.out, 0, 0, 0));
        float[] expected = new float[s.t * s.x * s.in * BLOCK];
        for (int i = 0; i < expected.length; i++) {
            int lane = i % BLOCK;
            int c = i / BLOCK % s.in;
            int row = i / BLOCK / s.in / s.x;
            int column = i / BLOCK / s.in % s.x;
            float sum = 0f;
            for (int o = 0; o < s.out; o++) {
                // the flipped kernel
                for (int a = s.kernelT - 1; a >= 0; a--) {
                    for (int b = s.kernelX - 1; b >= 0; b--) {
                        int t = Math.floorMod(row - a + (s.kernelT - 1) / 2, s.t);
                        int x = Math.floorMod(column - b + (s.kernelX - 1) / 2, s.x);
                        if (t % s.strideT == 0 && x % s.strideX == 0) {
                            int site = t / s.strideT * s.outX() + x / s.strideX;
                            sum = Math.fma(gradient[(site * s.out + o) * BLOCK + lane], raw[s.weight(o, c, a, b)], sum);
                        }
                    }
                }
            }
            expected[i] = sum;
        }
        Correlation backward = Correlation.backward(s.in, s.out, s.kernelT, s.kernelX, s.strideT, s.strideX, s.t, s.x);
        assertThat(correlated(backward, gradient, raw, new float[s.in], expected.length, true))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void weightGradientIsTheChainOverTheSitesThenTheTreeOverTheLanes(Shape s) {
        SplittableRandom random = new SplittableRandom(s.hashCode());
        float[] in = numbers(random, s.t * s.x * s.in * BLOCK);
        int outSites = s.outT() * s.outX();
        float[] gradient = numbers(random, outSites * s.out * BLOCK);
        float[] expected = new float[s.weight(s.out, 0, 0, 0) + s.out];
        float[] lanes = new float[BLOCK];
        for (int o = 0; o < s.out; o++) {
            for (int c = 0; c < s.in; c++) {
                for (int place = 0; place < s.kernelT * s.kernelX; place++) {
                    int a = place / s.kernelX;
                    int b = place % s.kernelX;
                    Arrays.fill(lanes, 0f);
                    for (int site = 0; site < outSites; site++) {
                        int from = s.site(site / s.outX(), site % s.outX(), a, b);
                        for (int lane = 0; lane < BLOCK; lane++) {
                            float g = gradient[(site * s.out + o) * BLOCK + lane];
                            lanes[lane] = Math.fma(in[(from * s.in + c) * BLOCK + lane], g, lanes[lane]);
                        }
                    }
                    expected[s.weight(o, c, a, b)] = Lanes.sum(lanes, 0);
                }
            }
            Arrays.fill(lanes, 0f);
            for (int site = 0; site < outSites; site++) {
                for (int lane = 0; lane < BLOCK; lane++) {
                    lanes[lane] += gradient[(site * s.out + o) * BLOCK + lane];
                }
            }
            expected[s.weight(s.out, 0, 0, 0) + o] = Lanes.sum(lanes, 0);
        }
        Correlation forward = Correlation.forward(s.in, s.out, s.kernelT, s.kernelX, s.strideT, s.strideX, s.t, s.x);
        WeightGradient weights = new WeightGradient(forward);
        float[] padded = forward.fillHalo(in, new float[forward.paddedSize()]);
        float[] actual = new float[expected.length];
        // what an earlier call has left there must not matter
        float[] sums = numbers(random, weights.sumsSize());
        float[] copy = numbers(random, weights.copySize());
        weights.run(padded, gradient, MapLayout.flat(outSites, s.out), sums, copy, actual, 0);
        assertThat(actual).isEqualTo(expected);
    }

    private static float[] correlated(
            Correlation correlation, float[] in, float[] raw, float[] bias, int size, boolean transposed) {
        float[] packed = new float[correlation.packedSize()];
        if (transposed) {
            correlation.packTransposed(raw, 0, packed);
        } else {
            correlation.pack(raw, 0, packed, 0);
        }
        float[] out = new float[size];
        float[] padded = correlation.fillHalo(in, new float[correlation.paddedSize()]);
        correlation.run(padded, packed, 0, bias, 0, out);
        return out;
    }
}
