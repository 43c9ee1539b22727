package org.silverblaze.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.silverblaze.Progress;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.dispatch.EngineChoice;
import org.silverblaze.evaluation.EvaluationTable;
import org.silverblaze.evaluation.Evaluator;
import org.silverblaze.evaluation.TestSet;
import org.silverblaze.evaluation.ViolationEvaluator;
import org.silverblaze.evaluation.ViolationTable;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.training.RunFolder;
import org.silverblaze.training.Task;
import org.silverblaze.training.TrainedEnsemble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code silverblaze evaluate}. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Tests trained networks on data sets of any lattice size and coupling.",
            "Prints MSE and MSE/Var(label) for each network, lattice and mu, with the constant predictor and the exact",
            "oracle network as the two ends of the scale; n/a where a network does not apply. Runs of detection and counting get",
            "their own figures: accuracy, ROC AUC, false positives at 99 % true ones; exact counts, mean absolute error; pairs."
        },
        footer = {
            "",
            "Examples:",
            "  silverblaze evaluate runs/eq --data data/60x4",
            "  silverblaze evaluate runs/eq runs/st runs/fl --data data/60x4 data/125x8 --csv rows.csv"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    @Mixin
    private EngineOptions engines;

    @Mixin
    private PrecisionOption precision;

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "folders of training runs, of one task")
    private List<Path> runs;

    @Option(
            names = "--data",
            required = true,
            arity = "1..*",
            paramLabel = "FOLDER",
            description = "data sets to test on; every mu of each")
    private List<Path> data;

    @Option(names = "--csv", paramLabel = "FILE", description = "write every row as CSV, too")
    private Path csv;

    @Override
    public Integer call() throws IOException {
        int threads = engines.threads();
        List<TrainedEnsemble> ensembles = new ArrayList<>();
        for (Path run : runs) {
            ensembles.add(RunFolder.read(run));
        }
        Task task = ensembles.getFirst().recipe().task();
        List<TestSet> sets = new ArrayList<>();
        for (Path folder : data) {
            sets.addAll(TestSet.of(Dataset.open(folder), task));
        }
        // Runs that were all trained on one engine are tested on it, unless another one is asked for.
        List<String> trainedOn =
                ensembles.stream().map(TrainedEnsemble::engine).distinct().toList();
        EngineChoice choice = precision.apply(
                engines,
                () -> engines.engine.equals(Dispatcher.AUTO) && trainedOn.size() == 1
                        ? Dispatcher.choose(trainedOn.getFirst())
                        : engines.choose());
        Progress progress = common.progress(choice.reason());
        if (task == Task.REGRESSION) {
            EvaluationTable table =
                    new Evaluator(choice.engine().networks(), threads).evaluate(ensembles, sets, progress);
            print(table, table.csv(), table.text());
        } else {
            ViolationTable table =
                    new ViolationEvaluator(choice.engine().networks(), threads).evaluate(ensembles, sets, progress);
            print(table, table.csv(), table.text());
        }
        return ExitCode.DONE;
    }

    private void print(Object table, String rows, String text) throws IOException {
        if (csv != null) {
            AtomicFiles.write(csv, rows);
        }
        common.print(table, text);
    }
}
