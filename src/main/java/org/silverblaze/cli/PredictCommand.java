package org.silverblaze.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.silverblaze.BadInput;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.dispatch.EngineChoice;
import org.silverblaze.evaluation.Latency;
import org.silverblaze.evaluation.Predictor;
import org.silverblaze.report.Table;
import org.silverblaze.training.RunFolder;
import org.silverblaze.training.TrainedEnsemble;
import org.silverblaze.training.TrainedMember;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code silverblaze predict}. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description = {
            "Predictions of a run's networks for every configuration of a data set, streamed from the disk.",
            "All members, their mean and their spread go to an HDF5 or CSV file; losses are printed where the data has",
            "labels. A network that ends in a flatten layer takes the lattice of its training alone."
        },
        footer = {
            "",
            "Examples:",
            "  silverblaze predict runs/eq data/125x8",
            "  silverblaze predict runs/eq data/60x4 --out predictions.h5 --latency",
            "",
            "The HDF5 file holds predictions [sample][member][output], mean and spread [sample][output], labels where there are",
            "any, mu, chain and draw [sample]. --latency: median time of one network for one configuration on one thread, over",
            "a second of calls after a second of warm-up."
        })
final class PredictCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    @Mixin
    private EngineOptions engines;

    @Mixin
    private PrecisionOption precision;

    @Parameters(index = "0", paramLabel = "RUN", description = "folder of a training run")
    private Path run;

    @Parameters(index = "1", paramLabel = "DATA", description = "folder of a data set; every mu of it")
    private Path data;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "file for the predictions: HDF5 (.h5, .hdf5) or CSV (.csv); replaced where it is there")
    private Path out;

    @Option(names = "--latency", description = "measure the time of a single configuration, too")
    private boolean latency;

    /** JSON object of the command. */
    record Result(
            String recipe,
            String engine,
            String precision,
            int threads,
            long samples,
            List<Long> seeds,
            List<String> outputs,
            double seconds,
            @JsonProperty("samples_per_second") double samplesPerSecond,
            double gflops,
            @JsonProperty("gflops_in_networks") double gflopsInNetworks,
            @JsonProperty("reading_seconds") double readingSeconds,
            @JsonProperty("computing_seconds") double computingSeconds,
            List<Predictor.Row> losses,
            Latency latency,
            String out) {}

    @Override
    public Integer call() throws IOException {
        int threads = engines.threads();
        if (out != null && Files.isDirectory(out)) {
            throw new BadInput("--out " + out + ": is a folder; expected a file that ends in .h5, .hdf5 or .csv");
        }
        if (out != null && !Files.isDirectory(out.toAbsolutePath().getParent())) {
            throw new BadInput("--out " + out + ": there is no folder "
                    + out.toAbsolutePath().getParent() + "; expected a file in a folder that is there");
        }
        TrainedEnsemble ensemble = RunFolder.read(run);
        Dataset dataset = Dataset.open(data);
        // A run is used on the engine that it was trained on, unless another one is asked for.
        EngineChoice choice = precision.apply(
                engines,
                () -> engines.engine.equals(Dispatcher.AUTO) ? Dispatcher.choose(ensemble.engine()) : engines.choose());
        Predictor predictor = new Predictor(ensemble, dataset, choice.engine().networks(), threads);
        Predictor.Result result = predictor.run(out, common.progress(choice.reason()));
        Result printed = new Result(
                ensemble.recipe().name(),
                choice.engine().name(),
                choice.engine().precision().id(),
                threads,
                result.samples(),
                ensemble.members().stream().map(TrainedMember::seed).toList(),
                ensemble.recipe().task().outputs(),
                result.seconds(),
                result.samples() / result.seconds(),
                result.gflops(),
                result.gflopsInNetworks(),
                result.readingSeconds(),
                result.computingSeconds(),
                result.rows(),
                latency ? Latency.measure(ensemble, dataset, choice.engine().networks()) : null,
                out == null ? null : out.toString());
        common.print(printed, text(printed));
        return ExitCode.DONE;
    }

    private static String text(Result r) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s on %s: %d samples through %d networks in %.2f s on %d threads, %.4g samples/s, %.3g GFLOP/s; thread-seconds:"
                        + " reading %.2f, networks %.2f at %.3g GFLOP/s each%n",
                r.recipe(),
                r.engine(),
                r.samples(),
                r.seeds().size(),
                r.seconds(),
                r.threads(),
                r.samplesPerSecond(),
                r.gflops(),
                r.readingSeconds(),
                r.computingSeconds(),
                r.gflopsInNetworks()));
        if (r.latency() != null) {
            text.append(String.format(
                    Locale.ROOT,
                    "one configuration, one network, one thread: median %.1f us, %.1f to %.1f us in 80 %% of %d calls%n",
                    r.latency().medianMicros(),
                    r.latency().tenthMicros(),
                    r.latency().ninetiethMicros(),
                    r.latency().calls()));
        }
        if (!r.losses().isEmpty()) {
            Table table =
                    Table.of("Losses against the labels of the data set.", "mu", "member", "output", "loss", "value");
            for (Predictor.Row row : r.losses()) {
                String member = row.seed() == null ? "mean of all" : "seed " + row.seed();
                table = table.row(row.mu(), member, row.output(), row.loss().replace('_', ' '), row.value());
            }
            text.append('\n').append(table.text());
        }
        return text.toString();
    }
}
