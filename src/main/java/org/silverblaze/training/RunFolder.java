package org.silverblaze.training;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Precision;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.files.FileErrors;
import org.silverblaze.files.FolderLock;
import org.silverblaze.files.Json;
import org.silverblaze.files.Safetensors;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.theory.Couplings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The folder of one training run. Opened with a request it is created where there is none, taken up where a run of the same
 * request was killed, found complete, or refused where it holds anything else; a refused folder is left as it was. One process
 * at a time holds it.
 *
 * <ul>
 *   <li>{@code run.json}, there first: format, revision of the training, request (recipe with nothing left out, data, engine; precision
 *       where it is not float32)
 *   <li>{@code metrics.jsonl}: one line for each epoch and member: epoch, seed, train_loss, validation_loss (null where it
 *       is no finite number)
 *   <li>{@code weights.safetensors}: free parameters of each member after its best epoch, tensor {@code seed-<seed>}
 *   <li>{@code summary.json}: what {@code train --json} prints, without the times
 *   <li>{@code SHA256SUMS}, there last: of these files, as {@code sha256sum -c} reads it; a folder that has it is complete
 *   <li>{@code provenance.jsonl}: one line for each process that worked on the run, with the times
 *   <li>{@code checkpoint.safetensors}, {@code checkpoint-before.safetensors} while the training is not complete
 *   <li>{@code .lock}, empty, by which one process at a time writes; {@code .NAME.part} while a file is being written
 * </ul>
 *
 * <p>Equal requests give equal bytes of all but {@code provenance.jsonl}, however often the run was killed and taken up again,
 * at any number of threads.
 */
public final class RunFolder implements AutoCloseable {
    /**
     * Version of this folder's format. A reader takes every version up to its own. Format 1 had times in summary and metrics,
     * no {@code provenance.jsonl} and no revision.
     */
    public static final int FORMAT = 2;

    private static final String RUN = "run.json";
    private static final String METRICS = "metrics.jsonl";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String SUMMARY = "summary.json";
    private static final List<String> CONTENT = List.of(RUN, METRICS, WEIGHTS, SUMMARY);
    private static final String SECONDS = "seconds";
    private static final String SECONDS_PER_EPOCH = "seconds_per_epoch";

    private final Path path;
    private final RunRequest request;
    /** Null where the folder was found complete: nothing is written then. */
    private final FolderLock lock;

    private RunFolder(Path path, RunRequest request, FolderLock lock) {
        this.path = path;
        this.request = request;
        this.lock = lock;
    }

