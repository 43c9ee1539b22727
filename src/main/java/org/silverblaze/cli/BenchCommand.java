package org.silverblaze.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.Version;
import org.silverblaze.bench.AllEngines;
import org.silverblaze.bench.BenchReport;
import org.silverblaze.bench.BenchResult;
import org.silverblaze.bench.DeviceLimits;
import org.silverblaze.bench.DispatchBench;
import org.silverblaze.bench.EngineLimits;
import org.silverblaze.bench.EngineLine;
import org.silverblaze.bench.LayerProfile;
import org.silverblaze.bench.Limits;
import org.silverblaze.bench.Machine;
import org.silverblaze.bench.MachineLimits;
import org.silverblaze.bench.NamedNetwork;
import org.silverblaze.bench.PrecisionError;
import org.silverblaze.bench.Scaling;
import org.silverblaze.bench.Suite;
import org.silverblaze.bench.Workload;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.dispatch.EngineChoice;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Precision;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.report.Table;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.Recipes;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code silverblaze bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures throughput against this machine's limits, which are measured in the same run.",
        footer = {
            "",
            "Examples:",
            "  silverblaze bench                                         everything, one to two minutes",
            "  silverblaze bench --only step/EQ-small --batch 1,16,64 --threads 1",
            "  silverblaze bench --only convolution,worm --lattice 60x4,64x64",
            "  silverblaze bench --engine all --json                     every engine that works here, and how they compare",
            "  silverblaze bench --engine cuda --only worm --chains 65536",
            "  silverblaze bench --scaling --lattice 60x4,64x64          all threads beside one, for each workload and the limit",
            "  silverblaze bench --dispatch                              is the engine that 'auto' takes the right one?",
            "  silverblaze bench --recipe regression-eq --lattice 60x4   where the time of a training step goes",
            "  silverblaze bench --recipe my-recipe.yaml --lattice 125x8 --batch 48 --json",
            "  silverblaze bench --precision fast --only step,convolution",
            "",
            "Rates are medians of 5 to 25 short repetitions, with the fastest one beside: what the machine does while nobody",
            "else disturbs it. The spread is half the distance of their extremes. The limits, the best of their repetitions:",
            "fused multiply-adds on registers (networks), updates of as much memory (layers without weights, field), walks that",
            "know their next site only from the last one (worm), the multiplications of Philox (links). An engine on a GPU",
            "stands beside that device's own multiply-adds and memory. Use idle cores.",
            "With --precision fast the errors against reference and under shifts are printed, too.",
            "What the JIT makes of a workload depends a little on the ones before it: --only shows it alone."
        })
final class BenchCommand implements Callable<Integer> {
    private static final int MOST_EXAMPLES = 1 << 16;
    private static final int MOST_CHAINS = 1 << 24;

    @Mixin
    private Common common;

    @Mixin
    private EngineOptions engines;

