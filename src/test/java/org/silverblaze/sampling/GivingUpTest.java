package org.silverblaze.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.Progress;
import org.silverblaze.Stop;
import org.silverblaze.Stopped;
import org.silverblaze.dataset.Part;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.reference.ReferenceEngine;
import org.silverblaze.engine.vector.VectorEngine;
import org.silverblaze.lattice.Lattice;

/** A run that is asked to end does so however far the next sample is, and leaves no thread behind that goes on. */
final class GivingUpTest {
    /** Worms or updates that no test will see the end of. */
    private static final long FOREVER = 1L << 50;

    @TempDir
    private Path folder;

    private static Engine engine(String name) {
        return name.equals("vector") ? new VectorEngine() : new ReferenceEngine();
    }

    /** Asks for the end while that stage runs. */
    private static Progress during(String wanted, Stop stop) {
        AtomicInteger updates = new AtomicInteger();
        return (stage, done, total) -> {
            if (stage.equals(wanted) && updates.incrementAndGet() == 2) {
                stop.request(Stop.Reason.EARLY, wanted);
            }
        };
    }

    private static void assertGivesUp(ThrowingCallable run, String stage) throws InterruptedException {
        assertThatThrownBy(run).isInstanceOf(Stopped.class).hasMessage(stage);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("sampling")) {
                thread.join(5000);
                assertThat(thread.isAlive()).as("%s goes on", thread).isFalse();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vector, directed, 8x8, sampling",
        "vector, directed, 4x4x4, sampling",
        "vector, metropolis, 8x8, sampling",
        "reference, directed, 8x8, sampling",
        "reference, metropolis, 3x3x3, sampling",
        "reference, directed, 128x128, pilot runs",
    })
    void fluxes(String engine, String algorithm, String lattice, String stage) throws InterruptedException {
        boolean pilot = stage.equals("pilot runs");
        SamplingRequest request = SamplingRequest.of(
                        Lattice.parse(lattice),
                        8.1,
                        1,
                        new double[] {0.5},
                        100,
                        WormAlgorithm.valueOf(algorithm.toUpperCase(Locale.ROOT)),
                        3)
                .withSchedule(null, pilot ? null : FOREVER, pilot ? null : 1L)
                .withSegmentSamples(1L);
        Stop stop = new Stop();
        assertGivesUp(
                () -> SamplingRun.run(
                        request,
                        folder.resolve("a"),
                        Part.WHOLE,
                        engine(engine),
                        2,
                        List.of("test"),
                        stop,
                        during(stage, stop)),
                stage);
    }

    @ParameterizedTest
    @CsvSource({"vector, 8x8, sampling", "reference, 4x4, sampling", "reference, 128x128, pilot runs"})
    void fields(String engine, String lattice, String stage) throws InterruptedException {
        boolean pilot = stage.equals("pilot runs");
        FieldRequest request = new FieldRequest(
                Lattice.parse(lattice), 4.1, 1, 100, 16, 1, pilot ? null : FOREVER, pilot ? null : 1L, 3, 1L);
        Stop stop = new Stop();
        assertGivesUp(
                () -> SamplingRun.run(
                        request,
                        folder.resolve("a"),
                        Part.WHOLE,
                        engine(engine),
                        2,
                        List.of("test"),
                        stop,
                        during(stage, stop)),
                stage);
    }
}
