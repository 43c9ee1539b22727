package org.silverblaze.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;
import org.silverblaze.dispatch.EngineChoice;
import org.silverblaze.evaluation.EvaluationRow;
import org.silverblaze.experiment.Regression;
import org.silverblaze.experiment.RegressionPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silverblaze reproduce}. */
@Command(
        name = "reproduce",
        mixinStandardHelpOptions = true,
        description = {
            "The paper in one command: samples, trains, tests, and writes report.html.",
            "Experiments: regression (A of arXiv:2103.14686). What is complete in the output folder is not made again."
        },
        footer = {
            "",
            "Examples:",
            "  silverblaze reproduce",
            "  silverblaze reproduce --experiment regression --scale laptop --out results/laptop"
        })
final class ReproduceCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    @Mixin
    private EngineOptions engines;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            defaultValue = "regression",
            description = "regression (default: ${DEFAULT-VALUE})")
    private String experiment;

    @Option(
            names = "--scale",
            paramLabel = "SCALE",
            defaultValue = "smoke",
            description = "smoke (minutes), laptop, paper (default: ${DEFAULT-VALUE})")
    private String scale;

    @Mixin
    private TimeLimit timeLimit;

    @Option(names = "--out", paramLabel = "FOLDER", description = "output folder (default: runs/EXPERIMENT-SCALE)")
    private Path out;

    @Option(names = "--seed", paramLabel = "N", description = "seed of data and networks (default: the plan's)")
    private Long seed;

    @Spec
    private CommandSpec spec;

    /** JSON object of the command. */
    record Result(
            String experiment,
            String scale,
            String engine,
            int threads,
            double seconds,
            String report,
            List<EvaluationRow> rows) {}

    @Override
    public Integer call() throws IOException {
        if (!experiment.equals("regression")) {
            throw new BadInput("--experiment " + experiment + ": expected regression");
        }
        RegressionPlan plan = RegressionPlan.ofScale(scale);
        if (seed != null) {
            plan = plan.withSeed(seed);
        }
        timeLimit.start();
        int threads = engines.threads();
        EngineChoice choice = engines.choose();
        Path folder = out == null ? Path.of("runs", experiment + "-" + scale) : out;
        String command = "scripts/silverblaze " + quoted(GenerateCommand.commandLine(spec));
        Regression.Outcome outcome = new Regression(
                        plan,
                        choice.engine(),
                        choice.reason(),
                        threads,
                        folder,
                        command,
                        common.progress(choice.reason()))
                .run();
        Result result = new Result(
                experiment,
                scale,
                choice.engine().name(),
                threads,
                outcome.result().seconds(),
                outcome.report().toString(),
                outcome.result().table().rows());
        common.print(
                result,
                outcome.text()
                        + String.format(
                                Locale.ROOT,
                                "%nThe report is %s (%.0f s on %d threads).%n",
                                outcome.report(),
                                outcome.result().seconds(),
                                threads));
        return ExitCode.DONE;
    }

    /** Arguments as a shell reads them back. */
    static String quoted(List<String> args) {
        return args.stream()
                .map(arg -> arg.matches("[\\w.,:=/@%+-]+") ? arg : "'" + arg.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
