package org.silverblaze.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.silverblaze.Progress;
import org.silverblaze.Stop;
import org.silverblaze.dataset.ClassCounts;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.Samples;
import org.silverblaze.dataset.ViolationTask;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.evaluation.HandMade;
import org.silverblaze.evaluation.TestSet;
import org.silverblaze.evaluation.ViolationEvaluator;
import org.silverblaze.evaluation.ViolationRow;
import org.silverblaze.evaluation.ViolationTable;
import org.silverblaze.experiment.RegressionResult.Training;
import org.silverblaze.experiment.ViolationResult.Picture;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkCounts;
import org.silverblaze.sampling.SamplingRequest;
import org.silverblaze.sampling.SamplingRun;
import org.silverblaze.theory.FluxConfiguration;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.RunFolder;
import org.silverblaze.training.Task;
import org.silverblaze.training.TrainedEnsemble;
import org.silverblaze.training.Trainer;
import org.silverblaze.training.TrainingData;
import org.silverblaze.training.TrainingJob;

/**
 * Experiment B or C from nothing to a report: samples open worms, trains every network, tests them on ordinary sets and on matched
 * pairs, writes the report. Each part lies in a folder of its own below the output folder ({@code data/}, {@code runs/}); what is
 * complete there is not made again, so a run that was stopped goes on.
 */
public final class ViolationExperiment {
    private static final String TRAINING = "training";
    /** More than a run needs, since splits are by chain and do not come out even. */
    private static final double SURPLUS = 1.25;

