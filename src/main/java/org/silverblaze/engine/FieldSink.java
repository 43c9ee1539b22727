package org.silverblaze.engine;

/** Receives the field configurations of a block. Samples of one chain come in order; chains interleave as the engine likes. */
@FunctionalInterface
public interface FieldSink {
    /**
     * One configuration; {@link org.silverblaze.theory.FieldMeter} measures it. The array belongs to the engine and is reused
     * after the call: copy what is kept.
     *
     * @param chain chain number in the ensemble
     * @param draw number of the sample within its chain, from 0
     * @param phi field, {@code [component][site]}, component 0 = real part, 1 = imaginary part
     */
    void accept(int chain, long draw, float[] phi);
}
