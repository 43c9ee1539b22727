package org.silverblaze.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.silverblaze.BadInput;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.files.FileErrors;
import org.silverblaze.files.Json;

/**
 * A folder that a data set is being written to. Opened with a manifest it is created where there is none, taken up where a
 * run of the same request was killed, found complete, or refused where it holds anything else; a refused folder is left as it
 * was. One process at a time holds it. Shards may be written by several threads.
 *
 * <p>Order of events: manifest, shards, a line of provenance, checksums. Each file appears whole, so wherever a run is killed
 * the next one goes on; what has no checksums yet is not complete.
 */
public final class DatasetFolder implements AutoCloseable {
    private final Path path;
    private final Manifest manifest;
    /** Null where the folder was found complete: nothing is written then. */
    private final FolderLock lock;

    private final Set<ShardId> present;
    /** Hashes of the shards that this process wrote and read back. */
    private final Map<String, String> written = new HashMap<>();

    private boolean complete;

    private DatasetFolder(Path path, Manifest manifest, FolderLock lock, Set<ShardId> present, boolean complete) {
        this.path = path;
        this.manifest = manifest;
        this.lock = lock;
        this.present = present;
        this.complete = complete;
    }

    /**
     * Creates or reopens a folder.
     *
     * @throws BadInput where the folder holds another request or foreign files, or another process works on it
     */
    public static DatasetFolder open(Path path, Manifest manifest) throws IOException {
        try {
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw new BadInput(path + ": is a file; expected a folder, or a name that is free");
            }
            Files.createDirectories(path);
            // Looked at before anything is written: a refused folder stays as it was, a complete one may be read-only.
            Survey before = survey(path, manifest);
            if (before.complete() && before.leftovers().isEmpty()) {
                return new DatasetFolder(path, manifest, null, new HashSet<>(manifest.shards()), true);
            }
            FolderLock lock = FolderLock.take(path);
            try {
                Survey survey = survey(path, manifest);
                for (Path leftover : survey.leftovers()) {
                    Files.deleteIfExists(leftover);
                }
                if (!survey.hasManifest()) {
                    AtomicFiles.write(path.resolve(Manifest.FILE), manifest.json());
                }
                return new DatasetFolder(path, manifest, lock, survey.present(), survey.complete());
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw FileErrors.named(path, e);
        }
    }

    /** What lies in a folder that may hold this manifest's data set. */
    private record Survey(boolean hasManifest, Set<ShardId> present, List<Path> leftovers, boolean complete) {}

    private static Survey survey(Path path, Manifest manifest) throws IOException {
        Path manifestFile = path.resolve(Manifest.FILE);
        boolean hasManifest = Files.exists(manifestFile);
        if (hasManifest) {
            compare(path, Manifest.read(manifestFile), manifest);
        }
        Map<String, ShardId> shards = new HashMap<>();
        manifest.shards().forEach(id -> shards.put(id.fileName(), id));
        Set<String> files = new HashSet<>(shards.keySet());
        files.addAll(Set.of(Manifest.FILE, Checksums.FILE, Provenance.FILE));

        Set<ShardId> present = new HashSet<>();
        List<Path> leftovers = new ArrayList<>();
        for (Path entry : entries(path)) {
            String name = entry.getFileName().toString();
            boolean plain = Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
            if (plain && isLeftover(name, files)) {
                leftovers.add(entry);
            } else if (!isNeutral(name) && (!plain || !hasManifest || !files.contains(name))) {
                throw new BadInput(path + ": holds '" + name
                        + "', which is no part of this data set; expected an empty or" + " new folder");
            } else if (shards.containsKey(name)) {
                present.add(shards.get(name));
            }
        }
        boolean complete = hasManifest && present.size() == shards.size() && checksumsComplete(path, manifest, shards);
        return new Survey(hasManifest, present, leftovers, complete);
    }