    private final ViolationPlan plan;
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
    public ViolationExperiment(
            ViolationPlan plan,
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
     * @param report of these numbers
     */
    public record Outcome(ViolationResult result, ViolationReport report) {}

    /**
     * Runs what is not done yet and writes {@code report.html}.
     *
     * @throws org.silverblaze.BadInput where the folder holds something else
     */
    public Outcome run() throws IOException {
        long start = System.nanoTime();
        PlanFolder.claim(out, plan);
        Task task = plan.kind() == Kind.DETECTION ? Task.DETECTION : Task.COUNTING;
        Path data = out.resolve("data");
        List<ViolationResult.Set> sets = new ArrayList<>();

        ViolationPlan.Training home = plan.training();
        Dataset training = sample(
                data.resolve("train-" + home.lattice()),
                request(
                        home.lattice(),
                        home.eta(),
                        List.of(home.mu()),
                        trainingSamples(),
                        plan.seed(),
                        plan.task(home.worms(), false)));
        describe(TRAINING, training, sets);
        List<TestSet> tests = new ArrayList<>();
        List<Picture> pictures = new ArrayList<>();
        for (String lattice : plan.tests().lattices()) {
            for (double eta : plan.tests().eta()) {
                Dataset ordinary = sample(
                        data.resolve(ViolationRow.ORDINARY + "-" + lattice + "-eta" + eta),
                        request(
                                lattice,
                                eta,
                                plan.tests().mu(),
                                plan.tests().samples(),
                                plan.seed() + 1,
                                plan.task(plan.tests().worms(), false)));
                Dataset pairs = sample(
                        data.resolve(ViolationRow.PAIRS + "-" + lattice + "-eta" + eta),
                        request(
                                lattice,
                                eta,
                                plan.tests().mu(),
                                plan.tests().pairs(),
                                plan.seed() + 2,
                                plan.task(plan.tests().worms(), true)));
                describe(ViolationRow.ORDINARY, ordinary, sets);
                describe(ViolationRow.PAIRS, pairs, sets);
                tests.addAll(TestSet.of(ordinary, task));
                tests.addAll(TestSet.of(pairs, task));
                if (pictures.isEmpty()) {
                    pictures.addAll(pair(pairs));
                }
            }
        }

        List<Training> trainings = new ArrayList<>();
        for (int size : home.sizes()) {
            for (Recipe recipe : plan.recipes(size)) {
                trainings.add(train(recipe, training));
            }
        }
        ViolationEvaluator evaluator = new ViolationEvaluator(engine.networks(), threads);
        List<TrainedEnsemble> full = ensembles(trainings, size -> size == plan.largestSize());
        ViolationTable table = evaluator.evaluate(full, tests, progress);
        List<TrainedEnsemble> fewer = ensembles(trainings, size -> size < plan.largestSize());
        if (!fewer.isEmpty()) {
            table = table.with(
                    evaluator.evaluate(fewer, learning(tests), progress).ofNetworks());
        }
        List<HandMade> handMade = HandMade.on(Lattice.parse(home.lattice()));
        List<ViolationEvaluator.Answer> answers = evaluator.answers(full, handMade);
        double seconds = (System.nanoTime() - start) * 1e-9;
        ViolationResult result = new ViolationResult(
                plan, sets, trainings, table, handMade, answers, pictures, engineReason, threads, seconds);
        ViolationReport report = new ViolationReport(result, command);
        report.write(out);
        return new Outcome(result, report);
    }

    private static List<TrainedEnsemble> ensembles(List<Training> trainings, IntPredicate size) {
        return trainings.stream()
                .map(Training::ensemble)
                .filter(e -> size.test(e.recipe().training().samples()))
                .toList();
    }

    /** What the smaller training sizes are tested on: every lattice, at the couplings of the training alone. */
    private List<TestSet> learning(List<TestSet> tests) {
        return tests.stream()
                .filter(set -> set.couplings().eta() == plan.training().eta()
                        && set.couplings().mu() == plan.training().mu())
                .toList();
    }

    /** Enough for the largest training size and its validation samples, however the chains fall. */
    private long trainingSamples() {
        Recipe recipe = plan.recipes(plan.largestSize()).getFirst();
        return Math.round(
                SURPLUS * (recipe.training().samples() + recipe.training().validationSamples()));
    }

    private SamplingRequest request(
            String lattice, double eta, List<Double> mus, long samples, long seed, ViolationTask task) {
        return SamplingRequest.of(
                        Lattice.parse(lattice),
                        eta,
                        plan.lambda(),
                        mus.stream().mapToDouble(Double::doubleValue).toArray(),
                        samples,
                        WormAlgorithm.DIRECTED,
                        seed)
                .withTask(task);
    }

    private Dataset sample(Path folder, SamplingRequest request) throws IOException {
        SamplingRun.run(request, folder, engine, threads, List.of(command), progress);
        return Dataset.open(folder);
    }

    private void describe(String use, Dataset dataset, List<ViolationResult.Set> sets) throws IOException {
        List<ClassCounts> counts = ClassCounts.of(dataset);
        dataset.manifest()
                .points()
                .forEach(point -> sets.add(new ViolationResult.Set(
                        use,
                        dataset.manifest().lattice().toString(),
                        dataset.manifest().eta(),
                        counts.stream().filter(c -> c.mu() == point.mu()).toList())));
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

    /** The first matched pair at the first chemical potential. */
    private static List<Picture> pair(Dataset dataset) throws IOException {
        Lattice lattice = dataset.manifest().lattice();
        int links = lattice.links();
        Samples samples = dataset.load(0, new int[] {0}, 2);
        List<Picture> pictures = new ArrayList<>();
        for (int member = 0; member < 2; member++) {
            int from = 2 * member * links;
            double violations = samples.labels().get("violations")[member];
            pictures.add(new Picture(
                    String.format(
                            Locale.ROOT,
                            "%s, μ = %s: %s, Σ|d|/2 = %.0f",
                            lattice,
                            RegressionTables.mu(
                                    dataset.manifest().points().getFirst().mu()),
                            member == 0 ? "open" : "the last worm run on until it closed",
                            violations),
                    new FluxConfiguration(
                            lattice,
                            Arrays.copyOfRange(samples.inputs(), from, from + links),
                            Arrays.copyOfRange(samples.inputs(), from + links, from + 2 * links)),
                    dataset.manifest().eta()));
        }
        return pictures;
    }
}
