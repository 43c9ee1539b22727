package org.silverblaze.engine;

/** Loss over a batch: the mean over examples and outputs, accumulated in float64. */
public enum Loss {
    /** (output - target)^2. */
    MEAN_SQUARED_ERROR,
    /** Binary cross-entropy of the logit {@code output} against a target in [0, 1]. */
    BINARY_CROSS_ENTROPY
}
