package org.silverblaze.engine;

import org.silverblaze.BadInput;

/**
 * Schedule of a chain. Its clock counts worm steps; an l sweep comes at every {@code stepsPerSweep}-th step, also while a
 * worm is open; the first sample is taken after {@code thermalization + wormsBetween} worms and then one after every
 * {@code wormsBetween}-th worm.
 *
 * @param stepsPerSweep P, worm steps between two l sweeps
 * @param thermalization worms before sampling starts
 * @param wormsBetween n, worms from one sample to the next
 */
public record Schedule(int stepsPerSweep, long thermalization, long wormsBetween) implements SamplingSchedule {
    public Schedule {
        if (stepsPerSweep < 1) {
            throw new BadInput("--steps-per-sweep " + stepsPerSweep + ": expected at least 1");
        }
        if (thermalization < 0) {
            throw new BadInput("--thermalization " + thermalization + ": expected at least 0 worms");
        }
        if (wormsBetween < 1) {
            throw new BadInput("--worms-between " + wormsBetween + ": expected at least 1");
        }
    }
}
