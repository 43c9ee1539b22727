package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.reference.ReferenceSampler;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Threefry;
import org.silverblaze.random.Uniform;
import org.silverblaze.theory.Couplings;

/** The chains of the vector engine are those of the reference engine, bit for bit. */
final class VectorSamplerTest {
    private static ChainSpec spec(String lattice, double mu, int stepsPerSweep) {
        Lattice sites = Lattice.parse(lattice);
        // Dilute at mu = 0 in any number of dimensions.
        return new ChainSpec(
                sites,
                new Couplings(Math.max(4, 2 * sites.dimensions()) + 0.01, 1, mu),
                WormAlgorithm.DIRECTED,
                17,
                new Schedule(stepsPerSweep, 4, 3));
    }

    private static SampleSink into(List<String> lines) {
        return (chain, draw, k, l) -> lines.add(chain + " " + draw + " " + Arrays.toString(k) + Arrays.toString(l));
    }

    /** lattice, mu, steps per sweep, chains, samples; one for each size class of lanes, buffers, axes and dimensions. */
    @ParameterizedTest
    @CsvSource({
        "12x4, 1.05, 48, 16, 30", // all in lanes of every width
        "60x4, 1.05, 240, 32, 3",
        "5x3, 0.9, 1, 16, 30", // a sweep after every step
        "5x3, 0.9, 200, 16, 30", // sweeps further apart than the buffer is long
        "7x2, -0.8, 13, 32, 30", // extent 2: double links; steps not a multiple of a Philox block
        "2x2, 0.7, 5, 16, 60",
        "3x1, 0.9, 4, 16, 40", // extent 1: links from a site to itself
        "1x3, 0.4, 4, 16, 40",
        "1x1, 0.3, 3, 16, 60",
        "8x8, 1.0, 64, 16, 10",
        "33x5, 0.6, 70, 16, 4", // links not a multiple of the buffer
        "6x3, 1.0, 9, 5, 20", // fewer chains than lanes
        "6x3, 1.0, 9, 35, 8", // full groups and a rest
        "6x3, 1.0, 9, 2, 20", // too few for lanes
        "2x2, 1.3, 7, 5, 300", // fewer chains than lanes, in and out of them
        "3x1x2x2, 0.9, 12, 6, 20",
        "9, 0.5, 6, 16, 20", // other dimensions
        "1, 0.3, 2, 3, 20",
        "3x2x2, 0.7, 12, 16, 10",
        "2x1x2x2, 0.7, 12, 4, 10",
        "4x3x2x3, 1.2, 72, 16, 12", // in lanes: all four axes
        "5x3x4, 0.9, 61, 32, 12", // three; links not a multiple of a block of random numbers
        "3x1x2, -0.9, 1, 16, 30", // a sweep after every step; extents 1 and 2
        "1x1x1x1, 0.2, 3, 16, 30",
        "9, 0.6, 200, 35, 20", // one; full groups and a rest
        "1, 0.3, 2, 16, 30",
        "7x3x4, 1.0, 84, 16, 6", // links not a multiple of the buffer
    })
    void chainsAreThoseOfTheReference(String lattice, double mu, int stepsPerSweep, int chains, int samples) {
        ChainSpec spec = spec(lattice, mu, stepsPerSweep);
        assertSame(spec, chains, samples);
    }

    @ParameterizedTest
    @CsvSource({
        "12x4, 1.05, 48, 16, 30",
        "5x3, 0.9, 1, 5, 40", // a sweep after every step; fewer chains than lanes
        "7x2, -0.8, 13, 35, 30", // extent 2; full groups and a rest; odd numbers of steps
        "3x1, 0.9, 4, 3, 60", // extent 1: links from a site to itself
        "1x1, 0.3, 3, 3, 60",
        "2x2, 1.3, 7, 4, 60",
        "8x8, 1.5, 64, 3, 25",
        "9, 0.5, 6, 4, 30",
        "1, 0.3, 2, 3, 30",
        "3x2x2, 0.7, 12, 4, 20",
        "2x1x2x2, 0.7, 12, 4, 20",
    })
    void metropolisChainsAreThoseOfTheReference(String lattice, double mu, int stepsPerSweep, int chains, int samples) {
        Schedule schedule = new Schedule(stepsPerSweep, 4, 3);
        assertSame(
                new ChainSpec(
                        Lattice.parse(lattice), new Couplings(4.01, 1, mu), WormAlgorithm.METROPOLIS, 17, schedule),
                chains,
                samples);
    }

