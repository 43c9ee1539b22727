package org.silverblaze.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.files.FileErrors;

/**
 * Joins the parts that a job array made into the data set that one run would have made: equal manifest, shards and checksums. Every
 * shard is verified on the way against the checksums of its part and the manifest.
 */
public final class Merge {
    /**
     * What came of it.
     *
     * @param parts folders that were joined
     * @param shards shards of the whole
     * @param copied shards that were written now; the rest was there
     * @param samples samples of the whole, all mu together
     */
    public record Result(int parts, int shards, int copied, long samples) {}

    private Merge() {}

    /**
     * @param parts folders of complete parts (or whole data sets) of one request; together they have every shard
     * @param out created, taken up again, or found complete
     * @param command the command line, for the provenance
     * @throws BadInput where parts are damaged, incomplete, of different requests, or disagree, or a shard is in none
     */
    public static Result merge(List<Path> parts, Path out, List<String> command, Progress progress) throws IOException {
        long start = System.nanoTime();
        List<Dataset> sources = new ArrayList<>();
        for (Path part : parts) {
            sources.add(Dataset.openPart(part));
        }
        Dataset first = sources.getFirst();
        Manifest manifest = first.manifest();
        SortedMap<ShardId, Dataset> holder = new TreeMap<>();
        for (Dataset source : sources) {
            if (!source.manifest().equals(manifest)) {
                throw new BadInput(source.path() + ": holds another request than " + first.path() + ": "
                        + DatasetFolder.difference(source.manifest(), manifest, "there ")
                        + "; expected parts of one request");
            }
            for (ShardId id : source.shards()) {
                Dataset other = holder.putIfAbsent(id, source);
                if (other != null && !other.hash(id).equals(source.hash(id))) {
                    throw new BadInput(source.path().resolve(id.fileName()) + ": not equal to "
                            + other.path().resolve(id.fileName()) + "; expected the same bytes (inspect --check)");
                }
            }
        }
        List<ShardId> missing =
                manifest.shards().stream().filter(id -> !holder.containsKey(id)).toList();
        if (!missing.isEmpty()) {
            int of = first.part().of();
            boolean same = sources.stream().allMatch(s -> s.part().of() == of);
            throw new BadInput("merge: " + missing.size() + " of "
                    + manifest.shards().size() + " shards are in none of the folders, the first is "
                    + missing.getFirst().fileName()
                    + (same && of > 1 ? " of part " + Part.holding(manifest, missing.getFirst(), of) : "")
                    + "; give the folders of all parts");
        }
        try (DatasetFolder folder = DatasetFolder.open(out, manifest)) {
            List<ShardId> toWrite = folder.missing();
            for (int i = 0; i < toWrite.size(); i++) {
                progress.update("merge", i, toWrite.size());
                ShardId id = toWrite.get(i);
                // Encoding is a function of the content: the bytes are those of the part, and the folder reads them
                // back.
                folder.write(holder.get(id).data(id));
            }
            progress.update("merge", toWrite.size(), toWrite.size());
            if (!folder.complete()) {
                folder.adopt(provenance(sources));
                double seconds = (System.nanoTime() - start) * 1e-9;
                folder.finish(Provenance.now(
                        "merge", 1, command, seconds, seconds, folder.written(), false, true, List.of()));
            }
            return new Result(
                    sources.size(),
                    manifest.shards().size(),
                    toWrite.size(),
                    manifest.samples() * manifest.points().size());
        }
    }

    /** The lines of all parts, in the order of the parts. */
    private static List<String> provenance(List<Dataset> sources) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Dataset source : sources) {
            Path file = source.path().resolve(Provenance.FILE);
            try {
                if (Files.exists(file)) {
                    lines.addAll(Files.readAllLines(file, StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                throw FileErrors.named(file, e);
            }
        }
        return lines;
    }
}
