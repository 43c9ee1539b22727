package org.silverblaze.engine.reference;

import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.WormTables;

/** Sampling of the reference engine: every chain on its own, one step after another. */
public final class ReferenceSampler implements SamplingEngine {
    @Override
    public ChainBlock start(ChainSpec spec, int firstChain, int chains) {
        return resume(spec, ChainState.cold(spec, firstChain, chains));
    }

    @Override
    public ChainBlock resume(ChainSpec spec, ChainState state) {
        return new Block(spec, state);
    }

    private static final class Block implements ChainBlock {
        private final ChainSpec spec;
        private final int firstChain;
        private final ReferenceWorm[] chains;
        private long clock;
        private SampleSink sink;

        Block(ChainSpec spec, ChainState state) {
            this.spec = spec;
            this.firstChain = state.firstChain();
            this.clock = state.clock();
            this.chains = new ReferenceWorm[state.chains()];
            WormTables tables = WormTables.of(spec.lattice(), spec.couplings());
            for (int c = 0; c < chains.length; c++) {
                SampleSink forward = (number, draw, k, l) -> sink.accept(number, draw, k, l);
                ReferenceWorm chain = switch (spec.algorithm()) {
                    case DIRECTED -> new ReferenceChain(spec, tables, firstChain + c, forward);
                    case METROPOLIS -> new MetropolisChain(spec, tables, firstChain + c, forward);
                };
                chain.load(state, c);
                chains[c] = chain;
            }
        }

        @Override
        public void advance(long[] samples, SampleSink sink) {
            this.sink = sink;
            while (!reached(samples)) {
                for (ReferenceWorm chain : chains) {
                    sink.check();
                    chain.stepsAndSweep();
                }
                clock += spec.schedule().stepsPerSweep();
            }
        }

        private boolean reached(long[] samples) {
            for (int c = 0; c < chains.length; c++) {
                if (chains[c].samples() < samples[c]) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public ChainState state() {
            int halves = 2 * spec.lattice().links();
            ChainState state = new ChainState(
                    firstChain,
                    clock,
                    new byte[2 * halves * chains.length],
                    new long[chains.length],
                    new long[chains.length],
                    new int[chains.length],
                    new int[chains.length],
                    new int[chains.length],
                    new int[chains.length]);
            for (int c = 0; c < chains.length; c++) {
                chains[c].store(state, c);
            }
            return state;
        }

        @Override
        public ChainSpec spec() {
            return spec;
        }

        @Override
        public int firstChain() {
            return firstChain;
        }

        @Override
        public int chains() {
            return chains.length;
        }

        @Override
        public long clock() {
            return clock;
        }

        @Override
        public void close() {}
    }
}
