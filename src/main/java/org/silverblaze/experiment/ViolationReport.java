package org.silverblaze.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.evaluation.Evaluator;
import org.silverblaze.evaluation.SpreadRow;
import org.silverblaze.evaluation.ViolationRow;
import org.silverblaze.evaluation.ViolationTable.Metric;
import org.silverblaze.experiment.ViolationTables.Spot;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.report.Axis;
import org.silverblaze.report.Drawing;
import org.silverblaze.report.Figure;
import org.silverblaze.report.FluxPicture;
import org.silverblaze.report.FluxPictures;
import org.silverblaze.report.HtmlReport;
import org.silverblaze.report.Panel;
import org.silverblaze.report.Series;
import org.silverblaze.report.Table;

/** Experiment B or C as sections of an HTML file, and its tables and figures as files. */
public final class ViolationReport {
    private static final String SIZES = "sizes";
    private static final String LEARNING = "learning";

    private final ViolationResult result;
    private final ViolationPlan plan;
    private final ViolationTables tables;
    private final ViolationFindings findings;
    private final boolean detects;
    private final String command;

    ViolationReport(ViolationResult result, String command) {
        this.result = result;
        this.plan = result.plan();
        this.tables = new ViolationTables(result);
        this.findings = new ViolationFindings(tables, result);
        this.detects = plan.kind() == Kind.DETECTION;
        this.command = command;
    }

    /**
     * Writes {@code report.html}, {@code results.csv}, {@code results.json}, {@code tables.txt}, {@code summary.txt} and
     * {@code figures/*.svg}.
     */
    void write(Path folder) throws IOException {
        HtmlReport page = HtmlReport.titled("Equivariant networks on " + title().toLowerCase(java.util.Locale.ROOT))
                .subtitle(subtitle());
        addTo(page);
        Reports.madeBy(page, command, result.engine(), result.threads(), result.seconds())
                .write(folder.resolve("report.html"));
        AtomicFiles.write(folder.resolve("results.csv"), result.table().csv());
        AtomicFiles.write(folder.resolve("results.json"), result.table().json() + "\n");
        AtomicFiles.write(folder.resolve("tables.txt"), text());
        AtomicFiles.write(folder.resolve("summary.txt"), summary());
        Path drawings = Files.createDirectories(folder.resolve("figures"));
        for (Map.Entry<String, Drawing> figure : figures().entrySet()) {
            AtomicFiles.write(
                    drawings.resolve(figure.getKey() + ".svg"),
                    figure.getValue().svg());
        }
        List<FluxPicture> pictures = pictures();
        for (int i = 0; i < pictures.size(); i++) {
            AtomicFiles.write(
                    drawings.resolve("fluxes-" + (i + 1) + ".svg"),
                    pictures.get(i).svg());
        }
    }

    /** What the terminal shows. */
    public String text() {
        return tables.tables().stream().map(Table::text).collect(Collectors.joining("\n")) + "\n"
                + tables.trainings().text() + "\n" + String.join("\n", findings.all()) + "\n";
    }

    /** The tables that decide, and the sentences that answer the question of the experiment. */
    private String summary() {
        return tables.summary().stream().map(Table::text).collect(Collectors.joining("\n")) + "\n"
                + String.join("\n", findings.summary()) + "\n";
    }

    private String title() {
        return detects ? "Detection of flux violations" : "Counting of flux violations";
    }

    private String subtitle() {
        return "Experiment " + (detects ? "B" : "C") + " of arXiv:2103.14686, "
                + title().toLowerCase(java.util.Locale.ROOT) + ", scale " + plan.scale();
    }

    /** Adds the sections of this experiment to a page. */
    void addTo(HtmlReport page) {
        ViolationPlan.Training training = plan.training();
        Map<String, Drawing> figures = figures();
        page.section(title())
                .paragraph("Networks are trained on " + training.lattice() + " at η = " + training.eta() + ", μ = "
                        + RegressionTables.mu(training.mu()) + " on configurations with "
                        + training.worms().stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + " open worms and tested on other lattice sizes and couplings"
                        + (detects
                                ? ": is flux conserved everywhere?"
                                : " with up to "
                                        + plan.tests().worms().stream()
                                                .mapToInt(m -> m)
                                                .max()
                                                .orElseThrow()
                                        + " worms: how many violations, Σ|d|/2?")
                        + " An open worm opens at a uniform site of a closed configuration and makes "
                        + plan.steps().getFirst() + " to " + plan.steps().getLast()
                        + " Metropolis steps; at so few steps it is a transient, not the open ensemble. A matched pair is the"
                        + " same worms on the same background, all open, and with the last one run on until it closed. The"
                        + " protocol of the open worms, the architectures and the numbers of samples are ours.")
                .list(findings.all());
        figures.forEach((name, figure) -> page.figure(
                figure,
                switch (name) {
                    case SIZES ->
                        "By lattice size at the couplings of the training; median and 20 % to 80 % of the seeds.";
                    case LEARNING ->
                        "By the number of training samples, ordinary sets at the couplings of the training; median and 20 % to"
                                + " 80 % of the seeds.";
                    default ->
                        "Mean |answer − label| by the number of violations, couplings of the training; median over seeds.";
                }));
        tables.tables().forEach(page::table);
        Map<String, String> architectures = new LinkedHashMap<>();
        for (RegressionResult.Training t : result.trainings()) {
            architectures.put(
                    t.ensemble().recipe().name(),
                    NetworkSpecs.text(t.ensemble().recipe().network()));
        }
        page.subsection("Networks and training")
                .table(tables.trainings())
                .facts(architectures)
                .subsection("Data")
                .table(tables.sets())
                .gallery(
                        pictures(),
                        "A matched pair. Arrows: k; pale bars: l; sites are shaded by g(f), f from k and l alone.")
                .gallery(
                        result.handMade().stream()
                                .map(made -> FluxPictures.of(
                                        made.name() + ": " + made.violations(),
                                        made.configuration(),
                                        training.eta(),
                                        plan.lambda()))
                                .toList(),
                        "Configurations made by hand, and their violations Σ|d|/2.");
        page.data(plan.experiment() + "-results.csv", "text/csv", result.table().csv());
        page.data(
                plan.experiment() + "-results.json",
                "application/json",
                result.table().json());
    }

