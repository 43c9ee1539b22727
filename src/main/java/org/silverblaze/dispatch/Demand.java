package org.silverblaze.dispatch;

import org.silverblaze.engine.Engine;

/** A whole workload, before it is given to an engine. */
public sealed interface Demand permits SamplingDemand, TrainingDemand {
    /** Class of workload: all that decides the rate of an engine, and nothing that decides only how long it works. */
    String kind();

    /** How much there is to do, in the unit of {@link Slice#run}. */
    double units();

    /** Seconds on {@code vector}, from a rate that is guessed, not measured: right within a few times. */
    double guessedSeconds();

    /**
     * Makes a piece of the work ready on an engine.
     *
     * @param most units that one run of the slice is to do at most, as far as the work can be divided
     * @throws RuntimeException where the engine cannot do such work
     */
    Slice slice(Engine engine, double most);

    /**
     * As {@link #slice}, but nothing smaller than what the run itself hands to the engine at a time.
     *
     * @param most units that one run of the piece is to do at most, where the run could stop there
     */
    Slice piece(Engine engine, double most);
}
