package org.silverblaze.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.silverblaze.BadInput;
import org.silverblaze.files.AtomicFiles;

/**
 * SHA-256 of one shard while the data set is being made, {@code mu000-block000-segment000.sha256} as {@code sha256sum -c} reads it. Written
 * after the shard: a shard without it was not finished, and is made again.
 */
final class ShardDigest {
    private ShardDigest() {}

    /** Name in the folder. */
    static String name(ShardId id) {
        return id.fileName().replace(".h5", ".sha256");
    }

    static void write(Path folder, ShardId id, String hash) throws IOException {
        AtomicFiles.write(folder.resolve(name(id)), Checksums.text(Map.of(id.fileName(), hash)));
    }

    /** @throws BadInput where the shard is not what was written, or the digest is damaged */
    static void require(Path folder, ShardId id, String hash) throws IOException {
        Path file = folder.resolve(name(id));
        if (!Map.of(id.fileName(), hash).equals(Checksums.read(file))) {
            throw new BadInput(folder.resolve(id.fileName()) + ": not what " + name(id)
                    + " says (damaged after it was written); remove both files and run generate again");
        }
    }
}
