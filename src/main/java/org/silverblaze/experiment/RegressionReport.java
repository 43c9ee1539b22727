package org.silverblaze.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.silverblaze.evaluation.Evaluator;
import org.silverblaze.evaluation.SpreadRow;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.report.Axis;
import org.silverblaze.report.Drawing;
import org.silverblaze.report.Figure;
import org.silverblaze.report.FluxPicture;
import org.silverblaze.report.FluxPictures;
import org.silverblaze.report.HtmlReport;
import org.silverblaze.report.Panel;
import org.silverblaze.report.Series;
import org.silverblaze.theory.ExactValues;
import org.silverblaze.training.EpochMetrics;

/** Experiment A as one HTML file, and its tables and figures as files beside it. */
public final class RegressionReport {
    private static final int CURVE_POINTS = 61;

    private final RegressionResult result;
    private final RegressionTables tables;
    private final String command;

    RegressionReport(RegressionResult result, String command) {
        this.result = result;
        this.tables = new RegressionTables(result);
        this.command = command;
    }

    /** Writes {@code report.html}, {@code results.csv}, {@code results.json}, {@code tables.txt} and {@code figures/*.svg}. */
    void write(Path folder) throws IOException {
        Map<String, Drawing> figures = figures();
        List<FluxPicture> pictures = pictures();
        html(figures, pictures).write(folder.resolve("report.html"));
        AtomicFiles.write(folder.resolve("results.csv"), result.table().csv());
        AtomicFiles.write(folder.resolve("results.json"), result.table().json() + "\n");
        AtomicFiles.write(folder.resolve("tables.txt"), text());
        Path drawings = Files.createDirectories(folder.resolve("figures"));
        for (Map.Entry<String, Drawing> figure : figures.entrySet()) {
            AtomicFiles.write(
                    drawings.resolve(figure.getKey() + ".svg"),
                    figure.getValue().svg());
        }
        for (int i = 0; i < pictures.size(); i++) {
            AtomicFiles.write(
                    drawings.resolve("fluxes-" + (i + 1) + ".svg"),
                    pictures.get(i).svg());
        }
    }

    /** What the terminal shows. */
    String text() {
        return tables.relative().text() + "\n" + tables.raw().text() + "\n"
                + tables.trainings().text() + "\n" + String.join("\n", tables.findings()) + "\n";
    }

    private HtmlReport html(Map<String, Drawing> figures, List<FluxPicture> pictures) {
        HtmlReport page = HtmlReport.titled("Generalisation of equivariant networks on flux configurations")
                .subtitle("Experiment A of arXiv:2103.14686, regression of n and |φ|², scale "
                        + result.plan().scale());
        addTo(page, "Result", figures, pictures);
        page.data("results.csv", "text/csv", result.table().csv());
        page.data("results.json", "application/json", result.table().json());
        return Reports.madeBy(page, command, result.engine(), result.threads(), result.seconds());
    }

    /** Adds the sections of this experiment to a page of several. */
    void addTo(HtmlReport page) {
        addTo(page, "Regression of n and |φ|²", figures(), pictures());
        page.data("regression-results.csv", "text/csv", result.table().csv());
        page.data("regression-results.json", "application/json", result.table().json());
    }

    private Map<String, Drawing> figures() {
        Map<String, Drawing> figures = new LinkedHashMap<>();
        figures.put("generalisation", generalisation());
        figures.put("learning", learning());
        figures.put("curves", curves());
        return figures;
    }

    private void addTo(HtmlReport page, String title, Map<String, Drawing> figures, List<FluxPicture> pictures) {
        RegressionPlan plan = result.plan();
        page.section(title)
                .paragraph("Three kinds of network are trained on flux configurations of the complex φ⁴ theory (η = "
                        + plan.eta() + ", λ = " + plan.lambda() + ") on one lattice, "
                        + plan.training().lattice() + ", at one chemical potential, μ = "
                        + RegressionTables.mu(plan.training().mu())
                        + ", and tested on lattice sizes and chemical potentials that they never saw. EQ is equivariant under"
                        + " translations (stride 1, global pooling); ST breaks this by pooling or strides in between; FL"
                        + " flattens, and is tied to its lattice.")
                .list(tables.findings())
                .figure(
                        figures.get("generalisation"),
                        "Error on test sets in units of the variance of the labels there, both outputs; median and 20 % to"
                                + " 80 % of the seeds. At 1 a network knows no more than the mean of the test set.")
                .table(tables.relative())
                .table(tables.raw())
                .section("Networks and training")
                .paragraph(
                        "AdamW with amsgrad; the weights of the epoch with the lowest validation loss are kept; validation"
                                + " samples come from other Markov chains than training samples. Labels are raw. The architectures"
                                + " are ours, of the kinds that the paper names.")
                .table(tables.trainings())
                .facts(architectures())
                .figure(
                        figures.get("learning"),
                        "Learning curves: mean squared error by epoch, every seed; training loss is the mean over the epoch"
                                + " of the loss before each step.")
                .section("Sampled ensembles")
                .paragraph(
                        "Every sample is a closed configuration of the directed worm after a fixed number of worms, fixed"
                                + " beforehand by a pilot run that aims at a spacing of 2 τ_int.")
                .figure(
                        figures.get("curves"),
                        "Particle density and |φ|² against the chemical potential. Points: sampled, errors by the Gamma"
                                + " method (most are smaller than the marks). Curves: exact, transfer matrix, where it"
                                + " reaches the lattice.")
                .table(tables.ensembles())
                .gallery(
                        pictures,
                        "Flux configurations. Arrows: k; pale bars: l; sites are shaded by g(f), the site's part of |φ|².");
    }

