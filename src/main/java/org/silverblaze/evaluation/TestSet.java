package org.silverblaze.evaluation;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.silverblaze.BadInput;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.engine.Examples;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;
import org.silverblaze.training.Task;

/** Labelled configurations of one lattice and one set of couplings to test networks on, streamed in chunks. */
public interface TestSet {
    /** Largest number of examples handed out at once. */
    int CHUNK = 1024;

    Lattice lattice();

    Couplings couplings();

    /** Whether examples 2j and 2j + 1 are matched pairs: the same worms on the same background, all open, and the last one closed. */
    default boolean pairs() {
        return false;
    }

    /** Hands out all examples, chunk after chunk; each call gives the same chunks in the same order. */
    void forEachChunk(Consumer<Examples> sink) throws IOException;

    /**
     * One test set for each chemical potential of a data set, all samples of it.
     *
     * @param task decides the targets
     * @throws BadInput where the lattice does not have the two dimensions that networks take
     */
    static List<TestSet> of(Dataset dataset, Task task) {
        Lattice lattice = dataset.manifest().lattice();
        if (lattice.dimensions() != 2) {
            throw new BadInput(dataset.path() + ": lattice " + lattice + "; networks take two dimensions, N_t x N_x");
        }
        return IntStream.range(0, dataset.manifest().points().size())
                .mapToObj(mu -> of(dataset, mu, task))
                .toList();
    }

    /** All samples of one chemical potential of a data set. */
    static TestSet of(Dataset dataset, int mu, Task task) {
        return new TestSet() {
            @Override
            public Lattice lattice() {
                return dataset.manifest().lattice();
            }

            @Override
            public Couplings couplings() {
                return dataset.manifest().couplings(mu);
            }

            @Override
            public boolean pairs() {
                return dataset.manifest().task() != null
                        && dataset.manifest().task().pairs();
            }

            @Override
            public void forEachChunk(Consumer<Examples> sink) throws IOException {
                dataset.forEach(mu, CHUNK, samples -> sink.accept(task.examples(samples)));
            }
        };
    }

    /** A test set that fits into memory. */
    static TestSet of(Couplings couplings, Examples examples) {
        return new TestSet() {
            @Override
            public Lattice lattice() {
                return examples.lattice();
            }

            @Override
            public Couplings couplings() {
                return couplings;
            }

            @Override
            public void forEachChunk(Consumer<Examples> sink) {
                sink.accept(examples);
            }
        };
    }
}
