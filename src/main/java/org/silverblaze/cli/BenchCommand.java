package org.silverblaze.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.Version;
import org.silverblaze.bench.BenchReport;
import org.silverblaze.bench.BenchResult;
import org.silverblaze.bench.LayerProfile;
import org.silverblaze.bench.Limits;
import org.silverblaze.bench.Machine;
import org.silverblaze.bench.MachineLimits;
import org.silverblaze.bench.NamedNetwork;
import org.silverblaze.bench.PrecisionError;
import org.silverblaze.bench.Suite;
import org.silverblaze.bench.Workload;
import org.silverblaze.dispatch.EngineChoice;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Precision;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.report.Cell;
import org.silverblaze.report.Table;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.Recipes;
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
            "  silverblaze bench --recipe regression-eq --lattice 60x4   where the time of a training step goes",
            "  silverblaze bench --recipe my-recipe.yaml --lattice 125x8 --batch 48 --json",
            "  silverblaze bench --precision fast --only step,convolution",
            "",
            "Rates are medians of 5 repetitions; the spread is half the distance of their extremes. The limits: fused",
            "multiply-adds on registers (networks), updates of as much memory (layers without weights, field), walks that",
            "know their next site only from the last one (worm), the multiplications of Philox (links). Use idle cores.",
            "With --precision fast the errors against reference and under shifts are printed, too.",
            "What the JIT makes of a workload depends a little on the ones before it: --only shows it alone."
        })
final class BenchCommand implements Callable<Integer> {
    private static final int MOST_EXAMPLES = 1 << 16;

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
            names = "--recipe",
            paramLabel = "RECIPE",
            description = "layer by layer: a recipe, a YAML file, or one of EQ-small, EQ-large, ST, STP, FL")
    private String recipe;

    @Override
    public Integer call() {
        if (recipe != null && !only.isEmpty()) {
            throw new BadInput("--only " + String.join(",", only)
                    + ": with --recipe there is nothing to choose from; leave out one");
        }
        for (int batch : batches) {
            if (batch < 1 || batch > MOST_EXAMPLES) {
                throw new BadInput("--batch " + batch + ": expected 1 to " + MOST_EXAMPLES);
            }
        }
        List<Lattice> places = lattices.stream().map(BenchCommand::lattice).toList();
        EngineChoice choice = precision.apply(engines, engines::choose);
        int threads = engines.threads();
        MachineLimits limits = new MachineLimits(new Limits(threads, Limits.TIMING));
        return recipe == null ? suite(choice, threads, places, limits) : profile(choice, threads, places, limits);
    }

    private static Lattice lattice(String text) {
        Lattice lattice = Lattice.parse(text);
        if (lattice.dimensions() != 2) {
            throw new BadInput("--lattice " + text + ": expected two extents, N_t x N_x, such as 60x4");
        }
        return lattice;
    }

    private int suite(EngineChoice choice, int threads, List<Lattice> places, MachineLimits limits) {
        Suite suite =
                new Suite(choice.engine(), threads, places, batches.isEmpty() ? List.of(64) : batches, Suite.TIMING);
        List<Workload> workloads = suite.workloads(only);
        List<BenchResult> results = suite.measure(workloads, limits, common.progress(choice.reason()));
        Table table = Table.of("", "workload", "rate", "unit", "spread", "limit", "of limit");
        for (BenchResult result : results) {
            table = table.row(cells(result).toArray());
        }
        print(choice, threads, places, results, table);
        return ExitCode.DONE;
    }

    private int profile(EngineChoice choice, int threads, List<Lattice> places, MachineLimits limits) {
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
        Table table = Table.of("", "layer", "rate", "unit", "spread", "limit", "of limit", "of the step's time");
        for (Lattice place : places) {
            for (int size : batches.isEmpty() ? List.of(batch) : batches) {
                LayerProfile profile = LayerProfile.of(
                        name, network, place, size, choice.engine(), threads, limits, Suite.TIMING, progress);
                for (int i = 0; i < profile.results().size(); i++) {
                    BenchResult result = profile.results().get(i);
                    List<Object> row = cells(result);
                    row.add(
                            profile.shares().get(i).isNaN()
                                    ? null
                                    : percent(profile.shares().get(i)));
                    table = table.row(row.toArray());
                    results.add(result);
                }
            }
        }
        print(choice, threads, places, results, table);
        return ExitCode.DONE;
    }

    private void print(EngineChoice choice, int threads, List<Lattice> places, List<BenchResult> results, Table table) {
        Engine engine = choice.engine();
        List<PrecisionError> errors =
                engine.precision() == Precision.FLOAT32 ? List.of() : PrecisionError.of(engine, places);
        BenchReport report = new BenchReport(
                Machine.description(),
                Version.revision(),
                engine.name(),
                engine.precision().id(),
                threads,
                results,
                errors);
        String head = report.machine() + "; " + report.engine() + ", " + report.precision() + ", " + threads
                + " thread(s); revision " + report.revision() + "\n";
        common.print(report, head + table.text() + (errors.isEmpty() ? "" : text(errors)));
    }

    private static String text(List<PrecisionError> errors) {
        Table table = Table.of(
                "Largest errors, relative to the largest number of the kind: outputs and the weights' gradient (the worst layer) against"
                        + " reference, outputs for shifted inputs.",
                "network",
                "lattice",
                "precision",
                "outputs",
                "gradient",
                "equivariance");
        for (PrecisionError error : errors) {
            table = table.row(
                    error.network(),
                    error.lattice(),
                    error.precision(),
                    Cell.number(error.output(), 2),
                    Cell.number(error.gradient(), 2),
                    Cell.number(error.equivariance(), 2));
        }
        return "\n" + table.text();
    }

    /** Name, rate, unit, spread, limit, fraction; the numbers in thousands, millions or billions of the unit. */
    private static List<Object> cells(BenchResult result) {
        double size = Math.max(result.value(), result.limit() == null ? 0 : result.limit());
        double scale = size >= 1e9 ? 1e9 : size >= 1e6 ? 1e6 : 1e3;
        String prefix = size >= 1e9 ? "G" : size >= 1e6 ? "M" : "k";
        List<Object> cells = new ArrayList<>();
        cells.add(result.name());
        cells.add(Cell.number(result.value() / scale, 4));
        cells.add(prefix + (result.unit().startsWith("F") || result.unit().startsWith("B") ? "" : " ") + result.unit());
        cells.add(Cell.number(result.spread() / scale, 2));
        cells.add(result.limit() == null ? null : Cell.number(result.limit() / scale, 4));
        cells.add(result.fraction() == null ? null : percent(result.fraction()));
        return cells;
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }
}
