package org.silverblaze.engine;

import org.silverblaze.BadInput;

/**
 * Schedule of a chain of the field phi. Its clock counts updates; an update is one heat-bath sweep and then {@code
 * reflections} sweeps of reflections. The first sample is taken after {@code thermalization + updatesBetween} updates and
 * then one after every {@code updatesBetween}-th.
 *
 * @param reflections over-relaxation sweeps in one update
 * @param thermalization updates before sampling starts
 * @param updatesBetween updates from one sample to the next
 */
public record FieldSchedule(int reflections, long thermalization, long updatesBetween) implements SamplingSchedule {
    /**
     * Reflections in an update where nobody says otherwise. They take no random numbers, so a sweep of them is many times cheaper
     * than a heat-bath sweep, and they carry the long modes, which the heat bath alone moves slowly; |phi|^2 needs the heat bath.
     */
    public static final int REFLECTIONS = 2;

    public FieldSchedule {
        if (reflections < 0) {
            throw new BadInput("--reflections " + reflections + ": expected at least 0");
        }
        if (thermalization < 0) {
            throw new BadInput("--thermalization " + thermalization + ": expected at least 0 updates");
        }
        if (updatesBetween < 1) {
            throw new BadInput("--updates-between " + updatesBetween + ": expected at least 1");
        }
    }

    /** Samples that a chain has handed out when its clock stands at {@code clock}. */
    public long samplesAt(long clock) {
        return Math.max(0, clock - thermalization) / updatesBetween;
    }

    /** Clock at which a chain hands out sample number {@code draw}, counted from 0. */
    public long clockOf(long draw) {
        return Math.addExact(thermalization, Math.multiplyExact(draw + 1, updatesBetween));
    }
}
