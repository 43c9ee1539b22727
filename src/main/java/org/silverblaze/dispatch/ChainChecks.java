package org.silverblaze.dispatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.silverblaze.dispatch.Verification.Comparison;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/** Chains of fluxes: every sample and the whole state, to the bit. */
final class ChainChecks {
    private static final long SEED = 20260;

    /**
     * Ensembles that between them meet odd extents, extents 1 and 2, every dimension, dense phases, more chains than any block of lanes
     * or threads holds and counts that do not divide by one.
     */
    private static final List<Ensemble> ENSEMBLES = List.of(
            new Ensemble("60x4", 1.05, 240, 40, 6),
            new Ensemble("8x8", 1.0, 64, 130, 6),
            new Ensemble("8x8", 1.5, 64, 16, 6),
            new Ensemble("2x2", 1.3, 7, 33, 40),
            new Ensemble("7x3", -0.8, 13, 17, 20),
            new Ensemble("3x1", 0.9, 4, 16, 30),
            new Ensemble("1x1", 0.3, 3, 5, 30),
            new Ensemble("9", 0.5, 6, 16, 20),
            new Ensemble("4x3x2", 0.7, 24, 16, 10),
            new Ensemble("2x1x3x2", 0.7, 12, 16, 10));

    private record Ensemble(String lattice, double mu, int stepsPerSweep, int chains, int samples) {
        ChainSpec spec(WormAlgorithm algorithm) {
            return new ChainSpec(
                    Lattice.parse(lattice),
                    new Couplings(4.01, 1, mu),
                    algorithm,
                    SEED,
                    new Schedule(stepsPerSweep, 4, 3));
        }
    }

    private ChainChecks() {}

    static List<Comparison> of(SamplingEngine engine, SamplingEngine reference, List<String> leftOut) {
        List<Comparison> all = new ArrayList<>();
        for (WormAlgorithm algorithm : WormAlgorithm.values()) {
            Verification.part(leftOut, () -> {
                engine.start(ENSEMBLES.getLast().spec(algorithm), 0, 1).close();
                for (Ensemble ensemble : ENSEMBLES) {
                    all.add(new Comparison(
                            algorithm.id() + " chains on " + ensemble.lattice() + " at mu " + ensemble.mu()
                                    + ", to the bit",
                            () -> fault(engine, reference, ensemble.spec(algorithm), ensemble)));
                }
                all.add(new Comparison(
                        algorithm.id() + " chains that go on from the state of reference, and back",
                        () -> handedOver(engine, reference, ENSEMBLES.getFirst().spec(algorithm))));
            });
        }
        return all;
    }

    private static String fault(SamplingEngine engine, SamplingEngine reference, ChainSpec spec, Ensemble ensemble) {
        Recorder expected = new Recorder();
        Recorder actual = new Recorder();
        long[] wanted = new long[ensemble.chains()];
        Arrays.fill(wanted, ensemble.samples());
        wanted[wanted.length / 2]--;
        try (ChainBlock ours = engine.start(spec, 3, ensemble.chains());
                ChainBlock theirs = reference.start(spec, 3, ensemble.chains())) {
            ours.advance(wanted, actual);
            theirs.advance(wanted, expected);
            String fault = expected.differenceFrom(actual);
            return fault != null ? fault : difference(theirs.state(), ours.state());
        }
    }

    private static String handedOver(SamplingEngine engine, SamplingEngine reference, ChainSpec spec) {
        Recorder expected = new Recorder();
        Recorder actual = new Recorder();
        ChainState end;
        try (ChainBlock whole = reference.start(spec, 0, 16)) {
            whole.advance(samples(9), expected);
            end = whole.state();
        }
        ChainState state = ChainState.cold(spec, 0, 16);
        SamplingEngine[] turns = {reference, engine, reference};
        for (int turn = 0; turn < turns.length; turn++) {
            try (ChainBlock block = turns[turn].resume(spec, state)) {
                block.advance(samples(3L * (turn + 1)), actual);
                state = block.state();
            }
        }
        String fault = expected.differenceFrom(actual);
        return fault != null ? fault : difference(end, state);
    }

    private static long[] samples(long each) {
        long[] wanted = new long[16];
        Arrays.fill(wanted, each);
        return wanted;
    }

    private static String difference(ChainState expected, ChainState actual) {
        if (expected.clock() != actual.clock()) {
            return "the clock stands at " + actual.clock() + ", reference's at " + expected.clock();
        }
        boolean same = Arrays.equals(expected.legs(), actual.legs())
                && Arrays.equals(expected.worms(), actual.worms())
                && Arrays.equals(expected.samples(), actual.samples())
                && Arrays.equals(expected.headSite(), actual.headSite())
                && Arrays.equals(expected.headLeg(), actual.headLeg())
                && Arrays.equals(expected.tailSite(), actual.tailSite())
                && Arrays.equals(expected.tailLeg(), actual.tailLeg());
        return same ? null : "the state of the chains differs from reference's";
    }

    /** The configurations of each chain in their order. */
    private static final class Recorder implements SampleSink {
        private final TreeMap<Integer, List<String>> chains = new TreeMap<>();

        @Override
        public void accept(int chain, long draw, byte[] k, byte[] l) {
            chains.computeIfAbsent(chain, c -> new ArrayList<>())
                    .add(draw + " " + Arrays.toString(k) + Arrays.toString(l));
        }

        String differenceFrom(Recorder actual) {
            if (!chains.keySet().equals(actual.chains.keySet())) {
                return "samples of " + actual.chains.size() + " chains, reference has " + chains.size();
            }
            for (int chain : chains.keySet()) {
                List<String> theirs = chains.get(chain);
                List<String> ours = actual.chains.get(chain);
                for (int i = 0; i < Math.min(theirs.size(), ours.size()); i++) {
                    if (!theirs.get(i).equals(ours.get(i))) {
                        return "sample " + i + " of chain " + chain + " differs from reference's";
                    }
                }
                if (theirs.size() != ours.size()) {
                    return "chain " + chain + " has " + ours.size() + " samples, reference has " + theirs.size();
                }
            }
            return null;
        }
    }
}
