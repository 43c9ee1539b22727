package org.silverblaze.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.silverblaze.BadInput;

/** Texts and hashes of the files of a run folder. */
final class RunFiles {
    static final String SUMS = "SHA256SUMS";

    private RunFiles() {}

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new BadInput(file + ": is missing or cannot be read; expected a complete training run", e);
        }
    }

    /** The text of SHA256SUMS. */
    static String sums(Map<String, byte[]> content) {
        StringBuilder sums = new StringBuilder();
        content.forEach((name, bytes) ->
                sums.append(sha256(bytes)).append("  ").append(name).append('\n'));
        return sums.toString();
    }

    /** @throws BadInput where a file is missing or is not what SHA256SUMS says */
    static void check(Path folder, List<String> names) {
        List<String> expected = new ArrayList<>();
        for (String name : names) {
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
                throw new BadInput(folder.resolve(names.get(i)) + ": damaged: its hash is not that of " + SUMS);
            }
        }
    }
}
