package org.silverblaze.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.silverblaze.BadInput;

/**
 * One writer to a folder: a lock that the operating system takes back when its process ends, however it ends. The empty file
 * {@code .lock} stays behind: removing it would let a process lock a file that is gone while another locks its successor.
 */
public final class FolderLock implements AutoCloseable {
    public static final String FILE = ".lock";

    /**
     * Folders locked by this process. Closing any channel of a file gives back all locks that the process has on it (POSIX), so
     * a second attempt may not even open the file.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** @throws BadInput where somebody holds the lock */
    public static FolderLock take(Path path) throws IOException {
        Path folder = path.toRealPath();
        synchronized (HELD) {
            if (HELD.contains(folder)) {
                throw busy(path);
            }
            FileChannel channel =
                    FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    throw busy(path);
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            HELD.add(folder);
            return new FolderLock(folder, channel);
        }
    }

    private static BadInput busy(Path path) {
        return new BadInput(path + ": another process is working on this folder; wait for it or take another folder");
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            HELD.remove(folder);
            channel.close();
        }
    }
}
