package org.silverblaze.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Failures of the file system in one line that names the file: Java's own messages often lack the reason or the file. */
public final class FileErrors {
    private FileErrors() {}

    /**
     * The failure {@code e} of work on {@code file}, or on something below it, as an exception whose message is one line "file:
     * reason".
     */
    public static IOException named(Path file, IOException e) {
        if (e.getClass() == IOException.class
                && e.getMessage() != null
                && e.getMessage().startsWith(file.toString())) {
            return e; // It has its name already.
        }
        return new IOException(file + ": " + reason(e), e);
    }

    private static String reason(IOException e) {
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        if (e instanceof AccessDeniedException) {
            reason = "permission denied";
        } else if (e instanceof NoSuchFileException) {
            reason = "no such file or folder";
        } else if (e instanceof FileAlreadyExistsException) {
            reason = "is there already and is not a folder";
        } else if (e instanceof NotDirectoryException) {
            reason = "is not a folder";
        } else if (e instanceof FileSystemException f && f.getReason() != null) {
            reason = f.getReason();
        }
        return reason.replaceAll("\\s+", " ").strip();
    }
}
