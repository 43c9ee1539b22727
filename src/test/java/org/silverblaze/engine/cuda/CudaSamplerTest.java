package org.silverblaze.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.silverblaze.BadInput;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.reference.ReferenceSampler;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/**
 * The chains of the kernels are those of the reference engine, bit for bit. The kernels are the ones that run on a device; in
 * `mvn test` they are compiled for the host (cuda/emulation), so what is shown here is their logic.
 */
final class CudaSamplerTest {
    @BeforeAll
    static void kernels() {
        System.setProperty(Cuda.ALLOW_EMULATION, "true");
        assumeThat(Cuda.available()).as(Cuda.description()).isTrue();
    }

    private static ChainSpec spec(String lattice, double mu, int stepsPerSweep, WormAlgorithm algorithm) {
        return new ChainSpec(
                Lattice.parse(lattice), new Couplings(4.01, 1, mu), algorithm, 17, new Schedule(stepsPerSweep, 4, 3));
    }

    private static ChainSpec spec(String lattice, double mu, int stepsPerSweep) {
        return spec(lattice, mu, stepsPerSweep, WormAlgorithm.DIRECTED);
    }

    private static SampleSink into(List<String> lines) {
        return (chain, draw, k, l) -> lines.add(chain + " " + draw + " " + Arrays.toString(k) + Arrays.toString(l));
    }

    private static long[] wanted(int chains, int samples) {
        long[] wanted = new long[chains];
        for (int c = 0; c < chains; c++) {
            wanted[c] = samples - (long) (c % 3);
        }
        return wanted;
    }

    private static void assertSame(SamplingEngine cuda, ChainSpec spec, int chains, int samples) {
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        ChainBlock reference = new ReferenceSampler().start(spec, 7, chains);
        try (ChainBlock block = cuda.start(spec, 7, chains)) {
            for (long[] wanted : new long[][] {wanted(chains, samples / 3), wanted(chains, samples)}) {
                reference.advance(wanted, into(expected));
                block.advance(wanted, into(actual));
                assertThat(block.clock()).as("clock of %s", spec).isEqualTo(reference.clock());
                assertThat(block.state())
                        .as("state of %s", spec)
                        .usingRecursiveComparison()
                        .isEqualTo(reference.state());
            }
        }
        assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** lattice, mu, steps per sweep, chains, samples. */
    @ParameterizedTest
    @CsvSource({
        "12x4, 1.05, 48, 33, 20", // a thread block and one chain more
        "60x4, 1.05, 240, 5, 3",
        "5x3, 0.9, 1, 16, 30", // a sweep after every step
        "5x3, 0.9, 200, 16, 30", // sweeps far apart
        "7x2, -0.8, 13, 32, 30", // extent 2: double links; steps not a multiple of a generator block
        "2x2, 1.3, 7, 16, 60", // dense phase
        "3x1, 0.9, 4, 16, 40", // extent 1: links from a site to itself
        "1x3, 0.4, 4, 1, 40",
        "1x1, 0.3, 3, 3, 60",
        "9, 0.5, 6, 16, 20", // other dimensions
        "1, 0.3, 2, 3, 20",
        "3x2x2, 0.7, 12, 16, 10",
        "2x1x2x2, 0.7, 12, 4, 10",
        "3x2x3x2, 0.7, 40, 3, 10",
    })
    void chainsAreThoseOfTheReference(String lattice, double mu, int stepsPerSweep, int chains, int samples) {
        assertSame(new CudaSampler(), spec(lattice, mu, stepsPerSweep), chains, samples);
    }

    @ParameterizedTest
    @EnumSource
    void memoryAndSizeOfBlocksChangeNoBit(WormShape.Memory memory) {
        for (int threads : new int[] {1, 5, 32, 64}) {
            assertSame(new CudaSampler(new WormShape(threads, memory, 1 << 20)), spec("6x3", 1.0, 10), 37, 12);
        }
    }

    /** One slot: a chain stops at every sample, in the middle of a period, until it is fetched. */
    @Test
    void chainsThatWaitForTheirSamplesToBeFetchedStayTheSame() {
        assertSame(new CudaSampler(new WormShape(0, WormShape.Memory.SHARED, 1)), spec("4x3", 1.0, 11), 5, 25);
    }

    @Test
    void aStateGoesFromEngineToEngine() {
        ChainSpec spec = spec("6x3", 1.0, 10);
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        ChainBlock alone = new ReferenceSampler().start(spec, 3, 4);
        alone.advance(wanted(4, 30), into(expected));
        ChainBlock first = new ReferenceSampler().start(spec, 3, 4);
        first.advance(wanted(4, 10), into(actual));
        try (ChainBlock second = new CudaSampler().resume(spec, first.state())) {
            second.advance(wanted(4, 20), into(actual));
            ChainBlock third = new ReferenceSampler().resume(spec, second.state());
            third.advance(wanted(4, 30), into(actual));
            assertThat(third.state()).usingRecursiveComparison().isEqualTo(alone.state());
        }
        assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whatHasItsSamplesDoesNotMove() {
        ChainSpec spec = spec("6x3", 1.0, 10);
        try (ChainBlock block = new CudaSampler().start(spec, 0, 4)) {
            block.advance(wanted(4, 10), into(new ArrayList<>()));
            long clock = block.clock();
            List<String> more = new ArrayList<>();
            block.advance(wanted(4, 8), into(more));
            assertThat(more).isEmpty();
            assertThat(block.clock()).isEqualTo(clock);
        }
    }

    @Test
    void anOccupationThatLeavesItsRangeStopsTheRunWithTheLineOfTheReference() {
        ChainSpec spec = new ChainSpec(
                Lattice.parse("2x1"),
                new Couplings(4.01, 0.001, 4),
                WormAlgorithm.DIRECTED,
                1,
                new Schedule(50, 0, 100));
        String line = line(new ReferenceSampler(), spec);
        assertThat(line).contains("would exceed 127");
        assertThat(line(new CudaSampler(), spec)).isEqualTo(line);
    }

    private static String line(SamplingEngine engine, ChainSpec spec) {
        String[] line = new String[1];
        try (ChainBlock block = engine.start(spec, 0, 1)) {
            assertThatThrownBy(() -> block.advance(new long[] {100_000}, (chain, draw, k, l) -> {}))
                    .isInstanceOf(OccupationLimitException.class)
                    .satisfies(e -> line[0] = e.getMessage());
        }
        return line[0];
    }

    @Test
    void metropolisIsRefusedInOneLine() {
        assertThatThrownBy(() -> new CudaSampler().start(spec("4x4", 1, 16, WormAlgorithm.METROPOLIS), 0, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--algorithm metropolis:")
                .hasMessageNotContaining("\n");
    }

    @Test
    void noMemoryLeftOnTheDeviceIsOneLine() {
        WormShape greedy = new WormShape(0, WormShape.Memory.GLOBAL, 1L << 41);
        assertThatThrownBy(() -> new CudaSampler(greedy).start(spec("64x64", 1, 16), 0, 1))
                .isInstanceOf(CudaException.class)
                .hasMessage("CUDA: out of memory");
    }
}