    /** Deep in the dense phase four bits are not enough: the chains leave the lanes, come back, and stay the same. */
    @ParameterizedTest
    @CsvSource({
        "2x2, 1.3, 7, 600",
        "8x8, 1.5, 64, 25",
        "2x1, 1.5, 3, 100",
        "4x2, 1.9, 8, 30",
        "3x3, 2.5, 9, 10",
        "2x2x2, 1.1, 8, 30",
        "3x1x2x2, 0.9, 12, 20",
        "4, 1.9, 4, 300",
        "2x1, 2.5, 2, 60",
        "2x2x1x1, 2.2, 5, 20"
    })
    void chainsThatLeaveFourBitsStayTheSame(String lattice, double mu, int stepsPerSweep, int samples) {
        ChainSpec spec = spec(lattice, mu, stepsPerSweep);
        ChainBlock block = assertSame(spec, 16, samples);
        assumeThat(VectorSampler.lanes()).isGreaterThan(1);
        assertThat(block.toString()).contains("left the lanes").doesNotEndWith(" 0 times");
    }

    /** Chains of one block run alone at first and go to the lanes later: wherever that happens, no bit depends on it. */
    @ParameterizedTest
    @CsvSource({"0", "1", "20000", "1000000000"})
    void turningToTheLanesChangesNothing(long stepsMore) {
        ChainSpec spec = spec("6x3", 1.0, 10);
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        long[] wanted = new long[WormLanes.CHAINS];
        Arrays.fill(wanted, 40);
        ChainBlock alone = new VectorSampler(Long.MAX_VALUE).start(spec, 0, WormLanes.CHAINS);
        alone.advance(wanted, into(expected));
        long threshold = WarmUp.soFar() + stepsMore;
        ChainBlock block = new VectorSampler(threshold).start(spec, 0, WormLanes.CHAINS);
        block.advance(wanted, into(actual));
        assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(block.state()).usingRecursiveComparison().isEqualTo(alone.state());
    }

    private static ChainBlock assertSame(ChainSpec spec, int chains, int samples) {
        long[] some = new long[chains];
        long[] all = new long[chains];
        for (int c = 0; c < chains; c++) {
            some[c] = samples / 3 + (long) (c % 2);
            all[c] = samples - (long) (c % 3);
        }
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        ChainBlock reference = new ReferenceSampler().start(spec, 0, chains);
        ChainBlock vector = new VectorSampler(0).start(spec, 0, chains);
        for (long[] wanted : new long[][] {some, all}) {
            reference.advance(wanted, into(expected));
            vector.advance(wanted, into(actual));
            assertThat(vector.clock()).as("clock of %s", spec).isEqualTo(reference.clock());
            assertThat(vector.state())
                    .as("state of %s", spec)
                    .usingRecursiveComparison()
                    .isEqualTo(reference.state());
        }
        assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
        // Resumed in the middle, on the other engine.
        List<String> resumed = new ArrayList<>();
        for (SamplingEngine[] engines : new SamplingEngine[][] {
            {new ReferenceSampler(), new VectorSampler(0)}, {new VectorSampler(0), new ReferenceSampler()}
        }) {
            resumed.clear();
            ChainBlock first = engines[0].start(spec, 0, chains);
            first.advance(some, into(resumed));
            ChainBlock second = engines[1].resume(spec, first.state());
            second.advance(all, into(resumed));
            assertThat(resumed).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(second.state()).usingRecursiveComparison().isEqualTo(reference.state());
        }
        return vector;
    }

    @Test
    void occupationsBeyondInt8StopTheRunInOneLine() {
        ChainBlock block = new VectorSampler(0).start(spec("2x1", 8, 3), 0, 16);
        long[] wanted = new long[16];
        Arrays.fill(wanted, 1_000_000);
        assertThatThrownBy(() -> block.advance(wanted, (chain, draw, k, l) -> {}))
                .isInstanceOf(OccupationLimitException.class)
                .hasMessageContaining("on 2x1 at mu = 8.0");
    }

