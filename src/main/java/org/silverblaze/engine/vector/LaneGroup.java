package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.WIDTH;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.WormTables;
import org.silverblaze.random.Philox;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;

/**
 * Consecutive chains of a block that run together, at most as many as there are lanes. Where {@link LaneWorm} can hold them they run
 * in its lanes; otherwise each runs by itself. Which of the two it is changes no bit of any chain.
 */
final class LaneGroup {
    /** Rows of the buffers of random numbers. */
    private static final int BUFFER = 64;
    /** A group goes back to the lanes where no occupation exceeds this and no f the next: room for some moves. */
    private static final int LOW_OCCUPATION = 11;

    private static final int LOW_F = 48;

    private final Schedule schedule;
    private final StreamKey key;
    private final LinkTable table;
    private final int firstChain;
    private final CompactChain[] chains;
    /** Null where the lanes are of no use to this group. */
    private final LaneWorm lanes;

    private final float[] uniforms = new float[BUFFER * WIDTH];
    private final int[] bits = new int[BUFFER * WIDTH];
    /** The draw of row 0 of {@link #uniforms}, -1 where they are not filled. */
    private long uniformsFrom = -1;

    private boolean inLanes;
    private long timesLeft;
    private final long[] worms;
    private final long[] samples;
    private final int[] skipHead = new int[WIDTH];
    private final int[] skipTail = new int[WIDTH];
    private final int[] tail = new int[WIDTH];
    private final byte[] k;
    private final byte[] l;
    private long clock;

    LaneGroup(ChainSpec spec, WormTables tables, LinkTable table, ChainState state, int first, int count) {
        this.schedule = spec.schedule();
        this.key = spec.key();
        this.table = table;
        this.firstChain = state.firstChain() + first;
        this.clock = state.clock();
        this.chains = new CompactChain[count];
        this.worms = new long[count];
        this.samples = new long[count];
        this.k = new byte[table.links];
        this.l = new byte[table.links];
        for (int c = 0; c < count; c++) {
            CompactChain chain = new CompactChain(spec, tables, table, firstChain + c);
            int from = (first + c) * chain.occupation.length;
            for (int half = 0; half < chain.occupation.length; half++) {
                chain.occupation[half] = state.legs()[2 * (from + half)] | state.legs()[2 * (from + half) + 1] << 8;
            }
            chain.occupationsChanged();
            chain.clock = clock;
            chain.worms = state.worms()[first + c];
            chain.samples = state.samples()[first + c];
            chain.head = state.headSite()[first + c] * table.legs + state.headLeg()[first + c];
            chain.tail = state.tailSite()[first + c] * table.legs + state.tailLeg()[first + c];
            chains[c] = chain;
        }
        boolean useful = WormLanes.USABLE && count == WIDTH && LaneWorm.fits(spec.lattice());
        this.lanes = useful ? new LaneWorm(spec.lattice(), tables) : null;
        toLanes();
    }

    long clock() {
        return clock;
    }

    /** How often four bits did not hold a step or sweep. */
    long timesLeft() {
        return timesLeft;
    }

    boolean reached(long[] wanted, int first) {
        for (int c = 0; c < chains.length; c++) {
            if ((inLanes ? samples[c] : chains[c].samples) < wanted[first + c]) {
                return false;
            }
        }
        return true;
    }

    /** P steps and the l sweep after them, of every chain. */
    void period(SampleSink sink) {
        if (inLanes) {
            lanePeriod(sink);
        } else {
            for (CompactChain chain : chains) {
                chain.toNextSweep(sink);
            }
            clock = chains[0].clock;
            toLanes();
        }
    }

    private void lanePeriod(SampleSink sink) {
        long end = clock + schedule.stepsPerSweep();
        while (clock < end) {
            int from = (int) (clock % BUFFER);
            if (uniformsFrom != clock - from) {
                uniformsFrom = clock - from;
                PhiloxLanes.fill(
                        key,
                        firstChain,
                        Purpose.WORM_MOVE,
                        uniformsFrom / Philox.WORDS,
                        BUFFER / Philox.WORDS,
                        null,
                        uniforms);
            }
            clock += lanes.steps(uniforms, from, (int) Math.min(BUFFER - from, end - clock));
            if (lanes.overflow) {
                timesLeft++;
                finishAlone(sink);
                return;
            }
            for (long closed = lanes.closed; closed != 0; closed &= closed - 1) {
                close(Long.numberOfTrailingZeros(closed), sink);
            }
        }
        lanes.save();
        if (!laneSweep(clock / schedule.stepsPerSweep() - 1)) {
            timesLeft++;
            lanes.restore();
            fromLanes();
            for (CompactChain chain : chains) {
                chain.sweep(clock / schedule.stepsPerSweep() - 1);
            }
            toLanes();
        }
    }

    private void close(int lane, SampleSink sink) {
        worms[lane]++;
        long counted = worms[lane] - schedule.thermalization();
        if (counted > 0 && counted % schedule.wormsBetween() == 0) {
            int[] state = lanes.state;
            int volume = table.volume;
            for (int site = 0; site < volume; site++) {
                int s = state[site * WIDTH + lane];
                int kt = (s & 15) - (s >>> 4 & 15);
                int kx = (s >>> 8 & 15) - (s >>> 12 & 15);
                k[site] = (byte) kt;
                k[volume + site] = (byte) kx;
                l[site] = (byte) Math.min(s & 15, s >>> 4 & 15);
                l[volume + site] = (byte) Math.min(s >>> 8 & 15, s >>> 12 & 15);
            }
            sink.accept(firstChain + lane, samples[lane], k, l);
            samples[lane]++;
        }
        place(lane, WormAlgorithm.opening(key, firstChain + lane, worms[lane], table.partner.length));
    }

