package org.silverblaze.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.silverblaze.dataset.ClassCounts;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.evaluation.Evaluator;
import org.silverblaze.evaluation.HandMade;
import org.silverblaze.evaluation.SpreadRow;
import org.silverblaze.evaluation.ViolationEvaluator;
import org.silverblaze.evaluation.ViolationRow;
import org.silverblaze.evaluation.ViolationTable;
import org.silverblaze.evaluation.ViolationTable.Metric;
import org.silverblaze.network.NetworkFamily;
import org.silverblaze.report.Cell;
import org.silverblaze.report.Numbers;
import org.silverblaze.report.Table;

/** The tables of experiments B and C; {@link ViolationFindings} says in words what follows from them. */
final class ViolationTables {
    /** A fraction of right answers from which on the sentences say that a network can do something. */
    static final double GOOD = 0.95;

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

    Spot home() {
        return sizes().getFirst();
    }

    /** The largest lattice at the couplings of the training. */
    Spot far() {
        return sizes().getLast();
    }

    List<Spot> couplings(String lattice) {
        List<Spot> spots = new ArrayList<>();
        for (double eta : plan.tests().eta()) {
            for (double mu : plan.tests().mu()) {
                spots.add(new Spot(lattice, eta, mu));
            }
        }
        return spots;
    }

    /** Names of the networks of the largest training size, in order. */
    List<String> trained() {
        return plan.names().stream()
                .map(name -> plan.named(name, plan.largestSize()))
                .toList();
    }

    /** EQ, ST or FL. */
    NetworkFamily family(String network) {
        return result.trainings().stream()
                .map(t -> t.ensemble().recipe())
                .filter(recipe -> recipe.name().equals(network))
                .findFirst()
                .orElseThrow()
                .family();
    }

