package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.WormTables;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Threefry;

/**
 * Consecutive chains of a block on a lattice that is not two-dimensional. As {@link LaneGroup}: where {@link SpaceLaneWorm} can hold them
 * they run in its lanes, otherwise each by itself, and no bit of any chain depends on it.
 */
final class SpaceLaneGroup implements ChainGroup {
    /** Steps whose random numbers are drawn at once; a multiple of a block of random numbers. */
    private static final int BUFFER = 64;
    /** Links whose random numbers are drawn at once; likewise. */
    private static final int SWEEP_BUFFER = 256;
    /** A group goes back to the lanes where no occupation exceeds this and no f the next: room for some moves. */
    private static final int LOW_OCCUPATION = SpaceLaneWorm.MOST - 2;

    private static final int LOW_F = SpaceLaneWorm.MOST_F - 7;

    private final Schedule schedule;
    private final WarmUp warmUp;
    private final StreamKey key;
    private final ThreefryLanes numbers;
    private final LinkTable table;
    private final int firstChain;
    private final CompactChain[] chains;
    /** Null where the lanes are of no use to this group. */
    private final SpaceLaneWorm lanes;

    private final float[] uniforms = new float[BUFFER * CHAINS];
    private final int[] bits = new int[SWEEP_BUFFER * CHAINS];
    /** The draw of row 0 of {@link #uniforms}, -1 where they are not filled. */
    private long uniformsFrom = -1;

    private boolean inLanes;
    private long timesLeft;
    private final long[] worms;
    private final long[] samples;
    /** Half-link on which a lane's worm opened, and the one at which its next opens. */
    private final int[] tail = new int[CHAINS];

    private final int[] opening = new int[CHAINS];
    /** {@code [lane][word]}: the draw that it is of. */
    private final int[] openingWords = new int[CHAINS * Threefry.WORDS];
    /** Links that a sweep leaves out, -1 where it leaves out none. */
    private final int[] headLink = new int[CHAINS];

    private final int[] tailLink = new int[CHAINS];
    private final byte[] k;
    private final byte[] l;
    private long clock;

    SpaceLaneGroup(
            ChainSpec spec, WormTables tables, LinkTable table, ChainState state, int first, int count, WarmUp warmUp) {
        this.schedule = spec.schedule();
        this.warmUp = warmUp;
        this.key = spec.key();
        this.table = table;
        this.firstChain = state.firstChain() + first;
        this.numbers = new ThreefryLanes(key, firstChain);
        this.clock = state.clock();
        this.chains = new CompactChain[count];
        this.worms = new long[count];
        this.samples = new long[count];
        this.k = new byte[table.links];
        this.l = new byte[table.links];
        for (int c = 0; c < count; c++) {
            chains[c] = new CompactChain(spec, tables, table, firstChain + c);
            chains[c].load(state, first + c);
        }
        boolean useful = WormLanes.USABLE && count == CHAINS && table.volume <= Integer.MAX_VALUE / SpaceLaneWorm.SITE;
        this.lanes = useful ? new SpaceLaneWorm(table, tables) : null;
        toLanes();
    }

    @Override
    public long clock() {
        return clock;
    }

    /** How often the lanes did not hold a step or sweep. */
    @Override
    public long timesLeft() {
        return timesLeft;
    }

