package org.silverblaze.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.silverblaze.Progress;
import org.silverblaze.engine.Engine;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkSpec;

/**
 * How much faster all threads are than one: training steps and sampling beside fused multiply-adds on registers, which share nothing but
 * clocks and cores. Everything is measured in turns, a slice of each at one thread and at all of them, so that what the machine does
 * besides meets all alike.
 *
 * @param engine does the work, on the host's processors
 * @param threads all of them, at least 2
 * @param timing of a slice, and how many turns
 */
public record Scaling(Engine engine, int threads, List<Lattice> lattices, List<Integer> batches, Timing timing) {
    /** A third of a second each, fifteen turns. */
    public static final Timing TIMING = new Timing(1.0, 0.3, 15);

    private static final List<NamedNetwork> NETWORKS = List.of(NamedNetwork.EQ_SMALL, NamedNetwork.EQ_LARGE);

    public Scaling {
        lattices = List.copyOf(lattices);
        batches = List.copyOf(batches);
        if (threads < 2) {
            throw new IllegalArgumentException("threads: " + threads + "; scaling needs 2 or more");
        }
    }

    /** Work of one thread and the same of all of them: how to start it with so many. */
    private record Pair(String name, String unit, IntFunction<Crowd> start) {}

    private List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (Lattice lattice : lattices) {
            for (int batch : batches) {
                for (NamedNetwork network : NETWORKS) {
                    NetworkSpec spec = network.spec(network.channels());
                    pairs.add(new Pair(
                            "step/" + network.id() + "/" + lattice + "/" + batch,
                            "FLOP/s",
                            n -> Crowd.of(1, i -> NetworkWork.step(engine, spec, lattice, batch, n))));
                }
            }
            pairs.add(new Pair(
                    "sampling/" + lattice,
                    "steps/s",
                    n -> Crowd.of(n, i -> SamplingWork.sampling(engine, lattice, i))));
        }
        return pairs;
    }

    /**
     * For each workload its rates with one thread and with all of them, then the quotient, {@code scaling/NAME}, with the quotient of the
     * multiply-adds of the same turns as its limit.
     */
    public List<BenchResult> measure(Progress progress) {
        List<BenchResult> results = new ArrayList<>();
        List<Pair> pairs = pairs();
        for (int i = 0; i < pairs.size(); i++) {
            progress.update("measuring with 1 and with " + threads + " threads", i, pairs.size());
            results.addAll(measure(pairs.get(i)));
        }
        progress.update("measuring with 1 and with " + threads + " threads", pairs.size(), pairs.size());
        return results;
    }

    private List<BenchResult> measure(Pair pair) {
        int turns = timing.repetitions();
        double[][] rates = new double[4][turns];
        try (Crowd one = pair.start().apply(1);
                Crowd all = pair.start().apply(threads);
                Crowd oneLimit = Crowd.of(1, i -> Limits.multiplyAdds());
                Crowd allLimit = Crowd.of(threads, i -> Limits.multiplyAdds())) {
            List<Crowd> crowds = List.of(oneLimit, one, allLimit, all);
            crowds.forEach(crowd -> crowd.warmUp(timing));
            for (int turn = 0; turn < turns; turn++) {
                for (int c = 0; c < crowds.size(); c++) {
                    rates[c][turn] = crowds.get(c).slice(timing);
                }
            }
        }
        Timing.Rates limit = quotient(rates[2], rates[0]);
        return List.of(
                result("fma/1 thread beside " + pair.name(), "FLOP/s", rates[0]),
                result("fma/" + threads + " threads beside " + pair.name(), "FLOP/s", rates[2]),
                result(pair.name() + "/1 thread", pair.unit(), rates[1]),
                result(pair.name() + "/" + threads + " threads", pair.unit(), rates[3]),
                BenchResult.of(
                        engine.name(), "scaling/" + pair.name(), "x", quotient(rates[3], rates[1]), limit.median()));
    }

    private BenchResult result(String name, String unit, double[] rates) {
        return BenchResult.of(engine.name(), name, unit, new Timing.Rates(rates), null);
    }

    /** Turn by turn. */
    private static Timing.Rates quotient(double[] all, double[] one) {
        double[] quotients = new double[all.length];
        Arrays.setAll(quotients, turn -> all[turn] / one[turn]);
        return new Timing.Rates(quotients);
    }
}