    /**
     * Creates or reopens a folder.
     *
     * @throws BadInput where it holds a different request, foreign files or a damaged run, cannot be made, or another process
     *     works on it
     */
    public static RunFolder open(Path folder, RunRequest request) {
        requireNoFile(folder);
        try {
            // Looked at before anything is written: a refused folder stays as it was, a complete one may be read-only.
            if (Files.exists(folder)
                    && isComplete(folder, request)
                    && leftovers(folder).isEmpty()) {
                return new RunFolder(folder, request, null);
            }
            Files.createDirectories(folder);
            FolderLock lock = FolderLock.take(folder);
            try {
                boolean complete = isComplete(folder, request);
                for (Path leftover : leftovers(folder)) {
                    Files.deleteIfExists(leftover);
                }
                if (!Files.exists(folder.resolve(RUN))) {
                    AtomicFiles.write(folder.resolve(RUN), runFile(request));
                }
                if (complete) {
                    lock.close();
                }
                return new RunFolder(folder, request, complete ? null : lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BadInput(FileErrors.named(folder, e).getMessage() + "; expected a writable place", e);
        }
    }

    /**
     * Refuses a folder that {@link #open} would refuse, before work is done for it. Nothing is written.
     *
     * @throws BadInput as {@link #open}
     */
    static void refuseOthers(Path folder, RunRequest request) {
        requireNoFile(folder);
        try {
            if (Files.exists(folder)) {
                isComplete(folder, request);
            }
        } catch (IOException e) {
            throw new BadInput(FileErrors.named(folder, e).getMessage() + "; expected a folder to write to", e);
        }
    }

    private static void requireNoFile(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadInput(folder + ": is a file; expected a folder that is empty, absent or holds this run");
        }
    }

    /** Whether the training is done: nothing is left to do. */
    public boolean complete() {
        return lock == null;
    }

    /** The checkpoints in this folder; {@code notes} hears of damaged ones. */
    Checkpoints checkpoints(Consumer<String> notes) {
        return new SavedCheckpoints(path, request.sha256(), notes);
    }

    /** Appends a line of provenance. */
    void record(TrainingProvenance provenance) throws IOException {
        Path file = path.resolve(TrainingProvenance.FILE);
        try {
            String before = Files.exists(file) ? Files.readString(file) : "";
            AtomicFiles.write(file, before + Json.line(provenance) + "\n");
        } catch (IOException e) {
            throw FileErrors.named(file, e);
        }
    }

    /** Completes the folder: results, provenance, checksums; the checkpoints go. */
    void finish(TrainingRun run, TrainingProvenance provenance) throws IOException {
        if (lock == null) {
            throw new IllegalStateException(path + " is complete: nothing is written to it");
        }
        try {
            Map<String, byte[]> content = content(run);
            for (Map.Entry<String, byte[]> file : content.entrySet()) {
                if (!file.getKey().equals(RUN)) {
                    AtomicFiles.write(path.resolve(file.getKey()), file.getValue());
                }
            }
            record(provenance);
            AtomicFiles.write(path.resolve(RunFiles.SUMS), RunFiles.sums(content));
            for (String checkpoint : SavedCheckpoints.FILES) {
                Files.deleteIfExists(path.resolve(checkpoint));
            }
        } catch (IOException e) {
            throw FileErrors.named(path, e);
        }
    }

    /** Removes what was begun here, and the folder. */
    void discard() throws IOException {
        for (Path entry : entries(path)) {
            Files.delete(entry);
        }
        Files.delete(path);
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }

    /** Name of the engine that the run in this folder keeps, complete or not; empty where there is none (yet). */
    public static Optional<String> engine(Path folder) {
        return Files.isRegularFile(folder.resolve(RUN))
                ? Optional.of(runFile(folder).path("request").path("engine").asString(""))
                : Optional.empty();
    }

    /** Reads the summary of the complete run in this folder, after checking the hashes of all files. */
    public static TrainingSummary summary(Path folder) {
        ObjectNode summary = promised(folder);
        if (!summary.has(SECONDS)) {
            double seconds = seconds(folder);
            summary.put(SECONDS, seconds);
            summary.put(
                    SECONDS_PER_EPOCH,
                    seconds / Math.max(1, summary.path("epochs").asInt(1)));
        }
        return Json.read(summary.toString(), TrainingSummary.class, folder.resolve(SUMMARY));
    }

    /** summary.json as it stands there. */
    private static ObjectNode promised(Path folder) {
        RunFiles.check(folder, CONTENT);
        Path file = folder.resolve(SUMMARY);
        return Json.read(RunFiles.text(file), ObjectNode.class, file);
    }

    /** Wall time of the training, from the last line of the provenance. */
    private static double seconds(Path folder) {
        Path file = folder.resolve(TrainingProvenance.FILE);
        List<String> lines = RunFiles.text(file).lines().toList();
        JsonNode last = lines.isEmpty() ? null : Json.read(lines.getLast(), JsonNode.class, file);
        if (last == null || !last.path(SECONDS).isNumber()) {
            throw new BadInput(file + ": its last line has no seconds; expected a complete training run");
        }
        return last.path(SECONDS).doubleValue();
    }

    /** Reads every epoch of every member of the complete run in this folder; a loss that was no finite number is NaN. */
    public static List<EpochMetrics> metrics(Path folder) {
        RunFiles.check(folder, CONTENT);
        Path file = folder.resolve(METRICS);
        return RunFiles.text(file)
                .lines()
                .map(line -> Json.read(line, MetricsLine.class, file).metrics())
                .toList();
    }

    /** Reads the trained networks of the complete run in this folder, after checking the hashes of all files. */
    public static TrainedEnsemble read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new BadInput(folder + ": no such folder; expected the folder of a training run");
        }
        // The times are no part of a network: whatever became of the provenance, it can be read.
        ObjectNode node = promised(folder);
        TrainingSummary summary = Json.read(
                node.put(SECONDS, 0.0).put(SECONDS_PER_EPOCH, 0.0).toString(),
                TrainingSummary.class,
                folder.resolve(SUMMARY));
        JsonNode request = runFile(folder).get("request");
        Path source = folder.resolve(RUN);
        Recipe recipe = Recipe.read(request.path("recipe").toString(), source);
        RunRequest.Data data = Json.read(request.path("data").toString(), RunRequest.Data.class, source);
        Lattice lattice = Lattice.parse(data.lattice());
        int parameters = ParameterLayout.of(recipe.network(), lattice).count();
        Map<String, Safetensors.Tensor> tensors =
                Safetensors.read(folder.resolve(WEIGHTS)).tensors();
        List<TrainedMember> members = new ArrayList<>();
        for (TrainingSummary.Member m : summary.members()) {
            Safetensors.Tensor tensor = tensors.get(tensorName(m.seed()));
            if (tensor == null || tensor.values().length != parameters) {
                throw new BadInput(
                        folder.resolve(WEIGHTS) + ": has no " + parameters + " weights for seed " + m.seed());
            }
            members.add(new TrainedMember(
                    m.seed(), m.epochs(), m.bestEpoch(), m.bestValidationLoss(), m.end(), tensor.values()));
        }
        return new TrainedEnsemble(
                recipe,
                lattice,
                new Couplings(data.eta(), data.lambda(), data.mu()),
                request.path("engine").asString(""),
                summary.labelMeans().stream().mapToDouble(Double::doubleValue).toArray(),
                members);
    }

    private static String runFile(RunRequest request) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("format", FORMAT);
        about.put("revision", Trainer.REVISION);
        about.put("request", request.resolved());
        return Json.canonical(about);
    }

    private Map<String, byte[]> content(TrainingRun run) throws IOException {
        ObjectNode summary = Json.read(Json.line(run.summary()), ObjectNode.class, path.resolve(SUMMARY));
        summary.remove(List.of(SECONDS, SECONDS_PER_EPOCH));
        Map<String, byte[]> content = new LinkedHashMap<>();
        content.put(RUN, Files.readAllBytes(path.resolve(RUN)));
        content.put(
                METRICS,
                RunFiles.utf8(run.metrics().stream().map(RunFolder::line).collect(Collectors.joining())));
        content.put(WEIGHTS, weights(run.ensemble()).bytes());
        content.put(SUMMARY, RunFiles.utf8(Json.canonical(summary)));
        return content;
    }

    private static Safetensors weights(TrainedEnsemble ensemble) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("recipe", ensemble.recipe().name());
        metadata.put("network", NetworkSpecs.text(ensemble.recipe().network()));
        metadata.put("lattice", ensemble.lattice().toString());
        metadata.put(
                "order",
                "layer after layer: weights [out][in][kernel_t][kernel_x] ([out][in] for dense) row-major, then biases");
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (TrainedMember m : ensemble.members()) {
            tensors.put(tensorName(m.seed()), new Safetensors.Tensor(List.of(m.parameters().length), m.parameters()));
        }
        return new Safetensors(metadata, tensors);
    }

    private static String tensorName(long seed) {
        return "seed-" + seed;
    }

    private static String line(EpochMetrics m) {
        return Json.line(MetricsLine.of(m)) + "\n";
    }

    /** Format 1 had seconds, too. */
    @JsonIgnoreProperties(SECONDS)
    private record MetricsLine(
            int epoch,
            long seed,
            @JsonProperty("train_loss") Double trainLoss,
            @JsonProperty("validation_loss") Double validationLoss) {
        static MetricsLine of(EpochMetrics m) {
            return new MetricsLine(m.epoch(), m.seed(), number(m.trainLoss()), number(m.validationLoss()));
        }

        /** JSON has no NaN. */
        private static Double number(double value) {
            return Double.isFinite(value) ? value : null;
        }

        EpochMetrics metrics() {
            return new EpochMetrics(
                    epoch,
                    seed,
                    trainLoss == null ? Double.NaN : trainLoss,
                    validationLoss == null ? Double.NaN : validationLoss);
        }
    }

    private static JsonNode runFile(Path folder) {
        Path file = folder.resolve(RUN);
        JsonNode run = Json.read(RunFiles.text(file), JsonNode.class, file);
        int format = run == null ? 0 : run.path("format").asInt(0);
        if (format < 1 || format > FORMAT || !run.path("request").isObject()) {
            throw new BadInput(file + ": format " + format + "; expected a training run of format 1 to " + FORMAT);
        }
        return run;
    }

    /**
     * Whether the folder holds the complete run; false where it is free or holds a part of the run.
     *
     * @throws BadInput where it holds anything else, or a damaged run
     */
    private static boolean isComplete(Path folder, RunRequest request) throws IOException {
        boolean begun = Files.isRegularFile(folder.resolve(RUN));
        for (Path entry : entries(folder)) {
            String name = entry.getFileName().toString();
            boolean ours = name.equals(FolderLock.FILE)
                    || name.startsWith(".nfs")
                    || isTemporary(name)
                    || (begun && isOurs(name));
            if (!ours || !Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                if (!Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
                    continue; // another process is at work: renamed meanwhile
                }
                throw new BadInput(
                        begun
                                ? folder + ": holds a file that is no part of the run: " + name
                                        + "; expected another --out"
                                : folder + ": holds other files and no " + RUN
                                        + "; expected a folder that is empty, absent or holds this run");
            }
        }
        if (!begun) {
            return false;
        }
        JsonNode held = runFile(folder);
        JsonNode wanted = Json.read(Json.line(request.resolved()), JsonNode.class, folder);
        String difference = difference(complete(held.get("request")), complete(wanted), "");
        if (difference != null) {
            throw new BadInput(folder + ": holds a different run: " + difference + "; expected another --out");
        }
        if (Files.exists(folder.resolve(RunFiles.SUMS))) {
            RunFiles.check(folder, CONTENT);
            return true;
        }
        int revision = held.path("revision").asInt(0);
        if (revision != Trainer.REVISION) {
            throw new BadInput(
                    folder + ": begun by revision " + revision + " of the training, this program has revision "
                            + Trainer.REVISION
                            + " and would not end with the same bits: use the program that began it, or another"
                            + " --out");
        }
        return false;
    }

    /** A request with its precision, which is left out where it is float32. */
    private static JsonNode complete(JsonNode request) {
        if (request instanceof ObjectNode node && !node.has(RunRequest.PRECISION)) {
            node.put(RunRequest.PRECISION, Precision.FLOAT32.id());
        }
        return request;
    }

    /** What a killed process left that is no use any more. */
    private static List<Path> leftovers(Path folder) throws IOException {
        boolean complete = Files.exists(folder.resolve(RunFiles.SUMS));
        return entries(folder).stream()
                .filter(entry -> {
                    String name = entry.getFileName().toString();
                    return isTemporary(name) || (complete && SavedCheckpoints.FILES.contains(name));
                })
                .toList();
    }

    private static boolean isOurs(String name) {
        return CONTENT.contains(name)
                || SavedCheckpoints.FILES.contains(name)
                || name.equals(RunFiles.SUMS)
                || name.equals(TrainingProvenance.FILE);
    }

    private static boolean isTemporary(String name) {
        return name.startsWith(".")
                && name.endsWith(AtomicFiles.TEMPORARY)
                && isOurs(name.substring(1, name.length() - AtomicFiles.TEMPORARY.length()));
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    /** Where two requests differ: key, held value, wanted value; null where they are equal. */
    private static String difference(JsonNode held, JsonNode wanted, String key) {
        if (held != null && wanted != null && held.isObject() && wanted.isObject()) {
            return Stream.concat(held.propertyNames().stream(), wanted.propertyNames().stream())
                    .distinct()
                    .sorted()
                    .map(name -> difference(held.get(name), wanted.get(name), key.isEmpty() ? name : key + "." + name))
                    .filter(text -> text != null)
                    .findFirst()
                    .orElse(null);
        }
        String left = String.valueOf(held);
        String right = String.valueOf(wanted);
        return left.equals(right) ? null : key + " is " + brief(left) + " there and " + brief(right) + " here";
    }

    private static String brief(String text) {
        return text.length() <= 120 ? text : text.substring(0, 117) + "...";
    }
}
