package org.silverblaze.training;

import java.util.Optional;
import java.util.function.Supplier;

/** Where a training leaves its state after each epoch and finds it again. */
interface Checkpoints {
    /** A training that cannot be taken up again. */
    Checkpoints NONE = new Checkpoints() {
        @Override
        public Optional<Checkpoint> latest() {
            return Optional.empty();
        }

        @Override
        public void offer(Supplier<Checkpoint> state) {}

        @Override
        public void flush() {}
    };

    /** What to go on from; empty: from the beginning. */
    Optional<Checkpoint> latest();

    /** The state after an epoch. It is saved now or stays at hand until {@link #flush}. */
    void offer(Supplier<Checkpoint> state);

    /** Saves the state that was offered last, if it is not saved yet: the training is about to stop. */
    void flush();
}
