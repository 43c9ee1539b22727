package org.silverblaze.engine;

/** Sampling of the field phi itself, in the representation that is legal at mu = 0. */
public interface FieldEngine {
    /** Chains firstChain .. firstChain + chains - 1 at their cold start phi = 0, clock 0. */
    FieldBlock start(FieldSpec spec, int firstChain, int chains);

    /** Chains as {@link FieldBlock#state()} left them, on whatever engine. */
    FieldBlock resume(FieldSpec spec, FieldState state);
}
