package org.silverblaze.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.silverblaze.evaluation.EvaluationRow;
import org.silverblaze.evaluation.Evaluator;
import org.silverblaze.evaluation.SpreadRow;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.report.Cell;
import org.silverblaze.report.Numbers;
import org.silverblaze.report.Table;

/** The tables of experiment A, and the sentences that follow from them. */
final class RegressionTables {
    /** The mean over both outputs, n and |phi|^2. */
    static final String BOTH = "both";

    private final RegressionResult result;

    RegressionTables(RegressionResult result) {
        this.result = result;
    }

    /** Names of the trained networks, in order. */
    List<String> networks() {
        return result.trainings().stream()
                .map(t -> t.ensemble().recipe().name())
                .toList();
    }

    /** Constant predictor, networks, oracle: the scale from one end to the other. */
    private List<String> columns() {
        List<String> names = new ArrayList<>();
        names.add(Evaluator.CONSTANT);
        names.addAll(networks());
        names.add(Evaluator.ORACLE);
        return names;
    }

    /** MSE / Var(label) on every test set, medians over seeds. */
    Table relative() {
        return errors(
                "MSE / Var(label) of both outputs on the test set, median over seeds (20 %–80 %). The constant predictor"
                        + " answers the mean training labels; the oracle is the exact network in float32.",
                SpreadRow::mseOverVariance);
    }

    /** Raw MSE on every test set, medians over seeds. */
    Table raw() {
        return errors(
                "Raw MSE of both outputs on the test set, median over seeds (20 %–80 %). The spread of the labels falls"
                        + " with the volume, so raw errors of two lattice sizes cannot be compared.",
                SpreadRow::mse);
    }

    private Table errors(String caption, Function<SpreadRow, SpreadRow.Band> value) {
        List<String> header = new ArrayList<>(List.of("lattice", "μ"));
        header.addAll(columns());
        List<List<Cell>> rows = new ArrayList<>();
        for (String lattice : result.plan().tests().lattices()) {
            for (double mu : result.plan().tests().mu()) {
                List<Cell> row = new ArrayList<>();
                row.add(Cell.text(lattice));
                row.add(Cell.text(mu(mu)));
                for (String network : columns()) {
                    row.add(spread(network, lattice, mu)
                            .map(value)
                            .map(RegressionTables::cell)
                            .orElse(Cell.notApplicable()));
                }
                rows.add(row);
            }
        }
        return new Table(header, rows, caption);
    }

    /** {@code 1.8 (1.4–2.1) ×10⁻⁴}: median and band with one power of ten, so that a row fits on a page. */
    private static Cell cell(SpreadRow.Band band) {
        if (band.low() == band.high()) {
            return Cell.number(band.median(), 2);
        }
        int exponent = (int) Math.floor(Math.log10(band.median()));
        boolean plain = exponent >= -2 && exponent <= 3;
        double unit = plain ? 1 : Math.pow(10, exponent);
        String text = Numbers.significant(band.median() / unit, 2) + " (" + Numbers.significant(band.low() / unit, 2)
                + "–" + Numbers.significant(band.high() / unit, 2) + ")"
                + (plain ? "" : " " + Numbers.typeset("1e" + exponent).substring(1));
        return Cell.measured(band.median(), Double.NaN, text);
    }

    /** Spread of a network on a test set, both outputs; empty where the network is not in the table. */
    Optional<SpreadRow> spread(String network, String lattice, double mu) {
        return result.table().spread().stream()
                .filter(r -> r.network().equals(network)
                        && r.lattice().equals(lattice)
                        && r.mu() == mu
                        && r.output().equals(BOTH))
                .findFirst();
    }

