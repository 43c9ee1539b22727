package org.silverblaze.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silverblaze.BadInput;
import org.silverblaze.files.Json;

/**
 * Which blocks of a data set a folder holds: all of them, or every n-th for one job of an array. Blocks are numbered through, those
 * of the first mu first. A folder that holds a part has the manifest of the whole data set, and {@code part.json}, which names the
 * part and is covered by its {@code SHA256SUMS}; {@link Merge} joins the parts.
 *
 * @param index the blocks whose number is this modulo {@code of}; 0 to of - 1
 * @param of number of parts
 */
public record Part(int index, int of) {
    /** Everything. */
    public static final Part WHOLE = new Part(0, 1);

    static final String FILE = "part.json";

    private static final int FORMAT = 1;
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})/([0-9]{1,9})");

    public Part {
        if (of < 1 || index < 0 || index >= of) {
            throw new IllegalArgumentException("part " + index + " of " + of);
        }
    }

    /** Reads {@code i/n}, i from 1 to n, or from 0 to n - 1: part 0 of n and part n of n are the same. */
    public static Part parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            int i = Integer.parseInt(matcher.group(1));
            int n = Integer.parseInt(matcher.group(2));
            if (n >= 1 && i <= n) {
                return new Part(i % n, n);
            }
        }
        throw new BadInput("--shard " + text + ": expected i/n with i from 1 to n (or from 0 to n-1), such as 3/8");
    }

    public boolean isWhole() {
        return of == 1;
    }

    /** Whether the shard is in this part of its data set. */
    public boolean holds(Manifest manifest, ShardId id) {
        return equals(holding(manifest, id, of));
    }

    /** The one of so many parts that holds a shard. */
    static Part holding(Manifest manifest, ShardId id, int of) {
        return new Part((id.mu() * manifest.layout().blocks() + id.block()) % of, of);
    }

    /** Every shard of this part, in order. */
    public List<ShardId> shards(Manifest manifest) {
        return manifest.shards().stream().filter(id -> holds(manifest, id)).toList();
    }

    /** @throws BadInput where there are more parts than blocks */
    void check(Manifest manifest) {
        long blocks = (long) manifest.points().size() * manifest.layout().blocks();
        if (of > blocks) {
            throw new BadInput("--shard " + this + ": the data set has " + blocks + " blocks of chains ("
                    + manifest.points().size() + " mu with " + manifest.layout().blocks() + " each); expected at most "
                    + blocks + " parts");
        }
    }

    /** {@code i/n}, i from 1. */
    @Override
    public String toString() {
        return (index == 0 ? of : index) + "/" + of;
    }

    private record Form(int format, int index, int of, String meaning) {}

    String json() {
        return Json.canonical(new Form(
                FORMAT,
                index,
                of,
                "this folder holds the blocks of chains whose number is 'index' modulo 'of'; blocks are numbered through from"
                        + " 0, those of the first mu first"));
    }

    /** The part that a folder holds; empty where it names none. */
    static Optional<Part> read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        Form form = Json.read(text, Form.class, file);
        if (form != null && form.of() > 1 && form.index() >= 0 && form.index() < form.of()) {
            Part part = new Part(form.index(), form.of());
            if (part.json().equals(text)) {
                return Optional.of(part);
            }
        }
        throw new BadInput(file + ": changed since it was written, or of a newer program; restore it from a copy");
    }
}
