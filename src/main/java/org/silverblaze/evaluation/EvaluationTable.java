package org.silverblaze.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.silverblaze.files.Json;

/**
 * The rows of an evaluation and their spread over seeds, and their three forms.
 *
 * @param rows one for each network, seed, test set and output; {@code evaluate --json} prints them
 * @param spread the same over the seeds
 */
public record EvaluationTable(List<EvaluationRow> rows, List<SpreadRow> spread) {
    private static final String NOT_APPLICABLE = "n/a";

    public EvaluationTable {
        rows = List.copyOf(rows);
        spread = List.copyOf(spread);
    }

    public static EvaluationTable of(List<EvaluationRow> rows) {
        return new EvaluationTable(rows, SpreadRow.of(rows));
    }

    /** One line: {@code {rows: [..], spread: [..]}}. */
    public String json() {
        return Json.line(this);
    }

    /** Every row, comma-separated, with a line of names first; numbers in full. */
    public String csv() {
        StringBuilder text = new StringBuilder(
                "network,family,seed,lattice,eta,lambda,mu,output,samples,mse,mse_over_variance,largest_error\n");
        for (EvaluationRow r : rows) {
            text.append(String.join(
                            ",",
                            r.network(),
                            r.family(),
                            orNotApplicable(r.seed()),
                            r.lattice(),
                            Double.toString(r.eta()),
                            Double.toString(r.lambda()),
                            Double.toString(r.mu()),
                            r.output(),
                            Long.toString(r.samples()),
                            orNotApplicable(r.mse()),
                            orNotApplicable(r.mseOverVariance()),
                            orNotApplicable(r.largestError())))
                    .append('\n');
        }
        return text.toString();
    }

    /** Medians over seeds with 20-80 % bands, aligned for a terminal. */
    public String text() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of(
                "network", "seeds", "lattice", "mu", "output", "MSE", "20 %", "80 %", "MSE/Var", "20 %", "80 %"));
        for (SpreadRow r : spread) {
            List<String> line = new ArrayList<>(List.of(
                    r.network(),
                    Integer.toString(r.seeds()),
                    r.lattice(),
                    String.format(Locale.ROOT, "%.4g", r.mu()),
                    r.output()));
            line.addAll(cells(r.mse()));
            line.addAll(cells(r.mseOverVariance()));
            lines.add(line);
        }
        return aligned(lines);
    }

    private static List<String> cells(SpreadRow.Band band) {
        return band == null
                ? List.of(NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE)
                : List.of(number(band.median()), number(band.low()), number(band.high()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3e", value);
    }

    private static String orNotApplicable(Object value) {
        return value == null ? NOT_APPLICABLE : value.toString();
    }

    /** Columns as wide as their widest cell; the first one to the left. */
    static String aligned(List<List<String>> lines) {
        int[] widths = IntStream.range(0, lines.getFirst().size())
                .map(c -> lines.stream().mapToInt(l -> l.get(c).length()).max().orElse(0))
                .toArray();
        return lines.stream()
                .map(line -> IntStream.range(0, widths.length)
                        .mapToObj(c -> (c == 0 ? "%-" : "%") + widths[c] + "s")
                        .collect(Collectors.joining("  "))
                        .formatted(line.toArray()))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
