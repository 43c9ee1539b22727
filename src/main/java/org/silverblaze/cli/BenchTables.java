package org.silverblaze.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.silverblaze.bench.BenchResult;
import org.silverblaze.bench.DispatchBench;
import org.silverblaze.bench.EngineRatio;
import org.silverblaze.bench.PrecisionError;
import org.silverblaze.dispatch.Trial;
import org.silverblaze.report.Cell;
import org.silverblaze.report.Table;

/** What {@code silverblaze bench} shows to people. */
final class BenchTables {
    private BenchTables() {}

    static Table results(List<BenchResult> results) {
        boolean several = results.stream()
                        .map(BenchResult::engine)
                        .distinct()
                        .filter(e -> e != null)
                        .count()
                > 1;
        Table table = Table.of("", columns(several ? List.of("engine", "workload") : List.of("workload"), List.of()));
        for (BenchResult result : results) {
            List<Object> row = cells(result);
            if (several) {
                row.addFirst(result.engine() == null ? "" : result.engine());
            }
            table = table.row(row.toArray());
        }
        return table;
    }

    /** Headings of {@link #cells} after the name's, with others before and after them. */
    static String[] columns(List<String> before, List<String> after) {
        return Stream.of(
                        before,
                        List.of("rate", "fastest", "unit", "spread", "limit", "of limit", "fastest of it"),
                        after)
                .flatMap(List::stream)
                .toArray(String[]::new);
    }

    /** Name, rate, the fastest, unit, spread, limit, both as fractions of it; rates in thousands, millions or billions of the unit. */
    static List<Object> cells(BenchResult result) {
        double size = Math.max(result.value(), result.limit() == null ? 0 : result.limit());
        boolean number = result.unit().equals("x");
        double scale = number ? 1 : size >= 1e12 ? 1e12 : size >= 1e9 ? 1e9 : size >= 1e6 ? 1e6 : 1e3;
        String prefix = number ? "" : size >= 1e12 ? "T" : size >= 1e9 ? "G" : size >= 1e6 ? "M" : "k";
        boolean letter = result.unit().startsWith("F") || result.unit().startsWith("B");
        List<Object> cells = new ArrayList<>();
        cells.add(result.name());
        cells.add(Cell.number(result.value() / scale, 4));
        cells.add(Cell.number(result.fastest() / scale, 4));
        cells.add(prefix + (letter || number ? "" : " ") + result.unit());
        cells.add(Cell.number(result.spread() / scale, 2));
        cells.add(result.limit() == null ? null : Cell.number(result.limit() / scale, 4));
        cells.add(result.fraction() == null ? null : percent(result.fraction()));
        cells.add(result.limit() == null ? null : percent(result.fastest() / result.limit()));
        return cells;
    }

    static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }

    static String ratios(List<EngineRatio> ratios) {
        if (ratios.isEmpty()) {
            return "";
        }
        Table table = Table.of("Rates of the same run, divided by each other", "engine", "of", "workload", "ratio");
        for (EngineRatio ratio : ratios) {
            table = table.row(ratio.engine(), ratio.to(), ratio.name(), Cell.number(ratio.value(), 3));
        }
        return "\n" + table.text();
    }

    static String errors(List<PrecisionError> errors) {
        if (errors.isEmpty()) {
            return "";
        }
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

    static String text(DispatchBench.Report report) {
        if (report.workloads().isEmpty()) {
            return report.verdict() + "\n";
        }
        Table table = Table.of("", "workload", "chosen", "predicted", "measured", "choice took", "right");
        for (Trial trial : report.workloads()) {
            table = table.row(
                    trial.name(),
                    trial.chosen(),
                    seconds(trial.predicted()),
                    seconds(trial.measured()),
                    String.format(Locale.ROOT, "%.1f s", trial.choiceSeconds()),
                    trial.right() ? "yes" : "no");
        }
        return table.text() + report.verdict() + "\n";
    }

    private static String seconds(Map<String, Double> engines) {
        List<String> words = new ArrayList<>();
        engines.forEach((name, value) -> words.add(String.format(Locale.ROOT, "%s %.3g s", name, value)));
        return String.join(", ", words);
    }
}
