package org.silverblaze.dataset;

import io.jhdf.HdfFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;

/**
 * A shard of the field phi as an HDF5 file, as {@link ShardFile} in everything but its arrays. For N samples the root group holds
 * <ul>
 *   <li>{@code phi}: float32 {@code [N][2][t][x]..}, real part and imaginary part, the last axis fastest;
 *   <li>{@code phi2}, {@code phi4}, {@code hopping}, {@code zero_mode}, {@code action}: float64 {@code [N]};
 *   <li>{@code chain}: int32 {@code [N]}, {@code draw}: int64 {@code [N]}; samples are ordered by (chain, draw).
 * </ul>
 * In place of the worms' schedule its attributes have {@code representation} (phi), {@code reflections}, {@code thermalization} and
 * {@code updates_between}.
 */
final class FieldShardFile {
    private static final String PHI = "phi";

    private FieldShardFile() {}

    /** The bytes of the file in pieces. */
    static List<ByteBuffer> image(FieldShard shard) {
        Manifest manifest = shard.manifest();
        int count = shard.count();
        long[] one = {count};
        Hdf5Image image = new Hdf5Image(ShardFile.attributes(manifest, shard.id()));
        ByteBuffer phi = ShardFile.little(shard.phi().length, Float.BYTES);
        phi.asFloatBuffer().put(shard.phi());
        image.dataset(
                PHI, Hdf5Image.Type.FLOAT32, extents(count, manifest.lattice()), phi, attributes(manifest.lattice()));
        ShardFile.numbers(image, shard);
        for (int i = 0; i < FieldShard.NAMES.length; i++) {
            image.dataset(
                    FieldShard.NAMES[i],
                    Hdf5Image.Type.FLOAT64,
                    one,
                    ShardFile.doubles(shard.observables()[i]),
                    ShardFile.meaning(FieldShard.MEANINGS[i]));
        }
        return image.finish();
    }

    /** Reads the shard {@code id} of {@code manifest} from the bytes of {@code file}; whatever is not exactly that is bad input. */
    static FieldShard read(Path file, byte[] bytes, Manifest manifest, ShardId id) {
        try (HdfFile hdf = HdfFile.fromBytes(bytes)) {
            ShardFile.compareAttributes(hdf.getAttributes(), ShardFile.attributes(manifest, id), file + ": ");
            ShardFile.Reader reader = new ShardFile.Reader(hdf, file);
            int count = manifest.layout().samplesIn(id.block(), id.segment());
            float[] phi = reader.floats(PHI, extents(count, manifest.lattice()), attributes(manifest.lattice()));
            double[][] observables = new double[FieldShard.NAMES.length][];
            for (int i = 0; i < observables.length; i++) {
                observables[i] = reader.doubles(FieldShard.NAMES[i], count, FieldShard.MEANINGS[i]);
            }
            FieldShard shard = new FieldShard(
                    manifest,
                    id,
                    phi,
                    reader.ints("chain", Meaning.CHAIN, count),
                    reader.longs("draw", count, Meaning.DRAW),
                    observables);
            reader.nothingElse();
            ShardFile.checkOrder(shard, file);
            return shard;
        } catch (BadInput e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
            throw ShardFile.damaged(file, e);
        }
    }

    private static long[] extents(int count, Lattice lattice) {
        long[] extents = new long[2 + lattice.dimensions()];
        extents[0] = count;
        extents[1] = 2;
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            extents[2 + axis] = lattice.extent(axis);
        }
        return extents;
    }

    private static Map<String, Object> attributes(Lattice lattice) {
        Map<String, Object> attributes = new TreeMap<>();
        attributes.put("axes", Meaning.fieldAxes(lattice.dimensions()));
        attributes.put("meaning", Meaning.PHI);
        return attributes;
    }
}
