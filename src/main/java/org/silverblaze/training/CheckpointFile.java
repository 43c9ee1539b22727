package org.silverblaze.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silverblaze.BadInput;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.files.Json;
import org.silverblaze.files.Safetensors;

/**
 * A {@link Checkpoint} as a safetensors file. Tensors, F parameters each: {@code seed-S.parameters}, {@code seed-S.first},
 * {@code seed-S.second}, {@code seed-S.largest} (moments of AdamW) and {@code seed-S.best}; {@code metrics} float64
 * {@code [line][epoch, member, train loss, validation loss]}. Everything else is JSON in the metadata entry {@code state}.
 *
 * <p>The metadata entry {@code sha256}, at a fixed place, is the SHA-256 of the file with 64 zeros in its place: a flipped bit
 * anywhere is found.
 */
final class CheckpointFile {
    /** Version of this file's format. */
    private static final int FORMAT = 1;

    private static final String NO_HASH = "0".repeat(64);
    /** What stands before the hash, after the 8 bytes of the header's length. */
    private static final String BEFORE_HASH = "{\"__metadata__\":{\"sha256\":\"";

    private static final int HASH_AT = Long.BYTES + BEFORE_HASH.length();
    private static final int METRICS_COLUMNS = 4;

    private CheckpointFile() {}

    /** What stands in the metadata. */
    private record State(
            int format, int revision, String request, int epoch, double seconds, List<MemberState> members) {}

    /** Losses that are no finite number are null: JSON has none. */
    private record MemberState(
            long seed, int epochs, int bestEpoch, Double bestLoss, TrainedMember.End end, long step) {}

    /** The bytes of the file; {@code request} is the hash of the run's request. */
    static byte[] bytes(Checkpoint checkpoint, String request) {
        List<MemberState> states = new ArrayList<>();
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        Map<Long, Integer> place = new LinkedHashMap<>();
        for (Checkpoint.Member m : checkpoint.members()) {
            place.put(m.seed(), states.size());
            states.add(new MemberState(
                    m.seed(),
                    m.epochs(),
                    m.bestEpoch(),
                    m.best() == null ? null : m.bestLoss(),
                    m.end(),
                    m.optimizer().step()));
            put(tensors, m.seed(), "parameters", m.parameters());
            put(tensors, m.seed(), "first", m.optimizer().first());
            put(tensors, m.seed(), "second", m.optimizer().second());
            put(tensors, m.seed(), "largest", m.optimizer().largest());
            if (m.best() != null) {
                put(tensors, m.seed(), "best", m.best());
            }
        }
        double[] metrics = new double[METRICS_COLUMNS * checkpoint.metrics().size()];
        int at = 0;
        for (EpochMetrics line : checkpoint.metrics()) {
            metrics[at++] = line.epoch();
            metrics[at++] = place.get(line.seed());
            metrics[at++] = line.trainLoss();
            metrics[at++] = line.validationLoss();
        }
        tensors.put(
                "metrics", new Safetensors.Tensor(List.of(metrics.length / METRICS_COLUMNS, METRICS_COLUMNS), metrics));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("sha256", NO_HASH);
        metadata.put(
                "state",
                Json.line(new State(
                        FORMAT, Trainer.REVISION, request, checkpoint.epoch(), checkpoint.seconds(), states)));
        byte[] bytes = new Safetensors(metadata, tensors).bytes();
        byte[] hash = RunFiles.sha256(bytes).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(hash, 0, bytes, HASH_AT, hash.length);
        return bytes;
    }

    private static void put(Map<String, Safetensors.Tensor> tensors, long seed, String name, double[] values) {
        tensors.put(name(seed, name), new Safetensors.Tensor(List.of(values.length), values));
    }

    private static String name(long seed, String name) {
        return "seed-" + seed + "." + name;
    }

    /**
     * Reads a checkpoint of the run with this request.
     *
     * @throws BadInput where it is missing, damaged, or of another run; one line
     */
    static Checkpoint read(Path file, String request) {
        try {
            requireHash(file, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new BadInput(file + ": is missing or cannot be read", e);
        }
        Safetensors content = Safetensors.read(file);
        State state = Json.read(content.metadata().getOrDefault("state", "null"), State.class, file);
        if (state == null || state.format() != FORMAT) {
            throw new BadInput(file + ": no checkpoint of format " + FORMAT);
        }
        if (state.revision() != Trainer.REVISION || !state.request().equals(request)) {
            throw new BadInput(file + ": checkpoint of another run");
        }
        List<Checkpoint.Member> members = new ArrayList<>();
        for (MemberState m : state.members()) {
            OptimizerState optimizer = new OptimizerState(
                    m.step(), values(content, m, "first"), values(content, m, "second"), values(content, m, "largest"));
            members.add(new Checkpoint.Member(
                    m.seed(),
                    m.epochs(),
                    m.bestEpoch(),
                    m.bestLoss() == null ? Double.POSITIVE_INFINITY : m.bestLoss(),
                    m.end(),
                    m.bestLoss() == null ? null : values(content, m, "best"),
                    values(content, m, "parameters"),
                    optimizer));
        }
        double[] lines = content.tensors().get("metrics").values();
        List<EpochMetrics> metrics = new ArrayList<>();
        for (int at = 0; at < lines.length; at += METRICS_COLUMNS) {
            metrics.add(new EpochMetrics(
                    (int) lines[at], members.get((int) lines[at + 1]).seed(), lines[at + 2], lines[at + 3]));
        }
        return new Checkpoint(state.epoch(), state.seconds(), members, metrics);
    }

    private static void requireHash(Path file, byte[] bytes) {
        int end = HASH_AT + NO_HASH.length();
        boolean whole = bytes.length >= end;
        if (whole) {
            String stated = new String(bytes, HASH_AT, NO_HASH.length(), StandardCharsets.US_ASCII);
            byte[] blank = Arrays.copyOf(bytes, bytes.length);
            Arrays.fill(blank, HASH_AT, end, (byte) '0');
            whole = stated.equals(RunFiles.sha256(blank));
        }
        if (!whole) {
            throw new BadInput(file + ": damaged: its hash is not what it states");
        }
    }

    private static double[] values(Safetensors content, MemberState member, String name) {
        return content.tensors().get(name(member.seed(), name)).values();
    }
}
