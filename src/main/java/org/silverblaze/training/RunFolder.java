package org.silverblaze.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.silverblaze.BadInput;
import org.silverblaze.Version;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.files.FileErrors;
import org.silverblaze.files.Json;
import org.silverblaze.files.Safetensors;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.theory.Couplings;
import tools.jackson.databind.JsonNode;

/**
 * The folder of one training run. It appears whole, under its name, when the training is done:
 *
 * <ul>
 *   <li>{@code run.json}: format, request (recipe with nothing left out, data, engine), program and Java version
 *   <li>{@code metrics.jsonl}: one line for each epoch and member: epoch, seed, train_loss, validation_loss (null where it
 *       is no finite number), seconds
 *   <li>{@code weights.safetensors}: free parameters of each member after its best epoch, tensor {@code seed-<seed>}
 *   <li>{@code summary.json}: what {@code train --json} prints
 *   <li>{@code SHA256SUMS}: of the other files, as {@code sha256sum -c} reads it
 * </ul>
 */
public final class RunFolder {
    /** Version of this folder's format. A reader takes every version up to its own. */
    public static final int FORMAT = 1;

    private static final String RUN = "run.json";
    private static final String METRICS = "metrics.jsonl";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String SUMMARY = "summary.json";
    private static final String SUMS = "SHA256SUMS";
    private static final List<String> CONTENT = List.of(RUN, METRICS, WEIGHTS, SUMMARY);

    private RunFolder() {}

