package org.silverblaze.evaluation;

import java.util.function.Consumer;
import org.silverblaze.engine.Examples;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/** Labelled configurations of one lattice and one set of couplings to test networks on, streamed in chunks. */
public interface TestSet {
    Lattice lattice();

    Couplings couplings();

    /** Hands out all examples, chunk after chunk; each call gives the same chunks in the same order. */
    void forEachChunk(Consumer<Examples> sink);

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