    private List<FluxPicture> pictures() {
        return result.pictures().stream()
                .map(p -> FluxPictures.of(p.title(), p.configuration(), p.eta(), plan.lambda()))
                .toList();
    }

    private Map<String, Drawing> figures() {
        Map<String, Drawing> figures = new LinkedHashMap<>();
        List<Panel> panels = new ArrayList<>();
        if (detects) {
            panels.add(bySize("ordinary sets", "accuracy", Metric.ACCURACY, ViolationRow.ORDINARY));
            panels.add(bySize("ordinary sets", "ROC AUC", Metric.AUC, ViolationRow.ORDINARY));
            panels.add(bySize("matched pairs", "pairs in order", Metric.ORDERED, ViolationRow.PAIRS));
        } else {
            panels.add(bySize("ordinary sets", "exact counts", Metric.EXACT, ViolationRow.ORDINARY));
            panels.add(bySize("matched pairs", "differences exact", Metric.DIFFERENCES, ViolationRow.PAIRS));
        }
        figures.put(
                SIZES,
                Figure.of(title() + " on larger lattices", panels.toArray(Panel[]::new))
                        .columns(panels.size()));
        if (plan.training().sizes().size() > 1) {
            figures.put(
                    LEARNING,
                    Figure.of(title() + " by training samples", learning(tables.home()), learning(tables.far())));
        }
        if (!detects) {
            figures.put(
                    "numbers",
                    Figure.of("Error by the number of violations", byNumber(tables.home()), byNumber(tables.far())));
        }
        return figures;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        names.add(Evaluator.CONSTANT);
        names.addAll(tables.trained());
        return names;
    }

    private Panel learning(Spot spot) {
        Panel panel = Panel.of(
                spot.lattice(),
                Axis.log("training samples"),
                Axis.linear(detects ? "accuracy" : "exact counts").range(0, 1.05));
        List<Integer> sizes = plan.training().sizes();
        List<String> names = plan.names();
        for (int n = 0; n < names.size(); n++) {
            String name = names.get(n);
            // A little beside each other, so that bars can be told apart.
            double factor = Math.exp(0.04 * (n - 0.5 * (names.size() - 1)));
            List<SpreadRow.Band> bands = sizes.stream()
                    .map(size -> tables.band(plan.named(name, size), spot, ViolationRow.ORDINARY, tables.right()))
                    .toList();
            if (bands.stream().allMatch(Objects::nonNull)) {
                panel = panel.spread(
                        name,
                        sizes.stream().mapToDouble(size -> size * factor).toArray(),
                        bands.stream().mapToDouble(SpreadRow.Band::median).toArray(),
                        bands.stream().mapToDouble(SpreadRow.Band::low).toArray(),
                        bands.stream().mapToDouble(SpreadRow.Band::high).toArray());
            }
        }
        return panel;
    }

    private Panel bySize(String title, String label, Metric metric, String set) {
        List<Spot> spots = tables.sizes();
        Panel panel = Panel.of(
                title,
                Axis.categories(
                        "test lattice", spots.stream().map(Spot::lattice).toList()),
                Axis.linear(label).range(0, 1.05));
        for (String name : names()) {
            int count = spots.size();
            double[] x = IntStream.range(0, count).mapToDouble(i -> i).toArray();
            double[] y = new double[count];
            double[] low = new double[count];
            double[] high = new double[count];
            for (int i = 0; i < count; i++) {
                SpreadRow.Band band = tables.band(name, spots.get(i), set, metric);
                y[i] = band == null ? Double.NaN : band.median();
                low[i] = band == null ? Double.NaN : band.low();
                high[i] = band == null ? Double.NaN : band.high();
            }
            panel = panel.with(new Series.Points(name, x, y, low, high, true));
        }
        return panel;
    }

    private Panel byNumber(Spot spot) {
        Panel panel = Panel.of(spot.lattice(), Axis.linear("violations"), Axis.log("mean |error|"));
        int most = plan.tests().worms().stream().mapToInt(m -> m).max().orElseThrow();
        for (String name : names()) {
            int[] numbers = IntStream.rangeClosed(0, most)
                    .filter(m -> tables.errors(name, spot, m).length > 0)
                    .toArray();
            if (numbers.length > 0) {
                panel = panel.line(
                        name,
                        IntStream.of(numbers).mapToDouble(m -> m).toArray(),
                        IntStream.of(numbers)
                                .mapToDouble(m -> ViolationTables.median(tables.errors(name, spot, m)))
                                .toArray());
            }
        }
        return panel;
    }
}
