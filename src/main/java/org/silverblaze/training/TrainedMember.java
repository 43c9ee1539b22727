package org.silverblaze.training;

/**
 * One member of an ensemble with the weights of its best epoch.
 *
 * @param seed of its initial weights and shuffles
 * @param epochs epochs that it was trained for
 * @param bestEpoch epoch of the lowest validation loss, the first of equal ones
 * @param bestValidationLoss that loss
 * @param end why its training ended
 * @param parameters free parameters after the best epoch
 */
public record TrainedMember(
        long seed, int epochs, int bestEpoch, double bestValidationLoss, End end, double[] parameters) {
    /** Why a training ended. */
    public enum End {
        /** No better validation loss for as many epochs as the patience. */
        PATIENCE,
        /** The largest number of epochs was reached. */
        MAXIMUM,
        /** The validation loss was no finite number any more. */
        DIVERGED
    }
}
