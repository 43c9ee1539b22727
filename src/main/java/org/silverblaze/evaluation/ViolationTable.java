package org.silverblaze.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.silverblaze.files.Json;
import org.silverblaze.training.Task;

/**
 * The rows of an evaluation of detection or counting and their forms.
 *
 * @param task detection or counting
 * @param rows one for each network, seed and test set
 */
public record ViolationTable(@JsonIgnore Task task, List<ViolationRow> rows) {
    /** A number of a row, with its name in tables. */
    public enum Metric {
        CROSS_ENTROPY("cross-entropy", ViolationRow::crossEntropy),
        ACCURACY("accuracy", ViolationRow::accuracy),
        AUC("ROC AUC", ViolationRow::auc),
        FALSE_POSITIVES("FPR at 99 % TPR", ViolationRow::falsePositives),
        ORDERED("pairs in order", ViolationRow::ordered),
        MSE("MSE", ViolationRow::mse),
        MSE_OVER_VARIANCE("MSE/Var", ViolationRow::mseOverVariance),
        EXACT("exact", ViolationRow::exact),
        MEAN_ERROR("mean |error|", ViolationRow::meanError),
        DIFFERENCES("pair differences exact", ViolationRow::differences);

        private final String title;
        private final Function<ViolationRow, Double> value;

        Metric(String title, Function<ViolationRow, Double> value) {
            this.title = title;
            this.value = value;
        }

        public String title() {
            return title;
        }

        /** Null where it does not apply. */
        public Double of(ViolationRow row) {
            return value.apply(row);
        }

        /** Those of a task, in the order of tables. */
        public static List<Metric> of(Task task) {
            return task == Task.DETECTION
                    ? List.of(CROSS_ENTROPY, ACCURACY, AUC, FALSE_POSITIVES, ORDERED)
                    : List.of(MSE, MSE_OVER_VARIANCE, EXACT, MEAN_ERROR, DIFFERENCES);
        }
    }

    /** One network on one test set, all seeds. */
    public record Place(
            String network, String family, String lattice, double eta, double lambda, double mu, String set) {
        static Place of(ViolationRow r) {
            return new Place(r.network(), r.family(), r.lattice(), r.eta(), r.lambda(), r.mu(), r.set());
        }
    }

    public ViolationTable {
        rows = List.copyOf(rows);
    }

    static ViolationTable of(Task task, List<ViolationRow> rows) {
        return new ViolationTable(task, rows);
    }

    /** This table with further rows. */
    public ViolationTable with(ViolationTable more) {
        return new ViolationTable(
                task, Stream.concat(rows.stream(), more.rows.stream()).toList());
    }

    /** The rows of trained networks alone, without the two ends of the scale. */
    public ViolationTable ofNetworks() {
        return new ViolationTable(
                task, rows.stream().filter(r -> r.seed() != null).toList());
    }

    /** Rows of one network on one test set together, in the order of their first appearance. */
    public Map<Place, List<ViolationRow>> places() {
        return rows.stream().collect(Collectors.groupingBy(Place::of, LinkedHashMap::new, Collectors.toList()));
    }

    /** Median over the seeds and the 20 % and 80 % quantiles; null where it does not apply to one of them. */
    public static SpreadRow.Band band(List<ViolationRow> seeds, Metric metric) {
        if (seeds.isEmpty() || seeds.stream().map(metric::of).anyMatch(Objects::isNull)) {
            return null;
        }
        return SpreadRow.Band.of(
                seeds.stream().map(metric::of).mapToDouble(Double::doubleValue).toArray());
    }

    /** One line: {@code {rows: [..]}}. */
    public String json() {
        return Json.line(this);
    }

    /** Every row, comma-separated, with a line of names first; numbers in full, empty where they do not apply. */
    public String csv() {
        StringBuilder text =
                new StringBuilder("network,family,seed,lattice,eta,lambda,mu,set,output,samples,largest_error,");
        text.append(Arrays.stream(Metric.values())
                        .map(m -> m.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(",")))
                .append('\n');
        for (ViolationRow r : rows) {
            List<Object> cells = new ArrayList<>(Arrays.asList(
                    r.network(),
                    r.family(),
                    r.seed(),
                    r.lattice(),
                    r.eta(),
                    r.lambda(),
                    r.mu(),
                    r.set(),
                    r.output(),
                    r.samples(),
                    r.largestError()));
            for (Metric metric : Metric.values()) {
                cells.add(metric.of(r));
            }
            text.append(cells.stream().map(c -> c == null ? "" : c.toString()).collect(Collectors.joining(",")))
                    .append('\n');
        }
        return text.toString();
    }

    /** Medians over seeds, aligned for a terminal. */
    public String text() {
        List<Metric> metrics = Metric.of(task);
        List<List<String>> lines = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("network", "seeds", "lattice", "eta", "mu", "set"));
        metrics.forEach(m -> header.add(m.title()));
        lines.add(header);
        places().forEach((place, seeds) -> {
            List<String> line = new ArrayList<>(List.of(
                    place.network(),
                    Integer.toString(seeds.size()),
                    place.lattice(),
                    Double.toString(place.eta()),
                    Double.toString(place.mu()),
                    place.set()));
            for (Metric metric : metrics) {
                SpreadRow.Band band = band(seeds, metric);
                line.add(band == null ? "n/a" : String.format(Locale.ROOT, "%.4g", band.median()));
            }
            lines.add(line);
        });
        return EvaluationTable.aligned(lines);
    }
}
