package org.silverblaze.training;

import org.silverblaze.engine.Examples;
import org.silverblaze.theory.Couplings;

/**
 * Labelled configurations of one lattice and one set of couplings, split for training.
 *
 * @param couplings the theory
 * @param examples training and validation examples
 * @param training numbers of the training examples
 * @param validation numbers of the validation examples; they come from other chains
 * @param source what the examples come from: SHA-256 of the data set's manifest
 */
public record TrainingData(Couplings couplings, Examples examples, int[] training, int[] validation, String source) {
    public TrainingData {
        if (training.length == 0 || validation.length == 0) {
            throw new IllegalArgumentException("training and validation need at least one example each");
        }
    }

    /** Mean labels of the training examples, float64: what the constant predictor answers. */
    public double[] labelMeans() {
        double[] means = new double[examples.outputs()];
        for (int output = 0; output < means.length; output++) {
            double sum = 0;
            for (int example : training) {
                sum += examples.targets()[example * means.length + output];
            }
            means[output] = sum / training.length;
        }
        return means;
    }
}
