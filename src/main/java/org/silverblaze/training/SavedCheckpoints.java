package org.silverblaze.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.silverblaze.BadInput;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.files.FileErrors;

/**
 * The last two checkpoints of a run on the disk. Each appears whole or not at all; where the last one is damaged the one before
 * serves, and where both are, the training begins anew: it ends with the same bits in any case.
 *
 * <p>A checkpoint is saved after the first epoch that ends 50 times as long after the last saving as saving takes (the quicker
 * of the last two: the first one is slow in a fresh JVM). So saving takes 2 % of the time however short the epochs are, and
 * what a killed run has to do again stays in proportion.
 */
final class SavedCheckpoints implements Checkpoints {
    static final String LAST = "checkpoint.safetensors";
    static final String BEFORE = "checkpoint-before.safetensors";
    static final List<String> FILES = List.of(LAST, BEFORE);

    private static final int TIMES_THE_COST = 50;

    private final Path folder;
    private final String request;
    private final Consumer<String> notes;
    private Checkpoint pending;
    private long savedAt = System.nanoTime();
    /** Nanoseconds that the last two took; 0: there are no two yet. */
    private long lastCost;

    private long costBefore;

    /**
     * @param request hash of the run's request
     * @param notes hears of damaged checkpoints, a line each
     */
    SavedCheckpoints(Path folder, String request, Consumer<String> notes) {
        this.folder = folder;
        this.request = request;
        this.notes = notes;
    }

    @Override
    public Optional<Checkpoint> latest() {
        boolean damaged = false;
        for (String name : FILES) {
            Path file = folder.resolve(name);
            if (Files.exists(file)) {
                try {
                    Checkpoint checkpoint = CheckpointFile.read(file, request);
                    if (damaged) {
                        notes.accept(folder + ": goes on from the checkpoint before, epoch " + checkpoint.epoch());
                    }
                    return Optional.of(checkpoint);
                } catch (BadInput e) {
                    damaged = true;
                    notes.accept(e.getMessage());
                }
            }
        }
        if (damaged) {
            notes.accept(folder + ": no whole checkpoint; begins anew");
        }
        return Optional.empty();
    }

    @Override
    public void offer(Supplier<Checkpoint> state) {
        pending = state.get();
        if (System.nanoTime() - savedAt >= TIMES_THE_COST * Math.min(lastCost, costBefore)) {
            flush();
        }
    }

    @Override
    public void flush() {
        if (pending == null) {
            return;
        }
        long start = System.nanoTime();
        Path last = folder.resolve(LAST);
        try {
            if (Files.exists(last)) {
                Files.move(
                        last,
                        folder.resolve(BEFORE),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
            AtomicFiles.write(last, CheckpointFile.bytes(pending, request));
        } catch (IOException e) {
            throw new UncheckedIOException(FileErrors.named(last, e));
        }
        pending = null;
        savedAt = System.nanoTime();
        costBefore = lastCost;
        lastCost = savedAt - start;
    }
}
