package org.silverblaze.engine.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.silverblaze.bench.LimitKernels;
import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.NetworkCounts;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.network.PoolingKind;

/**
 * The convolution 3x3, 16 to 16 or 32 to 32 channels, and a whole training step of an EQ network with as many channels (16: EQ-small,
 * 32: EQ-large), one thread. The convolution works as in the middle of that network: on a block of as many examples as go through it
 * together ({@link BlockPlan#together}), its input and the gradient of its output at their places in padded maps already.
 * Halo copies, lane sums and everything else that the layer needs are inside. Read the counter {@code flops}: useful
 * floating-point operations per second (2 for a multiply-add), and divide it by that of {@code fmaPeak} in the same run,
 * the limit that they are held against.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:ObjectAlignmentInBytes=64", "-XX:-UseFPUForSpilling"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConvolutionBenchmark {
    private static final int KERNEL = 3;
    private static final int BATCH = 64;

    @Param({"60x4", "8x8"})
    public String lattice;

    @Param({"16", "32"})
    public int channels;

    private Correlation forward;
    private Correlation backward;
    private WeightGradient weightGradient;
    private float[] padded;
    private float[] paddedGradient;
    private float[] packed;
    private float[] packedTransposed;
    private float[] bias;
    /** Padded maps of the layers beside this one: what it gives stands in them. */
    private float[] next;

    private float[] nextGradient;
    private float[] sums;
    private float[] copy;
    private float[] raw;
    private long convolutionFlops;

    private CompiledNetwork network;
    private Examples examples;
    private int[][] selections;
    private double[] losses;
    private long stepFlops;

    /** Floating-point operations done. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        public long flops;

        @Setup(Level.Iteration)
        public void reset() {
            flops = 0;
        }
    }

    @Setup
    public void start() {
        Lattice sites = Lattice.parse(lattice);
        int t = sites.extent(0);
        int x = sites.extent(1);
        SplittableRandom random = new SplittableRandom(1);
        NetworkSpec spec = startNetwork(sites, random);
        int examplesTogether = BlockPlan.together(NetworkShapes.of(spec, sites), ParameterLayout.of(spec, sites));
        Strips strips = Strips.of(Partition.even(t, x), examplesTogether);
        forward = Correlation.forward(channels, channels, KERNEL, KERNEL, 1, 1, strips, strips);
        backward = Correlation.backward(channels, channels, KERNEL, KERNEL, 1, 1, strips, strips);
        weightGradient = new WeightGradient(forward);
        padded = random(random, forward.paddedSize());
        paddedGradient = random(random, backward.paddedSize());
        next = new float[padded.length];
        nextGradient = new float[paddedGradient.length];
        raw = random(random, channels * channels * KERNEL * KERNEL + channels);
        packed = new float[forward.packedSize()];
        packedTransposed = new float[backward.packedSize()];
        forward.pack(raw, 0, packed, 0);
        backward.packTransposed(raw, 0, packedTransposed);
        bias = random(random, channels);
        sums = new float[weightGradient.sumsSize()];
        copy = new float[weightGradient.copySize()];
        forward.fillRim(padded);
        convolutionFlops = 2L * sites.volume() * channels * channels * KERNEL * KERNEL * examplesTogether;
    }

    private NetworkSpec startNetwork(Lattice sites, SplittableRandom random) {
        boolean large = channels == 32;
        LayerSpec convolution = new LayerSpec.Convolution(channels, KERNEL, KERNEL, 1, 1);
        LayerSpec activation = new LayerSpec.Activation(large ? ActivationKind.LEAKY_RELU : ActivationKind.RELU);
        List<LayerSpec> layers = new ArrayList<>();
        for (int i = 0; i < (large ? 5 : 3); i++) {
            layers.add(convolution);
            layers.add(activation);
        }
        layers.add(new LayerSpec.GlobalPooling(PoolingKind.AVERAGE));
        if (large) {
            layers.add(new LayerSpec.Dense(channels));
            layers.add(activation);
        }
        layers.add(new LayerSpec.Dense(2));
        NetworkSpec spec = new NetworkSpec(4, layers);
        int parameters = ParameterLayout.of(spec, sites).count();
        network = new VectorNetworks()
                .compile(new NetworkProblem(
                        spec,
                        ParameterMap.identity(parameters),
                        sites,
                        BATCH,
                        Loss.MEAN_SQUARED_ERROR,
                        List.of(AdamW.amsgrad(1e-4)),
                        1));
        network.setParameters(
                0, random.doubles(parameters, -0.1, 0.1).map(p -> (float) p).toArray());
        byte[] inputs = new byte[BATCH * 4 * sites.volume()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (byte) random.nextInt(-1, 2);
        }
        examples = new Examples(sites, 4, BATCH, inputs, 2, random(random, BATCH * 2));
        selections = new int[][] {IntStream.range(0, BATCH).toArray()};
        losses = new double[1];
        // forward and weight gradient for every layer, the input's gradient for all but the first
        long all = NetworkCounts.of(spec, sites).multiplyAdds();
        long first = (long) sites.volume() * channels * 4 * KERNEL * KERNEL;
        stepFlops = 2 * BATCH * (3 * all - first);
        return spec;
    }

    private static float[] random(SplittableRandom random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    @TearDown
    public void stop() {
        network.close();
    }

    /** The limit: fused multiply-adds on registers alone. */
    @Benchmark
    public float fmaPeak(Work work) {
        work.flops += LimitKernels.fmaFlops();
        return LimitKernels.fma(bias[0], bias[1]);
    }

    @Benchmark
    public float[] forward(Work work) {
        forward.fillRim(padded);
        forward.run(padded, packed, 0, bias, 0, next, forward.homes, null, null, null);
        work.flops += convolutionFlops;
        return next;
    }

    @Benchmark
    public float[] inputGradient(Work work) {
        backward.fillRim(paddedGradient);
        backward.run(paddedGradient, packedTransposed, 0, bias, 0, nextGradient, backward.homes, null, null, null);
        work.flops += convolutionFlops;
        return nextGradient;
    }

    @Benchmark
    public float[] weightGradient(Work work) {
        weightGradient.run(padded, paddedGradient, backward.homes, sums, copy, raw, 0);
        work.flops += convolutionFlops;
        return raw;
    }

    /**
     * Batch of 64, AdamW included. EQ-small: three convolutions with ReLU, mean, dense 2; EQ-large: five with LeakyReLU, mean, dense
     * 32, LeakyReLU, dense 2.
     */
    @Benchmark
    public double trainingStep(Work work) {
        network.trainStep(examples, selections, losses);
        work.flops += stepFlops;
        return losses[0];
    }
}
