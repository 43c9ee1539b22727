package org.silverblaze.dataset;

/** Measures what a shard stores of a configuration. Used by one thread at a time. */
@FunctionalInterface
public interface SampleMeter {
    /**
     * @param k conserved flux, {@code [direction][site]}
     * @param l free flux, {@code [direction][site]}
     * @param observables receives n, phi2, phi4 and the contact term, in this order
     */
    void measure(byte[] k, byte[] l, double[] observables);
}
