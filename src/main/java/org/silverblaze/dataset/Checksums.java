package org.silverblaze.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silverblaze.BadInput;

/** {@code SHA256SUMS}: one line "hash, two spaces, name" for each file, sorted by name, as {@code sha256sum -c} reads it. */
final class Checksums {
    static final String FILE = "SHA256SUMS";

    private Checksums() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    static String sha256(Path file) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String text(Map<String, String> hashByName) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(hashByName)
                .forEach((name, hash) ->
                        text.append(hash).append("  ").append(name).append('\n'));
        return text.toString();
    }

    /** Hash by name. */
    static SortedMap<String, String> read(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        SortedMap<String, String> hashes = new TreeMap<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isEmpty() && number > 1 && hashes.size() == number - 1) {
                break;
            }
            if (!line.matches("[0-9a-f]{64}  [^/\\\\]+")
                    || hashes.put(line.substring(66), line.substring(0, 64)) != null) {
                throw new BadInput(
                        file + ": line " + number + " is damaged; expected a SHA-256, two spaces and a new name");
            }
        }
        if (!text(hashes).equals(text)) {
            throw new BadInput(file + ": damaged; expected lines sorted by name, each ending with a newline");
        }
        return hashes;
    }
}
