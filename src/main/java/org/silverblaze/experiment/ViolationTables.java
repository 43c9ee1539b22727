package org.silverblaze.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.silverblaze.dataset.ClassCounts;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.evaluation.Evaluator;
import org.silverblaze.evaluation.SpreadRow;
import org.silverblaze.evaluation.ViolationRow;
import org.silverblaze.evaluation.ViolationTable;
import org.silverblaze.evaluation.ViolationTable.Metric;
import org.silverblaze.report.Cell;
import org.silverblaze.report.Numbers;
import org.silverblaze.report.Table;

/** The tables of experiments B and C, and the sentences that follow from them. */
final class ViolationTables {
    /** A fraction of right answers from which on the sentences say that a network can do something. */
    private static final double GOOD = 0.95;

    private static final String SPREAD = "Median over seeds (20 %–80 %).";

    private final ViolationResult result;
    private final ViolationPlan plan;
    private final boolean detects;

    ViolationTables(ViolationResult result) {
        this.result = result;
        this.plan = result.plan();
        this.detects = plan.kind() == Kind.DETECTION;
    }

    /** Where networks are tested. */
    record Spot(String lattice, double eta, double mu) {}

    /** Every lattice at the couplings of the training. */
    List<Spot> sizes() {
        return plan.tests().lattices().stream()
                .map(lattice ->
                        new Spot(lattice, plan.training().eta(), plan.training().mu()))
                .toList();
    }

    private List<Spot> couplings(String lattice) {
        List<Spot> spots = new ArrayList<>();
        for (double eta : plan.tests().eta()) {
            for (double mu : plan.tests().mu()) {
                spots.add(new Spot(lattice, eta, mu));
            }
        }
        return spots;
    }

    private String largest() {
        return plan.tests().lattices().getLast();
    }

    /** Names of the trained networks, in order. */
    List<String> trained() {
        return result.trainings().stream()
                .map(t -> t.ensemble().recipe().name())
                .toList();
    }

    /** Constant predictor, networks, oracle: the scale from one end to the other. */
    private List<String> networks() {
        List<String> names = new ArrayList<>();
        names.add(Evaluator.CONSTANT);
        names.addAll(trained());
        names.add(Evaluator.ORACLE);
        return names;
    }

    private List<ViolationRow> rows(String network, Spot spot, String set) {
        return result.table().rows().stream()
                .filter(r -> r.network().equals(network)
                        && r.lattice().equals(spot.lattice)
                        && r.eta() == spot.eta
                        && r.mu() == spot.mu
                        && r.set().equals(set))
                .toList();
    }

    /** Null where the network does not apply. */
    SpreadRow.Band band(String network, Spot spot, String set, Metric metric) {
        return ViolationTable.band(rows(network, spot, set), metric);
    }

    /** The metric that decides about transfer: accuracy, or the fraction of exact counts. */
    Metric right() {
        return detects ? Metric.ACCURACY : Metric.EXACT;
    }

    /** The metric of matched pairs. */
    Metric pairs() {
        return detects ? Metric.ORDERED : Metric.DIFFERENCES;
    }

    /** Tables over lattice sizes at the couplings of the training, then over couplings. */
    List<Table> tables() {
        List<Table> tables = new ArrayList<>();
        if (detects) {
            tables.add(bySize("Accuracy on ordinary sets: open worm or none.", Metric.ACCURACY, ViolationRow.ORDINARY));
            tables.add(bySize("Area under the ROC curve on ordinary sets.", Metric.AUC, ViolationRow.ORDINARY));
            tables.add(bySize(
                    "Rate of false positives at 99 % true positives on ordinary sets.",
                    Metric.FALSE_POSITIVES, ViolationRow.ORDINARY));
            tables.add(bySize("Cross-entropy on ordinary sets.", Metric.CROSS_ENTROPY, ViolationRow.ORDINARY));
            tables.add(bySize(
                    "Matched pairs: fraction in which the open member gets more than the same worm run on until it closed. What both"
                            + " members have in common gives 0.5.",
                    Metric.ORDERED,
                    ViolationRow.PAIRS));
        } else {
            tables.add(bySize(
                    "Fraction of configurations whose rounded answer is the number of violations, Σ|d|/2, on ordinary sets.",
                    Metric.EXACT,
                    ViolationRow.ORDINARY));
            tables.add(bySize("Mean |answer − label| on ordinary sets.", Metric.MEAN_ERROR, ViolationRow.ORDINARY));
            tables.add(bySize("Raw MSE on ordinary sets.", Metric.MSE, ViolationRow.ORDINARY));
            tables.add(bySize("MSE / Var(label) on ordinary sets.", Metric.MSE_OVER_VARIANCE, ViolationRow.ORDINARY));
            tables.add(bySize(
                    "Matched pairs: fraction in which the difference of the answers for the open member and for the same worms with the"
                            + " last one run on until it closed, rounded, is that of the labels.",
                    Metric.DIFFERENCES,
                    ViolationRow.PAIRS));
            tables.add(byNumber(plan.training().lattice()));
            tables.add(byNumber(largest()));
        }
        for (String lattice : List.of(plan.training().lattice(), largest())) {
            tables.add(table(
                    (detects ? "Accuracy" : "Fraction of exact counts") + " on ordinary sets on " + lattice
                            + " at all couplings; trained at η = "
                            + plan.training().eta() + ", μ = "
                            + RegressionTables.mu(plan.training().mu()) + ".",
                    right(),
                    ViolationRow.ORDINARY,
                    couplings(lattice),
                    spot -> "η " + spot.eta + ", μ " + RegressionTables.mu(spot.mu)));
        }
        return tables;
    }

