package org.silverblaze.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.silverblaze.dataset.DatasetSummary;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.report.Axis;
import org.silverblaze.report.Cell;
import org.silverblaze.report.Figure;
import org.silverblaze.report.HtmlReport;
import org.silverblaze.report.Panel;
import org.silverblaze.report.Table;
import org.silverblaze.statistics.Estimate;

/** The onset as one HTML file, and its table and figure as files beside it. */
final class OnsetReport {
    private final OnsetResult result;
    private final String command;

    OnsetReport(OnsetResult result, String command) {
        this.result = result;
        this.command = command;
    }

    OnsetResult result() {
        return result;
    }

    /** Writes {@code report.html}, {@code results.csv}, {@code tables.txt} and {@code figures/onset.svg}. */
    void write(Path folder) throws IOException {
        OnsetPlan plan = result.plan();
        Figure figure = figure();
        Table table = table();
        HtmlReport page = HtmlReport.titled("Onset of the particle density")
                .subtitle("Silver Blaze phenomenon, arXiv:1206.2954, η = " + plan.eta() + ", λ = " + plan.lambda()
                        + ", scale " + plan.scale())
                .section("Result")
                .list(findings());
        warnings().forEach(page::note);
        page.figure(
                        figure,
                        "Particle density and |φ|² against the chemical potential, errors by the Gamma method. Dashed: the"
                                + " straight line through n that is extrapolated to zero, and the constant that |φ|² is"
                                + " compared with below the onset.")
                .table(table)
                .section("Method")
                .paragraph("The onset is where a straight line through n, weighted by its errors, for μ from "
                        + plan.fit().from() + " to " + plan.fit().to()
                        + " meets n = 0. Its error has two parts: that of the fit, and how far the onset moves where the lowest"
                        + " or the highest of these μ is left out, since n(μ) is no straight line. In a finite"
                        + " volume N_s at temperature zero n is a staircase of steps 1/N_s, which the line passes halfway:"
                        + " it meets zero half a step, 1/(2 N_s dn/dμ), before the first particle comes in. At temperature"
                        + " 1/N_t the steps are round over a width 1/N_t.");
        page.data("results.csv", "text/csv", table.csv());
        Reports.madeBy(page, command, result.engine(), result.threads(), result.seconds())
                .write(folder.resolve("report.html"));
        AtomicFiles.write(folder.resolve("results.csv"), table.csv());
        AtomicFiles.write(folder.resolve("tables.txt"), text());
        Path drawings = Files.createDirectories(folder.resolve("figures"));
        AtomicFiles.write(drawings.resolve("onset.svg"), figure.svg());
    }

    /** What the terminal shows. */
    String text() {
        List<String> lines = new ArrayList<>(findings());
        warnings().forEach(warning -> lines.add("warning: " + warning));
        return table().text() + "\n" + String.join("\n", lines) + "\n";
    }

    /** What the runs said about themselves, with the lattice. */
    private List<String> warnings() {
        return result.curves().stream()
                .flatMap(curve -> curve.warnings().stream().map(warning -> curve.lattice() + ", " + warning))
                .toList();
    }

    private List<String> findings() {
        OnsetPlan plan = result.plan();
        List<String> lines = new ArrayList<>();
        for (OnsetResult.Curve curve : result.curves()) {
            OnsetResult.Constant constant = curve.constant();
            if (constant != null) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%s: up to μ = %s |φ|² is %s if it is a constant, with χ² = %.1f for %d degrees of freedom.",
                        curve.lattice(),
                        plan.below(),
                        Estimate.format(constant.value(), constant.error()),
                        constant.chi2(),
                        constant.degrees()));
            }
            OnsetResult.Line line = curve.line();
            OnsetResult.MuC onset = curve.estimate();
            if (line != null) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%s: n sets in at μ_c = %s (%s), by a straight line through n from μ = %s to %s (slope %.2f, χ² = %.1f for %d"
                                + " degrees of freedom).",
                        curve.lattice(),
                        Estimate.format(onset.value(), onset.error()),
                        onset.range() == null
                                ? "error of the fit alone"
                                : String.format(
                                        Locale.ROOT,
                                        "fit %.1g, choice of its range %.1g",
                                        onset.statistical(),
                                        onset.range()),
                        plan.fit().from(),
                        plan.fit().to(),
                        line.slope(),
                        line.chi2(),
                        line.degrees()));
            }
            if (!curve.notTrusted().isEmpty()) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%s: not thermalized, or too short for an error, at μ = %s; no fit uses these.",
                        curve.lattice(),
                        curve.notTrusted().stream().map(Object::toString).collect(Collectors.joining(", "))));
            }
        }
        return lines;
    }

    private Table table() {
        Table table = Table.of(
                "Sampled means; τ_int in units of the spacing of samples. Where n ≠ 0 is rare its error is too small.",
                "lattice",
                "μ",
                "samples",
                "n",
                "|φ|²",
                "τ_int n",
                "τ_int |φ|²",
                "samples with n ≠ 0",
                "thermalized");
        for (OnsetResult.Curve curve : result.curves()) {
            for (OnsetResult.Point point : curve.points()) {
                DatasetSummary.Point p = point.summary();
                table = table.row(
                        Cell.text(curve.lattice()),
                        Cell.setting(p.couplings().mu()),
                        p.samples(),
                        measured(p.n()),
                        measured(p.phi2()),
                        tau(p.n()),
                        tau(p.phi2()),
                        String.format(Locale.ROOT, "%.1f %%", 100 * p.charged()),
                        point.thermalized() ? "yes" : "NO");
            }
        }
        return table;
    }

    private static Cell measured(Estimate e) {
        return e.error() > 0 ? Cell.measured(e.mean(), e.error(), e.toString()) : Cell.number(e.mean());
    }

    private static Cell tau(Estimate e) {
        return e.error() > 0
                ? Cell.measured(e.tauInt(), e.tauIntError(), Estimate.format(e.tauInt(), e.tauIntError()))
                : Cell.notApplicable();
    }

    private Figure figure() {
        OnsetPlan plan = result.plan();
        Panel density = Panel.of("particle density", Axis.linear("μ"), Axis.linear("⟨n⟩"));
        Panel field = Panel.of("field", Axis.linear("μ"), Axis.linear("⟨|φ|²⟩"));
        for (OnsetResult.Curve curve : result.curves()) {
            double[] mu =
                    curve.points().stream().mapToDouble(OnsetResult.Point::mu).toArray();
            density = density.measured(
                    curve.lattice(),
                    mu,
                    curve.points().stream()
                            .mapToDouble(p -> p.summary().n().mean())
                            .toArray(),
                    curve.points().stream()
                            .mapToDouble(p -> p.summary().n().error())
                            .toArray());
            field = field.measured(
                    curve.lattice(),
                    mu,
                    curve.points().stream()
                            .mapToDouble(p -> p.summary().phi2().mean())
                            .toArray(),
                    curve.points().stream()
                            .mapToDouble(p -> p.summary().phi2().error())
                            .toArray());
            OnsetResult.Line line = curve.line();
            if (line != null) {
                double end = plan.fit().to();
                density = density.reference("fit, " + curve.lattice(), new double[] {line.onset(), end}, new double[] {
                    0, line.slope() * (end - line.onset())
                });
            }
            if (curve.constant() != null) {
                double constant = curve.constant().value();
                field = field.reference(
                        "constant, " + curve.lattice(),
                        new double[] {mu[0], plan.below()},
                        new double[] {constant, constant});
            }
        }
        return Figure.of("Density and field against the chemical potential", density, field);
    }
}