    /** Whether it is there to show what can be done without the divergence. */
    boolean isControl(String network) {
        return network.startsWith(plan.experiment() + "-control");
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

    /** What decides: right answers and matched pairs over lattice sizes, and right answers on the largest over training sizes. */
    List<Table> summary() {
        List<Table> tables = new ArrayList<>(List.of(rightBySize(), pairsBySize()));
        if (plan.training().sizes().size() > 1) {
            tables.add(learning(far(), ViolationRow.ORDINARY, right()));
        }
        return tables;
    }

    /** Tables over lattice sizes at the couplings of the training, then over couplings, training sizes, single configurations. */
    List<Table> tables() {
        List<Table> tables = new ArrayList<>(List.of(rightBySize(), seedsBySize()));
        if (detects) {
            tables.add(bySize("Area under the ROC curve on ordinary sets.", Metric.AUC, ViolationRow.ORDINARY));
            tables.add(bySize(
                    "Rate of false positives at 99 % true positives on ordinary sets.",
                    Metric.FALSE_POSITIVES, ViolationRow.ORDINARY));
            tables.add(bySize("Cross-entropy on ordinary sets.", Metric.CROSS_ENTROPY, ViolationRow.ORDINARY));
            tables.add(pairsBySize());
            tables.add(bySize("Accuracy on matched pairs.", Metric.ACCURACY, ViolationRow.PAIRS));
        } else {
            tables.add(bySize("Mean |answer − label| on ordinary sets.", Metric.MEAN_ERROR, ViolationRow.ORDINARY));
            tables.add(bySize("Raw MSE on ordinary sets.", Metric.MSE, ViolationRow.ORDINARY));
            tables.add(bySize("MSE / Var(label) on ordinary sets.", Metric.MSE_OVER_VARIANCE, ViolationRow.ORDINARY));
            tables.add(pairsBySize());
            tables.add(bySize("Fraction of exact counts on matched pairs.", Metric.EXACT, ViolationRow.PAIRS));
            tables.add(byNumber(home().lattice));
            tables.add(byNumber(far().lattice));
        }
        for (String lattice : List.of(home().lattice, far().lattice)) {
            tables.add(table(
                    rightName() + " on ordinary sets on " + lattice + " at all couplings; trained at η = "
                            + plan.training().eta() + ", μ = "
                            + RegressionTables.mu(plan.training().mu()) + ".",
                    right(),
                    ViolationRow.ORDINARY,
                    couplings(lattice),
                    spot -> "η " + spot.eta + ", μ " + RegressionTables.mu(spot.mu)));
        }
        if (plan.training().sizes().size() > 1) {
            tables.add(learning(home(), ViolationRow.ORDINARY, right()));
            tables.add(learning(far(), ViolationRow.ORDINARY, right()));
            tables.add(learning(home(), ViolationRow.PAIRS, pairs()));
        }
        tables.add(handMade());
        return tables;
    }

    /** As captions begin: the metric that decides about transfer. */
    private String rightName() {
        return detects ? "Accuracy" : "Fraction of exact counts";
    }

    private Table rightBySize() {
        return bySize(
                detects
                        ? "Accuracy on ordinary sets: open worm or none."
                        : "Fraction of configurations whose rounded answer is the number of violations, Σ|d|/2, on ordinary sets.",
                right(),
                ViolationRow.ORDINARY);
    }

    private Table pairsBySize() {
        return bySize(
                detects
                        ? "Matched pairs: fraction in which the open member gets more than the same worm run on until it closed. What both"
                                + " members have in common gives 0.5."
                        : "Matched pairs: fraction in which the difference of the answers for the open member and for the same worms with the"
                                + " last one run on until it closed, rounded, is that of the labels.",
                pairs(),
                ViolationRow.PAIRS);
    }

    /** Seeds that can do it, where the median may hide that only some of them learnt anything. */
    private Table seedsBySize() {
        List<String> header = new ArrayList<>(List.of("network"));
        sizes().forEach(spot -> header.add(spot.lattice));
        List<List<Cell>> lines = new ArrayList<>();
        for (String network : trained()) {
            List<Cell> line = new ArrayList<>(List.of(Cell.text(network)));
            for (Spot spot : sizes()) {
                line.add(
                        band(network, spot, ViolationRow.ORDINARY, right()) == null
                                ? Cell.notApplicable()
                                : Cell.text(good(network, spot) + " of " + plan.seeds()));
            }
            lines.add(line);
        }
        return new Table(
                header,
                lines,
                "Seeds with " + rightName().toLowerCase(Locale.ROOT) + " of at least " + GOOD
                        + " on ordinary sets, at the couplings of the training.");
    }

    /** Seeds of a network that are right in at least {@link #GOOD} of an ordinary set. */
    long good(String network, Spot spot) {
        return rows(network, spot, ViolationRow.ORDINARY).stream()
                .map(right()::of)
                .filter(value -> value != null && value >= GOOD)
                .count();
    }

    /** Every network by the number of samples that it was trained on. */
    private Table learning(Spot spot, String set, Metric metric) {
        List<String> header = new ArrayList<>(List.of("network"));
        plan.training().sizes().forEach(size -> header.add(Integer.toString(size)));
        List<List<Cell>> lines = new ArrayList<>();
        for (String name : plan.names()) {
            List<Cell> line = new ArrayList<>(List.of(Cell.text(name)));
            for (int size : plan.training().sizes()) {
                line.add(cell(band(plan.named(name, size), spot, set, metric)));
            }
            lines.add(line);
        }
        return new Table(
                header,
                lines,
                (metric == right() ? rightName() : detects ? "Pairs in order" : "Exact differences") + " on "
                        + (set.equals(ViolationRow.PAIRS) ? "matched pairs" : "ordinary sets") + " on " + spot.lattice
                        + " by the number of training samples, at the couplings of the training. " + SPREAD);
    }

    /** What networks say about configurations made by hand. */
    private Table handMade() {
        List<String> answering = answering();
        List<String> header = new ArrayList<>(List.of("configuration on " + home().lattice, "violations"));
        answering.forEach(network -> header.add(brief(network)));
        List<List<Cell>> lines = new ArrayList<>();
        for (int i = 0; i < result.handMade().size(); i++) {
            HandMade made = result.handMade().get(i);
            List<Cell> line = new ArrayList<>(List.of(Cell.text(made.name()), Cell.integer(made.violations())));
            for (String network : answering) {
                double[] answers = answers(network, i);
                long right = rightAnswers(network, i);
                line.add(Cell.text(number(median(answers))
                        + (right == answers.length ? "" : " (" + right + "/" + answers.length + ")")));
            }
            lines.add(line);
        }
        return new Table(
                header,
                lines,
                "Configurations made by hand: " + (detects ? "probability of a violation" : "number of violations")
                        + ", median over seeds; in brackets how many seeds are right, where not all are"
                        + (detects ? " (above 1/2 where there is a violation, and only there)." : " (rounded)."));
    }

    /** Networks and the oracle, who have answers of their own. */
    List<String> answering() {
        List<String> names = new ArrayList<>(trained());
        names.add(Evaluator.ORACLE);
        return names;
    }

    /** A name without the experiment and the training size. */
    private String brief(String network) {
        return plan.names().stream()
                .filter(name -> plan.named(name, plan.largestSize()).equals(network))
                .findFirst()
                .map(name -> name.substring(plan.experiment().length() + 1))
                .orElse(network);
    }

    /** Of every seed to one of the configurations made by hand. */
    private double[] answers(String network, int configuration) {
        return result.answers().stream()
                .filter(a -> a.network().equals(network) && a.configuration() == configuration)
                .mapToDouble(ViolationEvaluator.Answer::answer)
                .toArray();
    }

    /** Seeds that answer one of the configurations made by hand as it should be. */
    long rightAnswers(String network, int configuration) {
        int violations = result.handMade().get(configuration).violations();
        return Arrays.stream(answers(network, configuration))
                .filter(answer -> detects ? (answer > 0.5) == (violations > 0) : Math.rint(answer) == violations)
                .count();
    }

    /** Whether at least half of the seeds answer one of the configurations made by hand wrongly. */
    boolean mostlyWrong(String network, int configuration) {
        return 2 * rightAnswers(network, configuration) <= answers(network, configuration).length;
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
        return Cell.measured(band.median(), Double.NaN, text(band));
    }

    /** As cells of tables and sentences show it. */
    static String text(SpreadRow.Band band) {
        return band.low() == band.high()
                ? number(band.median())
                : number(band.median()) + " (" + number(band.low()) + "–" + number(band.high()) + ")";
    }

    static String number(double value) {
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

    /** Does not apply to the training set, on which nothing is tested. */
    private Cell oracleError(ViolationResult.Set set) {
        Spot spot = new Spot(set.lattice(), set.eta(), set.counts().getFirst().mu());
        return rows(Evaluator.ORACLE, spot, set.use()).stream()
                .map(row -> Cell.number(row.largestError(), 2))
                .findFirst()
                .orElseGet(Cell::notApplicable);
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
                "with fewer violations",
                "largest |error| of the oracle");
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
                            .sum(),
                    oracleError(set));
        }
        return table;
    }
}
