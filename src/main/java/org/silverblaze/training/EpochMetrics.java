package org.silverblaze.training;

/**
 * One epoch of one member.
 *
 * @param epoch counted from 1
 * @param seed the member
 * @param trainLoss mean over the training examples of the loss before the step that used them
 * @param validationLoss mean over the validation examples after the epoch, float64
 */
public record EpochMetrics(int epoch, long seed, double trainLoss, double validationLoss) {}