    @Mixin
    private PrecisionOption precision;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "names of workloads, or their first parts: step, step/FL, worm (default: all)")
    private List<String> only = List.of();

    @Option(
            names = "--lattice",
            paramLabel = "TxX",
            split = ",",
            defaultValue = "60x4",
            description = "lattices, two-dimensional (default: ${DEFAULT-VALUE})")
    private List<String> lattices;

    @Option(
            names = "--batch",
            paramLabel = "N",
            split = ",",
            description = "examples of a step (default: 64; with --recipe the recipe's)")
    private List<Integer> batches = List.of();

    @Option(
            names = "--chains",
            paramLabel = "N",
            description = "chains of the worm (default: 16 a thread; on a GPU 512 a multiprocessor)")
    private Integer chains;

    @ArgGroup
    private Mode mode = new Mode();

    /** What is measured instead of the named workloads. */
    private static final class Mode {
        @Option(
                names = "--recipe",
                paramLabel = "RECIPE",
                description = "layer by layer: a recipe, a YAML file, or one of EQ-small, EQ-large, ST, STP, FL")
        private String recipe;

        @Option(
                names = "--scaling",
                description = "training steps and sampling at one thread and at all of them, beside the multiply-adds")
        private boolean scaling;

        @Option(
                names = "--dispatch",
                description = "20 workloads: what --engine auto chooses for each, beside a piece of it on every engine")
        private boolean dispatch;

        private String name() {
            return recipe != null ? "--recipe" : scaling ? "--scaling" : dispatch ? "--dispatch" : null;
        }
    }

    @Override
    public Integer call() {
        validate();
        List<Lattice> places = lattices.stream().map(BenchCommand::lattice).toList();
        List<Integer> sizes = batches.isEmpty() ? List.of(64) : batches;
        int threads = engines.threads();
        if (mode.dispatch) {
            return dispatch(threads);
        }
        if (engines.engine.equals(AllEngines.NAME)) {
            return all(threads, places, sizes);
        }
        EngineChoice choice = precision.apply(engines, engines::choose);
        if (mode.recipe != null) {
            return profile(choice, threads, places);
        }
        if (mode.scaling) {
            return scaling(choice, threads, places, sizes);
        }
        Suite suite = new Suite(choice.engine(), threads, places, sizes, chains, Suite.TIMING);
        List<Workload> workloads = suite.workloads(only);
        EngineLimits limits = choice.engine()
                .device()
                .<EngineLimits>map(device -> new DeviceLimits(choice.engine().name(), device, Limits.TIMING))
                .orElseGet(() -> new MachineLimits(new Limits(threads, Limits.TIMING)));
        print(choice, threads, places, suite.measure(workloads, limits, common.progress(choice.reason())));
        return ExitCode.DONE;
    }

    private void validate() {
        if (mode.name() != null && !only.isEmpty()) {
            throw new BadInput("--only " + String.join(",", only) + ": with " + mode.name()
                    + " there is nothing to choose from; leave out one");
        }
        if (mode.name() != null && engines.engine.equals(AllEngines.NAME)) {
            throw new BadInput("--engine all: expected one engine with " + mode.name());
        }
        if (mode.dispatch && !engines.engine.equals(Dispatcher.AUTO)) {
            throw new BadInput(
                    "--engine " + engines.engine + ": --dispatch is about the choice among all; leave out one");
        }
        boolean several = mode.dispatch || engines.engine.equals(AllEngines.NAME);
        if (several && precision.precision() != Precision.FLOAT32) {
            throw new BadInput("--precision " + precision.precision().id()
                    + ": not every engine has it; expected float32 with --engine all and --dispatch");
        }
        for (int batch : batches) {
            if (batch < 1 || batch > MOST_EXAMPLES) {
                throw new BadInput("--batch " + batch + ": expected 1 to " + MOST_EXAMPLES);
            }
        }
        if (chains != null && (chains < 1 || chains > MOST_CHAINS)) {
            throw new BadInput("--chains " + chains + ": expected 1 to " + MOST_CHAINS);
        }
    }

    private static Lattice lattice(String text) {
        Lattice lattice = Lattice.parse(text);
        if (lattice.dimensions() != 2) {
            throw new BadInput("--lattice " + text + ": expected two extents, N_t x N_x, such as 60x4");
        }
        return lattice;
    }

    private int all(int threads, List<Lattice> places, List<Integer> sizes) {
        AllEngines all =
                new AllEngines(Dispatcher.engines(), threads, places, sizes, chains, Suite.TIMING, Limits.TIMING);
        BenchReport report = all.measure(only, common.progress("every engine that works here"));
        StringBuilder text = new StringBuilder(head(report));
        for (EngineLine line : report.engines()) {
            text.append(line.name())
                    .append(line.available() ? ": " : ": not available: ")
                    .append(line.reason())
                    .append(line.driver() == null ? "" : ", driver " + line.driver())
                    .append('\n');
        }
        common.print(report, text + BenchTables.results(report.results()).text() + BenchTables.ratios(report.ratios()));
        return ExitCode.DONE;
    }

    private int scaling(EngineChoice choice, int threads, List<Lattice> places, List<Integer> sizes) {
        if (threads < 2) {
            throw new BadInput("--threads " + threads + ": --scaling needs 2 or more");
        }
        if (choice.engine().device().isPresent()) {
            throw new BadInput(
                    "--engine " + choice.engine().name() + ": --scaling is about the threads of the host's processors");
        }
        Scaling scaling = new Scaling(choice.engine(), threads, places, sizes, Scaling.TIMING);
        print(choice, threads, places, scaling.measure(common.progress(choice.reason())));
        return ExitCode.DONE;
    }

    private int dispatch(int threads) {
        DispatchBench bench = new DispatchBench(Dispatcher.judge(), threads);
        DispatchBench.Report report = bench.measure(common.progress("the choices of --engine auto, each from nothing"));
        common.print(report, BenchTables.text(report));
        return ExitCode.DONE;
    }

    private int profile(EngineChoice choice, int threads, List<Lattice> places) {
        String recipe = mode.recipe;
        MachineLimits limits = new MachineLimits(new Limits(threads, Limits.TIMING));
        boolean named = Stream.of(NamedNetwork.values()).anyMatch(n -> n.id().equalsIgnoreCase(recipe));
        NetworkSpec network;
        String name;
        int batch = 64;
        if (named) {
            NamedNetwork found = NamedNetwork.find(recipe);
            network = found.spec(found.channels());
            name = found.id();
        } else {
            Recipe found = Recipes.find(recipe);
            network = found.network();
            name = found.name();
            batch = found.batch().of(found.training().samples());
        }
        Progress progress = common.progress(choice.reason());
        List<BenchResult> results = new ArrayList<>();
        Table table = Table.of("", BenchTables.columns(List.of("layer"), List.of("of the step's time")));
        for (Lattice place : places) {
            for (int size : batches.isEmpty() ? List.of(batch) : batches) {
                LayerProfile profile = LayerProfile.of(
                        name, network, place, size, choice.engine(), threads, limits, Suite.TIMING, progress);
                for (int i = 0; i < profile.results().size(); i++) {
                    BenchResult result = profile.results().get(i);
                    List<Object> row = BenchTables.cells(result);
                    double share = profile.shares().get(i);
                    row.add(Double.isNaN(share) ? null : BenchTables.percent(share));
                    table = table.row(row.toArray());
                    results.add(result);
                }
            }
        }
        BenchReport report = report(choice, threads, places, results);
        common.print(report, head(report) + table.text() + BenchTables.errors(report.errors()));
        return ExitCode.DONE;
    }

    private void print(EngineChoice choice, int threads, List<Lattice> places, List<BenchResult> results) {
        BenchReport report = report(choice, threads, places, results);
        common.print(report, head(report) + BenchTables.results(results).text() + BenchTables.errors(report.errors()));
    }

    private static BenchReport report(
            EngineChoice choice, int threads, List<Lattice> places, List<BenchResult> results) {
        Engine engine = choice.engine();
        return new BenchReport(
                Machine.description(),
                Version.revision(),
                engine.name(),
                engine.precision().id(),
                threads,
                List.of(EngineLine.of(engine)),
                results,
                List.of(),
                engine.precision() == Precision.FLOAT32 ? List.of() : PrecisionError.of(engine, places));
    }

    private static String head(BenchReport report) {
        return report.machine() + "; " + report.engine() + ", " + report.precision() + ", " + report.threads()
                + " thread(s); revision " + report.revision() + "\n";
    }
}