    private Table bySize(String caption, Metric metric, String set) {
        return table(
                caption + " Trained on " + plan.training().lattice() + " at η = "
                        + plan.training().eta() + ", μ = "
                        + RegressionTables.mu(plan.training().mu()) + "; tested at these couplings.",
                metric,
                set,
                sizes(),
                Spot::lattice);
    }

    private Table table(String caption, Metric metric, String set, List<Spot> spots, Function<Spot, String> name) {
        List<String> header = new ArrayList<>(List.of("network"));
        spots.forEach(spot -> header.add(name.apply(spot)));
        List<List<Cell>> lines = new ArrayList<>();
        for (String network : networks()) {
            List<Cell> line = new ArrayList<>();
            line.add(Cell.text(network));
            for (Spot spot : spots) {
                line.add(cell(band(network, spot, set, metric)));
            }
            lines.add(line);
        }
        return new Table(header, lines, caption + " " + SPREAD);
    }

    private static Cell cell(SpreadRow.Band band) {
        if (band == null) {
            return Cell.notApplicable();
        }
        if (band.low() == band.high()) {
            return Cell.number(band.median(), 3);
        }
        return Cell.measured(
                band.median(),
                Double.NaN,
                number(band.median()) + " (" + number(band.low()) + "–" + number(band.high()) + ")");
    }

    private static String number(double value) {
        return value == 0 || Math.abs(value) >= 1e-3
                ? String.format(Locale.ROOT, "%.3f", value)
                : Numbers.typeset(String.format(Locale.ROOT, "%.1e", value));
    }

