package org.silverblaze.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.FluxConfiguration;
import org.silverblaze.theory.ObservableMeter;

/** Labels of hand-made configurations, and what the check of a data set finds. */
final class ViolationsTest {
    private static final ViolationTask TASK = ViolationTask.of(Kind.COUNTING, null, null, false);

    @TempDir
    Path temp;

    /** Adds {@code flux} along a path: t and x go forward, T and X back; returns the site at its end. */
    private static int path(FluxConfiguration c, int from, String legs, int flux) {
        Lattice lattice = c.lattice();
        int here = from;
        for (int i = 0; i < legs.length(); i++) {
            char leg = legs.charAt(i);
            int axis = Character.toLowerCase(leg) == 't' ? 0 : 1;
            boolean forward = Character.isLowerCase(leg);
            int next = forward ? lattice.forward(axis, here) : lattice.backward(axis, here);
            c.k()[axis * lattice.volume() + (forward ? here : next)] += (byte) (forward ? flux : -flux);
            here = next;
        }
        return here;
    }

    private static byte[] map(FluxConfiguration c) {
        byte[] map = new byte[c.lattice().volume()];
        Violations.divergence(c.lattice(), c.k(), 0, map, 0);
        return map;
    }

    private static double label(FluxConfiguration c, String name) {
        return Violations.labels(TASK, 0, 0, map(c), 0, c.lattice().volume()).get(name);
    }

