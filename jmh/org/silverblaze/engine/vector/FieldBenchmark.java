package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.FLOATS;
import static org.silverblaze.engine.vector.WormLanes.WIDTH;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
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
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.FieldTables;
import org.silverblaze.engine.reference.ReferenceFields;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/**
 * Site updates of the phi representation per second, one chain in each lane, one thread: read the counter {@code siteUpdates}.
 * {@code reflection} and {@code heatBath} are whole sweeps, {@code random} the random numbers of a heat-bath sweep alone: three Philox
 * words, two logarithms, a sine and a cosine for a site.
 *
 * <p>The limits that they are held against, in the same unit, of the same run:
 * <ul>
 * <li>{@code memoryLimit}: every number of the field read once and written once, front to back: what a sweep has to move at least.
 * <li>{@code arithmeticLimit}: the products and sums of a reflection ({@link #reflectionFlops}) as fused multiply-adds on registers,
 *     two to each. The sampler may not fuse them, since all engines give the same bits: where products and sums share their
 *     units it can reach half at most. The division, and the loads of all neighbours, are not counted.
 * </ul>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 5, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FieldBenchmark {
    private static final int PEAK_STEPS = 10_000;
    private static final int ACCUMULATORS = 12;

    /** 30 KiB of field, in the first or second cache, and 8 MiB. */
    @Param({"60x4", "16x16x16x16"})
    public String lattice;

    private int volume;
    private int legs;
    private LaneField field;
    private FieldBlock reference;
    private float[] stream;
    private final float[] coefficients = {0.5f, 0.25f};

    @Setup
    public void start() {
        Lattice sites = Lattice.parse(lattice);
        volume = sites.volume();
        legs = 2 * sites.dimensions();
        Couplings couplings = new Couplings(2 * sites.dimensions() + 0.01, 1, 0);
        FieldSpec spec = new FieldSpec(sites, couplings, FieldAlgorithm.HEAT_BATH, 1, new FieldSchedule(0, 0, 1));
        field = new LaneField(spec, FieldTables.of(sites, couplings), 0, 0);
        for (int i = 0; i < 10; i++) {
            field.update(); // away from phi = 0
        }
        reference = new ReferenceFields().start(spec, 0, 1);
        stream = new float[2 * volume * WIDTH];
    }

    /** Products and sums of one reflection, neighbours included. */
    int reflectionFlops() {
        return 2 * legs + 3 + 3 + 1 + 4;
    }

    /** Site updates made. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        public long siteUpdates;

        @Setup(Level.Iteration)
        public void reset() {
            siteUpdates = 0;
        }
    }

    @Benchmark
    public void reflection(Work work) {
        field.reflectionSweep();
        work.siteUpdates += (long) volume * WIDTH;
    }

    @Benchmark
    public void heatBath(Work work) {
        field.heatBathSweep();
        work.siteUpdates += (long) volume * WIDTH;
    }

    @Benchmark
    public void random(Work work) {
        field.randomSweep();
        work.siteUpdates += (long) volume * WIDTH;
    }

    @Benchmark
    public void referenceHeatBath(Work work) {
        reference.advance(reference.clock() + 1, (chain, draw, phi) -> {});
        work.siteUpdates += volume;
    }

    @Benchmark
    public float[] memoryLimit(Work work) {
        FloatVector factor = FloatVector.broadcast(FLOATS, coefficients[0]);
        float[] memory = stream;
        for (int at = 0; at < memory.length; at += WIDTH) {
            FloatVector.fromArray(FLOATS, memory, at).add(factor).intoArray(memory, at);
        }
        work.siteUpdates += (long) volume * WIDTH;
        return memory;
    }

    @Benchmark
    public float arithmeticLimit(Work work) {
        FloatVector x = FloatVector.broadcast(FLOATS, coefficients[0]);
        FloatVector y = FloatVector.broadcast(FLOATS, coefficients[1]);
        FloatVector a0 = y;
        FloatVector a1 = y;
        FloatVector a2 = y;
        FloatVector a3 = y;
        FloatVector a4 = y;
        FloatVector a5 = y;
        FloatVector a6 = y;
        FloatVector a7 = y;
        FloatVector a8 = y;
        FloatVector a9 = y;
        FloatVector a10 = y;
        FloatVector a11 = y;
        for (int i = 0; i < PEAK_STEPS; i++) {
            a0 = a0.fma(x, y);
            a1 = a1.fma(x, y);
            a2 = a2.fma(x, y);
            a3 = a3.fma(x, y);
            a4 = a4.fma(x, y);
            a5 = a5.fma(x, y);
            a6 = a6.fma(x, y);
            a7 = a7.fma(x, y);
            a8 = a8.fma(x, y);
            a9 = a9.fma(x, y);
            a10 = a10.fma(x, y);
            a11 = a11.fma(x, y);
        }
        work.siteUpdates += 2L * ACCUMULATORS * WIDTH * PEAK_STEPS / reflectionFlops();
        FloatVector sum = a0.add(a1).add(a2).add(a3).add(a4).add(a5);
        return sum.add(a6).add(a7).add(a8).add(a9).add(a10).add(a11).lane(0);
    }
}
