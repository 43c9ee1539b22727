package org.silverblaze.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.silverblaze.BadInput;
import org.silverblaze.Stop;
import org.silverblaze.dataset.Part;
import org.silverblaze.dataset.ShardLayout;
import org.silverblaze.dispatch.Demand;
import org.silverblaze.dispatch.EngineChoice;
import org.silverblaze.dispatch.SamplingDemand;
import org.silverblaze.engine.Representation;
import org.silverblaze.sampling.FieldRequest;
import org.silverblaze.sampling.SamplingRequest;
import org.silverblaze.sampling.SamplingResult;
import org.silverblaze.sampling.SamplingRun;
import org.silverblaze.theory.Couplings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code silverblaze generate}. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = {
            "Samples flux configurations, or the field phi, into a data set. The same request again goes on, or is found complete.",
            "--task puts open worms into them, with the labels of detection and counting of flux violations."
        },
        footer = {
            "",
            "--json: seconds and cpu_seconds cover the whole command but the start of Java: pilot runs, JIT compilation,",
            "thermalization, chains from a hot start, measuring and writing; the rates are per such second. sampling_seconds and",
            "sampling_cpu_seconds are the part without pilot runs and the final analysis. long_run_samples_per_cpu_second is the rate",
            "of the second half of the samples: what a run of hours gives.",
            "",
            "Examples:",
            "  silverblaze generate --lattice 60x4 --mu 1.05 --samples 20000 --out data/60x4",
            "  silverblaze generate --lattice 50x2 --mu 0.91:1.05:0.02 --samples 10000 --seed 7 --out data/scan",
            "  silverblaze generate --lattice 60x4 --mu 1.05 --samples 20000 --shard 3/8 --out data/part-3",
            "  silverblaze generate --task detection --lattice 8x8 --mu 1,1.25,1.5 --samples 4000 --out data/detection",
            "  silverblaze generate --task counting --worms 0,5 --steps 1:100 --lattice 8x8 --mu 1 --samples 4000"
                    + " --out data/counting",
            "  silverblaze generate --task detection --pairs --lattice 32x32 --mu 1 --samples 1024 --out data/pairs",
            "  silverblaze generate --lattice 4x4x4x4 --eta 9 --mu 1.15 --samples 1000 --out data/4d",
            "  silverblaze generate --representation phi --lattice 16x16 --mu 0 --samples 10000 --out data/phi"
        })