    private static void expect(FluxConfiguration c, double violations, double sites) {
        assertThat(label(c, "violations")).isEqualTo(violations);
        assertThat(label(c, "violated_sites")).isEqualTo(sites);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8x8", "5x3", "2x2", "1x3"})
    void closedLoopsHaveNone(String extents) {
        Lattice lattice = Lattice.parse(extents);
        FluxConfiguration c = FluxConfiguration.empty(lattice);
        path(c, 2 % lattice.volume(), "txTX", 1);
        expect(c, 0, 0);
        path(c, 1, "t".repeat(lattice.extent(0)), -2);
        path(c, 0, "x".repeat(lattice.extent(1)), 3);
        expect(c, 0, 0);
        assertThat(map(c)).containsOnly(0);
    }

    @Test
    void anOpenWormHasTwoEndsWhereverItWinds() {
        FluxConfiguration c = FluxConfiguration.empty(Lattice.of(8, 6));
        int end = path(c, 9, "ttttttttttxxxX", 1);
        expect(c, 1, 2);
        assertThat(map(c)[9]).as("the tail").isEqualTo((byte) 1);
        assertThat(map(c)[end]).as("the head").isEqualTo((byte) -1);
    }

    @Test
    void wormsThatShareAnEndPointAreTwoViolationsOnThreeSites() {
        FluxConfiguration heads = FluxConfiguration.empty(Lattice.of(6, 6));
        int end = path(heads, 0, "ttx", 1);
        assertThat(path(heads, 5, "xttx", 1)).isEqualTo(end);
        expect(heads, 2, 3);
        assertThat(map(heads)[end]).isEqualTo((byte) -2);

        FluxConfiguration tails = FluxConfiguration.empty(Lattice.of(6, 6));
        path(tails, 7, "tt", 1);
        path(tails, 7, "xxx", 1);
        expect(tails, 2, 3);
        assertThat(map(tails)[7]).isEqualTo((byte) 2);

        FluxConfiguration headOnTail = FluxConfiguration.empty(Lattice.of(6, 6));
        path(headOnTail, path(headOnTail, 7, "tt", 1), "xxx", 1);
        expect(headOnTail, 1, 2);

        FluxConfiguration back = FluxConfiguration.empty(Lattice.of(6, 6));
        assertThat(path(back, path(back, 7, "ttx", 1), "XTT", 1)).isEqualTo(7);
        expect(back, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({"DETECTION, 1", "COUNTING, 10"})
    void classesAreBalancedInEverySubsetOfManyChains(Kind kind, int most) {
        ViolationTask task = ViolationTask.of(kind, null, null, false);
        assertThat(task.mostWorms()).isEqualTo(most);
        int[] counts = new int[most + 1];
        int draws = 2 * (most + 1);
        for (long draw = 0; draw < draws; draw++) {
            for (int chain = 0; chain < 16; chain++) {
                counts[task.worms(chain, draw)]++;
            }
            if (draw == 0) {
                assertThat(Arrays.stream(counts).max().orElseThrow()
                                - Arrays.stream(counts).min().orElseThrow())
                        .as("first draws of all chains")
                        .isLessThanOrEqualTo(1);
            }
        }
        assertThat(counts).containsOnly(16 * draws / (most + 1));
    }

    @Test
    void theCheckRecomputesEveryLabel() throws Exception {
        Manifest manifest = ShardFiles.write(temp, ShardFiles.withWorms(ShardFiles.manifest("4x3", 41, 20, 2, 0.91)));
        assertThat(DatasetCheck.check(temp, Progress.NONE).fault()).isEmpty();
        assertThat(Manifest.read(temp.resolve(Manifest.FILE))).isEqualTo(manifest);
        ObservableMeter meter = ObservableMeter.of(manifest.lattice(), manifest.couplings(0));
        for (int turn = 0; turn < 7; turn++) {
            Shard shard = ShardFile.read(temp, manifest, new ShardId(0, 0, 0));
            assertThat(DatasetCheck.firstFault(shard, meter)).isEmpty();
            String expected;
            switch (turn) {
                case 0 -> {
                    shard.violations().divergence()[3 * 12 + 5]++;
                    expected = "divergence is stored as 1 at site 5, recomputed it is 0";
                }
                case 1 -> {
                    shard.labels().get("violations")[3] += 1;
                    expected = "violations is stored as";
                }
                case 2 -> {
                    shard.labels().get("violated_sites")[3] += 1;
                    expected = "violated_sites is stored as";
                }
                case 3 -> {
                    shard.labels().get("worms")[3] += 1;
                    expected = "worms is stored as";
                }
                case 4 -> {
                    shard.violations().steps()[2 * 3 + 1] = 10;
                    expected = "has 10 steps";
                }
                case 5 -> {
                    // Still the same worms; a loop more in k changes n or |phi|^2.
                    for (int t = 0; t < 4; t++) {
                        shard.k()[3 * 24 + 3 * t]++;
                    }
                    expected = "is stored as";
                }
                default -> {
                    shard.l()[3 * 24 + 7] = -1;
                    expected = "has to be at least 0";
                }
            }
            Optional<String> fault = DatasetCheck.firstFault(shard, meter);
            assertThat(fault).as("turn %d", turn).isPresent();
            assertThat(fault.orElseThrow()).as("turn %d", turn).contains(expected);
        }
    }

    @Test
    void samplesGiveTheTargetsOfBothTasks() throws Exception {
        ShardFiles.write(temp, ShardFiles.withWorms(ShardFiles.manifest("4x3", 40, 20, 2, 0.91)));
        Samples samples = Dataset.open(temp).load(0);
        double[] violations = samples.labels().get("violations");
        for (int i = 0; i < samples.count(); i++) {
            assertThat(violations[i]).isEqualTo((samples.chain()[i] + samples.draw()[i]) % 3);
            assertThat(samples.counting().targets()[i]).isEqualTo((float) violations[i]);
            assertThat(samples.detection().targets()[i]).isEqualTo(violations[i] > 0 ? 1f : 0f);
        }
        assertThat(samples.detection().outputs()).isEqualTo(1);
    }

    @Test
    void closedDataHaveNoTargets() throws Exception {
        ShardFiles.write(temp, ShardFiles.manifest("4x3", 40, 20, 2, 0.91));
        assertThat(Files.readString(temp.resolve(Manifest.FILE))).doesNotContain("\"task\"");
        Samples samples = Dataset.open(temp).load(0);
        assertThatThrownBy(samples::counting).isInstanceOf(BadInput.class).hasMessageContaining("--task");
    }

    @Test
    void impossibleTasksAreBadInput() {
        assertThatThrownBy(() -> ViolationTask.of(Kind.DETECTION, List.of(1, 1), null, false))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--worms 1,1");
        assertThatThrownBy(() -> ViolationTask.of(Kind.DETECTION, List.of(0, 1), null, true))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--pairs");
        assertThatThrownBy(() -> ViolationTask.of(Kind.COUNTING, null, new int[] {5, 4}, false))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--steps 5:4");
        assertThatThrownBy(() -> ViolationTask.of(Kind.COUNTING, List.of(101), null, false))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("to 100");
    }
}