    private static List<Path> entries(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.sorted().toList();
        }
    }

    private static boolean isLeftover(String name, Set<String> files) {
        return name.startsWith(".")
                && name.endsWith(AtomicFiles.TEMPORARY)
                && files.contains(name.substring(1, name.length() - AtomicFiles.TEMPORARY.length()));
    }

    /** The lock, and what an NFS client leaves of files that were removed while open. */
    private static boolean isNeutral(String name) {
        return name.equals(FolderLock.FILE) || name.startsWith(".nfs");
    }

    private static boolean checksumsComplete(Path path, Manifest manifest, Map<String, ShardId> shards)
            throws IOException {
        Path file = path.resolve(Checksums.FILE);
        if (!Files.exists(file)) {
            return false;
        }
        SortedMap<String, String> hashes = Checksums.read(file);
        Set<String> expected = new HashSet<>(shards.keySet());
        expected.add(Manifest.FILE);
        if (!hashes.keySet().equals(expected) || !manifest.sha256().equals(hashes.get(Manifest.FILE))) {
            throw new BadInput(file + ": not the checksums of this data set; remove it and run generate again");
        }
        return true;
    }

    private static void compare(Path path, Manifest found, Manifest asked) {
        if (found.equals(asked)) {
            return;
        }
        TreeMap<String, Object> differences = new TreeMap<>();
        Map<String, Object> one = flat(found);
        Map<String, Object> two = flat(asked);
        one.forEach((key, value) -> {
            if (!value.equals(two.get(key))) {
                differences.put(key, value + ", asked for " + two.get(key));
            }
        });
        Map.Entry<String, Object> first = differences.firstEntry();
        throw new BadInput(path + ": holds another request: " + first.getKey() + " is " + first.getValue()
                + (differences.size() > 1 ? " (and " + (differences.size() - 1) + " more)" : "")
                + "; expected a new folder or the same request");
    }

    /** What requests may differ in, by name; sorted so that what the user typed comes before what follows from it. */
    private static Map<String, Object> flat(Manifest m) {
        Map<String, Object> flat = new TreeMap<>();
        flat.put("algorithm", m.algorithm().id());
        flat.put("chains", m.chains());
        flat.put("eta", m.eta());
        flat.put("labels", m.labels());
        flat.put("lambda", m.lambda());
        flat.put("lattice", m.lattice());
        flat.put("mu", m.points().stream().map(Manifest.Point::mu).toList());
        flat.put("samples", m.samples());
        flat.put("schedule", m.points().stream().map(Manifest.Point::schedule).toList());
        flat.put("seed", m.seed());
        flat.put("segment", m.segmentSamples());
        return flat;
    }

    public Path path() {
        return path;
    }

    public Manifest manifest() {
        return manifest;
    }

    /** Whether every shard and the checksums are there. */
    public synchronized boolean complete() {
        return complete;
    }

    public synchronized boolean has(ShardId id) {
        return present.contains(id);
    }

    /** Shards that are not on the disk, in order. */
    public synchronized List<ShardId> missing() {
        return manifest.shards().stream().filter(id -> !present.contains(id)).toList();
    }

    /** Number of shards that this process wrote. */
    public synchronized int written() {
        return written.size();
    }

    /** Writes a shard; it appears under its name whole and verified, or not at all. */
    public void write(Shard shard) throws IOException {
        requireOpen();
        if (!shard.manifest().equals(manifest)) {
            throw new IllegalArgumentException("a shard of another data set");
        }
        String hash;
        try {
            hash = ShardFile.write(path, shard);
        } catch (IOException e) {
            throw FileErrors.named(path.resolve(shard.id().fileName()), e);
        }
        synchronized (this) {
            present.add(shard.id());
            written.put(shard.id().fileName(), hash);
        }
    }

    /** Appends a line of provenance: for a run that stops before the data set is complete, too. */
    public synchronized void record(Provenance provenance) throws IOException {
        requireOpen();
        Path file = path.resolve(Provenance.FILE);
        try {
            String before = "";
            try {
                before = Files.readString(file, StandardCharsets.UTF_8);
            } catch (NoSuchFileException e) {
                // The first run on this folder.
            }
            AtomicFiles.write(file, before + Json.line(provenance) + "\n");
        } catch (IOException e) {
            throw FileErrors.named(file, e);
        }
    }

    /**
     * Completes the data set: the provenance, then the checksums. Shards of earlier runs are read and verified against the
     * manifest before they get a checksum.
     */
    public synchronized void finish(Provenance provenance) throws IOException {
        requireOpen();
        List<ShardId> missing = missing();
        if (!missing.isEmpty()) {
            throw new IllegalStateException(missing.size() + " shards are missing, the first is " + missing.getFirst());
        }
        Path sums = path.resolve(Checksums.FILE);
        try {
            SortedMap<String, String> hashes = new TreeMap<>();
            hashes.put(Manifest.FILE, manifest.sha256());
            for (ShardId id : manifest.shards()) {
                String hash = written.get(id.fileName());
                if (hash == null) {
                    byte[] bytes = Files.readAllBytes(path.resolve(id.fileName()));
                    ShardFile.read(path.resolve(id.fileName()), bytes, manifest, id);
                    hash = Checksums.sha256(bytes);
                }
                hashes.put(id.fileName(), hash);
            }
            if (Files.exists(sums)) {
                // A shard was removed from a complete data set: what stayed has to be what it was.
                Checksums.read(sums).forEach((name, hash) -> {
                    if (!hash.equals(hashes.get(name))) {
                        throw new BadInput(path.resolve(name) + ": not what SHA256SUMS says; remove the file and run"
                                + " generate again");
                    }
                });
            }
            record(provenance);
            AtomicFiles.write(sums, Checksums.text(hashes));
            complete = true;
        } catch (IOException e) {
            throw FileErrors.named(path, e);
        }
    }

    private void requireOpen() {
        if (lock == null) {
            throw new IllegalStateException(path + " is complete: nothing is written to it");
        }
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }
}
