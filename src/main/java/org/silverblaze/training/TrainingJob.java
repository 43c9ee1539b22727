package org.silverblaze.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.silverblaze.Progress;
import org.silverblaze.Stop;
import org.silverblaze.Stopped;

/**
 * A training into a folder: begun, taken up where it was stopped or killed, or found complete.
 *
 * @param recipe what is trained
 * @param data what it is trained on
 * @param out the run folder
 * @param trainer on which engine
 */
public record TrainingJob(Recipe recipe, TrainingData data, Path out, Trainer trainer) {
    /**
     * @param summary of the complete run
     * @param found whether the folder held the complete run already
     */
    public record Result(TrainingSummary summary, boolean found) {}

    private RunRequest request() {
        return new RunRequest(recipe, RunRequest.Data.of(data), trainer.engineName(), trainer.precision());
    }

    TrainingJob withThreads(IntSupplier threads) {
        return new TrainingJob(recipe, data, out, trainer.withThreads(threads));
    }

    /**
     * Refuses what {@link #run} would refuse, before work is done. Nothing is written.
     *
     * @throws org.silverblaze.BadInput as {@link #run}
     */
    void check() {
        Trainer.requireFit(recipe, data.examples());
        RunFolder.refuseOthers(out, request());
    }

    /**
     * Trains what is not trained yet.
     *
     * @param threads threads in all, for the provenance
     * @param command the command line, for the provenance
     * @param notes hears what one should know, a line each
     * @throws org.silverblaze.BadInput where the network does not fit the data, or the folder holds anything else
     * @throws Stopped where {@code stop} asked for it; the same job goes on
     * @throws TrainingFailedException where a member has no finite validation loss after its first epoch; nothing is left behind
     */
    public Result run(int threads, List<String> command, Stop stop, Progress progress, Consumer<String> notes)
            throws IOException {
        Trainer.requireFit(recipe, data.examples());
        try (RunFolder folder = RunFolder.open(out, request())) {
            if (folder.complete()) {
                return new Result(RunFolder.summary(out), true);
            }
            Checkpoints checkpoints = folder.checkpoints(notes);
            TrainingSession session = trainer.session(recipe, data, checkpoints.latest());
            int before = session.epoch();
            try {
                session.run(
                        checkpoints,
                        stop,
                        lines -> progress.update(
                                "training " + recipe.name(),
                                lines.getFirst().epoch(),
                                recipe.epochs().maximum()));
            } catch (Stopped e) {
                folder.record(provenance(threads, command, before, session, false));
                throw e;
            } catch (TrainingFailedException e) {
                folder.discard();
                throw e;
            }
            TrainingRun run = session.result();
            folder.finish(run, provenance(threads, command, before, session, true));
            return new Result(run.summary(), false);
        }
    }

    private TrainingProvenance provenance(
            int threads, List<String> command, int before, TrainingSession session, boolean complete) {
        return TrainingProvenance.now(
                trainer.engineName(), threads, command, before, session.epoch(), session.seconds(), complete);
    }
}
