package org.silverblaze.engine.vector;

import java.util.Arrays;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.WormTables;

/**
 * Sampling of the vector engine: a block is cut into groups of as many chains as a vector has lanes.
 *
 * <p>The kernels in lanes are eight times as fast as a chain by itself, but the JIT needs some seconds for them. So the first steps of
 * a process are made chain by chain, and small work never pays for the compiler; a block with much work turns to the lanes at once
 * ({@link WarmUp}). No bit depends on it.
 */
public final class VectorSampler implements SamplingEngine {
    /** Steps of single chains before the lanes: a second or so of work. */
    private static final long STEPS_ALONE = 1 << 24;

    private final WarmUp warmUp;

    public VectorSampler() {
        this(STEPS_ALONE);
    }

    /** A sampler that turns to the lanes when this process has made that many steps of single chains; 0: at once. */
    public VectorSampler(long stepsAlone) {
        this.warmUp = new WarmUp(stepsAlone);
    }

    /** Chains in one vector of this machine; 1 where its vectors are of no use to the sampler. */
    public static int lanes() {
        return WormLanes.USABLE ? WormLanes.WIDTH : 1;
    }

    @Override
    public ChainBlock start(ChainSpec spec, int firstChain, int chains) {
        return resume(spec, ChainState.cold(spec, firstChain, chains));
    }

    @Override
    public ChainBlock resume(ChainSpec spec, ChainState state) {
        return new Block(spec, state, warmUp);
    }

    @Override
    public void expect(double steps) {
        warmUp.expectSteps(steps);
    }

    private static final class Block implements ChainBlock {
        private final ChainSpec spec;
        private final int firstChain;
        private final int chains;
        private final WarmUp warmUp;
        private final ChainGroup[] groups;
        /** Samples asked for before. */
        private final long[] asked;

        Block(ChainSpec spec, ChainState state, WarmUp warmUp) {
            this.spec = spec;
            this.firstChain = state.firstChain();
            this.chains = state.chains();
            this.warmUp = warmUp;
            this.asked = state.samples().clone();
            WormTables tables = WormTables.of(spec.lattice(), spec.couplings());
            LinkTable table = new LinkTable(spec.lattice());
            this.groups = new ChainGroup[(chains + WormLanes.CHAINS - 1) / WormLanes.CHAINS];
            for (int i = 0; i < groups.length; i++) {
                int first = i * WormLanes.CHAINS;
                int count = Math.min(WormLanes.CHAINS, chains - first);
                groups[i] = switch (spec.algorithm()) {
                    case DIRECTED ->
                        spec.lattice().dimensions() == 2
                                ? new LaneGroup(spec, tables, table, state, first, count, warmUp)
                                : new SpaceLaneGroup(spec, tables, table, state, first, count, warmUp);
                    case METROPOLIS -> new MetropolisGroup(spec, tables, table, state, first, count);
                };
            }
        }

        /** Every group runs to its own end first; the block ends at the latest of these, which all then go to. */
        @Override
        public void advance(long[] samples, SampleSink sink) {
            double more = 0;
            for (int i = 0; i < chains; i++) {
                more += Math.max(0, samples[i] - asked[i]);
                asked[i] = samples[i];
            }
            warmUp.expect(
                    (double) chains * spec.lattice().volume(),
                    more * spec.schedule().wormsBetween());
            long end = clock();
            for (int i = 0; i < groups.length; i++) {
                while (!groups[i].reached(samples, i * WormLanes.CHAINS)) {
                    sink.check();
                    groups[i].period(sink);
                }
                end = Math.max(end, groups[i].clock());
            }
            for (ChainGroup group : groups) {
                while (group.clock() < end) {
                    sink.check();
                    group.period(sink);
                }
            }
        }

        @Override
        public ChainState state() {
            int halves = 2 * spec.lattice().links();
            ChainState state = new ChainState(
                    firstChain,
                    clock(),
                    new byte[2 * halves * chains],
                    new long[chains],
                    new long[chains],
                    new int[chains],
                    new int[chains],
                    new int[chains],
                    new int[chains]);
            for (int i = 0; i < groups.length; i++) {
                groups[i].store(state, i * WormLanes.CHAINS);
            }
            return state;
        }

        /** Says how often groups of chains had to leave the lanes. */
        @Override
        public String toString() {
            long left = Arrays.stream(groups).mapToLong(ChainGroup::timesLeft).sum();
            return "chains " + firstChain + " to " + (firstChain + chains - 1) + " on " + spec.lattice()
                    + ": left the lanes " + left + " times";
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
