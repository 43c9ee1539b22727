package org.silverblaze.sampling;

import java.io.IOException;
import java.util.List;
import org.silverblaze.Progress;
import org.silverblaze.dataset.DatasetFolder;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.ShardData;

/** What a run makes, and how: all that differs between the representations of the theory. */
sealed interface Ensemble permits FluxEnsemble, FieldEnsemble {
    /** Is told of every sample that counts, once and in the order of each chain. */
    @FunctionalInterface
    interface Measured {
        /**
         * @param first n of fluxes, the zero mode of fields
         * @param phi2 |phi|^2
         * @param made whether the shard of the sample is still to be written
         */
        void take(int chain, long draw, double first, double phi2, boolean made);
    }

    RunWords words();

    /** The request as a text: equal texts, equal requests. */
    String request();

    /** The request before its schedules and segments are known. */
    Manifest draft();

    /**
     * The request with its schedules, from pilot runs where it leaves them open.
     *
     * @param crew runs the pilots
     * @param notes takes lines for people
     */
    Manifest manifest(Crew crew, Progress progress, List<String> notes) throws IOException;

    /**
     * Makes what a block of chains lacks, segment by segment, from the last state of its chains or the beginning.
     *
     * @param check called now and then; throws to give up
     */
    void make(DatasetFolder folder, int mu, int block, Measured measured, Runnable check) throws IOException;

    /** Tells of the samples of a shard of an earlier run. */
    void observed(ShardData shard, Measured measured);

    /** Chains from a hot start, with the schedule of the manifest. */
    HotStart hot(Manifest manifest, int mu, Runnable check);
}
