package org.silverblaze.engine;

/** What an engine computes on, where that is not the host's processors. */
public interface Device {
    /** The model, as its driver calls it. */
    String name();

    /** Version of its driver; null where nothing says so. */
    String driver();

    /** Chains that a sampler needs about, so that none of the device is idle. */
    int chains();

    /** A loop that finds a limit of the device. */
    LimitLoop loop(DeviceLimit limit);
}
