package org.silverblaze.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/** Schedule, blocks and resumption of the reference sampler. */
final class ReferenceSamplerTest {
    private static ChainSpec spec(String lattice, double mu, Schedule schedule) {
        return spec(lattice, mu, schedule, WormAlgorithm.DIRECTED);
    }

    private static ChainSpec spec(String lattice, double mu, Schedule schedule, WormAlgorithm algorithm) {
        return new ChainSpec(Lattice.parse(lattice), new Couplings(4.01, 1, mu), algorithm, 5, schedule);
    }

    private static SampleSink into(List<String> lines) {
        return (chain, draw, k, l) -> lines.add(chain + " " + draw + " " + Arrays.toString(k) + Arrays.toString(l));
    }

    @ParameterizedTest
    @CsvSource({
        "4x3, DIRECTED", "1x1, DIRECTED", "5, DIRECTED", "2x2x2, DIRECTED",
        "4x3, METROPOLIS", "1x1, METROPOLIS", "5, METROPOLIS", "2x2x2, METROPOLIS"
    })
    void aBlockStopsAtTheFirstMultipleOfPWithAllItsSamplesAndGoesOnFromItsState(
            String lattice, WormAlgorithm algorithm) {
        ChainSpec spec = spec(lattice, 0.9, new Schedule(7, 5, 3), algorithm);
        List<String> whole = new ArrayList<>();
        List<String> parts = new ArrayList<>();
        try (ChainBlock once = new ReferenceSampler().start(spec, 2, 3);
                ChainBlock first = new ReferenceSampler().start(spec, 2, 3)) {
            once.advance(new long[] {9, 9, 8}, into(whole));
            assertThat(once.clock() % 7).isZero();
            first.advance(new long[] {4, 2, 4}, into(parts));
            assertThat(first.clock()).isLessThan(once.clock());
            ChainBlock second = new ReferenceSampler().resume(spec, first.state());
            second.advance(new long[] {9, 9, 8}, into(parts));
            assertThat(parts).containsExactlyInAnyOrderElementsOf(whole);
            assertThat(second.state()).usingRecursiveComparison().isEqualTo(once.state());
            long clock = second.clock();
            second.advance(new long[] {9, 9, 8}, into(parts));
            assertThat(second.clock()).as("nothing more was asked for").isEqualTo(clock);
        }
    }

    @Test
    void aChainDoesNotDependOnItsBlock() {
        ChainSpec spec = spec("4x3", 1, new Schedule(5, 2, 2));
        List<String> alone = new ArrayList<>();
        List<String> together = new ArrayList<>();
        new ReferenceSampler().start(spec, 3, 1).advance(new long[] {6}, into(alone));
        new ReferenceSampler().start(spec, 0, 8).advance(new long[] {6, 6, 6, 6, 6, 6, 6, 6}, into(together));
        assertThat(together).containsAll(alone.subList(0, 6));
    }

    @ParameterizedTest
    @EnumSource(WormAlgorithm.class)
    void occupationsBeyondInt8StopTheRunInOneLine(WormAlgorithm algorithm) {
        // Two sites deep in the dense phase: k would reach several hundred.
        ChainBlock block = new ReferenceSampler().start(spec("2x1", 8, new Schedule(3, 0, 1), algorithm), 4, 1);
        assertThatThrownBy(() -> block.advance(new long[] {1_000_000}, (chain, draw, k, l) -> {}))
                .isInstanceOf(OccupationLimitException.class)
                .hasMessageStartingWith("chain 4 on 2x1 at mu = 8.0")
                .message()
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @EnumSource(WormAlgorithm.class)
    void theFirstSampleComesAfterThermalizationAndTheSpacing(WormAlgorithm algorithm) {
        Schedule schedule = new Schedule(1, 10, 4);
        ChainBlock block = new ReferenceSampler().start(spec("3x2", 0.5, schedule, algorithm), 0, 1);
        List<Long> worms = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            block.advance(new long[] {i}, (chain, draw, k, l) -> {});
            worms.add(block.state().worms()[0]);
        }
        assertThat(worms).containsExactly(14L, 18L, 22L, 26L, 30L);
    }
}
