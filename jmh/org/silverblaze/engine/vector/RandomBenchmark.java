package org.silverblaze.engine.vector;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Threefry;

/**
 * One operation is a random number of 32 bits, drawn in lanes by the generator of the worm (Threefry4x32-13) and by that of all else
 * (Philox4x32-10).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 5, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class RandomBenchmark {
    private static final int DRAWS = 64;
    /** Of 16 chains. */
    private static final int NUMBERS = DRAWS * Threefry.WORDS * 16;

    private final StreamKey key = StreamKey.of("random benchmark");
    private final ThreefryLanes lanes = new ThreefryLanes(key, 0);
    private final int[] bits = new int[DRAWS * Threefry.WORDS * WormLanes.CHAINS];
    private final float[] uniforms = new float[bits.length];
    private long draw;

    @Benchmark
    @OperationsPerInvocation(NUMBERS)
    public int[] threefryBits() {
        lanes.fill(Purpose.L_SWEEP, draw += DRAWS, DRAWS, bits, null);
        return bits;
    }

    @Benchmark
    @OperationsPerInvocation(NUMBERS)
    public float[] threefryUniforms() {
        lanes.fill(Purpose.WORM_MOVE, draw += DRAWS, DRAWS, null, uniforms);
        return uniforms;
    }

    @Benchmark
    @OperationsPerInvocation(NUMBERS)
    public int[] philoxBits() {
        draw += DRAWS;
        for (int first = 0; first < WormLanes.CHAINS; first += WormLanes.WIDTH) {
            PhiloxLanes.fill(key, first, Purpose.FIELD_UPDATE, draw, DRAWS, bits, null);
        }
        return bits;
    }
}