    /** What was trained. */
    Table trainings() {
        Table table = Table.of(
                "The networks and their training on " + result.plan().training().lattice() + " at μ = "
                        + mu(result.plan().training().mu()) + ".",
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

    /** What was sampled, beside exact values. */
    Table ensembles() {
        Table table = Table.of(
                "The ensembles. Errors by the Gamma method; exact values by the transfer matrix where it reaches the lattice;"
                        + " pull: deviation in units of the error (n/a where fewer than 5 % of the samples have n ≠ 0: the error is not to be trusted there); τ_int in units of the spacing of samples (n/a where the"
                        + " observable did not vary).",
                "for",
                "lattice",
                "μ",
                "samples",
                "n",
                "exact n",
                "pull n",
                "|φ|²",
                "exact |φ|²",
                "pull |φ|²",
                "τ_int n",
                "τ_int |φ|²");
        for (RegressionResult.Ensemble e : result.ensembles()) {
            table = table.row(
                    e.role().name().toLowerCase(Locale.ROOT),
                    e.lattice(),
                    Cell.text(mu(e.mu())),
                    e.samples(),
                    measured(e.n()),
                    exact(e.n()),
                    pull(e.n()),
                    measured(e.phi2()),
                    exact(e.phi2()),
                    pull(e.phi2()),
                    tau(e.n()),
                    tau(e.phi2()));
        }
        return table;
    }

    private static Cell measured(RegressionResult.Measured m) {
        return Cell.measured(
                m.estimate().mean(), m.estimate().error(), m.estimate().toString());
    }

    private static Cell exact(RegressionResult.Measured m) {
        return m.exact() == null ? Cell.notApplicable() : Cell.number(m.exact(), 6);
    }

    private static Cell pull(RegressionResult.Measured m) {
        return m.pull() == null
                ? Cell.notApplicable()
                : Cell.measured(m.pull(), Double.NaN, String.format(Locale.ROOT, "%+.1f", m.pull()));
    }

    private static Cell tau(RegressionResult.Measured m) {
        return m.estimate().error() > 0 ? Cell.number(m.estimate().tauInt(), 2) : Cell.notApplicable();
    }

    /** What the numbers say, each sentence from the tables alone. */
    List<String> findings() {
        List<String> sentences = new ArrayList<>();
        RegressionPlan plan = result.plan();
        String home = plan.training().lattice();
        double mu = plan.training().mu();
        if (plan.tests().lattices().contains(home) && plan.tests().mu().contains(mu)) {
            sentences.add("On the training lattice " + home + " at the training coupling μ = " + mu(mu)
                    + ", the median MSE/Var is " + listed(home, mu) + ".");
        }
        for (RegressionResult.Training training : result.trainings()) {
            String network = training.ensemble().recipe().name();
            List<String> refused = plan.tests().lattices().stream()
                    .filter(lattice -> !Evaluator.applies(training.ensemble(), Lattice.parse(lattice)))
                    .toList();
            Optional<SpreadRow> worst = result.table().spread().stream()
                    .filter(r -> r.network().equals(network)
                            && r.output().equals(BOTH)
                            && r.mseOverVariance() != null
                            && !(r.lattice().equals(home) && r.mu() == mu))
                    .max((a, b) -> Double.compare(
                            a.mseOverVariance().median(), b.mseOverVariance().median()));
            String where = worst.map(r -> "its largest median MSE/Var away from the training ensemble is "
                            + Numbers.significant(r.mseOverVariance().median(), 2) + ", on " + r.lattice() + " at μ = "
                            + mu(r.mu()))
                    .orElse("there is no test set that it can be applied to");
            sentences.add(network + " (" + training.ensemble().recipe().family() + "): " + where
                    + (refused.isEmpty() ? "." : "; it cannot be applied to " + String.join(", ", refused) + "."));
        }
        result.table().rows().stream()
                .filter(r -> r.network().equals(Evaluator.ORACLE) && r.largestError() != null)
                .mapToDouble(EvaluationRow::largestError)
                .max()
                .ifPresent(error -> sentences.add("The exact network, run through the same engine, is within "
                        + Numbers.significant(error, 2) + " of every label."));
        double[] pulls = result.ensembles().stream()
                .flatMap(e -> Stream.of(e.n(), e.phi2()))
                .map(RegressionResult.Measured::pull)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray();
        if (pulls.length > 0) {
            double squares = 0;
            double largest = 0;
            for (double pull : pulls) {
                squares += pull * pull;
                largest = Math.max(largest, Math.abs(pull));
            }
            sentences.add("Sampled means beside exact ones: " + pulls.length + " values, root mean square deviation "
                    + String.format(Locale.ROOT, "%.2f", Math.sqrt(squares / pulls.length)) + " errors, largest "
                    + String.format(Locale.ROOT, "%.1f", largest)
                    + " (n and |φ|² of one ensemble are correlated; ensembles with n ≠ 0 in fewer than 5 % of the samples are"
                    + " left out).");
        }
        return sentences;
    }

    private String listed(String lattice, double mu) {
        List<String> parts = new ArrayList<>();
        for (String network : networks()) {
            spread(network, lattice, mu)
                    .filter(r -> r.mseOverVariance() != null)
                    .ifPresent(r ->
                            parts.add(Numbers.significant(r.mseOverVariance().median(), 2) + " for " + network));
        }
        return String.join(", ", parts);
    }

    static String mu(double mu) {
        return String.format(Locale.ROOT, "%.4g", mu).replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