final class GenerateCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    @Mixin
    private SamplingOptions sampling;

    @Mixin
    private TaskOptions task;

    @Mixin
    private EngineOptions engines;

    @Mixin
    private TimeLimit timeLimit;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description = {
                "make only part I of N, for job arrays: every N-th block of chains, into a folder of its own; I from 1",
                "to N, or from 0 to N-1 (0 is N). All mu together have N blocks or more. 'merge' joins the parts"
            })
    private String shard;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "folder of the data set")
    private Path out;

    @Spec
    private CommandSpec spec;

    /** JSON object of the command: {@link SamplingResult} says what each time covers. */
    record Result(
            long samples,
            int chains,
            int threads,
            String engine,
            double seconds,
            @JsonProperty("cpu_seconds") double cpuSeconds,
            @JsonProperty("samples_per_second") double samplesPerSecond,
            @JsonProperty("effective_samples_per_second") Double effectiveSamplesPerSecond,
            String observable,
            @JsonProperty("sampling_seconds") double samplingSeconds,
            @JsonProperty("sampling_cpu_seconds") double samplingCpuSeconds,
            @JsonProperty("long_run_samples_per_cpu_second") Double longRunRate,
            List<Point> points,
            String out) {}

    /** One mu of which the run made samples; times in units of the spacing of samples, n null where it is left out. */
    record Point(
            double mu,
            long made,
            @JsonProperty("tau_int_n") Double tauIntN,
            @JsonProperty("tau_int_n_error") Double tauIntNError,
            @JsonProperty("tau_int_phi2") double tauIntPhi2,
            @JsonProperty("tau_int_phi2_error") double tauIntPhi2Error) {
        static Point of(SamplingResult.Point p) {
            return new Point(p.mu(), p.made(), p.tauIntN(), p.tauIntNError(), p.tauIntPhi2(), p.tauIntPhi2Error());
        }
    }

    @Override
    public Integer call() throws IOException {
        Representation representation =
                sampling.parsedRepresentation(spec.commandLine().getParseResult()::hasMatchedOption);
        SamplingRequest fluxes = representation == Representation.FLUX ? fluxes() : null;
        FieldRequest fields = representation == Representation.PHI ? fields() : null;
        int threads = engines.threads();
        EngineChoice choice = fields == null ? engines.choose(() -> demand(fluxes, threads)) : engines.choose();
        Part part = shard == null ? Part.WHOLE : Part.parse(shard);
        Stop stop = new Stop();
        SamplingResult result;
        Signals.heeds(stop);
        try {
            timeLimit.start();
            List<String> command = commandLine(spec);
            result = fields == null
                    ? SamplingRun.run(fluxes, out, part, choice.engine(), threads, command, stop, common.progress())
                    : SamplingRun.run(fields, out, part, choice.engine(), threads, command, stop, common.progress());
        } finally {
            Signals.heeds(null);
        }
        if (result.made() > 0) {
            common.say(choice.reason());
        }
        result.notes().forEach(note -> common.say("note: " + note));
        common.print(
                new Result(
                        result.samples(),
                        result.chains(),
                        result.threads(),
                        result.engine(),
                        result.seconds(),
                        result.cpuSeconds(),
                        result.samplesPerSecond(),
                        result.effectiveSamplesPerSecond(),
                        result.observable(),
                        result.samplingSeconds(),
                        result.samplingCpuSeconds(),
                        result.longRunRate(),
                        result.points().stream().map(Point::of).toList(),
                        result.out().toString()),
                text(result));
        return ExitCode.DONE;
    }

    private SamplingRequest fluxes() {
        return new SamplingRequest(
                sampling.parsedLattice(),
                sampling.resolvedEta(),
                sampling.lambda,
                Arrays.stream(MuList.parse(sampling.mu)).boxed().toList(),
                sampling.samples,
                sampling.chains,
                sampling.stepsPerSweep,
                sampling.thermalization,
                sampling.wormsBetween,
                sampling.parsedAlgorithm(),
                sampling.seed,
                sampling.segmentSamples,
                task.resolved());
    }

    /** What the dispatcher has to know; the middle one of several mu stands for all. */
    private static Demand demand(SamplingRequest request, int threads) {
        ShardLayout layout = ShardLayout.of(request.lattice(), request.samples(), request.resolvedChains());
        int count = request.mus().size();
        double mu = request.mus().get(count / 2);
        return new SamplingDemand(
                request.lattice(),
                new Couplings(request.eta(), request.lambda(), mu),
                request.algorithm(),
                request.stepsPerSweep() != null
                        ? request.stepsPerSweep()
                        : request.lattice().volume(),
                request.wormsBetween(),
                layout.chainsIn(0),
                layout.blocks() * count,
                (double) request.samples() * count,
                threads);
    }

    private FieldRequest fields() {
        double[] mus = MuList.parse(sampling.mu);
        if (mus.length != 1 || mus[0] != 0) {
            throw new BadInput("--representation phi with --mu " + sampling.mu
                    + ": the weight of phi is complex unless mu is 0; expected --mu 0, or --representation flux");
        }
        return new FieldRequest(
                sampling.parsedLattice(),
                sampling.resolvedEta(),
                sampling.lambda,
                sampling.samples,
                sampling.chains,
                sampling.reflections,
                sampling.thermalization,
                sampling.updatesBetween,
                sampling.seed,
                sampling.segmentSamples);
    }

    /** The command line as it was typed. */
    static List<String> commandLine(CommandSpec spec) {
        return spec.root().commandLine().getParseResult().originalArgs();
    }

    private static String text(SamplingResult r) {
        if (r.made() == 0) {
            return r.out() + ": complete already, " + r.samples() + " samples";
        }
        String effective = r.effectiveSamplesPerSecond() == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %.4g effective samples/s (of %s)",
                        r.effectiveSamplesPerSecond(),
                        r.observable());
        return String.format(
                Locale.ROOT,
                "%s: %d samples of %d chains in %.1f s on %d threads, %.4g samples/s%s",
                r.out(),
                r.samples(),
                r.chains(),
                r.seconds(),
                r.threads(),
                r.samplesPerSecond(),
                effective);
    }
}
