package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.WormTables;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.Threefry;

/** Chains of a lattice in two dimensions, in the lanes of {@link LaneWorm} where that holds them. */
final class LaneGroup extends PackedGroup {
    /** Links, about, whose random numbers are drawn at once. */
    private static final int SWEEP_BUFFER = 256;
    /** A chain goes to the lanes where no occupation exceeds this and no f the next: room for some moves. */
    private static final int LOW_OCCUPATION = 11;

    private static final int LOW_F = 48;

    /** Null where the lanes are of no use to this group. */
    private final LaneWorm lanes;

    private final int[] bits;
    /** Links of the heads and then of the tails that a sweep leaves out, -1 where it does not, and what stood there. */
    private final int[] skipped = new int[2 * CHAINS];

    private final int[] before = new int[2 * CHAINS];

    LaneGroup(
            ChainSpec spec, WormTables tables, LinkTable table, ChainState state, int first, int count, WarmUp warmUp) {
        super(spec, tables, table, state, first, count, warmUp);
        this.lanes = manyEnough(count) && LaneWorm.fits(spec.lattice())
                ? LaneWorm.of(spec.lattice(), tables, table, openings)
                : null;
        // Two blocks more, since rows need not begin or end with one.
        this.bits = new int[lanes == null ? 0 : (linksAtOnce(lanes.extent(1)) + 2 * Threefry.WORDS) * CHAINS];
        toLanes();
    }

    @Override
    void lanePeriod(SampleSink sink) {
        long end = clock + schedule.stepsPerSweep();
        while (clock < end) {
            int from = uniformsRow();
            clock += lanes.steps(uniforms, from, (int) Math.min(BUFFER - from, end - clock));
            if (lanes.overflow) {
                goOnAlone(0, sink);
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
            sweepAlone(sweep);
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

    @Override
    boolean holds(CompactChain chain) {
        return lanes != null && chain.within(LOW_OCCUPATION, LOW_F);
    }

    @Override
    void toLane(CompactChain chain, int lane) {
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
        long counted = Math.max(0, chain.worms - schedule.thermalization());
        lanes.sampleAt[lane] = taken(lane)
                ? Math.max(chain.worms, schedule.thermalization())
                        + schedule.wormsBetween()
                        - counted % schedule.wormsBetween()
                : Long.MAX_VALUE;
    }

    @Override
    void fromLane(int lane, CompactChain chain) {
        for (int half = 0; half < chain.occupation.length; half++) {
            int o = lanes.state[half / 4 * CHAINS + lane] >>> 8 * (half % 4);
            chain.occupation[half] = o & 15 | (o >>> 4 & 15) << 8;
        }
        chain.worms = lanes.worms[lane];
        chain.head = lanes.head(lane);
        chain.tail = lanes.tail(lane);
    }

    @Override
    long[] worms() {
        return lanes.worms;
    }
}
