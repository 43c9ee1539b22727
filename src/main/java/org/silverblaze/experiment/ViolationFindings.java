package org.silverblaze.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.evaluation.Evaluator;
import org.silverblaze.evaluation.SpreadRow;
import org.silverblaze.evaluation.ViolationRow;
import org.silverblaze.evaluation.ViolationTable.Metric;
import org.silverblaze.experiment.ViolationTables.Spot;
import org.silverblaze.network.NetworkFamily;
import org.silverblaze.report.Numbers;

/**
 * What the tables of experiment B or C say, in words. Every number of a sentence stands in one of {@link ViolationTables}, and every
 * verdict is a comparison of such numbers that the sentence names.
 */
final class ViolationFindings {
    private static final double GOOD = ViolationTables.GOOD;
    /** Standard errors by which a network has to be above the control on matched pairs to be said to see more. */
    private static final double CLEARLY = 3;

    private final ViolationTables tables;
    private final ViolationResult result;
    private final ViolationPlan plan;
    private final boolean detects;
    private final Spot home;
    private final Spot far;

    ViolationFindings(ViolationTables tables, ViolationResult result) {
        this.tables = tables;
        this.result = result;
        this.plan = result.plan();
        this.detects = plan.kind() == Kind.DETECTION;
        this.home = tables.home();
        this.far = tables.far();
    }

    /** The few that answer the question of the experiment, then one for each network, then the rest. */
    List<String> all() {
        List<String> sentences = new ArrayList<>(summary());
        tables.trained().forEach(network -> sentences.add(finding(network)));
        sentences.addAll(handMade());
        return sentences;
    }

    /** Which type transfers to larger lattices, which does not, and what a network can do that does not see the divergence. */
    List<String> summary() {
        List<String> sentences = new ArrayList<>(transfer());
        ranking().ifPresent(sentences::add);
        learning().ifPresent(sentences::add);
        control().ifPresent(sentences::add);
        result.table().rows().stream()
                .filter(r -> r.network().equals(Evaluator.ORACLE))
                .mapToDouble(ViolationRow::largestError)
                .max()
                .ifPresent(error -> sentences.add("The exact network, run through the same engine, is within "
                        + Numbers.significant(error, 2) + " of every label of the test sets."));
        return sentences;
    }

    private String answers() {
        return detects ? "accuracy" : "exact counts";
    }

    private SpreadRow.Band right(String network, Spot spot) {
        return tables.band(network, spot, ViolationRow.ORDINARY, tables.right());
    }

    private SpreadRow.Band pairs(String network, Spot spot) {
        return tables.band(network, spot, ViolationRow.PAIRS, tables.pairs());
    }

    private boolean applies(String network) {
        return right(network, far) != null;
    }

    private boolean good(String network, Spot spot) {
        return right(network, spot).median() >= GOOD;
    }

    private List<String> those(Predicate<String> condition) {
        return tables.trained().stream().filter(condition).toList();
    }

    private static void sentence(List<String> sentences, String text, List<String> names) {
        if (!names.isEmpty()) {
            sentences.add(text + ": " + String.join(", ", names) + ".");
        }
    }

    private List<String> transfer() {
        List<String> sentences = new ArrayList<>();
        List<String> transferred = those(n -> applies(n) && good(n, home) && good(n, far));
        String measure = "median " + answers() + " of " + GOOD + " or more";
        sentence(
                sentences,
                "On " + home.lattice() + " and on " + far.lattice() + ", at the couplings of the training, " + measure,
                transferred);
        if (transferred.isEmpty()) {
            sentences.add(
                    "No network has " + measure + " both on " + home.lattice() + " and on " + far.lattice() + ".");
        } else {
            List<String> everywhere = transferred.stream()
                    .filter(n -> tables.couplings(far.lattice()).stream().allMatch(spot -> good(n, spot)))
                    .toList();
            sentences.add("Of these "
                    + (everywhere.isEmpty()
                            ? "none has"
                            : String.join(", ", everywhere) + (everywhere.size() == 1 ? " has" : " have"))
                    + " it on " + far.lattice() + " at all couplings that were tested.");
        }
        sentence(
                sentences,
                "On " + home.lattice() + ", but not on " + far.lattice(),
                those(n -> applies(n) && good(n, home) && !good(n, far)));
        sentence(sentences, "Not on " + home.lattice() + ", where they were trained", those(n -> !good(n, home)));
        sentence(sentences, "Cannot be applied to other lattice sizes", those(n -> !applies(n)));
        return sentences;
    }