    /**
     * Looks at the folder before the training.
     *
     * @return the summary of the run where the folder holds the same request, complete; empty where it is free
     * @throws BadInput where it holds a different request, foreign files or a damaged run, or cannot be made
     */
    public static Optional<TrainingSummary> prepare(Path folder, RunRequest request) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadInput(folder + ": is a file; expected a folder that is empty, absent or holds this run");
        }
        try {
            if (isFree(folder)) {
                Path parent = folder.toAbsolutePath().getParent();
                Files.createDirectories(parent);
                if (!Files.isWritable(parent)) {
                    throw new BadInput(folder + ": cannot be made; " + parent + " is not writable");
                }
                return Optional.empty();
            }
        } catch (IOException e) {
            throw new BadInput(FileErrors.named(folder, e).getMessage() + "; expected a writable place", e);
        }
        requireOwnFiles(folder);
        JsonNode held = runFile(folder).get("request");
        JsonNode wanted = Json.read(Json.line(request.resolved()), JsonNode.class, folder);
        String difference = difference(held, wanted, "");
        if (difference != null) {
            throw new BadInput(folder + ": holds a different run: " + difference + "; expected another --out");
        }
        return Optional.of(summary(folder));
    }

    /** Name of the engine that trained the run in this folder; empty where there is none (yet). */
    public static Optional<String> engine(Path folder) {
        return Files.isRegularFile(folder.resolve(RUN))
                ? Optional.of(runFile(folder).path("request").path("engine").asString(""))
                : Optional.empty();
    }

    /**
     * Writes the folder of a finished training.
     *
     * @throws BadInput where something has appeared in its place meanwhile
     * @throws IOException where it cannot be written
     */
    public static void write(Path folder, RunRequest request, TrainingRun run) throws IOException {
        Path target = folder.toAbsolutePath();
        try {
            // A name of its own for each process: two of them never write into one folder.
            Path part = target.resolveSibling(
                    "." + target.getFileName() + "." + ProcessHandle.current().pid() + AtomicFiles.TEMPORARY);
            remove(part);
            Files.createDirectory(part);
            try {
                StringBuilder sums = new StringBuilder();
                for (Map.Entry<String, byte[]> file : content(request, run).entrySet()) {
                    AtomicFiles.write(part.resolve(file.getKey()), file.getValue());
                    sums.append(sha256(file.getValue()))
                            .append("  ")
                            .append(file.getKey())
                            .append('\n');
                }
                AtomicFiles.write(part.resolve(SUMS), sums.toString());
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                remove(part);
            }
        } catch (IOException e) {
            if (!isFree(target)) {
                throw new BadInput(folder + ": other files have appeared there meanwhile; expected another --out", e);
            }
            throw FileErrors.named(folder, e);
        }
    }

    /** Reads the summary of the complete run in this folder, after checking the hashes of all files. */
    public static TrainingSummary summary(Path folder) {
        check(folder);
        return Json.read(text(folder.resolve(SUMMARY)), TrainingSummary.class, folder.resolve(SUMMARY));
    }

    /** Reads every epoch of every member of the complete run in this folder; a loss that was no finite number is NaN. */
    public static List<EpochMetrics> metrics(Path folder) {
        check(folder);
        Path file = folder.resolve(METRICS);
        return text(file)
                .lines()
                .map(line -> Json.read(line, MetricsLine.class, file).metrics())
                .toList();
    }

    /** Reads the trained networks of the complete run in this folder, after checking the hashes of all files. */
    public static TrainedEnsemble read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new BadInput(folder + ": no such folder; expected the folder of a training run");
        }
        TrainingSummary summary = summary(folder);
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

    private static Map<String, byte[]> content(RunRequest request, TrainingRun run) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("format", FORMAT);
        about.put("request", request.resolved());
        about.put(
                "program",
                Map.of(
                        "version", Version.NUMBER,
                        "revision", Version.revision(),
                        "java", Runtime.version().toString()));
        Map<String, byte[]> content = new LinkedHashMap<>();
        content.put(RUN, utf8(Json.canonical(about)));
        content.put(METRICS, utf8(run.metrics().stream().map(RunFolder::line).collect(Collectors.joining())));
        content.put(WEIGHTS, weights(run.ensemble()).bytes());
        content.put(SUMMARY, utf8(Json.canonical(run.summary())));
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

    private record MetricsLine(
            int epoch,
            long seed,
            @JsonProperty("train_loss") Double trainLoss,
            @JsonProperty("validation_loss") Double validationLoss,
            double seconds) {
        static MetricsLine of(EpochMetrics m) {
            return new MetricsLine(m.epoch(), m.seed(), number(m.trainLoss()), number(m.validationLoss()), m.seconds());
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
                    validationLoss == null ? Double.NaN : validationLoss,
                    seconds);
        }
    }

    private static JsonNode runFile(Path folder) {
        Path file = folder.resolve(RUN);
        JsonNode run = Json.read(text(file), JsonNode.class, file);
        int format = run == null ? 0 : run.path("format").asInt(0);
        if (format < 1 || format > FORMAT || !run.path("request").isObject()) {
            throw new BadInput(file + ": format " + format + "; expected a training run of format 1 to " + FORMAT);
        }
        return run;
    }

    private static void requireOwnFiles(Path folder) {
        if (!Files.isRegularFile(folder.resolve(RUN))) {
            throw new BadInput(folder + ": holds other files and no " + RUN
                    + "; expected a folder that is empty, absent or holds this run");
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> foreign = files.map(p -> p.getFileName().toString())
                    .filter(name -> !CONTENT.contains(name) && !name.equals(SUMS))
                    .sorted()
                    .toList();
            if (!foreign.isEmpty()) {
                throw new BadInput(folder + ": holds a file that is no part of the run: " + foreign.getFirst()
                        + "; expected another --out");
            }
        } catch (IOException e) {
            throw new BadInput(FileErrors.named(folder, e).getMessage(), e);
        }
    }

    /** Compares every file with SHA256SUMS. */
    private static void check(Path folder) {
        List<String> expected = new ArrayList<>();
        for (String name : CONTENT) {
            Path file = folder.resolve(name);
            try {
                expected.add(sha256(Files.readAllBytes(file)) + "  " + name);
            } catch (IOException e) {
                throw new BadInput(file + ": is missing; expected a complete training run", e);
            }
        }
        List<String> sums = text(folder.resolve(SUMS)).lines().toList();
        for (int i = 0; i < expected.size(); i++) {
            if (!sums.contains(expected.get(i))) {
                throw new BadInput(folder.resolve(CONTENT.get(i)) + ": damaged: its hash is not that of " + SUMS);
            }
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

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new BadInput(file + ": is missing or cannot be read; expected a complete training run", e);
        }
    }

    private static boolean isFree(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            return !Files.exists(folder);
        }
    }

    private static void remove(Path part) throws IOException {
        if (Files.isDirectory(part)) {
            try (Stream<Path> files = Files.list(part)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(part);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
