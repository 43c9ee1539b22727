package org.silverblaze.bench;

/** Something that can be done again and again, and counted. Used by one thread; it may start others. */
public interface Work extends AutoCloseable {
    /** Does it once; returns how much was done, in the workload's unit: operations, bytes, steps. */
    long run();

    /** The clock that it is measured by, in nanoseconds: wall time, unless only a part of what {@link #run} does is meant. */
    default long nanoTime() {
        return System.nanoTime();
    }

    @Override
    default void close() {}
}
