package org.silverblaze.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are written whole or not at all: temporary name, flush to the disk, rename, flush of the folder. */
public final class AtomicFiles {
    /** Ending of temporary names; such a file is the leftover of a killed process and may be removed. */
    public static final String TEMPORARY = ".part";

    private AtomicFiles() {}

    /** Temporary name beside {@code target}. */
    public static Path temporary(Path target) {
        return target.resolveSibling("." + target.getFileName() + TEMPORARY);
    }

    public static void write(Path target, String text) throws IOException {
        write(target, text.getBytes(StandardCharsets.UTF_8));
    }

    public static void write(Path target, byte[] bytes) throws IOException {
        Path part = temporary(target);
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw FileErrors.named(target, e);
        }
        commit(part, target);
    }

    /** Flushes a finished temporary file to the disk and gives it its name. */
    public static void commit(Path part, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = target.toAbsolutePath().getParent();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Some file systems cannot open a folder; the rename itself stands.
            if (!Files.exists(target)) {
                throw e;
            }
        }
    }
}
