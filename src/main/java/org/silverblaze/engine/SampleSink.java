package org.silverblaze.engine;

/** Receives the samples of a block. Samples of one chain come in order; chains interleave as the engine likes. */
@FunctionalInterface
public interface SampleSink {
    /**
     * One closed configuration. The arrays belong to the engine and are reused after the call: copy what is kept.
     *
     * @param chain chain number in the ensemble
     * @param draw number of the sample within its chain, from 0
     * @param k conserved flux, {@code [direction][site]}
     * @param l free flux, {@code [direction][site]}
     */
    void accept(int chain, long draw, byte[] k, byte[] l);

    /**
     * Called between two l sweeps or so, however far the next sample is, so that work can be given up soon: what it throws ends the
     * advance, and the block is of no use then.
     */
    default void check() {}

    /** A sink that looks at {@code check} as well, which throws to give up. */
    static SampleSink checked(Runnable check, SampleSink sink) {
        return new SampleSink() {
            @Override
            public void accept(int chain, long draw, byte[] k, byte[] l) {
                sink.accept(chain, draw, k, l);
            }

            @Override
            public void check() {
                check.run();
            }
        };
    }
}
