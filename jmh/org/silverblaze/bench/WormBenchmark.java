package org.silverblaze.bench;

import java.util.Arrays;
import java.util.Locale;
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
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.reference.ReferenceSampler;
import org.silverblaze.engine.vector.VectorSampler;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.statistics.GammaMethod;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;

/**
 * 16 chains on one thread; read the counters. {@code laneSteps}: steps of all chains per second, with their random numbers, closings,
 * openings and l sweeps; {@code linkUpdates}: links whose l was drawn; {@code effectiveSamples}: steps over 2 tau_int in steps, of the slower of n
 * and |phi|^2, measured before in a run of 10^7 steps of each chain. One l sweep after every V steps, or (P = 2^16) nearly none, which
 * is the worm alone; there no effective samples are counted, as l hardly moves. Measuring and writing of samples is not in it.
 *
 * <p>Limit it is held against (a Zen 4 server core, 60x4, sweeps included): hand-written AVX-512 C++ of the directed worm needs 3.2 to
 * 3.7 ns a step with a cheaper generator, 2.7e8 to 3.1e8 steps per second. A plain scalar C++ worm makes 5.6e7 to 5.9e7, each worth
 * about a fifth.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 5, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WormBenchmark {
    private static final int CHAINS = 16;
    private static final int NEARLY_NO_SWEEPS = 65536;
    private static final long STEPS_OF_TAU = 10_000_000;
    /** Spacing of the measurements for tau_int, about, in units of V steps; tau_int is several of it. */
    private static final int VOLUMES_BETWEEN = 2;

    /** {@code lanes}: chains in the lanes of a vector, four bits a number; {@code int8}: the vector engine chain by chain. */
    @Param({"lanes", "int8", "reference"})
    public String kernel;

    @Param({"directed", "metropolis"})
    public String algorithm;

    /** Lattice, chemical potential and, where it is not 4.01, eta, as {@code 8x4x4x4@1.1@9}; lambda = 1. */
    @Param({"60x4@1.05", "8x8@1.0"})
    public String ensemble;

    /** P; 0 stands for V. */
    @Param({"0", "65536"})
    public int stepsPerSweep;

    private ChainBlock block;
    private final long[] wanted = new long[CHAINS];
    private double effectiveSamplesPerStep;

    @Setup
    public void start() {
        String[] parts = ensemble.split("@");
        Lattice lattice = Lattice.parse(parts[0]);
        Couplings couplings =
                new Couplings(parts.length > 2 ? Double.parseDouble(parts[2]) : 4.01, 1, Double.parseDouble(parts[1]));
        int steps = stepsPerSweep == 0 ? lattice.volume() : stepsPerSweep;
        WormAlgorithm worm = WormAlgorithm.valueOf(algorithm.toUpperCase(Locale.ROOT));
        effectiveSamplesPerStep =
                steps == NEARLY_NO_SWEEPS ? 0 : effectiveSamplesPerStep(lattice, couplings, worm, steps);
        SamplingEngine sampler = switch (kernel) {
            case "lanes" -> new VectorSampler(0);
            case "int8" -> new VectorSampler(Long.MAX_VALUE);
            default -> new ReferenceSampler();
        };
        block = sampler.start(new ChainSpec(lattice, couplings, worm, 1, new Schedule(steps, 2000, 1000)), 0, CHAINS);
    }

    /** 1 / (2 tau_int in steps of one chain) of the slower of n and |phi|^2. */
    private static double effectiveSamplesPerStep(Lattice lattice, Couplings couplings, WormAlgorithm worm, int steps) {
        long[] wanted = new long[CHAINS];
        Arrays.fill(wanted, 1);
        ChainBlock rough = new VectorSampler(0)
                .start(new ChainSpec(lattice, couplings, worm, 2, new Schedule(steps, 0, 2000)), 0, CHAINS);
        rough.advance(wanted, (chain, draw, k, l) -> {});
        double stepsPerWorm = rough.clock() / 2000.0;
        long between = Math.max(1, Math.round(VOLUMES_BETWEEN * lattice.volume() / stepsPerWorm));
        int samples = (int) (STEPS_OF_TAU / (between * stepsPerWorm));
        ObservableMeter meter = ObservableMeter.of(lattice, couplings);
        double[][] n = new double[CHAINS][samples];
        double[][] phi2 = new double[CHAINS][samples];
        SampleSink sink = (chain, draw, k, l) -> {
            if (draw < samples) {
                Observables observables = meter.measure(k, l);
                n[chain][(int) draw] = observables.n();
                phi2[chain][(int) draw] = observables.phi2();
            }
        };
        ChainBlock measured = new VectorSampler(0)
                .start(new ChainSpec(lattice, couplings, worm, 3, new Schedule(steps, 2000, between)), 0, CHAINS);
        measured.advance(wanted, sink);
        long from = measured.clock();
        Arrays.fill(wanted, samples);
        measured.advance(wanted, sink);
        double stepsPerSample = (measured.clock() - from) / (samples - 1.0);
        double tau =
                Math.max(GammaMethod.mean(n).tauInt(), GammaMethod.mean(phi2).tauInt());
        return 1 / (2 * tau * stepsPerSample);
    }

    /** What was made. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Made {
        public double effectiveSamples;
        public long laneSteps;
        public double linkUpdates;

        @Setup(Level.Iteration)
        public void reset() {
            effectiveSamples = 0;
            laneSteps = 0;
            linkUpdates = 0;
        }
    }

    @Benchmark
    public long sample(Made made) {
        long before = block.clock();
        Arrays.fill(wanted, wanted[0] + 1);
        block.advance(wanted, (chain, draw, k, l) -> {});
        long steps = (block.clock() - before) * CHAINS;
        made.laneSteps += steps;
        made.linkUpdates += steps
                * (double) block.spec().lattice().links()
                / block.spec().schedule().stepsPerSweep();
        made.effectiveSamples += steps * effectiveSamplesPerStep;
        return block.clock();
    }
}
