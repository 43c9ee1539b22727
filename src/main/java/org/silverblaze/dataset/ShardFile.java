package org.silverblaze.dataset;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silverblaze.BadInput;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.Schedule;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.lattice.Lattice;

/**
 * A shard as an HDF5 file, equal byte for byte for equal content. The root group holds, for N samples on a lattice of d
 * dimensions (little-endian, contiguous, uncompressed):
 * <ul>
 *   <li>{@code k}, {@code l}: int8 {@code [N][d][t][x]..}, the last axis fastest;
 *   <li>{@code n}, {@code phi2}, {@code phi4}, {@code contact}: float64 {@code [N]}, and a float64 {@code [N]} for each
 *       label that the manifest names;
 *   <li>where the manifest has a task: {@code divergence}, int8 {@code [N][t][x]..}, and {@code steps}, int32 {@code [N][M]}, see
 *       {@link Violations};
 *   <li>{@code chain}: int32 {@code [N]}, {@code draw}: int64 {@code [N]}; samples are ordered by (chain, draw).
 * </ul>
 * Every array has an attribute {@code meaning}, and k and l have {@code axes}. Attributes of the root group: {@code format}
 * (version), {@code lattice} (int32 extents, time first), {@code eta}, {@code lambda}, {@code mu} (float64), each with its
 * meaning and units in a text attribute {@code .._meaning}; {@code mu_index}, {@code block}, {@code segment},
 * {@code seed}, {@code algorithm}, {@code algorithm_revision}, {@code generator}, {@code generator_revision},
 * {@code steps_per_sweep}, {@code thermalization}, {@code worms_between} (int64 or fixed-length text).
 */
public final class ShardFile {
    private static final int READ_BACK_BYTES = 1 << 20;

    private ShardFile() {}

