package org.silverblaze.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.util.Arrays;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.Samples;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.training.TrainedEnsemble;
import org.silverblaze.training.Trainer;

/**
 * Time of one network for one configuration on one thread, from the int8 fluxes to the outputs: the first member on the first
 * sample, again and again, each call timed for itself, after a second of calls that are not counted.
 *
 * @param medianMicros median of the calls, microseconds
 * @param tenthMicros a tenth of the calls was quicker, microseconds
 * @param ninetiethMicros a tenth of the calls was slower, microseconds
 * @param calls calls that were timed
 */
public record Latency(
        @JsonProperty("median_us") double medianMicros,
        @JsonProperty("tenth_us") double tenthMicros,
        @JsonProperty("ninetieth_us") double ninetiethMicros,
        int calls) {
    private static final long SECOND = 1_000_000_000L;
    private static final int MOST_CALLS = 1_000_000;
    private static final int FEWEST_CALLS = 20;

    /** Measures; takes two seconds, or longer where one call takes long. */
    public static Latency measure(TrainedEnsemble ensemble, Dataset dataset, NetworkEngine engine) throws IOException {
        Samples first = dataset.load(0, new int[] {0}, 1);
        Examples one = first.regression();
        int[] selection = {0};
        try (CompiledNetwork network = engine.compile(
                Trainer.problem(ensemble.recipe(), dataset.manifest().lattice(), 1, 1, 1))) {
            network.setParameters(0, ensemble.members().getFirst().parameters());
            long begin = System.nanoTime();
            for (int call = 0; call < FEWEST_CALLS || System.nanoTime() - begin < SECOND; call++) {
                network.forward(0, one, selection);
            }
            long[] nanos = new long[MOST_CALLS];
            int calls = 0;
            long start = System.nanoTime();
            while (calls < MOST_CALLS && (calls < FEWEST_CALLS || System.nanoTime() - start < SECOND)) {
                long before = System.nanoTime();
                network.forward(0, one, selection);
                nanos[calls++] = System.nanoTime() - before;
            }
            long[] sorted = Arrays.copyOf(nanos, calls);
            Arrays.sort(sorted);
            return new Latency(
                    sorted[calls / 2] * 1e-3, sorted[calls / 10] * 1e-3, sorted[calls - 1 - calls / 10] * 1e-3, calls);
        }
    }
}
