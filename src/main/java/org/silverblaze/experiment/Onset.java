package org.silverblaze.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.silverblaze.Progress;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.DatasetSummary;
import org.silverblaze.dataset.Provenance;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.sampling.SamplingRequest;
import org.silverblaze.sampling.SamplingRun;

/**
 * The Silver Blaze phenomenon in four dimensions (arXiv:1206.2954): below the onset nothing depends on mu, above it the particle
 * density rises. Samples what is not there yet below the output folder, and writes the report.
 */
public final class Onset {
    private final OnsetPlan plan;
    private final Engine engine;
    private final String engineReason;
    private final int threads;
    private final Path out;
    private final String command;
    private final Progress progress;

    /**
     * @param engineReason one line for the report
     * @param out output folder: absent, empty, or of the same plan
     * @param command the exact command, for report and provenance
     */
    public Onset(
            OnsetPlan plan,
            Engine engine,
            String engineReason,
            int threads,
            Path out,
            String command,
            Progress progress) {
        this.plan = plan;
        this.engine = engine;
        this.engineReason = engineReason;
        this.threads = threads;
        this.out = out;
        this.command = command;
        this.progress = progress;
    }

    /**
     * @param result all numbers
     * @param text tables and findings for the terminal
     * @param report the HTML file
     */
    public record Outcome(OnsetResult result, String text, Path report) {}

    /** Runs what is not done yet and writes {@code report.html}. */
    public Outcome run() throws IOException {
        long start = System.nanoTime();
        PlanFolder.claim(out, plan);
        List<OnsetResult.Curve> curves = new ArrayList<>();
        for (String lattice : plan.lattices()) {
            List<OnsetResult.Point> points = new ArrayList<>();
            List<String> warnings = new ArrayList<>();
            for (int i = 0; i < plan.ensembles().size(); i++) {
                if (plan.ensembles().get(i).lattice().equals(lattice)) {
                    Path folder = out.resolve("data").resolve(lattice + "-" + i);
                    sample(plan.ensembles().get(i), folder);
                    Set<Double> notThermalized = new HashSet<>();
                    // Of all runs on the folder: the one that completed it judged every mu.
                    for (Provenance run : Provenance.read(folder)) {
                        warnings.addAll(run.notes());
                        notThermalized.addAll(run.notThermalized());
                    }
                    for (DatasetSummary.Point point :
                            DatasetSummary.of(Dataset.open(folder), progress).points()) {
                        points.add(new OnsetResult.Point(
                                point,
                                !notThermalized.contains(point.couplings().mu())));
                    }
                }
            }
            points.sort(Comparator.comparingDouble(OnsetResult.Point::mu));
            curves.add(OnsetResult.Curve.of(
                    plan, lattice, points, warnings.stream().distinct().toList()));
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        OnsetReport report = new OnsetReport(new OnsetResult(plan, curves, engineReason, threads, seconds), command);
        report.write(out);
        return new Outcome(report.result(), report.text(), out.resolve("report.html"));
    }

    private void sample(OnsetPlan.Ensemble ensemble, Path folder) throws IOException {
        SamplingRequest request = SamplingRequest.of(
                        Lattice.parse(ensemble.lattice()),
                        plan.eta(),
                        plan.lambda(),
                        ensemble.mu().stream().mapToDouble(Double::doubleValue).toArray(),
                        ensemble.samples(),
                        WormAlgorithm.DIRECTED,
                        plan.seed())
                .withChains(ensemble.chains())
                .withSchedule(ensemble.stepsPerSweep(), ensemble.thermalization(), ensemble.wormsBetween());
        SamplingRun.run(request, folder, engine, threads, List.of(command), progress);
    }
}
