package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.WormTables;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.Threefry;

/**
 * Consecutive chains of a block that run together, at most as many as there are lanes. Where {@link LaneWorm} can hold them they run
 * in its lanes; otherwise each runs by itself. Which of the two it is changes no bit of any chain.
 */
final class LaneGroup implements ChainGroup {
    /** Steps whose random numbers are drawn at once; a multiple of a block of random numbers. */
    private static final int BUFFER = 64;
    /** Links, about, whose random numbers are drawn at once. */
    private static final int SWEEP_BUFFER = 256;
    /** A group goes back to the lanes where no occupation exceeds this and no f the next: room for some moves. */
    private static final int LOW_OCCUPATION = 11;

    private static final int LOW_F = 48;

    private final Schedule schedule;
    private final WarmUp warmUp;
    private final ThreefryLanes random;
    private final LaneOpenings openings;
    private final LinkTable table;
    private final int firstChain;
    private final CompactChain[] chains;
    /** Null where the lanes are of no use to this group. */
    private final LaneWorm lanes;

    private final float[] uniforms = new float[BUFFER * CHAINS];
    private final int[] bits;
    /** The draw of row 0 of {@link #uniforms}, -1 where they are not filled. */
    private long uniformsFrom = -1;

    private boolean inLanes;
    private long timesLeft;
    private final long[] samples;
    /** Links of the heads and then of the tails that a sweep leaves out, -1 where it does not, and what stood there. */
    private final int[] skipped = new int[2 * CHAINS];

    private final int[] before = new int[2 * CHAINS];
    private final byte[] k;
    private final byte[] l;
    private long clock;

    LaneGroup(
            ChainSpec spec, WormTables tables, LinkTable table, ChainState state, int first, int count, WarmUp warmUp) {
        this.schedule = spec.schedule();
        this.warmUp = warmUp;
        this.table = table;
        this.firstChain = state.firstChain() + first;
        this.clock = state.clock();
        this.chains = new CompactChain[count];
        this.samples = new long[count];
        this.k = new byte[table.links];
        this.l = new byte[table.links];
        for (int c = 0; c < count; c++) {
            chains[c] = new CompactChain(spec, tables, table, firstChain + c);
            chains[c].load(state, first + c);
        }
        boolean useful = WormLanes.USABLE && count == CHAINS && LaneWorm.fits(spec.lattice());
        this.random = useful ? new ThreefryLanes(spec.key(), firstChain) : null;
        this.openings = useful ? new LaneOpenings(spec.key(), firstChain, table.partner.length) : null;
        this.lanes = useful ? LaneWorm.of(spec.lattice(), tables, table, openings) : null;
        // Two blocks more, since rows need not begin or end with one.
        this.bits = new int[lanes == null ? 0 : (linksAtOnce(lanes.extent(1)) + 2 * Threefry.WORDS) * CHAINS];
        toLanes();
    }

    @Override
    public long clock() {
        return clock;
    }

