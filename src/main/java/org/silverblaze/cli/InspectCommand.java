package org.silverblaze.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.silverblaze.BadInput;
import org.silverblaze.dataset.ClassCounts;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.DatasetCheck;
import org.silverblaze.dataset.DatasetSummary;
import org.silverblaze.dataset.FieldSummary;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.Samples;
import org.silverblaze.engine.Representation;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.report.Cell;
import org.silverblaze.report.FluxPictures;
import org.silverblaze.report.Table;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.theory.FluxConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code silverblaze inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Shows what a data set holds: request, observables with errors and autocorrelation times.",
        footer = {
            "",
            "Examples:",
            "  silverblaze inspect data/60x4",
            "  silverblaze inspect data/60x4 --check --json",
            "  silverblaze inspect data/60x4 --picture fluxes.svg --mu 1.05 --sample 17",
            "",
            "--check recomputes hashes, flux conservation and every observable; a fault is named in one line, exit code 2."
        })
final class InspectCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    @Parameters(paramLabel = "DATA", description = "folder of a data set")
    private Path data;

    @Option(names = "--check", description = "verify every byte and every number of the data set")
    private boolean check;

    @Option(names = "--picture", paramLabel = "FILE.svg", description = "draw one configuration")
    private Path picture;

    @Option(names = "--mu", paramLabel = "MU", description = "chemical potential of the picture (default: the first)")
    private Double mu;

    @Option(
            names = "--sample",
            paramLabel = "N",
            defaultValue = "0",
            description = "sample of the picture, from 0 (default: ${DEFAULT-VALUE})")
    private int sample;

    @Override
    public Integer call() throws IOException {
        DatasetCheck.Result result = check ? DatasetCheck.check(data, common.progress()) : null;
        if (result != null && !result.passed()) {
            throw new BadInput(result.fault().orElseThrow());
        }
        Dataset part = Dataset.openPart(data);
        if (!part.part().isWhole() && picture == null) {
            common.print(DatasetSummary.partJson(part, result), textOfPart(part, result));
            return ExitCode.DONE;
        }
        if (part.manifest().representation() == Representation.PHI) {
            if (picture != null) {
                part.requireFluxes();
            }
            FieldSummary fields = FieldSummary.of(part, common.progress());
            common.print(fields.json(result), FieldText.of(fields) + checked(result));
            return ExitCode.DONE;
        }
        Dataset dataset = Dataset.open(data);
        DatasetSummary summary = DatasetSummary.of(dataset, common.progress());
        if (picture != null) {
            draw(dataset);
        }
        List<ClassCounts> classes = ClassCounts.of(dataset);
        Map<String, Object> json = summary.json(result);
        if (dataset.manifest().task() != null) {
            json.put("task", dataset.manifest().task().toString());
            json.put("classes", classes);
        }
        common.print(json, text(dataset.manifest(), summary, classes, result));
        return ExitCode.DONE;
    }

    private void draw(Dataset dataset) throws IOException {
        Manifest manifest = dataset.manifest();
        int point = mu == null ? 0 : manifest.indexOf(mu);
        if (sample < 0 || sample >= manifest.samples()) {
            throw new BadInput("--sample " + sample + ": expected 0 to " + (manifest.samples() - 1));
        }
        int chain = sample % manifest.chains();
        int draw = sample / manifest.chains();
        Samples samples = dataset.load(point, new int[] {chain}, draw + 1L);
        int links = manifest.lattice().links();
        int at = 2 * links * draw;
        FluxConfiguration configuration = new FluxConfiguration(
                manifest.lattice(),
                Arrays.copyOfRange(samples.inputs(), at, at + links),
                Arrays.copyOfRange(samples.inputs(), at + links, at + 2 * links));
        String title = manifest.lattice() + ", mu = "
                + manifest.points().get(point).mu() + ", chain " + chain + ", draw " + draw;
        AtomicFiles.write(
                picture,
                FluxPictures.of(title, configuration, manifest.eta(), manifest.lambda())
                        .svg());
    }

    private static String text(
            Manifest manifest, DatasetSummary summary, List<ClassCounts> classes, DatasetCheck.Result result) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "lattice %s, eta = %s, lambda = %s, %d samples of %d chains for each mu, seed %d, %s worm%n",
                manifest.lattice(),
                manifest.eta(),
                manifest.lambda(),
                manifest.samples(),
                manifest.chains(),
                manifest.seed(),
                manifest.algorithm().id()));
        Table table = Table.of(
                "",
                "mu",
                "worms between",
                "n",
                "|phi|^2",
                "chi_n",
                "chi_phi2",
                "tau_int n",
                "tau_int |phi|^2",
                "samples with n != 0");
        boolean rare = false;
        List<String> chiNRare = new ArrayList<>();
        for (int i = 0; i < summary.points().size(); i++) {
            DatasetSummary.Point p = summary.points().get(i);
            rare |= p.charged() > 0 && p.charged() < 0.01;
            if (p.chiNRare()) {
                chiNRare.add(Double.toString(p.couplings().mu()));
            }
            table = table.row(
                    Cell.text(Double.toString(p.couplings().mu())),
                    manifest.wormSchedule(i).wormsBetween(),
                    measured(p.n()),
                    measured(p.phi2()),
                    measured(p.chiN()),
                    measured(p.chiPhi2()),
                    tau(p.n()),
                    tau(p.phi2()),
                    String.format(Locale.ROOT, "%.1f %%", 100 * p.charged()));
        }
        text.append(table.text());
        text.append("autocorrelation times in units of the spacing of samples\n");
        if (rare) {
            text.append("note: where N != 0 is a rare episode the error of n by the Gamma method is too small\n");
        }
        if (!chiNRare.isEmpty()) {
            text.append("note: the error of chi_n is too small at mu = ")
                    .append(String.join(", ", chiNRare))
                    .append(
                            ": one more episode of a charge N that was not met would outweigh it; expected more samples\n");
        }
        if (manifest.task() != null) {
            text.append("open worms: ")
                    .append(manifest.task())
                    .append("; observables are those of the open configurations\n");
            Table counts = Table.of("", "mu", "open worms", "samples", "with fewer violations");
            for (ClassCounts c : classes) {
                counts = counts.row(Cell.text(Double.toString(c.mu())), c.worms(), c.samples(), c.fewerViolations());
            }
            text.append(counts.text());
        }
        return text + checked(result);
    }

    /** A part is no ensemble to be averaged over: only what it is. */
    private static String textOfPart(Dataset part, DatasetCheck.Result result) {
        Manifest manifest = part.manifest();
        return String.format(
                Locale.ROOT,
                "part %s of a data set (%s): lattice %s, eta = %s, lambda = %s, %d of %d samples; 'silverblaze merge' joins the parts%n%s",
                part.part(),
                manifest.representation().id(),
                manifest.lattice(),
                manifest.eta(),
                manifest.lambda(),
                part.samples(),
                manifest.samples() * manifest.points().size(),
                checked(result));
    }

    private static String checked(DatasetCheck.Result result) {
        return result == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "checked %d samples in %d shards: %s%n",
                        result.samples(),
                        result.shards(),
                        String.join("; ", result.verified()));
    }

    static Cell measured(Estimate e) {
        return e.error() > 0 ? Cell.measured(e.mean(), e.error(), e.toString()) : Cell.number(e.mean());
    }

    static Cell tau(Estimate e) {
        return e.error() > 0
                ? Cell.measured(e.tauInt(), e.tauIntError(), Estimate.format(e.tauInt(), e.tauIntError()))
                : Cell.notApplicable();
    }
}
