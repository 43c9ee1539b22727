package org.silverblaze.training;

import java.util.List;
import org.silverblaze.engine.OptimizerState;

/**
 * The whole state of a training after an epoch: a training that goes on from it ends with the same bits as one that was not
 * interrupted. The order of the data needs no place here: it is a function of seed and epoch number alone.
 *
 * @param epoch the epoch that has ended, counted from 1
 * @param seconds wall time of all epochs so far; no part of any promise
 * @param members in the order of the recipe's seeds
 * @param metrics every epoch of every member so far, by epoch
 */
record Checkpoint(int epoch, double seconds, List<Member> members, List<EpochMetrics> metrics) {
    /**
     * @param seed of its initial weights and shuffles
     * @param epochs epochs that it was trained for
     * @param bestEpoch epoch of the lowest validation loss; 0 where no loss was a finite number
     * @param bestLoss that loss; infinite where no loss was a finite number
     * @param end why its training ended; null: it goes on
     * @param best free parameters after the best epoch; null where there is none
     * @param parameters free parameters
     * @param optimizer state of AdamW
     */
    record Member(
            long seed,
            int epochs,
            int bestEpoch,
            double bestLoss,
            TrainedMember.End end,
            double[] best,
            double[] parameters,
            OptimizerState optimizer) {}

    Checkpoint {
        members = List.copyOf(members);
        metrics = List.copyOf(metrics);
    }
}