    @Override
    public boolean reached(long[] wanted, int first) {
        for (int c = 0; c < chains.length; c++) {
            if ((inLanes ? samples[c] : chains[c].samples) < wanted[first + c]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void period(SampleSink sink) {
        if (inLanes) {
            lanePeriod(sink);
        } else {
            warmUp.made((long) schedule.stepsPerSweep() * chains.length);
            finishAlone(clock + schedule.stepsPerSweep(), sink);
        }
    }

    private void finishAlone(long end, SampleSink sink) {
        for (CompactChain chain : chains) {
            chain.toSweep(end, sink);
        }
        clock = end;
        toLanes();
    }

    private void lanePeriod(SampleSink sink) {
        long end = clock + schedule.stepsPerSweep();
        while (clock < end) {
            sink.check();
            int from = (int) (clock % BUFFER);
            if (uniformsFrom != clock - from) {
                uniformsFrom = clock - from;
                numbers.fill(Purpose.WORM_MOVE, uniformsFrom / Threefry.WORDS, BUFFER / Threefry.WORDS, null, uniforms);
            }
            clock += lanes.steps(uniforms, from, (int) Math.min(BUFFER - from, end - clock));
            for (long closed = lanes.closed; closed != 0; closed &= closed - 1) {
                close(Long.numberOfTrailingZeros(closed), sink);
            }
            if (lanes.overflow) {
                timesLeft++;
                fromLanes(lanes.ahead);
                finishAlone(end, sink);
                return;
            }
        }
        long sweep = clock / schedule.stepsPerSweep() - 1;
        if (lanes.prepareSweep()) {
            laneSweep(sweep, sink);
        } else {
            timesLeft++;
            fromLanes(0);
            for (CompactChain chain : chains) {
                chain.sweep(sweep);
            }
            toLanes();
        }
    }

    private void close(int lane, SampleSink sink) {
        worms[lane]++;
        long counted = worms[lane] - schedule.thermalization();
        if (counted > 0 && counted % schedule.wormsBetween() == 0) {
            for (int link = 0; link < table.links; link++) {
                int ab = lanes.occupation(lanes.code(table.half[link]), lane);
                k[link] = (byte) ((ab & 15) - (ab >>> 4));
                l[link] = (byte) Math.min(ab & 15, ab >>> 4);
            }
            sink.accept(firstChain + lane, samples[lane], k, l);
            samples[lane]++;
        }
        placeHead(lane, opening[lane]);
        placeTail(lane, opening[lane]);
        openAhead(lane, false);
    }

    /** @param anew whether there is no draw of this lane yet */
    private void openAhead(int lane, boolean anew) {
        opening[lane] = WormAlgorithm.opening(
                key,
                firstChain + lane,
                worms[lane] + 1,
                table.partner.length,
                openingWords,
                lane * Threefry.WORDS,
                anew);
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
            numbers.fill(Purpose.L_SWEEP, draw + from / Threefry.WORDS, draws, bits, null);
            lanes.sweep(from, to, bits, headLink, tailLink, oddPairs);
        }
    }

    private void toLanes() {
        inLanes = false;
        if (lanes == null || !warmUp.over()) {
            return;
        }
        for (CompactChain chain : chains) {
            if (!chain.within(LOW_OCCUPATION, LOW_F)) {
                return;
            }
        }
        for (int lane = 0; lane < CHAINS; lane++) {
            CompactChain chain = chains[lane];
            for (int half = 0; half < chain.occupation.length; half++) {
                int o = chain.occupation[half];
                lanes.setOccupation(lanes.code(half), lane, o & 15 | o >>> 4);
            }
            placeHead(lane, chain.head);
            placeTail(lane, chain.tail);
            worms[lane] = chain.worms;
            samples[lane] = chain.samples;
            openAhead(lane, true);
        }
        inLanes = true;
    }

    /** @param ahead lanes before this one have made one step more */
    private void fromLanes(int ahead) {
        for (int lane = 0; lane < CHAINS; lane++) {
            CompactChain chain = chains[lane];
            for (int half = 0; half < chain.occupation.length; half++) {
                int ab = lanes.occupation(lanes.code(half), lane);
                chain.occupation[half] = ab & 15 | ab >>> 4 << 8;
            }
            chain.occupationsChanged();
            chain.clock = clock + (lane < ahead ? 1 : 0);
            chain.worms = worms[lane];
            chain.samples = samples[lane];
            chain.head = head(lane);
            chain.tail = tail[lane];
        }
        inLanes = false;
    }

    @Override
    public void store(ChainState state, int first) {
        if (inLanes) {
            fromLanes(0);
            inLanes = true;
        }
        for (int c = 0; c < chains.length; c++) {
            chains[c].store(state, first + c);
        }
    }
}