    private Map<String, String> architectures() {
        Map<String, String> map = new LinkedHashMap<>();
        for (RegressionResult.Training t : result.trainings()) {
            map.put(
                    t.ensemble().recipe().name(),
                    NetworkSpecs.text(t.ensemble().recipe().network()));
        }
        return map;
    }

    /** MSE/Var against the lattice, a panel for each chemical potential. */
    private Figure generalisation() {
        List<String> lattices = result.plan().tests().lattices();
        List<String> names = new ArrayList<>();
        names.add(Evaluator.CONSTANT);
        names.addAll(tables.networks());
        List<Panel> panels = new ArrayList<>();
        for (double mu : result.plan().tests().mu()) {
            Panel panel = Panel.of(
                    "μ = " + RegressionTables.mu(mu), Axis.categories("test lattice", lattices), Axis.log("MSE / Var"));
            for (int i = 0; i < names.size(); i++) {
                panel = panel.with(points(names.get(i), lattices, mu, 0.12 * (i - 0.5 * (names.size() - 1))));
            }
            panels.add(panel);
        }
        return figure("Error on unseen lattices and chemical potentials", panels)
                .panelHeight(260);
    }

    private static Figure figure(String title, List<Panel> panels) {
        return Figure.of(title, panels.toArray(Panel[]::new)).columns(Math.min(3, panels.size()));
    }

    private Series points(String network, List<String> lattices, double mu, double offset) {
        int count = lattices.size();
        double[] x = IntStream.range(0, count).mapToDouble(i -> i + offset).toArray();
        double[] y = new double[count];
        double[] low = new double[count];
        double[] high = new double[count];
        for (int i = 0; i < count; i++) {
            SpreadRow.Band band = tables.spread(network, lattices.get(i), mu)
                    .map(SpreadRow::mseOverVariance)
                    .orElse(null);
            y[i] = band == null ? Double.NaN : band.median();
            low[i] = band == null ? Double.NaN : band.low();
            high[i] = band == null ? Double.NaN : band.high();
        }
        return new Series.Points(network, x, y, low, high, true);
    }

    /** Loss against epoch, a panel for each network of the largest training size, a line for each seed. */
    private Figure learning() {
        List<Panel> panels = new ArrayList<>();
        for (RegressionResult.Training t : result.trainings()) {
            if (t.ensemble().recipe().training().samples() != result.plan().largestSize()) {
                continue;
            }
            Panel panel = Panel.of(t.ensemble().recipe().name(), Axis.linear("epoch"), Axis.log("mean squared error"));
            for (long seed : t.ensemble().recipe().seeds()) {
                List<EpochMetrics> lines =
                        t.metrics().stream().filter(m -> m.seed() == seed).toList();
                double[] epochs =
                        lines.stream().mapToDouble(EpochMetrics::epoch).toArray();
                panel = panel.line(
                                "training",
                                epochs,
                                lines.stream()
                                        .mapToDouble(EpochMetrics::trainLoss)
                                        .toArray())
                        .line(
                                "validation",
                                epochs,
                                lines.stream()
                                        .mapToDouble(EpochMetrics::validationLoss)
                                        .toArray());
            }
            panels.add(panel);
        }
        return figure("Learning curves", panels);
    }

    /** n and |phi|^2 against mu: sampled points, exact curves. */
    private Figure curves() {
        List<Panel> panels = new ArrayList<>();
        for (boolean density : new boolean[] {true, false}) {
            Panel panel = Panel.of(
                    density ? "particle density" : "field", Axis.linear("μ"), Axis.linear(density ? "⟨n⟩" : "⟨|φ|²⟩"));
            for (String lattice : result.plan().curves().lattices()) {
                List<RegressionResult.Ensemble> points = result.ensembles().stream()
                        .filter(e -> e.role() == RegressionResult.Role.CURVE
                                && e.lattice().equals(lattice))
                        .toList();
                panel = panel.measured(
                        lattice,
                        points.stream()
                                .mapToDouble(RegressionResult.Ensemble::mu)
                                .toArray(),
                        points.stream()
                                .mapToDouble(e ->
                                        (density ? e.n() : e.phi2()).estimate().mean())
                                .toArray(),
                        points.stream()
                                .mapToDouble(e ->
                                        (density ? e.n() : e.phi2()).estimate().error())
                                .toArray());
                panel = exact(panel, Lattice.parse(lattice), density);
            }
            panels.add(panel);
        }
        return Figure.of("Density and field against the chemical potential", panels.toArray(Panel[]::new));
    }

    private Panel exact(Panel panel, Lattice lattice, boolean density) {
        ExactReference reference = ExactReference.of(lattice, result.plan());
        double first = result.plan().curves().mu().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElseThrow();
        double last = result.plan().curves().mu().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElseThrow();
        double[] x = new double[CURVE_POINTS];
        double[] y = new double[CURVE_POINTS];
        for (int i = 0; i < CURVE_POINTS; i++) {
            x[i] = first + (last - first) * i / (CURVE_POINTS - 1);
            y[i] = reference
                    .at(x[i])
                    .map(density ? ExactValues::n : ExactValues::phi2)
                    .orElse(Double.NaN);
        }
        boolean some = Arrays.stream(y).anyMatch(Double::isFinite);
        return some ? panel.reference("exact, " + lattice, x, y) : panel;
    }

    private List<FluxPicture> pictures() {
        return result.pictures().stream()
                .map(p -> FluxPictures.of(
                        p.title(),
                        p.configuration(),
                        result.plan().eta(),
                        result.plan().lambda()))
                .toList();
    }
}
