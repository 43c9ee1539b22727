package org.silverblaze.bench;

import java.util.List;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.lattice.Lattice;

/**
 * The named workloads of {@code silverblaze bench} in forks of their own, one thread: read the counter {@code units}, the rate in the
 * workload's unit (FLOP/s, steps/s, updates/s). Their limits are those that {@code silverblaze bench} prints beside them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 5,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:ObjectAlignmentInBytes=64", "-XX:-UseFPUForSpilling"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WorkloadBenchmark {
    /** Any other name of a workload on this lattice and with this batch works, too. */
    @Param({"step/EQ-small", "step/EQ-large", "step/ST", "step/STP", "step/FL", "forward/EQ-large", "links"})
    public String workload;

    @Param("60x4")
    public String lattice;

    @Param("64")
    public int batch;

    private Work work;

    /** Units done. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Units {
        public long units;

        @Setup(Level.Iteration)
        public void reset() {
            units = 0;
        }
    }

    @Setup
    public void start() {
        Suite suite = new Suite(
                Dispatcher.choose("vector").engine(), 1, List.of(Lattice.parse(lattice)), List.of(batch), Suite.TIMING);
        work = suite.workloads(List.of(workload)).getFirst().start().get();
    }

    @TearDown
    public void stop() {
        work.close();
    }

    @Benchmark
    public long run(Units units) {
        long done = work.run();
        units.units += done;
        return done;
    }
}
