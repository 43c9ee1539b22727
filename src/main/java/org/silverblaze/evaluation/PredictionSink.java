package org.silverblaze.evaluation;

import java.io.IOException;

/** Takes predictions from several threads, in any order. */
interface PredictionSink extends AutoCloseable {
    /** Nobody keeps them. */
    PredictionSink NONE = new PredictionSink() {
        @Override
        public void add(Prediction prediction) {}

        @Override
        public void finish() {}

        @Override
        public void close() {}
    };

    void add(Prediction prediction) throws IOException;

    /** All predictions were added: the file gets its name. */
    void finish() throws IOException;

    /** Leaves nothing behind where it was not finished. */
    @Override
    void close() throws IOException;
}
