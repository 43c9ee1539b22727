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

    /**
     * Called between two updates, however far the next sample is, so that work can be given up soon: what it throws ends the
     * advance, and the block is of no use then.
     */
    default void check() {}

    /** A sink that looks at {@code check} as well, which throws to give up. */
    static FieldSink checked(Runnable check, FieldSink sink) {
        return new FieldSink() {
            @Override
            public void accept(int chain, long draw, float[] phi) {
                sink.accept(chain, draw, phi);
            }

            @Override
            public void check() {
                check.run();
            }
        };
    }
}
