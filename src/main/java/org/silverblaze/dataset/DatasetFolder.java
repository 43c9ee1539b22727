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
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.silverblaze.BadInput;
import org.silverblaze.engine.FieldState;
import org.silverblaze.engine.Representation;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.files.FileErrors;
import org.silverblaze.files.FolderLock;
import org.silverblaze.files.Json;
import org.silverblaze.theory.ObservableMeter;

/**
 * A folder that a data set is being written to. Opened with a manifest it is created where there is none, taken up where a
 * run of the same request was killed, found complete, or refused where it holds anything else; a refused folder is left as it
 * was. One process at a time holds it. Shards may be written by several threads.
 *
 * <p>Order of events: manifest, shards and states of chains, a line of provenance, checksums. Each file appears whole, so wherever a run is killed
 * the next one goes on; what has no checksums yet is not complete.
 */
public final class DatasetFolder implements AutoCloseable {
    private final Path path;
    private final Manifest manifest;
    private final Part part;
    /** Null where the folder was found complete: nothing is written then. */
    private final FolderLock lock;

    private final Set<ShardId> present;
    /** Segments at whose end the state of the chains is on the disk. */
    private final Set<ShardId> states;
    /** Hashes of the shards that this process wrote and read back. */
    private final Map<String, String> written = new HashMap<>();
    /** Hashes of the shards of earlier runs that it found sound. */
    private final Map<String, String> earlier = new HashMap<>();

    private boolean complete;

    private DatasetFolder(
            Path path,
            Manifest manifest,
            Part part,
            FolderLock lock,
            Set<ShardId> present,
            Set<ShardId> states,
            boolean complete) {
        this.path = path;
        this.manifest = manifest;
        this.part = part;
        this.lock = lock;
        this.present = present;
        this.states = states;
        this.complete = complete;
    }

    /**
     * Creates or reopens a folder.
     *
     * @throws BadInput where the folder holds another request or foreign files, or another process works on it
     */
    public static DatasetFolder open(Path path, Manifest manifest) throws IOException {
        return open(path, manifest, Part.WHOLE);
    }

    /**
     * As {@link #open(Path, Manifest)}, for one part of the data set.
     *
     * @throws BadInput where the folder holds another part, too, or there are more parts than blocks
     */
    public static DatasetFolder open(Path path, Manifest manifest, Part part) throws IOException {
        part.check(manifest);
        try {
            requireNoFile(path);
            Files.createDirectories(path);
            // Looked at before anything is written: a refused folder stays as it was, a complete one may be read-only.
            Survey before = survey(path, manifest, part);
            if (before.complete() && before.leftovers().isEmpty()) {
                return new DatasetFolder(
                        path, manifest, part, null, new HashSet<>(part.shards(manifest)), new HashSet<>(), true);
            }
            FolderLock lock = FolderLock.take(path);
            try {
                Survey survey = survey(path, manifest, part);
                for (Path leftover : survey.leftovers()) {
                    Files.deleteIfExists(leftover);
                }
                if (!part.isWhole() && !Files.exists(path.resolve(Part.FILE))) {
                    AtomicFiles.write(path.resolve(Part.FILE), part.json());
                }
                if (!survey.hasManifest()) {
                    AtomicFiles.write(path.resolve(Manifest.FILE), manifest.json());
                }
                return new DatasetFolder(
                        path, manifest, part, lock, survey.present(), survey.states(), survey.complete());
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw FileErrors.named(path, e);
        }
    }

    /**
     * Refuses a folder that {@link #open} would refuse whatever the schedule turns out to be, before work is done for it.
     * Nothing is written.
     *
     * @param draft the request; its schedules and segments may be any
     * @throws BadInput as {@link #open}
     */
    public static void refuseOthers(Path path, Manifest draft, Part part) throws IOException {
        part.check(draft);
        requireNoFile(path);
        if (Files.exists(path)) {
            try {
                Path manifest = path.resolve(Manifest.FILE);
                if (Files.exists(manifest)) {
                    Manifest found = Manifest.read(manifest);
                    requireRepresentation(path, found, draft);
                    survey(path, draft.scheduledAs(found), part);
                } else {
                    survey(path, draft, part);
                }
            } catch (IOException e) {
                throw FileErrors.named(path, e);
            }
        }
    }

    /** Schedules of fluxes and fields count different things; nothing else is worth comparing. */
    private static void requireRepresentation(Path path, Manifest found, Manifest asked) {
        if (found.representation() != asked.representation()) {
            throw new BadInput(path + ": holds a data set of --representation "
                    + found.representation().id() + ", asked for "
                    + asked.representation().id() + "; expected a new folder or the same request");
        }
    }

    private static void requireNoFile(Path path) {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new BadInput(path + ": is a file; expected a folder, or a name that is free");
        }
    }

