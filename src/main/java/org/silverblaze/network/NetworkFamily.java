package org.silverblaze.network;

import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.SpatialPooling;

/** The three architecture types of arXiv:2103.14686. */
public enum NetworkFamily {
    /** Every layer before global pooling has stride 1: equivariant under all translations; takes any lattice size. */
    EQ,
    /** Strided convolution or pooling before global pooling: equivariance is broken; takes any lattice size. */
    ST,
    /** Flatten and dense: tied to one lattice size. */
    FL;

    public static NetworkFamily of(NetworkSpec network) {
        if (NetworkShapes.tiedToLattice(network)) {
            return FL;
        }
        return network.layers().stream().anyMatch(NetworkFamily::strides) ? ST : EQ;
    }

    private static boolean strides(LayerSpec layer) {
        return switch (layer) {
            case Convolution c -> c.strideT() > 1 || c.strideX() > 1;
            case SpatialPooling p -> p.strideT() > 1 || p.strideX() > 1;
            default -> false;
        };
    }
}
