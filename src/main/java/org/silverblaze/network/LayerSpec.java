package org.silverblaze.network;

/**
 * One layer of a sequential network, as data. Two-dimensional lattices; maps are {@code [channel][t][x]}.
 *
 * <p>Periodic means (DESIGN.md): an output extent is ceil(N / stride); a convolution window is centred on site stride*i and
 * reaches (k-1)/2 sites to the left and k/2 to the right (integer division), round the lattice as often as needed; a
 * pooling window starts at stride*i and wraps, its divisor is the full window; an extent of 1 stays 1.
 */
public sealed interface LayerSpec {
    /** Cross-correlation, as PyTorch: out[o][i] = bias[o] + sum_{c,a} weight[o][c][a] in[c][stride*i + a - (k-1)/2]. */
    record Convolution(int outChannels, int kernelT, int kernelX, int strideT, int strideX) implements LayerSpec {}

    record Activation(ActivationKind kind) implements LayerSpec {}

    record SpatialPooling(PoolingKind kind, int sizeT, int sizeX, int strideT, int strideX) implements LayerSpec {}

    /** Reduces each channel over all sites; what follows sees a vector of channels. Average, sum or max. */
    record GlobalPooling(PoolingKind kind) implements LayerSpec {}

    /** [channel][t][x] to a vector, row-major. Ties the network to one lattice size. */
    record Flatten() implements LayerSpec {}

    /** out[o] = bias[o] + sum_i weight[o][i] in[i]. */
    record Dense(int outputs) implements LayerSpec {}
}
