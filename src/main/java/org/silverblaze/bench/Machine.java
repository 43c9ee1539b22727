package org.silverblaze.bench;

import org.silverblaze.dispatch.Host;

/** What results say about the machine that they come from. */
public final class Machine {
    private Machine() {}

    /** Processor, cores that this process may use, Java. */
    public static String description() {
        return Host.processor() + ", " + Runtime.getRuntime().availableProcessors() + " core(s), Java "
                + Runtime.version();
    }
}
