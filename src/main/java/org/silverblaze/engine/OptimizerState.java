package org.silverblaze.engine;

/**
 * State of AdamW for one model, over the free parameters.
 *
 * @param step steps made
 * @param first first moments
 * @param second second moments
 * @param largest running maximum of the second moments (amsgrad)
 */
public record OptimizerState(long step, double[] first, double[] second, double[] largest) {}
