package org.silverblaze.training;

import java.util.List;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/**
 * Trained networks of one recipe: what evaluation needs.
 *
 * @param recipe the recipe
 * @param lattice of the training data
 * @param couplings of the training data
 * @param engine name of the engine that trained it
 * @param labelMeans mean labels of the training examples, {@code double[K]}
 * @param members in the order of the recipe's seeds
 */
public record TrainedEnsemble(
        Recipe recipe,
        Lattice lattice,
        Couplings couplings,
        String engine,
        double[] labelMeans,
        List<TrainedMember> members) {
    public TrainedEnsemble {
        members = List.copyOf(members);
    }
}