    /** Mean |error| for each number of violations on a lattice at the couplings of the training. */
    private Table byNumber(String lattice) {
        Spot spot = new Spot(lattice, plan.training().eta(), plan.training().mu());
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String network : networks()) {
            rows(network, spot, ViolationRow.ORDINARY).stream()
                    .filter(r -> r.byNumber() != null)
                    .map(ViolationRow::byNumber)
                    .flatMap(Collection::stream)
                    .forEach(n -> numbers.add(n.violations()));
        }
        List<String> header = new ArrayList<>(List.of("network"));
        numbers.forEach(n -> header.add(Integer.toString(n)));
        List<List<Cell>> lines = new ArrayList<>();
        for (String network : networks()) {
            List<Cell> line = new ArrayList<>(List.of(Cell.text(network)));
            for (int number : numbers) {
                double[] errors = errors(network, spot, number);
                line.add(errors.length == 0 ? Cell.notApplicable() : Cell.text(number(median(errors))));
            }
            lines.add(line);
        }
        return new Table(
                header,
                lines,
                "Mean |answer − label| on " + lattice
                        + " for each number of violations Σ|d|/2, median over seeds; trained with "
                        + plan.training().worms().stream().map(String::valueOf).collect(Collectors.joining(" and "))
                        + " worms.");
    }

    /** Of every seed; empty where the network does not apply. */
    double[] errors(String network, Spot spot, int number) {
        return rows(network, spot, ViolationRow.ORDINARY).stream()
                .filter(r -> r.byNumber() != null)
                .flatMap(r -> r.byNumber().stream())
                .filter(n -> n.violations() == number)
                .mapToDouble(ViolationRow.Count::meanError)
                .toArray();
    }

    static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** What was trained. */
    Table trainings() {
        Table table = Table.of(
                "The networks and their training on " + plan.training().lattice() + " at η = "
                        + plan.training().eta() + ", μ = "
                        + RegressionTables.mu(plan.training().mu()) + ".",
                "network",
                "type",
                "parameters",
                "multiply-adds",
                "training samples",
                "seeds",
                "epochs (longest)",
                "best validation loss",
                "seconds");
        for (RegressionResult.Training t : result.trainings()) {
            table = table.row(
                    t.ensemble().recipe().name(),
                    t.ensemble().recipe().family().name(),
                    t.summary().parameters(),
                    t.multiplyAdds(),
                    t.ensemble().recipe().training().samples(),
                    t.ensemble().members().size(),
                    t.summary().epochs(),
                    Cell.number(t.summary().bestValidationLoss(), 3),
                    Cell.number(t.summary().seconds(), 3));
        }
        return table;
    }

    /** What the data are. */
    Table sets() {
        Table table = Table.of(
                "The data: samples by number of open worms, and how many have fewer violations than worms because end points"
                        + " cancelled.",
                "for",
                "lattice",
                "η",
                "μ",
                "open worms: samples",
                "with fewer violations");
        for (ViolationResult.Set set : result.sets()) {
            table = table.row(
                    set.use(),
                    set.lattice(),
                    Cell.text(Double.toString(set.eta())),
                    Cell.text(RegressionTables.mu(set.counts().getFirst().mu())),
                    set.counts().stream()
                            .map(c -> c.worms() + ": " + c.samples())
                            .collect(Collectors.joining(", ")),
                    set.counts().stream()
                            .mapToLong(ClassCounts::fewerViolations)
                            .sum());
        }
        return table;
    }

    /** What the numbers say, each sentence from the tables alone. */
    List<String> findings() {
        List<String> sentences = new ArrayList<>();
        Spot home = sizes().getFirst();
        Spot far = sizes().getLast();
        for (String network : trained()) {
            sentences.add(finding(network, home, far));
        }
        control(home).ifPresent(sentences::add);
        result.table().rows().stream()
                .filter(r -> r.network().equals(Evaluator.ORACLE) && r.largestError() != null)
                .mapToDouble(ViolationRow::largestError)
                .max()
                .ifPresent(error -> sentences.add("The exact network, run through the same engine, is within "
                        + Numbers.significant(error, 2) + " of every label."));
        return sentences;
    }

    private String finding(String network, Spot home, Spot far) {
        SpreadRow.Band here = band(network, home, ViolationRow.ORDINARY, right());
        SpreadRow.Band there = band(network, far, ViolationRow.ORDINARY, right());
        SpreadRow.Band pairHere = band(network, home, ViolationRow.PAIRS, pairs());
        SpreadRow.Band pairThere = band(network, far, ViolationRow.PAIRS, pairs());
        String text = network + ": " + (detects ? "accuracy " : "exact counts ") + number(here.median()) + " on "
                + home.lattice + ", where it was trained";
        text += there == null
                ? "; matched pairs " + number(pairHere.median()) + ". It cannot be applied to other lattice sizes."
                : ", " + number(there.median()) + " on " + far.lattice + "; matched pairs " + number(pairHere.median())
                        + " and " + number(pairThere.median()) + ".";
        if (here.median() < GOOD) {
            return text + " It does not solve the task on its own lattice (below " + GOOD + ")"
                    + (pairHere.median() < GOOD
                            ? ", nor on matched pairs there."
                            : ", though it does on matched pairs there.");
        }
        if (there != null) {
            text += there.median() >= GOOD
                    ? " It transfers to " + far.lattice + " (" + GOOD + " or more)."
                    : " It does not transfer to " + far.lattice
                            + (pairThere.median() < GOOD
                                    ? ", not on matched pairs either."
                                    : ", though it still tells the members of a pair apart there: "
                                            + (detects
                                                    ? "what fails is the threshold."
                                                    : "what fails is what the rest of the lattice adds."));
        }
        return text + elsewhere(network, home);
    }

    /** The worst of the other couplings on the lattice of the training. */
    private String elsewhere(String network, Spot home) {
        return couplings(home.lattice).stream()
                .filter(spot -> !spot.equals(home))
                .filter(spot -> band(network, spot, ViolationRow.ORDINARY, right()) != null)
                .min(Comparator.comparingDouble(spot ->
                        band(network, spot, ViolationRow.ORDINARY, right()).median()))
                .map(spot -> " At other couplings on " + home.lattice + " the lowest is "
                        + number(band(network, spot, ViolationRow.ORDINARY, right())
                                .median()) + ", at η = " + spot.eta
                        + ", μ = " + RegressionTables.mu(spot.mu) + ".")
                .orElse("");
    }

    /** What the control, which cannot see the divergence, can do, and who does no better than it on pairs. */
    private Optional<String> control(Spot home) {
        Optional<String> name =
                trained().stream().filter(n -> n.contains("control")).findFirst();
        return name.map(control -> {
            SpreadRow.Band ordinary =
                    band(control, home, ViolationRow.ORDINARY, detects ? Metric.AUC : Metric.MSE_OVER_VARIANCE);
            SpreadRow.Band pairs = band(control, home, ViolationRow.PAIRS, pairs());
            List<String> alike = trained().stream()
                    .filter(n -> !n.contains("control"))
                    .filter(n -> {
                        SpreadRow.Band other = band(n, home, ViolationRow.PAIRS, pairs());
                        return other != null && other.median() <= pairs.median();
                    })
                    .toList();
            return control
                    + " has windows of one site, which cannot see the divergence, only how much flux (⟨|k|⟩, l) there is, link by link: "
                    + (detects ? "ROC AUC " : "MSE/Var ") + number(ordinary.median()) + " on ordinary sets of "
                    + home.lattice
                    + ", matched pairs " + number(pairs.median()) + ". "
                    + (alike.isEmpty()
                            ? "Every other network has a higher number on matched pairs."
                            : "No higher on matched pairs: " + String.join(", ", alike) + ".");
        });
    }
}
