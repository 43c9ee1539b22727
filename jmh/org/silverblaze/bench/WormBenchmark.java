package org.silverblaze.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.reference.ReferenceSampler;
import org.silverblaze.engine.vector.VectorSampler;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/**
 * Steps of all chains per second, 16 chains on one thread: read the counter {@code laneSteps}. Random numbers, closings, openings
 * and samples are included, and l sweeps: one after every V steps, or (P = 2^16) nearly none, which is the worm alone.
 *
 * <p>Limit it is held against (a Zen 4 server core, 60x4, sweeps included): hand-written AVX-512 C++ needs 3.2 to 3.7 ns a step with
 * a cheaper generator, 2.7e8 to 3.1e8 steps per second; with Philox the mark is 3.8 ns, 2.6e8. A plain scalar C++ worm makes
 * 5.6e7 to 5.9e7, each worth about a fifth.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 5, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WormBenchmark {
    private static final int CHAINS = 16;

    @Param({"vector", "reference"})
    public String engine;

    /** Lattice and chemical potential; eta = 4.01, lambda = 1. */
    @Param({"60x4@1.05", "8x8@1.0"})
    public String ensemble;

    /** P; 0 stands for V. */
    @Param({"0", "65536"})
    public int stepsPerSweep;

    private ChainBlock block;
    private final long[] wanted = new long[CHAINS];

    @Setup
    public void start() {
        String[] parts = ensemble.split("@");
        Lattice lattice = Lattice.parse(parts[0]);
        Couplings couplings = new Couplings(4.01, 1, Double.parseDouble(parts[1]));
        int steps = stepsPerSweep == 0 ? lattice.volume() : stepsPerSweep;
        ChainSpec spec = new ChainSpec(lattice, couplings, WormAlgorithm.DIRECTED, 1, new Schedule(steps, 2000, 1000));
        SamplingEngine sampler = engine.equals("vector") ? new VectorSampler(0) : new ReferenceSampler();
        block = sampler.start(spec, 0, CHAINS);
    }

    /** Steps made. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Steps {
        public long laneSteps;

        @Setup(Level.Iteration)
        public void reset() {
            laneSteps = 0;
        }
    }

    @Benchmark
    public long sample(Steps steps) {
        long before = block.clock();
        Arrays.fill(wanted, wanted[0] + 1);
        block.advance(wanted, (chain, draw, k, l) -> {});
        steps.laneSteps += (block.clock() - before) * CHAINS;
        return block.clock();
    }
}
