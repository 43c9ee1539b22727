package org.silverblaze.engine;

import java.util.List;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkSpec;
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
    public NetworkProblem {
        optimizers = List.copyOf(optimizers);
    }

    public int models() {
        return optimizers.size();
    }
}
