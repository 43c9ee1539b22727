package org.silverblaze.engine;

import java.util.List;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;

/**
 * What an engine compiles once: an architecture on a lattice, for one model or an ensemble of the same architecture.
 *
 * @param network the architecture
 * @param map free to raw parameters, the same for all models
 * @param lattice two-dimensional
 * @param batch largest number of examples of one step
 * @param loss what trainStep minimises
 * @param optimizers one for each model of the ensemble
 * @param threads threads that the engine may use
 */
public record NetworkProblem(
        NetworkSpec network,
        ParameterMap map,
        Lattice lattice,
        int batch,
        Loss loss,
        List<AdamW> optimizers,
        int threads) {
    /**
     * The gradient of a batch is summed over micro-blocks of so many consecutive entries of its selection, and these in a
     * binary tree whose left branch is the largest power of two of micro-blocks below the node's number (DESIGN.md).
     */
    public static final int MICRO_BLOCK = 16;

    public NetworkProblem {
        optimizers = List.copyOf(optimizers);
    }

    public int models() {
        return optimizers.size();
    }

    /** @throws org.silverblaze.BadInput where the network does not fit the lattice */
    public NetworkShapes shapes() {
        return NetworkShapes.of(network, lattice);
    }

    /** @throws org.silverblaze.BadInput where the network does not fit the lattice or the parameter map */
    public ParameterLayout layout() {
        ParameterLayout layout = ParameterLayout.of(shapes());
        layout.requireFits(map);
        return layout;
    }

    /** @throws IllegalArgumentException where the examples are not of this problem's lattice or channels */
    public void requireFits(Examples examples) {
        if (!examples.lattice().equals(lattice) || examples.channels() != network.inputChannels()) {
            throw new IllegalArgumentException("examples of " + examples.channels() + " channels on "
                    + examples.lattice() + ", network of " + network.inputChannels() + " on " + lattice);
        }
    }
}
