package org.silverblaze.bench;

import java.util.List;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkCounts;
import org.silverblaze.network.NetworkSpec;

/**
 * Useful floating-point operations of a network for one configuration, 2 for a multiply-add: convolution and dense layers
 * only, as direct sums. Forward pass, weight gradient and input gradient of a layer cost the same; the first layer with
 * weights needs no input gradient.
 *
 * @param layers forward pass of each layer
 * @param first the first layer with weights; the number of layers where there is none
 */
public record NetworkFlops(List<Long> layers, int first) {
    public NetworkFlops {
        layers = List.copyOf(layers);
    }

    public static NetworkFlops of(NetworkSpec network, Lattice lattice) {
        List<Long> layers = NetworkCounts.of(network, lattice).layers().stream()
                .map(count -> 2 * count.multiplyAdds())
                .toList();
        int first = 0;
        while (first < layers.size() && layers.get(first) == 0) {
            first++;
        }
        return new NetworkFlops(layers, first);
    }

    /** Forward pass of the whole network. */
    public long forward() {
        return layers.stream().mapToLong(Long::longValue).sum();
    }

    /** Forward pass and both gradients. */
    public long step() {
        return 3 * forward() - (first < layers.size() ? layers.get(first) : 0);
    }
}