    /** Head and tail of a lane on {@code half}, a worm that has just opened. */
    private void place(int lane, int half) {
        placeHead(lane, half);
        placeTail(lane, half);
    }

    private void placeHead(int lane, int half) {
        int site = half / 4;
        int columns = lanes.columns();
        lanes.row[lane] = site / columns * columns * WIDTH;
        lanes.column[lane] = site % columns * WIDTH + lane;
        lanes.shift[lane] = half % 4 * 8;
    }

    private void placeTail(int lane, int half) {
        int partner = table.partner[half];
        tail[lane] = half;
        lanes.tailNear[lane] = LaneWorm.code(half / 4, half % 4, lane);
        lanes.tailFar[lane] = LaneWorm.code(partner / 4, partner % 4, lane);
    }

    private int head(int lane) {
        int site = (lanes.row[lane] + lanes.column[lane] - lane) / WIDTH;
        return site * 4 + lanes.shift[lane] / 8;
    }

    private boolean laneSweep(long number) {
        for (int lane = 0; lane < WIDTH; lane++) {
            int headLink = table.link[head(lane)];
            int tailLink = table.link[tail[lane]];
            skipHead[lane] = headLink == tailLink ? -1 : headLink;
            skipTail[lane] = headLink == tailLink ? -1 : tailLink;
        }
        long draws = Math.ceilDiv(table.links, Philox.WORDS);
        int volume = table.volume;
        int filled = -1;
        int link = 0;
        while (link < table.links) {
            int buffer = link / BUFFER;
            if (buffer != filled) {
                filled = buffer;
                long left = draws - (long) buffer * BUFFER / Philox.WORDS;
                PhiloxLanes.fill(
                        key,
                        firstChain,
                        Purpose.L_SWEEP,
                        number * draws + (long) buffer * BUFFER / Philox.WORDS,
                        (int) Math.min(BUFFER / Philox.WORDS, left),
                        bits,
                        null);
            }
            int axis = link / volume;
            int last = Math.min((buffer + 1) * BUFFER, (axis + 1) * volume);
            int at = link - buffer * BUFFER;
            boolean fits = lanes.extent(axis) == 1
                    ? lanes.sweepOfSelfLinks(
                            axis, link - axis * volume, last - axis * volume, bits, at, skipHead, skipTail)
                    : lanes.sweep(axis, link - axis * volume, last - axis * volume, bits, at, skipHead, skipTail);
            if (!fits) {
                return false;
            }
            link = last;
        }
        return true;
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
        if (lanes == null) {
            return;
        }
        for (CompactChain chain : chains) {
            if (!chain.within(LOW_OCCUPATION, LOW_F)) {
                return;
            }
        }
        for (int lane = 0; lane < WIDTH; lane++) {
            CompactChain chain = chains[lane];
            for (int site = 0; site < table.volume; site++) {
                int packed = 0;
                for (int leg = 3; leg >= 0; leg--) {
                    int o = chain.occupation[site * 4 + leg];
                    packed = packed << 8 | o & 15 | (o >>> 8) << 4;
                }
                lanes.state[site * WIDTH + lane] = packed;
            }
            placeHead(lane, chain.head);
            placeTail(lane, chain.tail);
            worms[lane] = chain.worms;
            samples[lane] = chain.samples;
        }
        inLanes = true;
    }

    private void fromLanes() {
        for (int lane = 0; lane < WIDTH; lane++) {
            CompactChain chain = chains[lane];
            for (int half = 0; half < chain.occupation.length; half++) {
                int o = lanes.state[half / 4 * WIDTH + lane] >>> 8 * (half % 4);
                chain.occupation[half] = o & 15 | (o >>> 4 & 15) << 8;
            }
            chain.occupationsChanged();
            chain.clock = clock;
            chain.worms = worms[lane];
            chain.samples = samples[lane];
            chain.head = head(lane);
            chain.tail = tail[lane];
        }
        inLanes = false;
    }

    /** Writes the group's part of a block's state, chains {@code first ..} of it. */
    void store(ChainState state, int first) {
        if (inLanes) {
            fromLanes();
            inLanes = true;
        }
        for (int c = 0; c < chains.length; c++) {
            CompactChain chain = chains[c];
            int from = (first + c) * chain.occupation.length;
            for (int half = 0; half < chain.occupation.length; half++) {
                state.legs()[2 * (from + half)] = (byte) (chain.occupation[half] & 0xFF);
                state.legs()[2 * (from + half) + 1] = (byte) (chain.occupation[half] >>> 8);
            }
            state.worms()[first + c] = chain.worms;
            state.samples()[first + c] = chain.samples;
            state.headSite()[first + c] = chain.head / table.legs;
            state.headLeg()[first + c] = chain.head % table.legs;
            state.tailSite()[first + c] = chain.tail / table.legs;
            state.tailLeg()[first + c] = chain.tail % table.legs;
        }
    }
}