    /** How often four bits did not hold a step or sweep. */
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
            for (CompactChain chain : chains) {
                chain.toNextSweep(sink);
            }
            clock = chains[0].clock;
            warmUp.made((long) schedule.stepsPerSweep() * chains.length);
            toLanes();
        }
    }

    private void lanePeriod(SampleSink sink) {
        long end = clock + schedule.stepsPerSweep();
        while (clock < end) {
            int from = (int) (clock % BUFFER);
            if (uniformsFrom != clock - from) {
                uniformsFrom = clock - from;
                random.fill(Purpose.WORM_MOVE, uniformsFrom / Threefry.WORDS, BUFFER / Threefry.WORDS, null, uniforms);
            }
            clock += lanes.steps(uniforms, from, (int) Math.min(BUFFER - from, end - clock));
            if (lanes.overflow) {
                timesLeft++;
                finishAlone(sink);
                return;
            }
            for (long due = lanes.due; due != 0; due &= due - 1) {
                sample(Long.numberOfTrailingZeros(due), sink);
            }
        }
        long sweep = clock / schedule.stepsPerSweep() - 1;
        if (lanes.prepareSweep()) {
            laneSweep(sweep);
        } else {
            timesLeft++;
            fromLanes();
            for (CompactChain chain : chains) {
                chain.sweep(sweep);
            }
            toLanes();
        }
    }

    /** The next worm of the lane is open already: opening it changes no occupation. */
    private void sample(int lane, SampleSink sink) {
        int[] state = lanes.state;
        int volume = table.volume;
        for (int site = 0; site < volume; site++) {
            int s = state[site * CHAINS + lane];
            int kt = (s & 15) - (s >>> 4 & 15);
            int kx = (s >>> 8 & 15) - (s >>> 12 & 15);
            k[site] = (byte) kt;
            k[volume + site] = (byte) kx;
            l[site] = (byte) Math.min(s & 15, s >>> 4 & 15);
            l[volume + site] = (byte) Math.min(s >>> 8 & 15, s >>> 12 & 15);
        }
        sink.accept(firstChain + lane, samples[lane], k, l);
        samples[lane]++;
        lanes.sampleAt[lane] += schedule.wormsBetween();
    }

    private void laneSweep(long number) {
        for (int lane = 0; lane < CHAINS; lane++) {
            int headLink = table.link[lanes.head(lane)];
            int tailLink = table.link[lanes.tail(lane)];
            skipped[lane] = headLink == tailLink ? -1 : headLink;
            skipped[CHAINS + lane] = headLink == tailLink ? -1 : tailLink;
        }
        boolean oddPairs = WormAlgorithm.lowerOfPair(number, 1) == 1;
        for (int i = 0; i < skipped.length; i++) {
            int link = skipped[i];
            before[i] = link < 0 ? 0 : lanes.leaveOut(i % CHAINS, link / table.volume, link % table.volume, oddPairs);
        }
        long draw = number * ((table.links + Threefry.WORDS - 1) / Threefry.WORDS);
        int width = lanes.extent(1);
        int rowsAtOnce = linksAtOnce(width) / width;
        for (int axis = 0; axis < 2; axis++) {
            for (int from = 0; from < lanes.extent(0); from += rowsAtOnce) {
                int to = Math.min(from + rowsAtOnce, lanes.extent(0));
                int first = axis * table.volume + from * width;
                int last = axis * table.volume + to * width;
                int firstDraw = first / Threefry.WORDS;
                int draws = (last + Threefry.WORDS - 1) / Threefry.WORDS - firstDraw;
                random.fill(Purpose.L_SWEEP, draw + firstDraw, draws, bits, null);
                int at = first % Threefry.WORDS;
                if (lanes.extent(axis) == 1) {
                    lanes.sweepOfSelfLinks(axis, from, to, bits, at, oddPairs);
                } else {
                    lanes.sweep(axis, from, to, bits, at, oddPairs);
                }
            }
        }
        for (int i = 0; i < skipped.length; i++) {
            int link = skipped[i];
            if (link >= 0) {
                lanes.putBack(i % CHAINS, link / table.volume, link % table.volume, before[i]);
            }
        }
    }

    /** Links for which a sweep draws its random numbers at once: whole rows, so that it may take them in any order. */
    private static int linksAtOnce(int width) {
        return Math.max(1, SWEEP_BUFFER / width) * width;
    }

    /** From the state before the step that four bits cannot hold to the end of the period. */
    private void finishAlone(SampleSink sink) {
        fromLanes();
        for (CompactChain chain : chains) {
            chain.toNextSweep(sink);
        }
        clock = chains[0].clock;
        toLanes();
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
            for (int site = 0; site < table.volume; site++) {
                int packed = 0;
                for (int leg = 3; leg >= 0; leg--) {
                    int o = chain.occupation[site * 4 + leg];
                    packed = packed << 8 | o & 15 | (o >>> 8) << 4;
                }
                lanes.state[site * CHAINS + lane] = packed;
            }
            lanes.place(lane, chain.head, chain.tail);
            lanes.worms[lane] = chain.worms;
            samples[lane] = chain.samples;
            long counted = Math.max(0, chain.worms - schedule.thermalization());
            lanes.sampleAt[lane] = Math.max(chain.worms, schedule.thermalization())
                    + schedule.wormsBetween()
                    - counted % schedule.wormsBetween();
        }
        openings.start(lanes.worms);
        inLanes = true;
    }

    private void fromLanes() {
        for (int lane = 0; lane < CHAINS; lane++) {
            CompactChain chain = chains[lane];
            for (int half = 0; half < chain.occupation.length; half++) {
                int o = lanes.state[half / 4 * CHAINS + lane] >>> 8 * (half % 4);
                chain.occupation[half] = o & 15 | (o >>> 4 & 15) << 8;
            }
            chain.occupationsChanged();
            chain.clock = clock;
            chain.worms = lanes.worms[lane];
            chain.samples = samples[lane];
            chain.head = lanes.head(lane);
            chain.tail = lanes.tail(lane);
        }
        inLanes = false;
    }

    @Override
    public void store(ChainState state, int first) {
        if (inLanes) {
            fromLanes();
            inLanes = true;
        }
        for (int c = 0; c < chains.length; c++) {
            chains[c].store(state, first + c);
        }
    }
}