    /** What lies in a folder that may hold this manifest's data set. */
    private record Survey(
            boolean hasManifest, Set<ShardId> present, Set<ShardId> states, List<Path> leftovers, boolean complete) {}

    private static Survey survey(Path path, Manifest manifest, Part part) throws IOException {
        // Another process may be at work in the folder. Listed first: what it writes has a manifest before it.
        List<Path> entries = entries(path);
        Path manifestFile = path.resolve(Manifest.FILE);
        boolean hasManifest = Files.exists(manifestFile);
        if (hasManifest) {
            compare(path, Manifest.read(manifestFile), manifest);
        }
        Map<String, ShardId> shards = new HashMap<>();
        List<ShardId> all = part.shards(manifest);
        all.forEach(id -> shards.put(id.fileName(), id));
        Set<String> files = new HashSet<>(shards.keySet());
        files.addAll(Set.of(Manifest.FILE, Part.FILE, Checksums.FILE, Provenance.FILE));
        comparePart(path, hasManifest, part);
        Map<String, ShardId> stateFiles = new HashMap<>();
        all.forEach(id -> stateFiles.put(StateFile.name(id), id));
        files.addAll(stateFiles.keySet());
        Set<String> digests = new HashSet<>();
        if (keepsDigests(manifest)) {
            all.forEach(id -> digests.add(ShardDigest.name(id)));
        }
        files.addAll(digests);

        Set<ShardId> present = new HashSet<>();
        Set<ShardId> states = new HashSet<>();
        List<Path> leftovers = new ArrayList<>();
        for (Path entry : entries) {
            String name = entry.getFileName().toString();
            boolean plain = Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
            if (!plain && !Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
                continue; // gone meanwhile: the state of an earlier segment, or renamed
            }
            if (plain && isLeftover(name, files)) {
                leftovers.add(entry);
            } else if (!isNeutral(name)
                    && (!plain || !(hasManifest || name.equals(Part.FILE)) || !files.contains(name))) {
                throw new BadInput(path + ": holds '" + name
                        + "', which is no part of this data set; expected an empty or" + " new folder");
            } else if (shards.containsKey(name)) {
                if (hasChecksums(path)
                        || digests.isEmpty()
                        || Files.exists(path.resolve(ShardDigest.name(shards.get(name))))) {
                    present.add(shards.get(name));
                }
            } else if (digests.contains(name) && hasChecksums(path)) {
                leftovers.add(entry);
            } else if (stateFiles.containsKey(name)) {
                states.add(stateFiles.get(name));
            }
        }
        boolean complete =
                hasManifest && present.size() == shards.size() && checksumsComplete(path, manifest, part, shards);
        return new Survey(hasManifest, present, states, leftovers, complete);
    }

    /**
     * Flux shards show by themselves whether they are sound (conservation of flux, observables to the bit); of a field, a flip in a tiny
     * component may change no sum, so its shards keep their digests beside them until the data set is complete.
     */
    private static boolean keepsDigests(Manifest manifest) {
        return manifest.representation() == Representation.PHI;
    }

