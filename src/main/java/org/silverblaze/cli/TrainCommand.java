package org.silverblaze.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.silverblaze.Stop;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dispatch.Demand;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.dispatch.EngineChoice;
import org.silverblaze.dispatch.TrainingDemand;
import org.silverblaze.engine.Precision;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.report.Table;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.Recipes;
import org.silverblaze.training.RunFolder;
import org.silverblaze.training.Trainer;
import org.silverblaze.training.TrainingData;
import org.silverblaze.training.TrainingJob;
import org.silverblaze.training.TrainingJobs;
import org.silverblaze.training.TrainingSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code silverblaze train}. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Trains networks on a data set: one, an ensemble of seeds, or several architectures side by side.",
            "Each member has the same bits as alone, at any number of threads. A run that was stopped or killed goes on",
            "from its last checkpoint when it is asked for again, and ends with the same bytes as an undisturbed one."
        },
        footer = {
            "",
            "Examples:",
            "  silverblaze train regression-eq --data data/60x4 --out runs/eq",
            "  silverblaze train detection-eq --data data/detection --mu 1 --out runs/detection-eq",
            "  silverblaze train my-recipe.yaml --data data/60x4 --mu 1.05 --samples 5000 --seeds 10 --out runs/mine",
            "  silverblaze train regression-eq regression-st regression-fl --data data/60x4 --out runs --time-limit 1:00:00",
            "",
            "Recipes that come with the program: regression-eq, -st, -fl; detection-eq, -st, -fl, -control and counting-eq, -st,",
            "-fl, -control, which take data of generate --task. The same run again goes on, or is found complete; --out that",
            "holds another run is refused. Of several recipes each has the folder OUT/NAME."
        })
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    @Mixin
    private EngineOptions engines;

    @Mixin
    private PrecisionOption precision;

    @Mixin
    private TimeLimit timeLimit;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "RECIPE", description = "names of recipes, or YAML files")
    private List<String> recipes;

    @Option(names = "--data", required = true, paramLabel = "FOLDER", description = "data set to train on")
    private Path data;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            description = "where the run is written; of several recipes, OUT/NAME")
    private Path out;

    @Option(names = "--mu", paramLabel = "MU", description = "chemical potential to train on (default: the recipe's)")
    private Double mu;

    @Option(names = "--samples", paramLabel = "N", description = "training samples (default: the recipe's)")
    private Integer samples;

    @Option(names = "--seeds", paramLabel = "N", description = "number of seeds (default: the recipe's)")
    private Integer seeds;

    @Option(names = "--seed", paramLabel = "N", description = "first seed (default: the recipe's)")
    private Long seed;

    /** One run as --json prints it. */
    record Result(
            String recipe,
            String engine,
            String precision,
            int threads,
            int parameters,
            int epochs,
            @JsonProperty("best_validation_loss") double bestValidationLoss,
            double seconds,
            @JsonProperty("seconds_per_epoch") double secondsPerEpoch,
            @JsonProperty("training_samples") int trainingSamples,
            @JsonProperty("validation_samples") int validationSamples,
            @JsonProperty("label_means") List<Double> labelMeans,
            List<TrainingSummary.Member> members,
            String out) {
        static Result of(TrainingSummary s, Precision precision, int threads, Path out) {
            return new Result(
                    s.recipe(),
                    s.engine(),
                    precision.id(),
                    threads,
                    s.parameters(),
                    s.epochs(),
                    s.bestValidationLoss(),
                    s.seconds(),
                    s.secondsPerEpoch(),
                    s.trainingSamples(),
                    s.validationSamples(),
                    s.labelMeans(),
                    s.members(),
                    out.toString());
        }
    }

    /** Several runs as --json prints them. */
    record Results(List<Result> runs, int threads, double seconds) {}

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        int threads = engines.threads();
        List<String> reasons = new ArrayList<>();
        List<TrainingJob> jobs = jobs(threads, reasons);
        TrainingJobs work = new TrainingJobs(jobs, threads);
        Stop stop = new Stop();
        List<TrainingJob.Result> results;
        Signals.heeds(stop);
        try {
            timeLimit.start();
            results = work.run(
                    GenerateCommand.commandLine(spec),
                    stop,
                    common.progress(
                            String.join("\n", reasons.stream().distinct().toList())),
                    note -> common.say("note: " + note));
        } finally {
            Signals.heeds(null);
        }
        List<Result> runs = new ArrayList<>();
        for (int j = 0; j < jobs.size(); j++) {
            if (results.get(j).found()) {
                common.say(jobs.get(j).out() + ": complete already");
            }
            runs.add(Result.of(
                    results.get(j).summary(),
                    precision.precision(),
                    threads,
                    jobs.get(j).out()));
        }
        common.print(
                runs.size() == 1 ? runs.getFirst() : new Results(runs, threads, (System.nanoTime() - start) * 1e-9),
                text(runs));
        return ExitCode.DONE;
    }

    /** One for each recipe; {@code reasons} receives why which engine. */
    private List<TrainingJob> jobs(int threads, List<String> reasons) throws IOException {
        List<Recipe> wanted =
                recipes.stream().map(name -> resolved(Recipes.find(name))).toList();
        Dataset dataset = Dataset.open(data);
        Map<List<Object>, TrainingData> loaded = new HashMap<>();
        List<TrainingJob> jobs = new ArrayList<>();
        for (Recipe recipe : wanted) {
            Path folder = wanted.size() == 1 ? out : out.resolve(recipe.name());
            // A run keeps its engine: engines agree to tolerances only.
            Optional<String> kept =
                    engines.engine.equals(Dispatcher.AUTO) ? RunFolder.engine(folder) : Optional.empty();
            List<Object> key = List.of(recipe.task(), recipe.training());
            if (!loaded.containsKey(key)) {
                loaded.put(key, TrainingData.load(dataset, recipe.task(), recipe.training()));
            }
            EngineChoice choice = precision.apply(
                    engines,
                    () -> kept.isPresent()
                            ? Dispatcher.keep(kept.get())
                            : engines.choose(
                                    () -> demand(recipe, dataset.manifest().lattice(), threads)));
            reasons.add(choice.reason());
            Trainer trainer = Trainer.on(choice.engine(), 1);
            jobs.add(new TrainingJob(recipe, loaded.get(key), folder, trainer));
        }
        return jobs;
    }

    /** What the dispatcher has to know: the epochs that the recipe trains at least. */
    private static Demand demand(Recipe recipe, Lattice lattice, int threads) {
        int samples = recipe.training().samples();
        int batch = recipe.batch().of(samples);
        int epochs = Math.max(1, recipe.epochs().minimum());
        return new TrainingDemand(
                Trainer.problem(recipe, lattice, batch, recipe.seeds().size(), threads), (double) samples * epochs);
    }

    private Recipe resolved(Recipe base) {
        Recipe result = base;
        if (mu != null) {
            result = result.withMu(mu);
        }
        if (samples != null) {
            result = result.withSamples(samples);
        }
        if (seeds != null || seed != null) {
            result = result.withSeeds(
                    seed == null ? base.seeds().getFirst() : seed,
                    seeds == null ? base.seeds().size() : seeds);
        }
        return result;
    }

    private static String text(List<Result> runs) {
        StringBuilder text = new StringBuilder();
        Table table = Table.of(
                "Members; the weights of the best epoch are kept.",
                "network",
                "seed",
                "best validation loss",
                "best epoch",
                "epochs",
                "end");
        for (Result run : runs) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s on %s: %d parameters, %d epochs, %.1f s (%.3f s an epoch), best validation loss %.4g%n",
                    run.recipe(),
                    run.engine(),
                    run.parameters(),
                    run.epochs(),
                    run.seconds(),
                    run.secondsPerEpoch(),
                    run.bestValidationLoss()));
            for (TrainingSummary.Member m : run.members()) {
                table = table.row(
                        run.recipe(),
                        m.seed(),
                        m.bestValidationLoss(),
                        m.bestEpoch(),
                        m.epochs(),
                        m.end().name().toLowerCase(Locale.ROOT));
            }
        }
        return text.append('\n').append(table.text()).toString();
    }
}
