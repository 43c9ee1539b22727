package org.silverblaze.bench;

/** Something that can be done again and again on the calling thread, and counted. */
public interface Work extends AutoCloseable {
    /** Does it once; returns how much was done, in the workload's unit: operations, bytes, steps. */
    long run();

    @Override
    default void close() {}
}