    /** Whether there are checksums: then nothing else says what a shard has to be. */
    private static boolean hasChecksums(Path path) {
        return Files.exists(path.resolve(Checksums.FILE));
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

    private static void comparePart(Path path, boolean hasManifest, Part asked) throws IOException {
        Optional<Part> found = Part.read(path);
        // A part is named before the manifest is written.
        if (found.isEmpty() && hasManifest && !asked.isWhole()) {
            throw new BadInput(path + ": holds the whole data set; expected another folder for --shard " + asked);
        }
        if (found.isPresent() && !found.get().equals(asked)) {
            throw new BadInput(path + ": holds part " + found.get() + " of a data set, asked for "
                    + (asked.isWhole() ? "all of it" : "part " + asked) + "; expected another folder, or --shard "
                    + found.get());
        }
    }

    private static boolean checksumsComplete(Path path, Manifest manifest, Part part, Map<String, ShardId> shards)
            throws IOException {
        Path file = path.resolve(Checksums.FILE);
        if (!Files.exists(file)) {
            return false;
        }
        SortedMap<String, String> hashes = Checksums.read(file);
        Set<String> expected = new HashSet<>(shards.keySet());
        expected.add(Manifest.FILE);
        if (!part.isWhole()) {
            expected.add(Part.FILE);
        }
        if (!hashes.keySet().equals(expected) || !manifest.sha256().equals(hashes.get(Manifest.FILE))) {
            throw new BadInput(file + ": not the checksums of this data set; remove it and run generate again");
        }
        return true;
    }

    private static void compare(Path path, Manifest found, Manifest asked) {
        if (found.equals(asked)) {
            return;
        }
        requireRepresentation(path, found, asked);
        throw new BadInput(path + ": holds another request: " + difference(found, asked, "asked for ")
                + "; expected a new folder or the same request");
    }

    /** The first difference of two requests, and how many more there are: "eta is 4.01, {@code other}4.25 (and 1 more)". */
    static String difference(Manifest found, Manifest asked, String other) {
        TreeMap<String, Object> differences = new TreeMap<>();
        Map<String, Object> one = flat(found);
        Map<String, Object> two = flat(asked);
        one.forEach((key, value) -> {
            if (!value.equals(two.get(key))) {
                differences.put(key, value + ", " + other + two.get(key));
            }
        });
        Map.Entry<String, Object> first = differences.firstEntry();
        return first.getKey() + " is " + first.getValue()
                + (differences.size() > 1 ? " (and " + (differences.size() - 1) + " more)" : "");
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
        flat.put("representation", m.representation().id());
        flat.put("samples", m.samples());
        flat.put("schedule", m.points().stream().map(Manifest.Point::schedule).toList());
        flat.put("seed", m.seed());
        flat.put("segment", m.segmentSamples());
        flat.put("task", m.task() == null ? "none" : m.task().toString());
        return flat;
    }

    public Path path() {
        return path;
    }

    public Manifest manifest() {
        return manifest;
    }

    /** Which part of the data set the folder holds. */
    public Part part() {
        return part;
    }

    /** Whether every shard of the part and the checksums are there. */
    public synchronized boolean complete() {
        return complete;
    }

    public synchronized boolean has(ShardId id) {
        return present.contains(id);
    }

    /** Shards that are not on the disk, in order. */
    public synchronized List<ShardId> missing() {
        return part.shards(manifest).stream()
                .filter(id -> !present.contains(id))
                .toList();
    }

    /** Number of shards that this process wrote. */
    public synchronized int written() {
        return written.size();
    }

    /** Writes a shard; it appears under its name whole and verified, or not at all. */
    public void write(ShardData shard) throws IOException {
        requireOpen();
        if (!shard.manifest().equals(manifest)) {
            throw new IllegalArgumentException("a shard of another data set");
        }
        String hash;
        try {
            hash = ShardFile.write(path, shard);
            if (keepsDigests(manifest)) {
                ShardDigest.write(path, shard.id(), hash);
            }
        } catch (IOException e) {
            throw FileErrors.named(path.resolve(shard.id().fileName()), e);
        }
        synchronized (this) {
            present.add(shard.id());
            written.put(shard.id().fileName(), hash);
        }
    }

    synchronized boolean hasState(ShardId id) {
        return states.contains(id);
    }

    /** Whether a run that was killed left states of chains to go on from. */
    public synchronized boolean hasStates() {
        return !states.isEmpty();
    }

    /** @throws BadInput where the state is damaged */
    BlockState readState(ShardId id) throws IOException {
        try {
            return StateFile.read(path, manifest, id);
        } catch (IOException e) {
            throw FileErrors.named(path.resolve(StateFile.name(id)), e);
        }
    }

    /** As {@link #readState}, of chains of the field. */
    FieldState readFieldState(ShardId id) throws IOException {
        try {
            return StateFile.readField(path, manifest, id);
        } catch (IOException e) {
            throw FileErrors.named(path.resolve(StateFile.name(id)), e);
        }
    }

    /** Writes the state of the chains of a block at the end of a segment, whole or not at all. */
    void writeState(ShardId id, BlockState state) throws IOException {
        writeState(id, StateFile.bytes(manifest, id, state));
    }

    /** As the other one, of chains of the field. */
    void writeFieldState(ShardId id, FieldState state) throws IOException {
        writeState(id, StateFile.fieldBytes(manifest, id, state));
    }

    private void writeState(ShardId id, byte[] state) throws IOException {
        requireOpen();
        try {
            AtomicFiles.write(path.resolve(StateFile.name(id)), state);
        } catch (IOException e) {
            throw FileErrors.named(path.resolve(StateFile.name(id)), e);
        }
        synchronized (this) {
            states.add(id);
        }
    }

    /** Removes the states of this block at the ends of earlier segments. */
    void removeStatesBefore(ShardId id) throws IOException {
        requireOpen();
        List<ShardId> old;
        synchronized (this) {
            old = states.stream()
                    .filter(s -> s.mu() == id.mu() && s.block() == id.block() && s.segment() < id.segment())
                    .toList();
        }
        for (ShardId state : old) {
            removeState(state);
        }
    }

    private void removeState(ShardId id) throws IOException {
        Path file = path.resolve(StateFile.name(id));
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw FileErrors.named(file, e);
        }
        synchronized (this) {
            states.remove(id);
        }
    }

