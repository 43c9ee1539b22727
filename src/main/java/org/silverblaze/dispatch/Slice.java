package org.silverblaze.dispatch;

/** A piece of a {@link Demand} on an engine, done again and again to find the engine's rate. Used by one thread. */
public interface Slice extends AutoCloseable {
    /** Does it once; returns how many units that was. */
    double run();

    @Override
    void close();
}
