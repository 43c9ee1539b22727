package org.silverblaze.engine;

/** When a chain hands out its samples, on a clock of its own: worms, or updates of the field. */
public sealed interface SamplingSchedule permits Schedule, FieldSchedule {
    /** Worms or updates before sampling starts. */
    long thermalization();
}
