package org.silverblaze.engine.vector;

import org.silverblaze.BadInput;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.FieldSink;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.FieldState;
import org.silverblaze.engine.FieldTables;

/** The phi representation of the vector engine: a block is cut into groups of as many chains as a vector has lanes. */
public final class VectorFields implements FieldEngine {
    @Override
    public FieldBlock start(FieldSpec spec, int firstChain, int chains) {
        return resume(spec, FieldState.cold(spec, firstChain, chains));
    }

    @Override
    public FieldBlock resume(FieldSpec spec, FieldState state) {
        if (!LaneField.fits(spec.lattice())) {
            throw new BadInput("--lattice " + spec.lattice() + ": too many sites for the vector engine's lanes; "
                    + "--engine reference takes it");
        }
        return new Block(spec, state);
    }

    private static final class Block implements FieldBlock {
        private final FieldSpec spec;
        private final int firstChain;
        private final int chains;
        private final LaneField[] groups;

        Block(FieldSpec spec, FieldState state) {
            this.spec = spec;
            this.firstChain = state.firstChain();
            this.chains = state.chains(spec);
            this.groups = new LaneField[(chains + WormLanes.WIDTH - 1) / WormLanes.WIDTH];
            FieldTables tables = FieldTables.of(spec.lattice(), spec.couplings());
            for (int i = 0; i < groups.length; i++) {
                groups[i] = new LaneField(spec, tables, firstChain + i * WormLanes.WIDTH, state.clock());
            }
            int numbers = 2 * spec.lattice().volume();
            for (int c = 0; c < chains; c++) {
                groups[c / WormLanes.WIDTH].load(c % WormLanes.WIDTH, state.phi(), c * numbers);
            }
        }

        @Override
        public void advance(long samples, FieldSink sink) {
            float[] sample = new float[2 * spec.lattice().volume()];
            for (long draw = spec.schedule().samplesAt(clock()); draw < samples; draw++) {
                long next = spec.schedule().clockOf(draw);
                for (LaneField group : groups) {
                    while (group.clock() < next) {
                        sink.check();
                        group.update();
                    }
                }
                for (int c = 0; c < chains; c++) {
                    groups[c / WormLanes.WIDTH].store(c % WormLanes.WIDTH, sample, 0);
                    sink.accept(firstChain + c, draw, sample);
                }
            }
        }

        @Override
        public FieldState state() {
            int numbers = 2 * spec.lattice().volume();
            float[] phi = new float[chains * numbers];
            for (int c = 0; c < chains; c++) {
                groups[c / WormLanes.WIDTH].store(c % WormLanes.WIDTH, phi, c * numbers);
            }
            return new FieldState(firstChain, clock(), phi);
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
            return chains;
        }

        @Override
        public long clock() {
            return groups[0].clock();
        }

        @Override
        public void close() {}
    }
}
