package org.silverblaze.dispatch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.silverblaze.BadInput;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.files.Json;
import tools.jackson.databind.JsonNode;

/**
 * Measured rates, in a JSON file of the user: {@code {"format": 1, "rates": {MACHINE: {KIND: {ENGINE: units per second}}}}}. It only
 * saves time: a file that is damaged, unreadable or of somebody else is as good as none, and one that cannot be written is left.
 *
 * @param file null: nothing is kept
 */
record RateCache(Path file) {
    private static final int FORMAT = 1;
    private static final String NAME = "silverblaze/dispatch.json";
    private static final long LARGEST = 1 << 22;

    /** In {@code XDG_CACHE_HOME}, or {@code .cache} of the home folder. */
    static RateCache ofUser(Map<String, String> environment, String home) {
        try {
            String wanted = environment.getOrDefault("XDG_CACHE_HOME", "");
            // The XDG specification: a path that is not absolute is to be ignored.
            Path folder = !wanted.isEmpty() && Path.of(wanted).isAbsolute()
                    ? Path.of(wanted)
                    : home == null ? null : Path.of(home, ".cache");
            return new RateCache(folder == null ? null : folder.resolve(NAME));
        } catch (InvalidPathException e) {
            return new RateCache(null);
        }
    }

    /** Rates of the engines, by kind of work, in the order in which they were measured. */
    Map<String, Map<String, Double>> of(String machine) {
        return read().getOrDefault(machine, Map.of());
    }

    private Map<String, Map<String, Map<String, Double>>> read() {
        Map<String, Map<String, Map<String, Double>>> all = new LinkedHashMap<>();
        try {
            if (file == null || !Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                return all;
            }
            JsonNode root = Json.read(Files.readString(file), JsonNode.class, file);
            if (root == null || root.path("format").asInt(0) != FORMAT) {
                return all;
            }
            for (var machine : root.path("rates").properties()) {
                Map<String, Map<String, Double>> kinds = new LinkedHashMap<>();
                for (var kind : machine.getValue().properties()) {
                    Map<String, Double> rates = new LinkedHashMap<>();
                    for (var rate : kind.getValue().properties()) {
                        double value =
                                rate.getValue().isNumber() ? rate.getValue().doubleValue() : 0;
                        if (value > 0 && Double.isFinite(value)) {
                            rates.put(rate.getKey(), value);
                        }
                    }
                    kinds.put(kind.getKey(), rates);
                }
                all.put(machine.getKey(), kinds);
            }
            return all;
        } catch (IOException | BadInput e) {
            return new LinkedHashMap<>();
        }
    }

    /** Adds the rates of a kind of work. */
    void put(String machine, String kind, Map<String, Double> rates) {
        if (file == null) {
            return;
        }
        Map<String, Map<String, Map<String, Double>>> all = read();
        all.computeIfAbsent(machine, m -> new LinkedHashMap<>()).put(kind, rates);
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("format", FORMAT);
        content.put("rates", all);
        try {
            Files.createDirectories(file.getParent());
            // A name of its own: two processes may write at the same time.
            Path part = Files.createTempFile(file.getParent(), ".dispatch", AtomicFiles.TEMPORARY);
            try {
                Files.writeString(part, Json.line(content) + "\n");
                AtomicFiles.commit(part, file);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            // A cache that cannot be written costs time the next time, nothing else.
            return;
        }
    }
}