    /** The best network of a type on the largest lattice. */
    private Optional<String> best(NetworkFamily family) {
        return those(n -> !tables.isControl(n) && tables.family(n) == family && applies(n)).stream()
                .max(Comparator.comparingDouble(n -> right(n, far).median()));
    }

    private Optional<String> ranking() {
        Optional<String> eq = best(NetworkFamily.EQ);
        Optional<String> st = best(NetworkFamily.ST);
        if (eq.isEmpty() || st.isEmpty()) {
            return Optional.empty();
        }
        SpreadRow.Band one = right(eq.get(), far);
        SpreadRow.Band other = right(st.get(), far);
        boolean overlap = one.low() <= other.high() && other.low() <= one.high();
        return Optional.of("The best of type EQ on " + far.lattice() + " is " + eq.get() + ", "
                + ViolationTables.text(one) + ", the best of type ST " + st.get() + ", " + ViolationTables.text(other)
                + ": the bands "
                + (overlap
                        ? "overlap, so this does not rank the two types."
                        : "do not overlap, " + (one.median() > other.median() ? "EQ" : "ST") + " is ahead."));
    }

    /** From which training size on. */
    private Optional<String> learning() {
        List<Integer> sizes = plan.training().sizes();
        if (sizes.size() == 1) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>();
        for (String name : plan.names()) {
            Integer fewest = null;
            for (int i = sizes.size() - 1; i >= 0 && good(plan.named(name, sizes.get(i)), home); i--) {
                fewest = sizes.get(i);
            }
            parts.add(name + " " + (fewest == null ? "not with " + sizes.getLast() : fewest));
        }
        return Optional.of("Training samples from which on the median " + answers() + " on " + home.lattice() + " is "
                + GOOD + " or more: " + String.join(", ", parts) + ".");
    }

    /** What the control can do, which cannot see the divergence, and who does not see clearly more than it. */
    private Optional<String> control() {
        return those(tables::isControl).stream().findFirst().map(control -> {
            Metric ordinary = detects ? Metric.AUC : Metric.MSE_OVER_VARIANCE;
            double pairs = pairs(control, home).median();
            int count = plan.tests().pairs() / 2;
            double chance = detects ? Math.max(0.5, pairs) : pairs;
            double error = Math.sqrt(chance * (1 - chance) / count);
            List<String> alike =
                    those(n -> !tables.isControl(n) && pairs(n, home).median() <= chance + CLEARLY * error);
            return control
                    + " has windows of one site, which cannot see the divergence, only how much flux (⟨|k|⟩, l) there is, link by link: "
                    + (detects ? "ROC AUC " : "MSE/Var ")
                    + ViolationTables.number(tables.band(control, home, ViolationRow.ORDINARY, ordinary)
                            .median())
                    + " on ordinary sets of " + home.lattice() + ", " + ViolationTables.number(pairs) + " of the "
                    + count + " matched pairs there. "
                    + (alike.isEmpty()
                            ? "Every other network is more than three standard errors of such a fraction ("
                                    + Numbers.significant(CLEARLY * error, 1) + ") above "
                                    + (chance > pairs ? "chance (0.5)" : "it") + " on matched pairs."
                            : "Not more than three standard errors of such a fraction ("
                                    + Numbers.significant(CLEARLY * error, 1) + ") above "
                                    + (chance > pairs ? "chance (0.5)" : "it")
                                    + " on matched pairs, so not shown to see more: "
                                    + String.join(", ", alike) + ".");
        });
    }