    /** Appends a line of provenance: for a run that stops before the data set is complete, too. */
    public void record(Provenance provenance) throws IOException {
        adopt(List.of(Json.line(provenance)));
    }

    /** Appends lines of provenance, such as those of the parts that are merged. */
    synchronized void adopt(List<String> lines) throws IOException {
        requireOpen();
        Path file = path.resolve(Provenance.FILE);
        try {
            String before = "";
            try {
                before = Files.readString(file, StandardCharsets.UTF_8);
            } catch (NoSuchFileException e) {
                // The first run on this folder.
            }
            AtomicFiles.write(file, before + String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw FileErrors.named(file, e);
        }
    }

    /**
     * Shards of earlier runs have no checksum yet: their content is recomputed from k and l, and their bytes from their content, before they
     * get one.
     *
     * @param listener is shown each of them, in order
     * @throws BadInput where one is damaged
     */
    public synchronized void verifyEarlier(Consumer<ShardData> listener) throws IOException {
        ObservableMeter meter = null;
        for (ShardId id : part.shards(manifest)) {
            if (present.contains(id) && !written.containsKey(id.fileName()) && !earlier.containsKey(id.fileName())) {
                Path file = path.resolve(id.fileName());
                try {
                    byte[] bytes = Files.readAllBytes(file);
                    meter = meter != null ? meter : DatasetCheck.meter(manifest);
                    String hash = Checksums.sha256(bytes);
                    if (keepsDigests(manifest) && !hasChecksums(path)) {
                        ShardDigest.require(path, id, hash);
                    }
                    listener.accept(DatasetCheck.requireSound(file, bytes, manifest, id, meter));
                    earlier.put(id.fileName(), hash);
                } catch (IOException e) {
                    throw FileErrors.named(file, e);
                }
            }
        }
    }

    /**
     * Completes the data set: the provenance, then the checksums, for which shards of earlier runs are verified ({@link #verifyEarlier}).
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
            if (!part.isWhole()) {
                hashes.put(Part.FILE, Checksums.sha256(path.resolve(Part.FILE)));
            }
            verifyEarlier(shard -> {});
            hashes.putAll(written);
            hashes.putAll(earlier);
            if (Files.exists(sums)) {
                // A shard was removed from a complete data set: what stayed has to be what it was.
                Checksums.read(sums).forEach((name, hash) -> {
                    if (!hash.equals(hashes.get(name))) {
                        throw new BadInput(path.resolve(name) + ": not what SHA256SUMS says; remove the file and run"
                                + " generate again");
                    }
                });
            }
            for (ShardId state : List.copyOf(states)) {
                removeState(state);
            }
            record(provenance);
            AtomicFiles.write(sums, Checksums.text(hashes));
            if (keepsDigests(manifest)) {
                for (ShardId id : part.shards(manifest)) {
                    Files.deleteIfExists(path.resolve(ShardDigest.name(id)));
                }
            }
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
