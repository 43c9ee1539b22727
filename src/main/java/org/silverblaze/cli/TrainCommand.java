package org.silverblaze.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.silverblaze.Stop;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.dispatch.EngineChoice;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.Recipes;
import org.silverblaze.training.RunFolder;
import org.silverblaze.training.Trainer;
import org.silverblaze.training.TrainingData;
import org.silverblaze.training.TrainingJob;
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
        description = "Trains one network, or an ensemble of seeds, on a data set.",
        footer = {
            "",
            "Examples:",
            "  silverblaze train regression-eq --data data/60x4 --out runs/eq",
            "  silverblaze train detection-eq --data data/detection --mu 1 --out runs/detection-eq",
            "  silverblaze train my-recipe.yaml --data data/60x4 --mu 1.05 --samples 5000 --seeds 10 --out runs/mine",
            "",
            "Recipes that come with the program: regression-eq, -st, -fl; detection-eq, -st, -fl, -control and counting-eq, -st,",
            "-fl, -control, which take data of generate --task. The same run again is found complete; --out that holds another",
            "run is refused."
        })
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    @Mixin
    private EngineOptions engines;

    @Mixin
    private TimeLimit timeLimit;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RECIPE", description = "name of a recipe, or a YAML file")
    private String recipe;

    @Option(names = "--data", required = true, paramLabel = "FOLDER", description = "data set to train on")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "where the run is written")
    private Path out;

    @Option(names = "--mu", paramLabel = "MU", description = "chemical potential to train on (default: the recipe's)")
    private Double mu;

    @Option(names = "--samples", paramLabel = "N", description = "training samples (default: the recipe's)")
    private Integer samples;

    @Option(names = "--seeds", paramLabel = "N", description = "number of seeds (default: the recipe's)")
    private Integer seeds;

    @Option(names = "--seed", paramLabel = "N", description = "first seed (default: the recipe's)")
    private Long seed;

    @Override
    public Integer call() throws IOException {
        Recipe wanted = resolved(Recipes.find(recipe));
        int threads = engines.threads();
        // A run keeps its engine: engines agree to tolerances only.
        Optional<String> kept = engines.engine.equals(Dispatcher.AUTO) ? RunFolder.engine(out) : Optional.empty();
        EngineChoice choice = kept.isPresent() ? Dispatcher.choose(kept.get()) : engines.choose();
        TrainingData trainingData = TrainingData.load(Dataset.open(data), wanted.task(), wanted.training());
        Trainer trainer = Trainer.on(choice.engine(), threads);
        Stop stop = new Stop();
        TrainingJob.Result result;
        Signals.heeds(stop);
        try {
            timeLimit.start();
            result = new TrainingJob(wanted, trainingData, out)
                    .run(
                            trainer,
                            threads,
                            GenerateCommand.commandLine(spec),
                            stop,
                            common.progress(choice.reason()),
                            note -> common.say("note: " + note));
        } finally {
            Signals.heeds(null);
        }
        if (result.found()) {
            common.say(out + ": complete already");
        }
        TrainingSummary summary = result.summary();
        common.print(summary, text(summary));
        return ExitCode.DONE;
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

    private static String text(TrainingSummary s) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s on %s: %d parameters, %d epochs, %.1f s (%.3f s an epoch), best validation loss %.4g%n",
                s.recipe(),
                s.engine(),
                s.parameters(),
                s.epochs(),
                s.seconds(),
                s.secondsPerEpoch(),
                s.bestValidationLoss()));
        for (TrainingSummary.Member m : s.members()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  seed %-4d best validation loss %.4g at epoch %d of %d (%s)%n",
                    m.seed(),
                    m.bestValidationLoss(),
                    m.bestEpoch(),
                    m.epochs(),
                    m.end().name().toLowerCase(Locale.ROOT)));
        }
        return text.toString();
    }
}
