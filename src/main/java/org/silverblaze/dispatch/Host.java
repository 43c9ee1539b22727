package org.silverblaze.dispatch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that this process runs on. */
public final class Host {
    private static final Path NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

    private Host() {}

    /** Name of the node; empty where it cannot be found. */
    static String name() {
        try {
            return Files.readString(NAME).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Model of the processor, or at least its architecture. */
    public static String processor() {
        try {
            for (String line : Files.readAllLines(PROCESSOR)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
        return System.getProperty("os.arch");
    }
}
