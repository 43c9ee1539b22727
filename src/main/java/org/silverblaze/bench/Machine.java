package org.silverblaze.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What results say about the machine that they come from. */
public final class Machine {
    private Machine() {}

    /** Processor, cores that this process may use, Java. */
    public static String description() {
        return processor() + ", " + Runtime.getRuntime().availableProcessors() + " core(s), Java " + Runtime.version();
    }

    private static String processor() {
        Path file = Path.of("/proc/cpuinfo");
        if (Files.isReadable(file)) {
            try {
                for (String line : Files.readAllLines(file)) {
                    if (line.startsWith("model name")) {
                        return line.substring(line.indexOf(':') + 1).strip();
                    }
                }
            } catch (IOException e) {
                return System.getProperty("os.arch");
            }
        }
        return System.getProperty("os.arch");
    }
}
