package org.silverblaze.network;

import java.util.List;

/**
 * A sequential network as pure data.
 *
 * @param inputChannels channels of the input map; 4 for fluxes (k_t, k_x, l_t, l_x)
 * @param layers applied in order
 */
public record NetworkSpec(int inputChannels, List<LayerSpec> layers) {
    public NetworkSpec {
        layers = List.copyOf(layers);
    }
}
