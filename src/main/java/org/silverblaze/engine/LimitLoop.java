package org.silverblaze.engine;

/** Does one thing as fast as the device can, and nothing else. Used by one thread at a time. */
public interface LimitLoop extends AutoCloseable {
    /** Does it once and waits for the end; returns how much was done, in the unit of the {@link DeviceLimit}. */
    long run();

    @Override
    void close();
}
