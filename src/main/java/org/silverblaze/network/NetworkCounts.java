package org.silverblaze.network;

import java.util.List;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;

/**
 * What a network costs on a lattice.
 *
 * @param layers one entry for each layer
 */
public record NetworkCounts(List<LayerCount> layers) {
    /**
     * @param parameters raw parameters, weights and biases
     * @param multiplyAdds multiply-adds for one configuration, convolution and dense only; biases are not counted
     */
    public record LayerCount(long parameters, long multiplyAdds) {}

    public NetworkCounts {
        layers = List.copyOf(layers);
    }

    public static NetworkCounts of(NetworkSpec network, Lattice lattice) {
        NetworkShapes shapes = NetworkShapes.of(network, lattice);
        ParameterLayout layout = ParameterLayout.of(shapes);
        return new NetworkCounts(shapes.layers().stream()
                .map(layer -> {
                    ParameterLayout.Block block = layout.block(layer.index());
                    long uses = switch (layer.spec()) {
                        case Convolution c -> layer.output().sites();
                        case Dense d -> 1;
                        default -> 0;
                    };
                    return new LayerCount(block.parameters(), block.weights() * uses);
                })
                .toList());
    }

    /** Raw parameters in all. */
    public long parameters() {
        return layers.stream().mapToLong(LayerCount::parameters).sum();
    }

    /** Multiply-adds of one configuration in all. */
    public long multiplyAdds() {
        return layers.stream().mapToLong(LayerCount::multiplyAdds).sum();
    }
}