    /**
     * Writes the shard under its name into {@code folder}: temporary name, flush to the disk, read back and compared, rename.
     *
     * @return SHA-256 of the file, hexadecimal
     */
    public static String write(Path folder, ShardData shard) throws IOException {
        Path target = folder.resolve(shard.id().fileName());
        Path part = AtomicFiles.temporary(target);
        try {
            List<ByteBuffer> pieces = image(shard);
            try (FileChannel channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                for (ByteBuffer piece : pieces) {
                    ByteBuffer rest = piece.duplicate();
                    while (rest.hasRemaining()) {
                        channel.write(rest);
                    }
                }
                channel.force(true);
            }
            String hash = readBack(part, pieces, target);
            AtomicFiles.commit(part, target);
            return hash;
        } catch (IOException e) {
            try {
                Files.deleteIfExists(part);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** Compares a file with what it should be; returns its SHA-256. */
    private static String readBack(Path part, List<ByteBuffer> pieces, Path target) throws IOException {
        MessageDigest digest = Checksums.digest();
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(READ_BACK_BYTES);
            boolean equal = true;
            for (ByteBuffer piece : pieces) {
                int at = piece.position();
                while (equal && at < piece.limit()) {
                    buffer.clear().limit(Math.min(READ_BACK_BYTES, piece.limit() - at));
                    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
                    buffer.flip();
                    int got = buffer.remaining();
                    equal = got > 0 && buffer.equals(piece.slice(at, got));
                    digest.update(buffer);
                    at += got;
                }
            }
            if (!equal || channel.position() != channel.size()) {
                throw new IOException(target + ": what was read back is not what was written; check the disk");
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Reads the shard {@code id} of {@code manifest}; whatever is not exactly that is bad input in one line. */
    public static Shard read(Path folder, Manifest manifest, ShardId id) throws IOException {
        return read(folder.resolve(id.fileName()), Files.readAllBytes(folder.resolve(id.fileName())), manifest, id);
    }

    /** As {@link #read(Path, Manifest, ShardId)}, from the bytes of {@code file}. */
    static Shard read(Path file, byte[] bytes, Manifest manifest, ShardId id) {
        try (HdfFile hdf = HdfFile.fromBytes(bytes)) {
            compareAttributes(hdf.getAttributes(), attributes(manifest, id), file + ": ");
            Reader reader = new Reader(hdf, file);
            Lattice lattice = manifest.lattice();
            int count = manifest.layout().samplesIn(id.block(), id.segment());
            long[] fluxes = fluxExtents(count, lattice);
            SortedMap<String, double[]> labels = new TreeMap<>();
            for (String label : manifest.labels().keySet()) {
                labels.put(label, reader.doubles(label, count, manifest.labels().get(label)));
            }
            Shard shard = new Shard(
                    manifest,
                    id,
                    reader.bytes("k", fluxes, flux(Meaning.K, lattice)),
                    reader.bytes("l", fluxes, flux(Meaning.L, lattice)),
                    reader.ints("chain", Meaning.CHAIN, count),
                    reader.longs("draw", count, Meaning.DRAW),
                    reader.doubles("n", count, Meaning.N),
                    reader.doubles("phi2", count, Meaning.PHI2),
                    reader.doubles("phi4", count, Meaning.PHI4),
                    reader.doubles("contact", count, Meaning.CONTACT),
                    labels,
                    manifest.task() == null ? null : violations(reader, manifest, count));
            reader.nothingElse();
            checkOrder(shard, file);
            return shard;
        } catch (BadInput e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
            throw damaged(file, e);
        }
    }

    private static Violations violations(Reader reader, Manifest manifest, int count) {
        byte[] divergence = reader.bytes(
                Violations.DIVERGENCE,
                siteExtents(count, manifest.lattice()),
                sites(Violations.DIVERGENCE_MEANING, manifest.lattice()));
        // An array without elements is no part of the format: where no sample has a worm there are no steps.
        int most = manifest.task().mostWorms();
        return new Violations(
                divergence,
                most == 0 ? new int[0] : reader.ints(Violations.STEPS, Violations.STEPS_MEANING, count, most));
    }

    /** As {@link #read(Path, byte[], Manifest, ShardId)}, in whichever representation. */
    static ShardData readData(Path file, byte[] bytes, Manifest manifest, ShardId id) {
        return switch (manifest.representation()) {
            case FLUX -> read(file, bytes, manifest, id);
            case PHI -> FieldShardFile.read(file, bytes, manifest, id);
        };
    }

    /** jhdf answers damaged files with whatever its parser met. */
    static BadInput damaged(Path file, Throwable met) {
        return new BadInput(
                file + ": not a whole HDF5 shard of a data set (damaged, cut short or foreign); remove it and run"
                        + " generate again",
                met);
    }

    static void checkOrder(ShardData shard, Path file) {
        ShardLayout layout = shard.manifest().layout();
        ShardId id = shard.id();
        int at = 0;
        for (int i = 0; i < layout.chainsIn(id.block()); i++) {
            int chain = layout.firstChain(id.block()) + i;
            long first = layout.firstDraw(chain, id.segment());
            for (int s = 0; s < layout.samplesOf(chain, id.segment()); s++, at++) {
                if (shard.chain()[at] != chain || shard.draw()[at] != first + s) {
                    throw new BadInput(file + ": sample " + at + " is draw " + shard.draw()[at] + " of chain "
                            + shard.chain()[at] + ", expected draw " + (first + s) + " of chain " + chain);
                }
            }
        }
    }

    /** The bytes of the file in pieces. */
    static List<ByteBuffer> image(ShardData shard) {
        return switch (shard) {
            case Shard fluxes -> image(fluxes);
            case FieldShard fields -> FieldShardFile.image(fields);
        };
    }

    /** The bytes of the file in pieces; k and l are not copied. */
    static List<ByteBuffer> image(Shard shard) {
        Manifest manifest = shard.manifest();
        int count = shard.count();
        long[] fluxes = fluxExtents(count, manifest.lattice());
        long[] one = {count};
        Hdf5Image image = new Hdf5Image(attributes(manifest, shard.id()));
        image.dataset(
                "k", Hdf5Image.Type.INT8, fluxes, ByteBuffer.wrap(shard.k()), flux(Meaning.K, manifest.lattice()));
        image.dataset(
                "l", Hdf5Image.Type.INT8, fluxes, ByteBuffer.wrap(shard.l()), flux(Meaning.L, manifest.lattice()));
        numbers(image, shard);
        image.dataset("n", Hdf5Image.Type.FLOAT64, one, doubles(shard.n()), meaning(Meaning.N));
        image.dataset("phi2", Hdf5Image.Type.FLOAT64, one, doubles(shard.phi2()), meaning(Meaning.PHI2));
        image.dataset("phi4", Hdf5Image.Type.FLOAT64, one, doubles(shard.phi4()), meaning(Meaning.PHI4));
        image.dataset("contact", Hdf5Image.Type.FLOAT64, one, doubles(shard.contact()), meaning(Meaning.CONTACT));
        shard.labels()
                .forEach((name, values) -> image.dataset(
                        name,
                        Hdf5Image.Type.FLOAT64,
                        one,
                        doubles(values),
                        meaning(manifest.labels().get(name))));
        if (manifest.task() != null) {
            image.dataset(
                    Violations.DIVERGENCE,
                    Hdf5Image.Type.INT8,
                    siteExtents(count, manifest.lattice()),
                    ByteBuffer.wrap(shard.violations().divergence()),
                    sites(Violations.DIVERGENCE_MEANING, manifest.lattice()));
            int most = manifest.task().mostWorms();
            if (most > 0) {
                ByteBuffer steps = little(Math.multiplyExact(count, most), Integer.BYTES);
                steps.asIntBuffer().put(shard.violations().steps());
                image.dataset(
                        Violations.STEPS,
                        Hdf5Image.Type.INT32,
                        new long[] {count, most},
                        steps,
                        meaning(Violations.STEPS_MEANING));
            }
        }
        return image.finish();
    }

    /** Adds chain and draw numbers. */
    static void numbers(Hdf5Image image, ShardData shard) {
        long[] one = {shard.count()};
        ByteBuffer chain = little(shard.count(), Integer.BYTES);
        chain.asIntBuffer().put(shard.chain());
        image.dataset("chain", Hdf5Image.Type.INT32, one, chain, meaning(Meaning.CHAIN));
        ByteBuffer draw = little(shard.count(), Long.BYTES);
        draw.asLongBuffer().put(shard.draw());
        image.dataset("draw", Hdf5Image.Type.INT64, one, draw, meaning(Meaning.DRAW));
    }

    static ByteBuffer little(int count, int bytes) {
        return ByteBuffer.allocate(Math.multiplyExact(count, bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer doubles(double[] values) {
        ByteBuffer buffer = little(values.length, Double.BYTES);
        buffer.asDoubleBuffer().put(values);
        return buffer;
    }

    private static long[] fluxExtents(int count, Lattice lattice) {
        long[] extents = new long[2 + lattice.dimensions()];
        extents[0] = count;
        extents[1] = lattice.dimensions();
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            extents[2 + axis] = lattice.extent(axis);
        }
        return extents;
    }

    private static long[] siteExtents(int count, Lattice lattice) {
        long[] extents = new long[1 + lattice.dimensions()];
        extents[0] = count;
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            extents[1 + axis] = lattice.extent(axis);
        }
        return extents;
    }

    static Map<String, Object> meaning(String text) {
        return Map.of("meaning", text);
    }

    private static Map<String, Object> flux(String text, Lattice lattice) {
        Map<String, Object> attributes = new TreeMap<>();
        attributes.put("axes", Meaning.axes(lattice.dimensions()));
        attributes.put("meaning", text);
        return attributes;
    }

    private static Map<String, Object> sites(String text, Lattice lattice) {
        Map<String, Object> attributes = new TreeMap<>();
        attributes.put("axes", Meaning.siteAxes(lattice.dimensions()));
        attributes.put("meaning", text);
        return attributes;
    }

    static Map<String, Object> attributes(Manifest manifest, ShardId id) {
        Manifest.Point point = manifest.points().get(id.mu());
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("format", (long) manifest.format());
        attributes.put("lattice", manifest.lattice().extents());
        attributes.put("lattice_meaning", Meaning.LATTICE);
        attributes.put("eta", manifest.eta());
        attributes.put("eta_meaning", Meaning.ETA);
        attributes.put("lambda", manifest.lambda());
        attributes.put("lambda_meaning", Meaning.LAMBDA);
        attributes.put("mu", point.mu());
        attributes.put("mu_meaning", Meaning.MU);
        attributes.put("mu_index", (long) id.mu());
        attributes.put("block", (long) id.block());
        attributes.put("segment", (long) id.segment());
        attributes.put("seed", manifest.seed());
        attributes.put("algorithm", manifest.algorithm().id());
        attributes.put("algorithm_revision", (long) manifest.algorithm().revision());
        attributes.put("generator", manifest.generator());
        attributes.put("generator_revision", (long) Manifest.GENERATOR_REVISION);
        switch (point.schedule()) {
            case Schedule worms -> {
                attributes.put("steps_per_sweep", (long) worms.stepsPerSweep());
                attributes.put("thermalization", worms.thermalization());
                attributes.put("worms_between", worms.wormsBetween());
            }
            case FieldSchedule updates -> {
                attributes.put("representation", manifest.representation().id());
                attributes.put("reflections", (long) updates.reflections());
                attributes.put("thermalization", updates.thermalization());
                attributes.put("updates_between", updates.updatesBetween());
            }
        }
        return attributes;
    }

    static void compareAttributes(Map<String, Attribute> found, Map<String, Object> expected, String where) {
        expected.forEach((name, value) -> {
            Attribute attribute = found.get(name);
            if (attribute == null) {
                throw new BadInput(where + "no attribute '" + name + "'; expected a shard of this data set");
            }
            Object got = attribute.getData();
            if (!Objects.deepEquals(got, value)) {
                throw new BadInput(
                        where + "attribute " + name + " is " + show(got) + ", the manifest says " + show(value));
            }
        });
        if (found.size() != expected.size()) {
            throw new BadInput(where + "attributes that a shard does not have; expected a shard of this data set");
        }
    }

    private static String show(Object value) {
        String text = value instanceof int[] numbers ? Arrays.toString(numbers) : String.valueOf(value);
        return text.replaceAll("\\s+", " ").strip();
    }

    /** Takes arrays out of a file and keeps account of what was taken. */
    static final class Reader {
        private final Map<String, Node> children;
        private final Path file;
        private final Set<String> taken = new HashSet<>();

        Reader(HdfFile hdf, Path file) {
            this.children = hdf.getChildren();
            this.file = file;
        }

        private ByteBuffer take(String name, Class<?> type, int size, Map<String, Object> attributes, long... extents) {
            if (!(children.get(name) instanceof ContiguousDataset dataset)) {
                throw new BadInput(file + ": no contiguous array '" + name + "'; expected a shard of this data set");
            }
            if (dataset.getJavaType() != type || dataset.getDataType().getSize() != size) {
                throw new BadInput(
                        file + ": " + name + " holds " + dataset.getJavaType().getSimpleName() + ", expected "
                                + type.getSimpleName() + " of " + size + " bytes");
            }
            if (!Arrays.equals(dataset.getDimensionsAsLong(), extents)) {
                throw new BadInput(file + ": " + name + " has the shape "
                        + Arrays.toString(dataset.getDimensionsAsLong()) + ", the manifest says "
                        + Arrays.toString(extents));
            }
            compareAttributes(dataset.getAttributes(), attributes, file + ": " + name + ": ");
            taken.add(name);
            return dataset.getBuffer();
        }

        byte[] bytes(String name, long[] extents, Map<String, Object> attributes) {
            ByteBuffer buffer = take(name, byte.class, 1, attributes, extents);
            byte[] values = new byte[buffer.remaining()];
            buffer.get(values);
            return values;
        }

        float[] floats(String name, long[] extents, Map<String, Object> attributes) {
            FloatBuffer buffer =
                    take(name, float.class, Float.BYTES, attributes, extents).asFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        }

        int[] ints(String name, String meaning, int... extents) {
            int[] values = new int[Arrays.stream(extents).reduce(1, Math::multiplyExact)];
            take(
                            name,
                            int.class,
                            Integer.BYTES,
                            meaning(meaning),
                            Arrays.stream(extents).asLongStream().toArray())
                    .asIntBuffer()
                    .get(values);
            return values;
        }

        long[] longs(String name, int count, String meaning) {
            long[] values = new long[count];
            take(name, long.class, Long.BYTES, meaning(meaning), count)
                    .asLongBuffer()
                    .get(values);
            return values;
        }

        double[] doubles(String name, int count, String meaning) {
            double[] values = new double[count];
            take(name, double.class, Double.BYTES, meaning(meaning), count)
                    .asDoubleBuffer()
                    .get(values);
            return values;
        }

        void nothingElse() {
            for (String name : children.keySet()) {
                if (!taken.contains(name)) {
                    throw new BadInput(file + ": holds '" + name + "', which the manifest does not name");
                }
            }
        }
    }
}
