package org.silverblaze.engine.reference;

import java.util.Arrays;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.FieldSink;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.FieldState;
import org.silverblaze.engine.FieldTables;

/** The phi representation of the reference engine: every chain on its own, one site after another. */
public final class ReferenceFields implements FieldEngine {
    @Override
    public FieldBlock start(FieldSpec spec, int firstChain, int chains) {
        return resume(spec, FieldState.cold(spec, firstChain, chains));
    }

    @Override
    public FieldBlock resume(FieldSpec spec, FieldState state) {
        return new Block(spec, state);
    }

    private static final class Block implements FieldBlock {
        private final FieldSpec spec;
        private final int firstChain;
        private final ReferenceFieldChain[] chains;
        private long clock;

        Block(FieldSpec spec, FieldState state) {
            this.spec = spec;
            this.firstChain = state.firstChain();
            this.clock = state.clock();
            this.chains = new ReferenceFieldChain[state.chains(spec)];
            FieldTables tables = FieldTables.of(spec.lattice(), spec.couplings());
            int numbers = 2 * spec.lattice().volume();
            for (int c = 0; c < chains.length; c++) {
                float[] phi = Arrays.copyOfRange(state.phi(), c * numbers, (c + 1) * numbers);
                chains[c] = new ReferenceFieldChain(spec, tables, firstChain + c, phi, clock);
            }
        }

        @Override
        public void advance(long samples, FieldSink sink) {
            long draw = spec.schedule().samplesAt(clock);
            for (; draw < samples; draw++) {
                long next = spec.schedule().clockOf(draw);
                float[] sample = new float[2 * spec.lattice().volume()];
                for (ReferenceFieldChain chain : chains) {
                    while (chain.clock < next) {
                        sink.check();
                        chain.update();
                    }
                    System.arraycopy(chain.phi, 0, sample, 0, sample.length);
                    sink.accept(chain.number(), draw, sample);
                }
                clock = next;
            }
        }

        @Override
        public FieldState state() {
            int numbers = 2 * spec.lattice().volume();
            float[] phi = new float[chains.length * numbers];
            for (int c = 0; c < chains.length; c++) {
                System.arraycopy(chains[c].phi, 0, phi, c * numbers, numbers);
            }
            return new FieldState(firstChain, clock, phi);
        }

        @Override
        public FieldSpec spec() {
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
