package org.silverblaze.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.Stop;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.DatasetSummary;
import org.silverblaze.dataset.Samples;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.evaluation.EvaluationTable;
import org.silverblaze.evaluation.Evaluator;
import org.silverblaze.evaluation.TestSet;
import org.silverblaze.experiment.RegressionResult.Ensemble;
import org.silverblaze.experiment.RegressionResult.Measured;
import org.silverblaze.experiment.RegressionResult.Picture;
import org.silverblaze.experiment.RegressionResult.Role;
import org.silverblaze.experiment.RegressionResult.Training;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkCounts;
import org.silverblaze.sampling.SamplingRequest;
import org.silverblaze.sampling.SamplingRun;
import org.silverblaze.theory.ExactValues;
import org.silverblaze.theory.FluxConfiguration;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.Recipes;
import org.silverblaze.training.RunFolder;
import org.silverblaze.training.Task;
import org.silverblaze.training.Trainer;
import org.silverblaze.training.TrainingData;
import org.silverblaze.training.TrainingJob;

/**
 * Experiment A from nothing to a report: samples the ensembles, trains every network, tests them, writes the report. Each part
 * lies in a folder of its own below the output folder ({@code data/}, {@code runs/}); what is complete there is not made
 * again, so a run that was stopped goes on.
 */
public final class Regression {
    /** More than a run needs, since splits are by chain and do not come out even. */
    private static final double SURPLUS = 1.25;

    /** Fraction of samples with N != 0 below which the error of a mean is not to be trusted. */
    private static final double RARE = 0.05;

    private final RegressionPlan plan;
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
    public Regression(
            RegressionPlan plan,
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
     * Runs what is not done yet and writes {@code report.html}.
     *
     * @return the text for the terminal
     * @throws BadInput where the folder holds something else
     */
    public Outcome run() throws IOException {
        long start = System.nanoTime();
        PlanFolder.claim(out, plan);
        Path data = out.resolve("data");
        List<Ensemble> ensembles = new ArrayList<>();

        Lattice home = Lattice.parse(plan.training().lattice());
        Dataset training = sample(
                data.resolve("train-" + home),
                home,
                new double[] {plan.training().mu()},
                trainingSamples(),
                plan.seed());
        summarise(Role.TRAINING, training, ensembles);
        List<Dataset> tests = new ArrayList<>();
        for (String text : plan.tests().lattices()) {
            Lattice lattice = Lattice.parse(text);
            Dataset set = sample(
                    data.resolve("test-" + lattice),
                    lattice,
                    plan.tests().mus(),
                    plan.tests().samples(),
                    plan.seed() + 1);
            summarise(Role.TEST, set, ensembles);
            tests.add(set);
        }
        for (String text : plan.curves().lattices()) {
            Lattice lattice = Lattice.parse(text);
            Dataset set = sample(
                    data.resolve("curve-" + lattice),
                    lattice,
                    plan.curves().mus(),
                    plan.curves().samples(),
                    plan.seed() + 2);
            summarise(Role.CURVE, set, ensembles);
        }

        List<Training> trainings = new ArrayList<>();
        for (int size : plan.training().sizes()) {
            for (String network : plan.networks()) {
                trainings.add(train(recipe(network, size), training));
            }
        }

        List<TestSet> sets = new ArrayList<>();
        for (Dataset set : tests) {
            sets.addAll(TestSet.of(set, Task.REGRESSION));
        }
        EvaluationTable table = new Evaluator(engine.networks(), threads)
                .evaluate(trainings.stream().map(Training::ensemble).toList(), sets, progress);

        double seconds = (System.nanoTime() - start) * 1e-9;
        RegressionResult result = new RegressionResult(
                plan, ensembles, trainings, table, pictures(tests.getFirst()), engineReason, threads, seconds);
        RegressionReport report = new RegressionReport(result, command);
        report.write(out);
        return new Outcome(result, report.text(), out.resolve("report.html"), report);
    }

    /**
     * @param result all numbers
     * @param text tables and findings for the terminal
     * @param report the HTML file
     * @param sections what it says
     */
    public record Outcome(RegressionResult result, String text, Path report, RegressionReport sections) {}

    /** Enough for the largest training size and its validation samples, however the chains fall. */
    private long trainingSamples() {
        Recipe recipe = recipe(plan.networks().getFirst(), plan.largestSize());
        return Math.round(
                SURPLUS * (recipe.training().samples() + recipe.training().validationSamples()));
    }

    private Dataset sample(Path folder, Lattice lattice, double[] mus, long samples, long seed) throws IOException {
        SamplingRequest request =
                SamplingRequest.of(lattice, plan.eta(), plan.lambda(), mus, samples, WormAlgorithm.DIRECTED, seed);
        SamplingRun.run(request, folder, engine, threads, List.of(command), progress);
        return Dataset.open(folder);
    }

    private Recipe recipe(String name, int size) {
        Recipe base = Recipes.find(name);
        String label = plan.training().sizes().size() == 1 ? base.name() : base.name() + "-" + size;
        RegressionPlan.Epochs epochs = plan.epochs();
        return base.withName(label)
                .withMu(plan.training().mu())
                .withSamples(size)
                .withSeeds(plan.seed(), plan.seeds())
                .withEpochs(new Recipe.Epochs(epochs.minimum(), epochs.maximum(), epochs.patience()));
    }

    private Training train(Recipe recipe, Dataset dataset) throws IOException {
        TrainingData data = TrainingData.load(dataset, recipe.task(), recipe.training());
        Path folder = out.resolve("runs").resolve(recipe.name());
        TrainingJob.Result result = new TrainingJob(recipe, data, folder, Trainer.on(engine, threads))
                .run(threads, List.of(command), new Stop(), progress, note -> {});
        return new Training(
                RunFolder.read(folder),
                result.summary(),
                RunFolder.metrics(folder),
                NetworkCounts.of(recipe.network(), data.examples().lattice()).multiplyAdds());
    }

    private void summarise(Role role, Dataset dataset, List<Ensemble> ensembles) throws IOException {
        Lattice lattice = dataset.manifest().lattice();
        ExactReference reference = ExactReference.of(lattice, plan);
        for (DatasetSummary.Point point : DatasetSummary.of(dataset, progress).points()) {
            double mu = point.couplings().mu();
            ExactValues exact = reference.at(mu).orElse(null);
            boolean rare = point.charged() < RARE;
            ensembles.add(new Ensemble(
                    role,
                    lattice.toString(),
                    mu,
                    point.samples(),
                    new Measured(point.n(), exact == null ? null : exact.n(), rare),
                    new Measured(point.phi2(), exact == null ? null : exact.phi2(), rare)));
        }
    }

    /** The first sample at the lowest and at the highest mu. */
    private List<Picture> pictures(Dataset dataset) throws IOException {
        List<Picture> pictures = new ArrayList<>();
        Lattice lattice = dataset.manifest().lattice();
        int last = dataset.manifest().points().size() - 1;
        for (int mu : last == 0 ? new int[] {0} : new int[] {0, last}) {
            Samples first = dataset.load(mu, new int[] {0}, 1);
            int links = lattice.links();
            pictures.add(new Picture(
                    lattice + ", μ = "
                            + RegressionTables.mu(
                                    dataset.manifest().points().get(mu).mu()),
                    new FluxConfiguration(
                            lattice,
                            Arrays.copyOf(first.inputs(), links),
                            Arrays.copyOfRange(first.inputs(), links, 2 * links))));
        }
        return pictures;
    }
}
