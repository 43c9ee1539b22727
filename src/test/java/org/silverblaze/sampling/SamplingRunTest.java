package org.silverblaze.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.Stop;
import org.silverblaze.Stopped;
import org.silverblaze.dataset.ClassCounts;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.DatasetCheck;
import org.silverblaze.dataset.DatasetSummary;
import org.silverblaze.dataset.Merge;
import org.silverblaze.dataset.Part;
import org.silverblaze.dataset.Provenance;
import org.silverblaze.dataset.Samples;
import org.silverblaze.dataset.ViolationTask;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.reference.ReferenceEngine;
import org.silverblaze.engine.vector.VectorEngine;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ExactValues;
import org.silverblaze.theory.FreeField;

final class SamplingRunTest {
    @TempDir
    private Path folder;

    private static SamplingRequest request(String lattice, double[] mus, long samples) {
        return SamplingRequest.of(Lattice.parse(lattice), 4.01, 1, mus, samples, WormAlgorithm.DIRECTED, 3);
    }

    private SamplingResult run(SamplingRequest request, String name, Engine engine, int threads) throws IOException {
        return SamplingRun.run(request, folder.resolve(name), engine, threads, List.of("test"), Progress.NONE);
    }

    /** Everything that is promised to be equal: all files but the provenance. */
    private TreeMap<String, String> bytes(String name) throws IOException {
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(folder.resolve(name))) {
            for (Path file : entries.toList()) {
                if (!file.endsWith("provenance.jsonl") && !file.endsWith(".lock")) {
                    files.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return files;
    }

    @Test
    void theDataDependNeitherOnTheEngineNorOnTheNumberOfThreads() throws IOException {
        SamplingRequest request = request("4x3", new double[] {0.6, 1.1}, 301).withChains(35);
        SamplingResult result = run(request, "a", new VectorEngine(), 1);
        assertThat(result.samples()).isEqualTo(602);
        assertThat(result.made()).isEqualTo(602);
        assertThat(result.effectiveSamplesPerSecond()).isPositive();
        assertThat(DatasetCheck.check(folder.resolve("a"), Progress.NONE).fault())
                .isEmpty();
        run(request, "b", new VectorEngine(), 2);
        run(request, "c", new ReferenceEngine(), 2);
        // 3 blocks of 16, 16 and 3 chains at 2 mu, manifest, checksums
        assertThat(bytes("a")).hasSize(8).isEqualTo(bytes("b")).isEqualTo(bytes("c"));
    }

    /** The processor's clock ticks in hundredths of a second: the half must take some of them. */
    @Test
    void theLongRunsRateIsThatOfTheSecondHalfOfTheSamples() throws IOException {
        SamplingRequest request = request("16x16", new double[] {1.0}, 801);
        SamplingResult result = run(request, "a", new ReferenceEngine(), 1);
        assertThat(401 / result.longRunRate()).isBetween(0.01, result.samplingCpuSeconds());
        assertThat(run(request, "a", new ReferenceEngine(), 1).longRunRate()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"detection, 5x4", "counting, 3x2x2", "counting, 7", "pairs, 8x3"})
    void openWormsDependNeitherOnTheEngineNorOnThreads(String name, String lattice) throws IOException {
        SamplingRequest request =
                request(lattice, new double[] {0.6, 1.5}, 280).withChains(35).withTask(task(name));
        run(request, "a", new VectorEngine(), 1);
        run(request, "b", new VectorEngine(), 2);
        run(request, "c", new ReferenceEngine(), 2);
        assertThat(bytes("a")).hasSize(8).isEqualTo(bytes("b")).isEqualTo(bytes("c"));
        assertThat(DatasetCheck.check(folder.resolve("a"), Progress.NONE).fault())
                .isEmpty();
        Dataset dataset = Dataset.open(folder.resolve("a"));
        List<ClassCounts> counts = ClassCounts.of(dataset);
        assertThat(counts.stream().mapToLong(ClassCounts::samples).sum()).isEqualTo(560);
        if (!name.equals("pairs")) {
            int classes = name.equals("detection") ? 2 : 11;
            assertThat(counts)
                    .hasSize(2 * classes)
                    .allSatisfy(c -> assertThat(c.samples()).isBetween(280L / classes - 2, 280L / classes + 3));
            return;
        }
        // Pairs of 1 and 2 worms, as often: 0 and 1 open where the last one closed.
        assertThat(counts.stream().map(ClassCounts::worms)).containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(counts.stream().map(ClassCounts::samples))
                .first(org.assertj.core.api.InstanceOfAssertFactories.LONG)
                .isBetween(68L, 72L);
        Samples samples = dataset.load(0, new int[] {3}, 8);
        int links = dataset.manifest().lattice().links();
        for (int i = 0; i < samples.count(); i += 2) {
            assertThat(samples.labels().get("pair")[i])
                    .isEqualTo(samples.labels().get("pair")[i + 1]);
            assertThat(samples.labels().get("member")[i]).isZero();
            assertThat(samples.labels().get("worms")[i])
                    .isEqualTo(samples.labels().get("worms")[i + 1] + 1);
            int l = (2 * i + 1) * links;
            assertThat(Arrays.copyOfRange(samples.inputs(), l, l + links))
                    .as("both have the same l")
                    .isEqualTo(Arrays.copyOfRange(samples.inputs(), l + 2 * links, l + 3 * links));
        }
    }

    /** A closed data set of the same seed has the backgrounds: l is the same, k only without worms. */
    @Test
    void openWormsComeIntoTheClosedConfigurationsOfTheSameRequest() throws IOException {
        SamplingRequest request = request("6x4", new double[] {1.0}, 100).withChains(20);
        run(request, "closed", new VectorEngine(), 1);
        run(request.withTask(task("detection")), "open", new VectorEngine(), 1);
        Samples closed = Dataset.open(folder.resolve("closed")).load(0);
        Samples open = Dataset.open(folder.resolve("open")).load(0);
        for (int i = 0; i < 100; i++) {
            int k = 2 * i * 48;
            boolean same = Arrays.equals(closed.inputs(), k, k + 48, open.inputs(), k, k + 48);
            assertThat(same).as("sample %d", i).isEqualTo(open.labels().get("worms")[i] == 0);
            assertThat(Arrays.equals(closed.inputs(), k + 48, k + 96, open.inputs(), k + 48, k + 96))
                    .isTrue();
        }
    }

    @Test
    void requestsForWormsThatCannotBeAreRefusedInOneLine() {
        assertThatThrownBy(() -> run(
                        request("1x1", new double[] {1.0}, 64).withTask(task("detection")), "x", new VectorEngine(), 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("two sites");
        assertThatThrownBy(() ->
                        run(request("4x4", new double[] {1.0}, 65).withTask(task("pairs")), "x", new VectorEngine(), 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("multiple of 32");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void whatIsThereIsNotMadeAgainAndWhatIsMissingComesOutTheSame() throws IOException {
        SamplingRequest request = request("3x2", new double[] {0.9}, 100).withChains(20);
        run(request, "a", new VectorEngine(), 1);
        TreeMap<String, String> before = bytes("a");
        assertThat(run(request, "a", new VectorEngine(), 1).made()).isZero();
        Files.delete(folder.resolve("a/mu000-block001-segment000.h5"));
        SamplingResult again = run(request, "a", new ReferenceEngine(), 1);
        assertThat(again.made()).isEqualTo(20);
        assertThat(bytes("a")).isEqualTo(before);
        assertThatThrownBy(() -> run(request.withChains(21), "a", new VectorEngine(), 1))
                .isInstanceOf(BadInput.class);
        assertThat(bytes("a")).isEqualTo(before);
    }

    /** An engine whose chains fail when so many samples have been handed out: what a killed process leaves, in this one. */
    private static Engine failingAfter(long samples, Engine real) {
        AtomicLong left = new AtomicLong(samples);
        SamplingEngine sampler = new SamplingEngine() {
            @Override
            public ChainBlock start(ChainSpec spec, int firstChain, int chains) {
                return resume(spec, ChainState.cold(spec, firstChain, chains));
            }

            @Override
            public ChainBlock resume(ChainSpec spec, ChainState state) {
                ChainBlock block = real.sampling().resume(spec, state);
                return new ChainBlock() {
                    @Override
                    public void advance(long[] wanted, SampleSink sink) {
                        block.advance(wanted, (chain, draw, k, l) -> {
                            if (left.getAndDecrement() <= 0) {
                                throw new IllegalStateException("killed");
                            }
                            sink.accept(chain, draw, k, l);
                        });
                    }

                    @Override
                    public ChainSpec spec() {
                        return block.spec();
                    }

                    @Override
                    public int firstChain() {
                        return block.firstChain();
                    }

                    @Override
                    public int chains() {
                        return block.chains();
                    }

                    @Override
                    public long clock() {
                        return block.clock();
                    }

                    @Override
                    public ChainState state() {
                        return block.state();
                    }

                    @Override
                    public void close() {
                        block.close();
                    }
                };
            }
        };
        return new Engine() {
            @Override
            public String name() {
                return real.name();
            }

            @Override
            public EngineStatus status() {
                return real.status();
            }

            @Override
            public SamplingEngine sampling() {
                return sampler;
            }

            @Override
            public FieldEngine fields() {
                return real.fields();
            }

            @Override
            public NetworkEngine networks() {
                return real.networks();
            }
        };
    }

    private static ViolationTask task(String name) {
        return switch (name) {
            case "closed" -> null;
            case "pairs" -> ViolationTask.of(Kind.DETECTION, List.of(1, 2), new int[] {1, 20}, true);
            default -> ViolationTask.of(Kind.parse(name), null, new int[] {1, 20}, false);
        };
    }

    /** Long periods and short spacing give much surplus, the other way round none. */
    @ParameterizedTest
    @CsvSource({
        "1, 60, 1, closed",
        "3, 60, 1, closed",
        "3, 2, 7, closed",
        "5, 1, 3, closed",
        "20, 6, 5, closed",
        "3, 60, 1, counting",
        "3, 60, 1, pairs"
    })
    void aKilledRunGoesOnFromItsLastSegmentAndEndsIdentical(long segment, int stepsPerSweep, long between, String task)
            throws IOException {
        SamplingRequest request = request("3x2", new double[] {0.9, 1.1}, task.equals("pairs") ? 400 : 401)
                .withChains(20)
                .withSchedule(stepsPerSweep, 5L, between)
                .withSegmentSamples(segment)
                .withTask(task(task));
        SamplingResult undisturbed = run(request, "whole", new VectorEngine(), 1);
        assertThat(undisturbed.made()).isEqualTo(2 * request.samples());
        assertThat(bytes("whole").keySet()).noneMatch(name -> name.endsWith(".state"));
        long seed = 31;
        Random random = new Random(seed);
        int kills = 0;
        for (SamplingResult result = null; result == null; ) {
            long patience = 200 + 16 * segment + random.nextInt(200);
            // Each time on another engine and number of threads.
            Engine engine = kills % 2 == 0 ? new VectorEngine() : new ReferenceEngine();
            try {
                result = run(request, "killed", failingAfter(patience, engine), 1 + kills % 3);
                assertThat(result.made())
                        .as("seed %d: the last run goes on, it does not start again", seed)
                        .isLessThan(2 * request.samples());
            } catch (IllegalStateException killed) {
                assertThat(killed).hasMessage("killed");
                kills++;
                assertThat(kills).as("seed %d", seed).isLessThan(200);
            }
        }
        assertThat(kills).isPositive();
        assertThat(bytes("killed")).as("seed %d", seed).isEqualTo(bytes("whole"));
    }

    /** Whatever files of shards and states are lost or damaged, the same data come out. */
    @Test
    void lostShardsAndDamagedStatesAreMadeAgain() throws IOException {
        SamplingRequest request = request("3x2", new double[] {0.9}, 400)
                .withChains(16)
                .withSchedule(12, 5L, 2L)
                .withSegmentSamples(5L);
        run(request, "whole", new VectorEngine(), 1);
        for (int turn = 0; turn < 3; turn++) {
            String name = "broken" + turn;
            assertThatThrownBy(() -> run(request, name, failingAfter(300, new VectorEngine()), 1))
                    .hasMessage("killed");
            Path state;
            try (Stream<Path> entries = Files.list(folder.resolve(name))) {
                List<Path> states =
                        entries.filter(p -> p.toString().endsWith(".state")).toList();
                assertThat(states).hasSize(1);
                state = states.getFirst();
            }
            byte[] bytes = Files.readAllBytes(state);
            switch (turn) {
                case 0 -> bytes[bytes.length / 2] ^= 4;
                case 1 -> bytes = Arrays.copyOf(bytes, 17);
                default -> Files.delete(folder.resolve(name + "/mu000-block000-segment000.h5"));
            }
            Files.write(state, bytes);
            run(request, name, new VectorEngine(), 1);
            assertThat(bytes(name)).as("turn %d", turn).isEqualTo(bytes("whole"));
        }
    }

    @Test
    void aRunThatIsStoppedSaysSoAndGoesOn() throws IOException {
        SamplingRequest request = request("3x2", new double[] {0.9}, 400)
                .withChains(16)
                .withSchedule(12, 5L, 2L)
                .withSegmentSamples(5L);
        run(request, "whole", new VectorEngine(), 1);
        Stop stop = new Stop();
        Progress progress = (stage, done, total) -> {
            if (stage.equals("sampling")) {
                stop.request(Stop.Reason.EARLY, "test");
            }
        };
        assertThatThrownBy(() -> SamplingRun.run(
                        request,
                        folder.resolve("a"),
                        Part.WHOLE,
                        new VectorEngine(),
                        1,
                        List.of("test"),
                        stop,
                        progress))
                .isInstanceOf(Stopped.class)
                .hasMessage("test");
        assertThat(folder.resolve("a/provenance.jsonl")).content().contains("\"complete\":false");
        run(request, "a", new VectorEngine(), 1);
        assertThat(bytes("a")).isEqualTo(bytes("whole"));
    }

    /** Job arrays, numbered from 1 or from 0, merged in any order, are one run. */
    @ParameterizedTest
    @CsvSource({"1/2 2/2", "1/2 0/2", "3/3 1/3 2/3", "0/6 1/6 2/6 3/6 4/6 5/6", "1/2 2/2 2/3"})
    void partsMergeIntoOneRun(String parts) throws IOException {
        // One case with open worms.
        SamplingRequest request = request("3x2", new double[] {0.9, 1.1}, 401)
                .withChains(35)
                .withSchedule(6, 5L, 2L)
                .withSegmentSamples(5L)
                .withTask(parts.startsWith("3/3") ? task("counting") : null);
        run(request, "whole", new VectorEngine(), 1);
        List<Path> folders = new ArrayList<>();
        long samples = 0;
        for (String text : parts.split(" ")) {
            Path part = folder.resolve("part-" + text.replace('/', '-'));
            samples += SamplingRun.run(
                            request,
                            part,
                            Part.parse(text),
                            new VectorEngine(),
                            1,
                            List.of("test"),
                            new Stop(),
                            Progress.NONE)
                    .samples();
            assertThat(DatasetCheck.check(part, Progress.NONE).fault()).isEmpty();
            assertThatThrownBy(() -> Dataset.open(part))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("part " + Part.parse(text));
            folders.add(part);
        }
        assertThat(samples).isGreaterThanOrEqualTo(802);
        Path merged = folder.resolve("merged");
        assertThatThrownBy(
                        () -> Merge.merge(folders.subList(1, folders.size()), merged, List.of("test"), Progress.NONE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("in none of the folders");
        assertThat(merged).doesNotExist();
        Merge.Result result = Merge.merge(folders, merged, List.of("test"), Progress.NONE);
        assertThat(result.samples()).isEqualTo(802);
        assertThat(bytes("merged")).isEqualTo(bytes("whole"));
        assertThat(Files.readAllLines(merged.resolve("provenance.jsonl"))).hasSize(2 * folders.size() + 1);
        assertThat(Merge.merge(folders, merged, List.of("test"), Progress.NONE).copied())
                .isZero();
    }

    /** From the cold start to the condensed phase takes some worms; without them the run says so, and with the default it does not. */
    @Test
    void aRunThatHasNotThermalizedSaysSo() throws IOException {
        SamplingRequest request = request("12x4", new double[] {1.05}, 1600).withChains(32);
        SamplingResult cold = run(request.withSchedule(48, 0L, 2L), "cold", new VectorEngine(), 1);
        assertThat(cold.notes())
                .anySatisfy(note -> assertThat(note).contains("not thermalized: phi2 in the first tenth"));
        assertThat(cold.notes())
                .anySatisfy(note -> assertThat(note).contains("not thermalized: from a hot start phi2"));
        assertThat(cold.notes()).anySatisfy(note -> assertThat(note).contains("samples are less than 2 tau_int apart"));
        assertThat(folder.resolve("cold/provenance.jsonl")).content().contains("not thermalized");
        SamplingResult thermal = run(request, "thermal", new VectorEngine(), 1);
        assertThat(thermal.notes()).isEmpty();
    }

    /** What a killed run left is judged by the run that completes the data set: trend and tau_int of all samples. */
    @Test
    void earlierSamplesAreJudgedToo() throws IOException {
        SamplingRequest request = request("12x4", new double[] {1.05}, 1600)
                .withChains(32)
                .withSchedule(48, 0L, 2L)
                .withSegmentSamples(10L);
        assertThatThrownBy(() -> run(request, "a", failingAfter(1100, new VectorEngine()), 1))
                .hasMessage("killed");
        SamplingResult result = run(request, "a", new VectorEngine(), 1);
        assertThat(result.made()).isBetween(1L, 800L);
        assertThat(result.notes())
                .anySatisfy(note -> assertThat(note).contains("not thermalized: phi2 in the first tenth"));
        List<Provenance> lines = Provenance.read(folder.resolve("a"));
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast().notThermalized()).containsExactly(1.05);
        assertThat(lines.getLast().tauInt()).hasSize(1);
    }

    /** Pilot runs need not run again where the folder says what the same request led to; another request may not profit from that. */
    @Test
    void theScheduleOfTheSameRequestIsTakenFromTheFolder() throws IOException {
        SamplingRequest request = request("3x2", new double[] {0.9}, 100).withChains(20);
        run(request, "a", new VectorEngine(), 1);
        TreeMap<String, String> before = bytes("a");
        assertThat(run(request, "a", failingAfter(0, new VectorEngine()), 1).made())
                .isZero();
        Files.delete(folder.resolve("a/mu000-block000-segment000.h5"));
        assertThatThrownBy(() -> run(request, "a", failingAfter(0, new VectorEngine()), 1))
                .as("the chains run, no pilot before them")
                .hasMessage("killed");
        assertThat(run(request, "a", new ReferenceEngine(), 1).made()).isEqualTo(80);
        assertThat(bytes("a")).isEqualTo(before);

        run(request.withSchedule(6, 5L, 77L), "b", new VectorEngine(), 1);
        assertThatThrownBy(() -> run(request, "b", new VectorEngine(), 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("schedule");
        // A folder that does not say: the pilots run, and lead to the same data set.
        Files.writeString(folder.resolve("a/provenance.jsonl"), "{\"no\":1}\n");
        assertThat(run(request, "a", new VectorEngine(), 1).made()).isZero();
        // Likewise, with a pilot that this process does not know yet.
        SamplingRequest unknown = request("3x2", new double[] {0.93}, 100).withChains(20);
        run(unknown.withSchedule(6, 5L, 77L), "c", new VectorEngine(), 1);
        assertThatThrownBy(() -> run(unknown, "c", failingAfter(0, new VectorEngine()), 1))
                .hasMessage("killed");
    }

    @Test
    void fluxesAndFieldsDoNotShareAFolder() throws IOException {
        FieldRequest field = new FieldRequest(Lattice.of(4, 3), 4.01, 1, 16, 16, 1, 5L, 1L, 3, null);
        SamplingRun.run(
                field,
                folder.resolve("phi"),
                Part.WHOLE,
                new VectorEngine(),
                1,
                List.of("test"),
                new Stop(),
                Progress.NONE);
        assertThatThrownBy(() -> run(request("4x3", new double[] {0}, 16), "phi", new VectorEngine(), 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("holds a data set of --representation phi, asked for flux");
        run(request("4x3", new double[] {0}, 16).withSchedule(12, 5L, 1L), "flux", new VectorEngine(), 1);
        assertThatThrownBy(() -> SamplingRun.run(
                        field,
                        folder.resolve("flux"),
                        Part.WHOLE,
                        new VectorEngine(),
                        1,
                        List.of("test"),
                        new Stop(),
                        Progress.NONE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("holds a data set of --representation flux, asked for phi");
    }

    @Test
    void aRunThatIsTooShortOrRareSaysSo() throws IOException {
        SamplingResult result =
                run(request("20x4", new double[] {0.2}, 200).withChains(16), "a", new VectorEngine(), 1);
        assertThat(result.notes()).anySatisfy(note -> assertThat(note).contains("tau_int of phi2"));
        assertThat(result.notes()).anySatisfy(note -> assertThat(note).contains("N != 0 is a rare episode"));
        assertThat(result.notes()).noneSatisfy(note -> assertThat(note).contains("not thermalized"));
        // One sample of each chain, nearly all with N != 0.
        SamplingResult constant =
                run(request("4x3", new double[] {1.3}, 16).withChains(16), "b", new VectorEngine(), 1);
        assertThat(constant.notes())
                .anySatisfy(note -> assertThat(note).contains("N stayed as it was in some chain"))
                .noneSatisfy(note -> assertThat(note).contains("rare episode"));
    }

    @Test
    void partsThatDoNotFitAreRefused() throws IOException {
        SamplingRequest request =
                request("3x2", new double[] {0.9}, 200).withChains(40).withSchedule(6, 5L, 2L);
        assertThatThrownBy(() -> part(request, "p", "1/4"))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--shard 1/4: the data set has 3 blocks");
        assertThat(folder.resolve("p")).doesNotExist();
        part(request, "p", "1/3");
        assertThatThrownBy(() -> part(request, "p", "2/3"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("holds part 1/3");
        assertThatThrownBy(() -> run(request, "p", new VectorEngine(), 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("holds part 1/3");
        run(request, "whole", new VectorEngine(), 1);
        assertThatThrownBy(() -> part(request, "whole", "2/3"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("holds the whole data set");
        part(request.withSchedule(6, 5L, 3L), "other", "2/3");
        part(request, "q", "2/3");
        part(request, "r", "3/3");
        Path out = folder.resolve("out");
        assertThatThrownBy(() -> Merge.merge(
                        List.of(folder.resolve("p"), folder.resolve("other"), folder.resolve("r")),
                        out,
                        List.of(),
                        Progress.NONE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("other: holds another request")
                .hasMessageContaining("schedule");
        Path shard = folder.resolve("q/mu000-block002-segment000.h5");
        byte[] bytes = Files.readAllBytes(shard);
        bytes[bytes.length - 9] ^= 1;
        Files.write(shard, bytes);
        List<Path> parts = List.of(folder.resolve("p"), folder.resolve("q"), folder.resolve("r"));
        assertThatThrownBy(() -> Merge.merge(parts, out, List.of(), Progress.NONE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(shard.toString());
        bytes[bytes.length - 9] ^= 1;
        Files.write(shard, bytes);
        Merge.merge(parts, out, List.of(), Progress.NONE);
        assertThat(bytes("out")).isEqualTo(bytes("whole"));
    }

    private void part(SamplingRequest request, String name, String part) throws IOException {
        SamplingRun.run(
                request,
                folder.resolve(name),
                Part.parse(part),
                new VectorEngine(),
                1,
                List.of("test"),
                new Stop(),
                Progress.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1/0", "3/2", "-1/2", "a/b", "1/2/3", "1.0/2", "1/99999999999"})
    void partsAreWrittenAsIOfN(String text) {
        assertThatThrownBy(() -> Part.parse(text))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--shard " + text + ": expected");
    }

    @Test
    void aFailureInOneBlockEndsTheRun() {
        SamplingRequest request = request("2x1", new double[] {0.5, 8}, 2000).withSchedule(2, 0L, 10L);
        assertThatThrownBy(() -> run(request, "a", new VectorEngine(), 2)).isInstanceOf(OccupationLimitException.class);
    }

    /** Pilot runs take minutes on a large lattice: what is wrong with the folder is said before them. */
    @Test
    void aFolderOfSomethingElseIsRefusedBeforeThePilot() throws IOException {
        SamplingRequest request = request("2x2", new double[] {0.5}, 64);
        run(request, "data", new ReferenceEngine(), 1);
        TreeMap<String, String> before = bytes("data");
        Engine samplesNothing = failingAfter(0, new ReferenceEngine());
        assertThatThrownBy(() -> run(request.withChains(8), "data", samplesNothing, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("chains is 16, asked for 8");
        assertThatThrownBy(() -> run(request("2x2", new double[] {0.6}, 64), "data", samplesNothing, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("mu is [0.5], asked for [0.6]");
        Files.createDirectory(folder.resolve("notes"));
        Files.writeString(folder.resolve("notes/notes.txt"), "mine");
        assertThatThrownBy(() -> run(request, "notes", samplesNothing, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("notes.txt");
        assertThatThrownBy(() -> run(request, "notes/notes.txt", samplesNothing, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is a file");
        // Another schedule shows only after the pilot.
        assertThatThrownBy(() -> run(request.withSchedule(4, 1L, 1L), "data", new ReferenceEngine(), 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("schedule is");
        assertThat(bytes("data")).isEqualTo(before);
        assertThat(bytes("notes").keySet()).containsExactly("notes.txt");
        assertThat(run(request, "data", new ReferenceEngine(), 1).made()).isZero();
    }

    /** Samples of the default schedule are nearly independent, and right. */
    @ParameterizedTest
    @CsvSource({"8x4, 4.5, 0.3", "3x2, 4.3, 0.4", "2x2x2, 6.5, 0.3", "6, 2.3, 0.4"})
    void samplesOfTheDefaultScheduleAreRightAndNearlyIndependent(String text, double eta, double mu)
            throws IOException {
        Lattice lattice = Lattice.parse(text);
        SamplingRequest request =
                SamplingRequest.of(lattice, eta, 0, new double[] {mu}, 4000, WormAlgorithm.DIRECTED, 4);
        assertThat(run(request, "a", new VectorEngine(), 1).notes())
                .noneSatisfy(note -> assertThat(note).contains("not thermalized"));
        DatasetSummary.Point point = DatasetSummary.of(Dataset.open(folder.resolve("a")), Progress.NONE)
                .points()
                .getFirst();
        ExactValues exact = FreeField.exact(lattice, new Couplings(eta, 0, mu));
        Map<Estimate, Double> pairs = Map.of(point.n(), exact.n(), point.phi2(), exact.phi2());
        for (Map.Entry<Estimate, Double> pair : pairs.entrySet()) {
            Estimate estimate = pair.getKey();
            double value = pair.getValue();
            assertThat(Math.abs(estimate.mean() - value) / estimate.error())
                    .as("%s against %f", estimate, value)
                    .isLessThan(4.5);
            // Spaced by 2 tau an exponential autocorrelation leaves tau_int = 0.66.
            assertThat(estimate.tauInt()).isBetween(0.4, 0.85);
        }
    }

    @ParameterizedTest
    @CsvSource({"6x3, 0.9, 18", "2x2, 1.3, 3", "9, 0.5, 9", "1x1, 0.4, 1"})
    void thePilotIsTheSameOnEveryEngine(String text, double mu, int stepsPerSweep) {
        Lattice lattice = Lattice.parse(text);
        Couplings couplings = new Couplings(4.01, 1, mu);
        Pilot vector = Pilot.run(
                new VectorEngine().sampling(), lattice, couplings, WormAlgorithm.DIRECTED, stepsPerSweep, () -> {});
        Pilot reference = Pilot.run(
                new ReferenceEngine().sampling(), lattice, couplings, WormAlgorithm.DIRECTED, stepsPerSweep, () -> {});
        assertThat(vector).isEqualTo(reference);
        assertThat(vector.resolved()).isTrue();
        assertThat(vector.schedule().wormsBetween()).isEqualTo((long) Math.ceil(2 * vector.tauInt()));
    }

    @Test
    void inTheSilverBlazeRegionTheRareChargeIsLeftOut() {
        Pilot pilot = Pilot.run(
                new VectorEngine().sampling(),
                Lattice.of(20, 4),
                new Couplings(4.01, 1, 0.2),
                WormAlgorithm.DIRECTED,
                80,
                () -> {});
        assertThat(pilot.observable()).isEqualTo("phi2");
        assertThat(pilot.resolved()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "15, 15", "100, 16", "3199, 16", "3200, 32", "20000, 128", "10000000, 1024"})
    void chainsFollowFromTheNumberOfSamples(long samples, int chains) {
        assertThat(request("60x4", new double[] {1}, samples).resolvedChains()).isEqualTo(chains);
    }

    @Test
    void whatCannotBeIsRefusedInOneLine() {
        assertThatThrownBy(() -> request("4x4", new double[] {1}, 0))
                .isInstanceOf(BadInput.class)
                .hasMessage("--samples 0: expected at least 1");
        assertThatThrownBy(() -> request("4x4", new double[] {1}, 10).withChains(11))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--chains 11");
        assertThatThrownBy(() -> request("4x4", new double[] {}, 10))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--mu");
        assertThatThrownBy(() ->
                        SamplingRequest.of(Lattice.of(4, 4), 4, 0, new double[] {0.5}, 10, WormAlgorithm.DIRECTED, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("free theory");
        assertThatThrownBy(() -> request("4x4", new double[] {1}, 10).withSchedule(0, null, null))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--steps-per-sweep");
    }
}
