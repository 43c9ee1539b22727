package org.silverblaze.dataset;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.FieldState;

/**
 * State of a block of chains at the end of a segment, {@code mu000-block000-segment000.state}: what a run that was killed goes on
 * from. It lies beside the shards while the data set is being made; the state of a segment replaces the one before it, and a
 * complete data set has none.
 *
 * <p>Binary, big-endian, no padding; C chains, d dimensions, V sites:
 * <pre>
 *   8 bytes            "SBstate" and a zero byte
 *   int32              format version, 1
 *   32 bytes           SHA-256 of the manifest
 *   int32 [3]          mu index, block, segment
 *   int32, int32       first chain, C
 *   int64              clock, worm steps made by every chain
 *   int8  [C][V][2d][2]  occupations of the legs, see {@link ChainState}
 *   int64 [C], [C]     worms closed, samples handed out
 *   int32 [C] 4 times  head site, head leg, tail site, tail leg
 *   int32              S, surplus samples
 *   S times            int32 chain, int64 draw, int8 k[d][V], int8 l[d][V]
 *   32 bytes           SHA-256 of all bytes before
 * </pre>
 * Chains of the field phi have between header (up to mu index, block, segment) and hash:
 * <pre>
 *   int32, int64       first chain, clock (updates made by every chain)
 *   int32              C * 2 * V
 *   float32 [C][2][V]  phi
 * </pre>
 * A program reads the version that it writes: a state of another one is passed over, and the block is made again from an earlier
 * state or its start, with the same bits.
 */
final class StateFile {
    private static final byte[] MAGIC = {'S', 'B', 's', 't', 'a', 't', 'e', 0};
    private static final int FORMAT = 1;
    private static final int HASH_BYTES = 32;

    private StateFile() {}

    /** Name in the folder. */
    static String name(ShardId id) {
        return id.fileName().replace(".h5", ".state");
    }

    static byte[] bytes(Manifest manifest, ShardId id, BlockState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(header(manifest, id));
            ChainState chains = state.chains();
            out.writeInt(chains.firstChain());
            out.writeInt(chains.chains());
            out.writeLong(chains.clock());
            out.write(chains.legs());
            for (long[] counts : List.of(chains.worms(), chains.samples())) {
                for (long count : counts) {
                    out.writeLong(count);
                }
            }
            for (int[] places : List.of(chains.headSite(), chains.headLeg(), chains.tailSite(), chains.tailLeg())) {
                for (int place : places) {
                    out.writeInt(place);
                }
            }
            out.writeInt(state.surplus().size());
            for (BlockState.Sample sample : state.surplus()) {
                out.writeInt(sample.chain());
                out.writeLong(sample.draw());
                out.write(sample.k());
                out.write(sample.l());
            }
            out.write(Checksums.digest().digest(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return bytes.toByteArray();
    }

    static byte[] fieldBytes(Manifest manifest, ShardId id, FieldState state) {
        try {
            byte[] header = header(manifest, id);
            int numbers = state.phi().length;
            ByteBuffer out = ByteBuffer.allocate(Math.addExact(
                    header.length + 2 * Integer.BYTES + Long.BYTES + HASH_BYTES,
                    Math.multiplyExact(Float.BYTES, numbers)));
            out.put(header).putInt(state.firstChain()).putLong(state.clock()).putInt(numbers);
            for (float number : state.phi()) {
                out.putFloat(number);
            }
            MessageDigest digest = Checksums.digest();
            digest.update(out.array(), 0, out.position());
            return out.put(digest.digest()).array();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
    }

    private static byte[] header(Manifest manifest, ShardId id) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(MAGIC);
        out.writeInt(FORMAT);
        out.write(HexFormat.of().parseHex(manifest.sha256()));
        out.writeInt(id.mu());
        out.writeInt(id.block());
        out.writeInt(id.segment());
        return bytes.toByteArray();
    }

    /** @throws BadInput where the file is damaged, or the state of something else */
    static BlockState read(Path folder, Manifest manifest, ShardId id) throws IOException {
        try (DataInputStream in = content(folder, manifest, id)) {
            int links = manifest.lattice().links();
            int firstChain = in.readInt();
            int chains = in.readInt();
            ChainState state = new ChainState(
                    firstChain,
                    in.readLong(),
                    in.readNBytes(4 * links * chains),
                    longs(in, chains),
                    longs(in, chains),
                    ints(in, chains),
                    ints(in, chains),
                    ints(in, chains),
                    ints(in, chains));
            int count = in.readInt();
            List<BlockState.Sample> surplus = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                surplus.add(
                        new BlockState.Sample(in.readInt(), in.readLong(), in.readNBytes(links), in.readNBytes(links)));
            }
            return new BlockState(state, surplus);
        }
    }

    /** As {@link #read}, of chains of the field. */
    static FieldState readField(Path folder, Manifest manifest, ShardId id) throws IOException {
        try (DataInputStream in = content(folder, manifest, id)) {
            int firstChain = in.readInt();
            long clock = in.readLong();
            float[] phi = new float[in.readInt()];
            ByteBuffer.wrap(in.readAllBytes()).asFloatBuffer().get(phi);
            return new FieldState(firstChain, clock, phi);
        }
    }

    /** What stands between header and hash, both verified. */
    private static DataInputStream content(Path folder, Manifest manifest, ShardId id) throws IOException {
        Path file = folder.resolve(name(id));
        byte[] bytes = Files.readAllBytes(file);
        byte[] header = header(manifest, id);
        int end = bytes.length - HASH_BYTES;
        if (end < header.length
                || !Arrays.equals(
                        Checksums.digest().digest(Arrays.copyOf(bytes, end)),
                        Arrays.copyOfRange(bytes, end, bytes.length))
                || !Arrays.equals(header, Arrays.copyOf(bytes, header.length))) {
            throw new BadInput(file + ": damaged, or of another program or data set; expected the state of "
                    + id.fileName() + " (remove it: the block is made again)");
        }
        return new DataInputStream(new ByteArrayInputStream(bytes, header.length, end - header.length));
    }

    private static long[] longs(DataInputStream in, int count) throws IOException {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readLong();
        }
        return values;
    }

    private static int[] ints(DataInputStream in, int count) throws IOException {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readInt();
        }
        return values;
    }
}
