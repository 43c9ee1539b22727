package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.WormTables;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.Threefry;

/** Chains of a lattice that is not two-dimensional, in the lanes of {@link SpaceLaneWorm} where that holds them. */
final class SpaceLaneGroup extends PackedGroup {
    /** Links whose random numbers are drawn at once; a multiple of a block of random numbers. */
    private static final int SWEEP_BUFFER = 256;
    /** A chain goes to the lanes where no occupation exceeds this and no f the next: room for some moves. */
    private static final int LOW_OCCUPATION = SpaceLaneWorm.MOST - 2;

    private static final int LOW_F = SpaceLaneWorm.MOST_F - 7;

    /** Null where the lanes are of no use to this group. */
    private final SpaceLaneWorm lanes;

    private final int[] bits = new int[SWEEP_BUFFER * CHAINS];
    private final long[] worms;
    /** Half-link on which a lane's worm opened. */
    private final int[] tail = new int[CHAINS];
    /** Links that a sweep leaves out, -1 where it leaves out none. */
    private final int[] headLink = new int[CHAINS];

    private final int[] tailLink = new int[CHAINS];

    SpaceLaneGroup(
            ChainSpec spec, WormTables tables, LinkTable table, ChainState state, int first, int count, WarmUp warmUp) {
        super(spec, tables, table, state, first, count, warmUp);
        this.worms = new long[CHAINS];
        this.lanes = manyEnough(count) && table.volume <= Integer.MAX_VALUE / SpaceLaneWorm.SITE
                ? new SpaceLaneWorm(table, tables)
                : null;
        toLanes();
    }

    @Override
    void lanePeriod(SampleSink sink) {
        long end = clock + schedule.stepsPerSweep();
        while (clock < end) {
            sink.check();
            int from = uniformsRow();
            clock += lanes.steps(uniforms, from, (int) Math.min(BUFFER - from, end - clock));
            for (long closed = lanes.closed; closed != 0; closed &= closed - 1) {
                close(Long.numberOfTrailingZeros(closed), sink);
            }
            if (lanes.overflow) {
                goOnAlone(lanes.ahead, sink);
                return;
            }
        }
        long sweep = clock / schedule.stepsPerSweep() - 1;
        if (lanes.prepareSweep()) {
            laneSweep(sweep, sink);
        } else {
            sweepAlone(sweep);
        }
    }

    private void close(int lane, SampleSink sink) {
        worms[lane]++;
        long counted = worms[lane] - schedule.thermalization();
        if (taken(lane) && counted > 0 && counted % schedule.wormsBetween() == 0) {
            for (int link = 0; link < table.links; link++) {
                int ab = lanes.occupation(lanes.code(table.half[link]), lane);
                k[link] = (byte) ((ab & 15) - (ab >>> 4));
                l[link] = (byte) Math.min(ab & 15, ab >>> 4);
            }
            sink.accept(firstChain + lane, samples[lane], k, l);
            samples[lane]++;
        }
        int half = openings.next(lane);
        placeHead(lane, half);
        placeTail(lane, half);
    }

    private void placeHead(int lane, int half) {
        int code = lanes.code(half);
        lanes.entry[lane] = code % SpaceLaneWorm.LEGS;
        lanes.site[lane] = code - lanes.entry[lane];
    }

    private void placeTail(int lane, int half) {
        tail[lane] = half;
        lanes.tailNear[lane] = lanes.code(half);
        lanes.tailFar[lane] = lanes.code(table.partner[half]);
    }

    private int head(int lane) {
        return lanes.half(lanes.site[lane] + lanes.entry[lane]);
    }

    private void laneSweep(long number, SampleSink sink) {
        for (int lane = 0; lane < CHAINS; lane++) {
            headLink[lane] = table.link[head(lane)];
            tailLink[lane] = table.link[tail[lane]];
            if (headLink[lane] == tailLink[lane]) {
                headLink[lane] = -1;
                tailLink[lane] = -1;
            }
        }
        boolean oddPairs = WormAlgorithm.lowerOfPair(number, 1) == 1;
        long draw = number * ((table.links + Threefry.WORDS - 1) / Threefry.WORDS);
        for (int from = 0; from < table.links; from += SWEEP_BUFFER) {
            sink.check();
            int to = Math.min(from + SWEEP_BUFFER, table.links);
            int draws = (to - from + Threefry.WORDS - 1) / Threefry.WORDS;
            random.fill(Purpose.L_SWEEP, draw + from / Threefry.WORDS, draws, bits, null);
            lanes.sweep(from, to, bits, headLink, tailLink, oddPairs);
        }
    }

    @Override
    boolean holds(CompactChain chain) {
        return lanes != null && chain.within(LOW_OCCUPATION, LOW_F);
    }

    @Override
    void toLane(CompactChain chain, int lane) {
        for (int half = 0; half < chain.occupation.length; half++) {
            int o = chain.occupation[half];
            lanes.setOccupation(lanes.code(half), lane, o & 15 | o >>> 4);
        }
        placeHead(lane, chain.head);
        placeTail(lane, chain.tail);
        worms[lane] = chain.worms;
    }

    @Override
    void fromLane(int lane, CompactChain chain) {
        for (int half = 0; half < chain.occupation.length; half++) {
            int ab = lanes.occupation(lanes.code(half), lane);
            chain.occupation[half] = ab & 15 | ab >>> 4 << 8;
        }
        chain.worms = worms[lane];
        chain.head = head(lane);
        chain.tail = tail[lane];
    }

    @Override
    long[] worms() {
        return worms;
    }
}
