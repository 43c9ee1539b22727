package org.silverblaze.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Representation;
import org.silverblaze.files.FileErrors;

/**
 * A complete data set, read shard by shard, so that it may exceed the memory. Every shard is checked against
 * {@code SHA256SUMS} and the manifest as it is read; what is damaged is bad input in one line that names the file.
 */
public final class Dataset {
    private final Path path;
    private final Manifest manifest;
    private final Part part;
    private final SortedMap<String, String> hashes;

    private Dataset(Path path, Manifest manifest, Part part, SortedMap<String, String> hashes) {
        this.path = path;
        this.manifest = manifest;
        this.part = part;
        this.hashes = hashes;
    }

    /** @throws BadInput where the folder is no data set, not complete, or only a part of one */
    public static Dataset open(Path path) throws IOException {
        Dataset dataset = openPart(path);
        if (!dataset.part.isWhole()) {
            throw new BadInput(path + ": part " + dataset.part
                    + " of a data set; expected a whole one (silverblaze merge" + " joins the parts)");
        }
        return dataset;
    }

    /** As {@link #open}; the folder may hold a part, whose shards alone can be read. */
    public static Dataset openPart(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new BadInput(path + ": no such folder; expected a data set made by generate");
        }
        if (!Files.isRegularFile(path.resolve(Manifest.FILE))) {
            throw new BadInput(path + ": no " + Manifest.FILE + "; expected a data set made by generate");
        }
        try {
            Manifest manifest = Manifest.read(path.resolve(Manifest.FILE));
            Part part = Part.read(path).orElse(Part.WHOLE);
            List<ShardId> shards = part.shards(manifest);
            List<ShardId> missing = shards.stream()
                    .filter(id -> !Files.isRegularFile(path.resolve(id.fileName())))
                    .toList();
            if (!missing.isEmpty()) {
                throw new BadInput(path + ": not complete: " + missing.size() + " of " + shards.size()
                        + " shards are missing, the first is "
                        + missing.getFirst().fileName() + "; run generate again");
            }
            Path sums = path.resolve(Checksums.FILE);
            if (!Files.isRegularFile(sums)) {
                throw new BadInput(path + ": not complete: no " + Checksums.FILE + "; run generate again");
            }
            Dataset dataset = new Dataset(path, manifest, part, Checksums.read(sums));
            dataset.requireHash(Manifest.FILE, manifest.sha256());
            if (!part.isWhole()) {
                dataset.requireHash(Part.FILE, Checksums.sha256(path.resolve(Part.FILE)));
            }
            for (ShardId id : shards) {
                dataset.requireHash(id.fileName(), null);
            }
            if (dataset.hashes.size() != shards.size() + (part.isWhole() ? 1 : 2)) {
                throw new BadInput(sums + ": names files that the manifest does not; remove it and run generate again");
            }
            return dataset;
        } catch (IOException e) {
            throw FileErrors.named(path, e);
        }
    }

    private void requireHash(String name, String hash) {
        String stated = hashes.get(name);
        if (stated == null) {
            throw new BadInput(
                    path.resolve(Checksums.FILE) + ": no line for " + name + "; remove it and run generate again");
        }
        if (hash != null && !hash.equals(stated)) {
            throw new BadInput(path.resolve(name) + ": not what " + Checksums.FILE
                    + " says (damaged); restore it, or remove it and run generate again");
        }
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

    /** Shards that the folder holds, in order. */
    List<ShardId> shards() {
        return part.shards(manifest);
    }

    /** Samples that the folder holds, all mu together. */
    public long samples() {
        ShardLayout layout = manifest.layout();
        return shards().stream()
                .mapToLong(id -> layout.samplesIn(id.block(), id.segment()))
                .sum();
    }

    /** SHA-256 of a shard, as SHA256SUMS states it. */
    String hash(ShardId id) {
        return hashes.get(id.fileName());
    }

    /** @throws BadInput where the data set holds fields */
    public void requireFluxes() {
        require(Representation.FLUX);
    }

    private void require(Representation wanted) {
        if (manifest.representation() != wanted) {
            throw new BadInput(path + ": holds the " + manifest.representation().id()
                    + " representation; expected a data set in the " + wanted.id()
                    + " representation (generate --representation " + wanted.id() + ")");
        }
    }

    /** Reads one shard of fluxes, its checksum verified. */
    public Shard shard(ShardId id) throws IOException {
        require(Representation.FLUX);
        return (Shard) data(id);
    }

    /** Reads one shard of fields, its checksum verified. */
    public FieldShard fieldShard(ShardId id) throws IOException {
        require(Representation.PHI);
        return (FieldShard) data(id);
    }

    /** Reads one shard in whichever representation, its checksum verified. */
    ShardData data(ShardId id) throws IOException {
        Path file = path.resolve(id.fileName());
        try {
            byte[] bytes = Files.readAllBytes(file);
            requireHash(id.fileName(), Checksums.sha256(bytes));
            return ShardFile.readData(file, bytes, manifest, id);
        } catch (IOException e) {
            throw FileErrors.named(file, e);
        }
    }

    /** All shards of point {@code mu} in order, one in memory at a time. */
    public void forEachShard(int mu, Consumer<Shard> action) throws IOException {
        for (ShardId id : manifest.shards()) {
            if (id.mu() == mu) {
                action.accept(shard(id));
            }
        }
    }

    /**
     * All samples of point {@code mu} in pieces of at most {@code piece} samples, in the order of the shards.
     */
    public void forEach(int mu, int piece, Consumer<Samples> action) throws IOException {
        if (piece < 1) {
            throw new IllegalArgumentException("pieces of " + piece + " samples");
        }
        forEachShard(mu, shard -> {
            for (int from = 0; from < shard.count(); from += piece) {
                action.accept(samples(shard, from, Math.min(piece, shard.count() - from)));
            }
        });
    }

    /** Some samples of a shard of this data set, {@code from} the first of them. */
    public Samples samples(Shard shard, int from, int count) {
        Target target = new Target(count);
        for (int i = 0; i < count; i++) {
            target.take(shard, from + i, i);
        }
        return target.samples();
    }

    /** All samples of point {@code mu}: the first draw of every chain, then the second, and so on. */
    public Samples load(int mu) throws IOException {
        return load(mu, IntStream.range(0, manifest.chains()).toArray(), Long.MAX_VALUE);
    }

    /**
     * Samples of some chains of point {@code mu} in the fixed order of {@link Splits}: all first draws in the order of
     * {@code chains}, then all second draws, and so on; so the result for a smaller limit is the beginning of that for a larger.
     *
     * @param chains chain numbers, distinct
     * @param limit most samples; fewer where the chains have fewer
     */
    public Samples load(int mu, int[] chains, long limit) throws IOException {
        requireFluxes();
        ShardLayout layout = manifest.layout();
        // Position of each chain in the order, and its rank among those that have one sample more.
        int[] position = new int[manifest.chains()];
        int[] rank = new int[manifest.chains()];
        Arrays.fill(position, -1);
        long fewest = manifest.samples() / manifest.chains();
        int longer = 0;
        for (int p = 0; p < chains.length; p++) {
            int chain = chains[p];
            if (chain < 0 || chain >= position.length || position[chain] >= 0) {
                throw new IllegalArgumentException("chain " + chain + " twice or out of range");
            }
            position[chain] = p;
            rank[chain] = longer;
            if (layout.samplesOf(chain) > fewest) {
                longer++;
            }
        }
        long count = Math.clamp(limit, 0, chains.length * fewest + longer);
        if (count * 2L * manifest.lattice().links() > Integer.MAX_VALUE - 64) {
            throw new BadInput(path + ": " + count + " samples at mu = "
                    + manifest.points().get(mu).mu() + " do not fit into one array of 2 GiB; take fewer samples");
        }
        Target target = new Target((int) count);
        for (ShardId id : manifest.shards()) {
            if (id.mu() == mu && reaches(id, position, chains.length, count)) {
                Shard shard = shard(id);
                for (int i = 0; i < shard.count(); i++) {
                    int chain = shard.chain()[i];
                    long draw = shard.draw()[i];
                    if (position[chain] >= 0) {
                        long at = draw * chains.length + (draw < fewest ? position[chain] : rank[chain]);
                        if (at < count) {
                            target.take(shard, i, (int) at);
                        }
                    }
                }
            }
        }
        return target.samples();
    }

    /** Whether a shard holds any of the first {@code count} samples of the selected chains. */
    private boolean reaches(ShardId id, int[] position, int selected, long count) {
        ShardLayout layout = manifest.layout();
        int first = layout.firstChain(id.block());
        for (int chain = first; chain < first + layout.chainsIn(id.block()); chain++) {
            if (position[chain] >= 0 && layout.firstDraw(chain, id.segment()) * selected < count) {
                return true;
            }
        }
        return false;
    }

    /** Samples being put together. */
    private final class Target {
        private final int count;
        private final int links = manifest.lattice().links();
        private final byte[] inputs;
        private final double[] n;
        private final double[] phi2;
        private final int[] chain;
        private final long[] draw;
        private final SortedMap<String, double[]> labels = new TreeMap<>();

        Target(int count) {
            this.count = count;
            inputs = new byte[Math.multiplyExact(2 * count, links)];
            n = new double[count];
            phi2 = new double[count];
            chain = new int[count];
            draw = new long[count];
            manifest.labels().keySet().forEach(name -> labels.put(name, new double[count]));
        }

        void take(Shard shard, int from, int to) {
            System.arraycopy(shard.k(), from * links, inputs, 2 * to * links, links);
            System.arraycopy(shard.l(), from * links, inputs, (2 * to + 1) * links, links);
            n[to] = shard.n()[from];
            phi2[to] = shard.phi2()[from];
            chain[to] = shard.chain()[from];
            draw[to] = shard.draw()[from];
            labels.forEach((name, values) -> values[to] = shard.labels().get(name)[from]);
        }

        Samples samples() {
            return new Samples(manifest.lattice(), count, inputs, n, phi2, chain, draw, labels);
        }
    }
}
