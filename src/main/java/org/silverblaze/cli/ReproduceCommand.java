package org.silverblaze.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dataset.ViolationTask;
import org.silverblaze.dispatch.EngineChoice;
import org.silverblaze.experiment.AllExperiments;
import org.silverblaze.experiment.Onset;
import org.silverblaze.experiment.OnsetPlan;
import org.silverblaze.experiment.OnsetResult;
import org.silverblaze.experiment.Regression;
import org.silverblaze.experiment.RegressionPlan;
import org.silverblaze.experiment.ViolationExperiment;
import org.silverblaze.experiment.ViolationPlan;
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
            "Experiments of arXiv:2103.14686: regression (A), detection (B) and counting of flux violations (C), or all three in",
            "one report. What is complete in the output folder is not made again."
        },
        footer = {
            "",
            "Examples:",
            "  silverblaze reproduce",
            "  silverblaze reproduce --experiment detection",
            "  silverblaze reproduce --experiment onset",
            "  silverblaze reproduce --experiment all --out results/smoke",
            "  silverblaze reproduce --experiment regression --scale laptop --out results/laptop"
        })
final class ReproduceCommand implements Callable<Integer> {
    private static final String REGRESSION = "regression";
    private static final String ALL = "all";
    private static final List<String> EXPERIMENTS = List.of(REGRESSION, "detection", "counting", ALL);
    private static final String ONSET = "onset";

    @Mixin
    private Common common;

    @Mixin
    private EngineOptions engines;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            defaultValue = "regression",
            description = {
                "regression, detection, counting, or all three; or onset: n(mu) in four dimensions",
                "(default: ${DEFAULT-VALUE})"
            })
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

    /** JSON object of the command; of all experiments: one object each in {@code experiments}, and the rows are there. */
    record Result(
            String experiment,
            String scale,
            String engine,
            int threads,
            double seconds,
            String report,
            List<?> rows,
            @JsonInclude(JsonInclude.Include.NON_NULL) List<Result> experiments) {}

    /** What one experiment gave. */
    private record Part(String name, double seconds, Path report, List<?> rows, String text) {}

    /** JSON object of the onset. */
    record OnsetJson(
            String experiment,
            String scale,
            String engine,
            int threads,
            double seconds,
            String report,
            List<OnsetResult.Row> rows,
            List<OnsetFit> onset) {}

    /** The estimate of one lattice, null where its points cannot be trusted, and what its runs warn of. */
    record OnsetFit(
            String lattice,
            @JsonProperty("mu_c") Double muC,
            Double error,
            @JsonProperty("error_of_fit") Double errorOfFit,
            @JsonProperty("error_of_range") Double errorOfRange,
            List<String> warnings) {
        static OnsetFit of(OnsetResult.Curve curve) {
            OnsetResult.MuC onset = curve.estimate();
            return onset == null
                    ? new OnsetFit(curve.lattice(), null, null, null, null, curve.warnings())
                    : new OnsetFit(
                            curve.lattice(),
                            onset.value(),
                            onset.error(),
                            onset.statistical(),
                            onset.range(),
                            curve.warnings());
        }
    }

    private Integer onset() throws IOException {
        OnsetPlan plan = OnsetPlan.ofScale(scale);
        timeLimit.start();
        int threads = engines.threads();
        EngineChoice choice = engines.choose();
        Path folder = out == null ? Path.of("runs", experiment + "-" + scale) : out;
        Onset.Outcome outcome = new Onset(
                        seed == null ? plan : plan.withSeed(seed),
                        choice.engine(),
                        choice.reason(),
                        threads,
                        folder,
                        "scripts/silverblaze " + quoted(GenerateCommand.commandLine(spec)),
                        common.progress(choice.reason()))
                .run();
        OnsetResult result = outcome.result();
        common.print(
                new OnsetJson(
                        experiment,
                        scale,
                        choice.engine().name(),
                        threads,
                        result.seconds(),
                        outcome.report().toString(),
                        result.rows(),
                        result.curves().stream().map(OnsetFit::of).toList()),
                outcome.text()
                        + String.format(
                                Locale.ROOT,
                                "%nThe report is %s (%.0f s on %d threads).%n",
                                outcome.report(),
                                result.seconds(),
                                threads));
        return ExitCode.DONE;
    }

    @Override
    public Integer call() throws IOException {
        if (experiment.equals(ONSET)) {
            return onset();
        }
        if (!EXPERIMENTS.contains(experiment)) {
            throw new BadInput(
                    "--experiment " + experiment + ": expected " + String.join(", ", EXPERIMENTS) + ", " + ONSET);
        }
        if (!RegressionPlan.SCALES.contains(scale)) {
            throw new BadInput("--scale " + scale + ": expected " + String.join(", ", RegressionPlan.SCALES));
        }
        timeLimit.start();
        int threads = engines.threads();
        EngineChoice choice = engines.choose();
        Path folder = out == null ? Path.of("runs", experiment + "-" + scale) : out;
        String command = "scripts/silverblaze " + quoted(GenerateCommand.commandLine(spec));
        Progress progress = common.progress(choice.reason());
        boolean all = experiment.equals(ALL);
        List<Part> parts = new ArrayList<>();
        Regression.Outcome regression = null;
        List<ViolationExperiment.Outcome> violations = new ArrayList<>();
        for (String name : all ? EXPERIMENTS.subList(0, EXPERIMENTS.size() - 1) : List.of(experiment)) {
            Path here = all ? folder.resolve(name) : folder;
            if (name.equals(REGRESSION)) {
                RegressionPlan plan = RegressionPlan.ofScale(scale);
                regression = new Regression(
                                seed == null ? plan : plan.withSeed(seed),
                                choice.engine(),
                                choice.reason(),
                                threads,
                                here,
                                command,
                                progress)
                        .run();
                parts.add(new Part(
                        name,
                        regression.result().seconds(),
                        regression.report(),
                        regression.result().table().rows(),
                        regression.text()));
            } else {
                ViolationPlan plan = ViolationPlan.ofScale(ViolationTask.Kind.parse(name), scale);
                ViolationExperiment.Outcome outcome = new ViolationExperiment(
                                seed == null ? plan : plan.withSeed(seed),
                                choice.engine(),
                                choice.reason(),
                                threads,
                                here,
                                command,
                                progress)
                        .run();
                violations.add(outcome);
                parts.add(new Part(
                        name,
                        outcome.result().seconds(),
                        here.resolve("report.html"),
                        outcome.result().table().rows(),
                        outcome.report().text()));
            }
        }
        Path report = all
                ? AllExperiments.report(regression, violations, folder, command)
                : parts.getFirst().report();
        double seconds = parts.stream().mapToDouble(Part::seconds).sum();
        String engine = choice.engine().name();
        List<Result> each = parts.stream()
                .map(p -> new Result(
                        p.name(),
                        scale,
                        engine,
                        threads,
                        p.seconds(),
                        p.report().toString(),
                        p.rows(),
                        null))
                .toList();
        common.print(
                all
                        ? new Result(experiment, scale, engine, threads, seconds, report.toString(), null, each)
                        : each.getFirst(),
                parts.stream().map(Part::text).collect(Collectors.joining("\n"))
                        + String.format(
                                Locale.ROOT, "%nThe report is %s (%.0f s on %d threads).%n", report, seconds, threads));
        return ExitCode.DONE;
    }

    /** Arguments as a shell reads them back. */
    static String quoted(List<String> args) {
        return args.stream()
                .map(arg -> arg.matches("[\\w.,:=/@%+-]+") ? arg : "'" + arg.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
