package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.silverblaze.lattice.Lattice;

/**
 * A 3x3 convolution of one micro-block, halo included, by the direct correlation and by {@link Winograd}'s, which is made here whether it
 * pays or not; the limit of one is the other. What they do to a whole step: {@code silverblaze bench --precision fast}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:ObjectAlignmentInBytes=64", "-XX:-UseFPUForSpilling"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class WinogradBenchmark {
    private static final int KERNEL = 3;

    @Param({"60x4", "64x64", "200x10", "50x2"})
    public String lattice;

    /** Input x output channels. */
    @Param({"4x16", "16x16", "32x32"})
    public String channels;

    private Correlation correlation;
    private Winograd winograd;
    private float[] in;
    private float[] padded;
    private float[] packed;
    private float[] products;
    private float[] scratch;
    private float[] bias;
    private float[] out;

    @Setup
    public void start() {
        Lattice sites = Lattice.parse(lattice);
        Lattice pair = Lattice.parse(channels);
        int inputs = pair.extent(0);
        int outputs = pair.extent(1);
        SplittableRandom random = new SplittableRandom(1);
        correlation = Correlation.forward(inputs, outputs, KERNEL, KERNEL, 1, 1, sites.extent(0), sites.extent(1));
        winograd = new Winograd(correlation, sites.extent(0), sites.extent(1));
        in = random(random, sites.volume() * inputs * BLOCK);
        float[] raw = random(random, inputs * outputs * KERNEL * KERNEL);
        bias = random(random, outputs);
        padded = new float[correlation.paddedSize()];
        packed = new float[correlation.packedSize()];
        products = new float[winograd.packedSize()];
        scratch = new float[winograd.scratchSize()];
        out = new float[sites.volume() * outputs * BLOCK];
        correlation.pack(raw, 0, packed, 0);
        winograd.pack(raw, 0, products);
    }

    private static float[] random(SplittableRandom random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    @Benchmark
    public float[] direct() {
        correlation.run(correlation.fillHalo(in, padded), packed, 0, bias, 0, out);
        return out;
    }

    @Benchmark
    public float[] fast() {
        winograd.run(correlation.fillHalo(in, padded), products, bias, 0, out, null, null, scratch);
        return out;
    }
}