    private String finding(String network) {
        SpreadRow.Band here = right(network, home);
        SpreadRow.Band there = right(network, far);
        String text = network + ": " + answers() + " " + ViolationTables.number(here.median()) + " on "
                + home.lattice() + ", where it was trained"
                + (there == null ? "" : ", " + ViolationTables.number(there.median()) + " on " + far.lattice())
                + "; matched pairs " + (detects ? "in order " : "with exact differences ")
                + ViolationTables.number(pairs(network, home).median())
                + (there == null
                        ? "."
                        : " and " + ViolationTables.number(pairs(network, far).median()) + ".");
        if (!good(network, home)) {
            long seeds = tables.good(network, home);
            return text + " It does not solve the task on its own lattice (median below " + GOOD + ")"
                    + (seeds > 0 ? "; " + seeds + " of " + plan.seeds() + " seeds do." : ".");
        }
        return text + (there == null ? "" : verdict(network)) + elsewhere(network);
    }

    private String verdict(String network) {
        boolean pairs = pairs(network, far).median() >= GOOD;
        if (good(network, far)) {
            return " It transfers to " + far.lattice() + " (" + GOOD + " or more), "
                    + (pairs ? "on matched pairs, too." : "but not on matched pairs.");
        }
        String text = " It does not transfer to " + far.lattice();
        if (!pairs) {
            return text + ", not on matched pairs either.";
        }
        if (!detects) {
            return text
                    + ", though differences within pairs are exact there: what the rest of the lattice adds is wrong.";
        }
        double auc =
                tables.band(network, far, ViolationRow.ORDINARY, Metric.AUC).median();
        return text + ", though it still tells the members of a pair apart there"
                + (auc >= GOOD
                        ? " and ranks open above closed (ROC AUC " + ViolationTables.number(auc)
                                + "): what fails is the threshold."
                        : "; it does not rank open above closed (ROC AUC " + ViolationTables.number(auc)
                                + "): one background differs from the next by more than a worm does.");
    }

    /** The worst of the other couplings on the lattice of the training, and on the largest where the network transfers. */
    private String elsewhere(String network) {
        List<String> lowest = new ArrayList<>();
        worst(network, home).ifPresent(lowest::add);
        if (applies(network) && good(network, far)) {
            worst(network, far).ifPresent(lowest::add);
        }
        return lowest.isEmpty() ? "" : " At other couplings the lowest is " + String.join(", and ", lowest) + ".";
    }

    private Optional<String> worst(String network, Spot base) {
        return tables.couplings(base.lattice()).stream()
                .filter(spot -> !spot.equals(base))
                .min(Comparator.comparingDouble(spot -> right(network, spot).median()))
                .map(spot -> ViolationTables.number(right(network, spot).median()) + " on " + spot.lattice() + " (η = "
                        + spot.eta() + ", μ = " + RegressionTables.mu(spot.mu()) + ")");
    }

    /** Who errs on configurations made by hand. */
    private List<String> handMade() {
        List<String> sentences = new ArrayList<>();
        List<String> faultless = new ArrayList<>();
        int count = result.handMade().size();
        for (String network : tables.answering()) {
            List<String> wrong = IntStream.range(0, count)
                    .filter(i -> tables.mostlyWrong(network, i))
                    .mapToObj(i -> result.handMade().get(i).name())
                    .toList();
            if (wrong.isEmpty()) {
                faultless.add(network);
            } else {
                sentences.add("Configurations made by hand: " + network + " is wrong for half of its seeds or more on "
                        + (wrong.size() == count ? "all " + count : wrong.size() + " of " + count)
                        + (wrong.size() <= 3 ? " (" + String.join("; ", wrong) + ")" : "") + ".");
            }
        }
        if (!faultless.isEmpty()) {
            sentences.addFirst("Configurations made by hand: right on all " + count
                    + " for more than half of the seeds: " + String.join(", ", faultless) + ".");
        }
        return sentences;
    }
}
