package org.silverblaze.network;

/** Activations as PyTorch defines them by default. */
public enum ActivationKind {
    RELU,
    /** max(x, 0.01 x). */
    LEAKY_RELU,
    TANH,
    /** x Phi(x) with the exact normal distribution function (erf). */
    GELU;

    /** Slope of LEAKY_RELU below zero. */
    public static final double LEAK = 0.01;
}