    /**
     * One vector that C2 does not keep in registers would cost 64 bytes or more a step, and most of the speed. In a JVM of its own:
     * kernels of other widths that ran before leave profiles behind with which C2 boxes vectors.
     */
    @ParameterizedTest
    @ValueSource(strings = {"60x4 1.05 240", "4x2x2x2 0 32"})
    void compiledKernelsAllocateNothing(String ensemble) throws Exception {
        assumeThat(WormLanes.USABLE).isTrue();
        assertThat(OwnJvm.run(Warm.class, "-Densemble=" + ensemble))
                .containsExactly("0 bytes in one step of all lanes");
    }

    /** Runs until a step allocates less than a byte, and prints what it allocates; gives up after 90 seconds. */
    static final class Warm {
        private Warm() {}

        public static void main(String[] arguments) {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            String[] parts = System.getProperty("ensemble").split(" ");
            ChainSpec spec = spec(parts[0], Double.parseDouble(parts[1]), Integer.parseInt(parts[2]));
            ChainBlock block = new VectorSampler(0).start(spec, 0, WormLanes.CHAINS);
            long[] wanted = new long[WormLanes.CHAINS];
            // Interpreter and C1 allocate; C2 comes after some 10^5 steps, or later where the machine is busy.
            long end = System.nanoTime() + 90_000_000_000L;
            long bytesPerStep = Long.MAX_VALUE;
            while (bytesPerStep > 0 && System.nanoTime() < end) {
                long bytes = threads.getCurrentThreadAllocatedBytes();
                long clock = block.clock();
                Arrays.fill(wanted, wanted[0] + 50);
                block.advance(wanted, (chain, draw, k, l) -> {});
                bytesPerStep = (threads.getCurrentThreadAllocatedBytes() - bytes) / (block.clock() - clock);
            }
            System.out.println(bytesPerStep + " bytes in one step of all lanes");
        }
    }

    @Test
    void threefryInLanesGivesTheWordsOfEveryChain() {
        assumeThat(WormLanes.USABLE).isTrue();
        StreamKey key = StreamKey.of("threefry in lanes");
        long draw = 0xFFFF_FFFEL; // the low word of the counter overflows on the way
        int[] bits = new int[3 * Threefry.WORDS * WormLanes.CHAINS];
        float[] uniforms = new float[bits.length];
        for (int firstChain : new int[] {0, 48, 0x7FFFFFF0, -8}) {
            ThreefryLanes lanes = new ThreefryLanes(key, firstChain);
            lanes.fill(Purpose.L_SWEEP, draw, 3, bits, null);
            lanes.fill(Purpose.L_SWEEP, draw, 3, null, uniforms);
            int[] words = new int[Threefry.WORDS];
            for (int row = 0; row < 3 * Threefry.WORDS; row++) {
                for (int lane = 0; lane < WormLanes.CHAINS; lane++) {
                    key.block(draw + row / Threefry.WORDS, firstChain + lane, Purpose.L_SWEEP, words, 0);
                    int word = words[row % Threefry.WORDS];
                    assertThat(bits[row * WormLanes.CHAINS + lane]).isEqualTo(word);
                    assertThat(uniforms[row * WormLanes.CHAINS + lane]).isEqualTo(Uniform.toFloat(word));
                }
            }
        }
    }

    @Test
    void openingsInLanesAreThoseOfEveryChain() {
        assumeThat(WormLanes.USABLE).isTrue();
        StreamKey key = StreamKey.of("openings in lanes");
        int halfLinks = 4 * 15;
        LaneOpenings openings = new LaneOpenings(key, 32, halfLinks);
        long[] worms = new long[WormLanes.CHAINS];
        for (int lane = 0; lane < worms.length; lane++) {
            // The low word of some lanes' counters overflows on the way.
            worms[lane] = lane % 3 == 0 ? (1L << 34) - 5L * lane : 7L * lane;
        }
        openings.start(worms);
        // Lane 5 uses many more than the others.
        for (int i = 0; i < 400; i++) {
            int lane = i % 2 == 0 ? 5 : i / 2 % WormLanes.CHAINS;
            worms[lane]++;
            assertThat(openings.next(lane)).isEqualTo(WormAlgorithm.opening(key, 32 + lane, worms[lane], halfLinks));
        }
    }
}
