package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormTables;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.Threefry;

/**
 * Consecutive chains of a block, at most as many as there are lanes, that run in the lanes of a kernel with packed occupations where it holds
 * them, and otherwise each by itself ({@link CompactChain}). Which of the two it is changes no bit of any chain. Lanes that are left over hold a
 * copy of the first chain, of which nothing is taken.
 */
abstract sealed class PackedGroup implements ChainGroup permits LaneGroup, SpaceLaneGroup {
    /** Fewer chains are as fast one by one. */
    private static final int FEWEST = 3;
    /** Steps whose random numbers are drawn at once; a multiple of a block of random numbers. */
    static final int BUFFER = 64;

    final Schedule schedule;
    final LinkTable table;
    final int firstChain;
    final ThreefryLanes random;
    final LaneOpenings openings;
    /** {@code [step][lane]}, the first row that of a multiple of {@link #BUFFER}. */
    final float[] uniforms = new float[BUFFER * CHAINS];

    final long[] samples = new long[CHAINS];
    /** k and l of a sample. */
    final byte[] k;

    final byte[] l;
    long clock;

    private final WarmUp warmUp;
    private final CompactChain[] chains;
    /** The draw of row 0 of {@link #uniforms}, -1 where they are not filled. */
    private long uniformsFrom = -1;

    private boolean inLanes;
    private long timesLeft;

    PackedGroup(
            ChainSpec spec, WormTables tables, LinkTable table, ChainState state, int first, int count, WarmUp warmUp) {
        this.schedule = spec.schedule();
        this.warmUp = warmUp;
        this.table = table;
        this.firstChain = state.firstChain() + first;
        this.clock = state.clock();
        this.random = new ThreefryLanes(spec.key(), firstChain);
        this.openings = new LaneOpenings(spec.key(), firstChain, table.partner.length);
        this.chains = new CompactChain[count];
        this.k = new byte[table.links];
        this.l = new byte[table.links];
        for (int c = 0; c < count; c++) {
            chains[c] = new CompactChain(spec, tables, table, firstChain + c);
            chains[c].load(state, first + c);
        }
    }

    /** Whether lanes are of use to so many chains on this machine. */
    static boolean manyEnough(int count) {
        return WormLanes.USABLE && count >= FEWEST;
    }

    /** Whether a lane has a chain of the group, and not the copy of one. */
    final boolean taken(int lane) {
        return lane < chains.length;
    }

    /** P steps in lanes and the l sweep after them; by {@link #goOnAlone} and {@link #sweepAlone} where they do not hold it. */
    abstract void lanePeriod(SampleSink sink);

    /** Whether the lanes hold this chain with room for some moves; false where there are none. */
    abstract boolean holds(CompactChain chain);

    /** Takes over a chain's configuration, its worm and where it counts its samples. */
    abstract void toLane(CompactChain chain, int lane);

    /** Gives back occupations (as they are stored), head, tail and number of worms. */
    abstract void fromLane(int lane, CompactChain chain);

    /** Worms that closed in each lane. */
    abstract long[] worms();

    @Override
    public final long clock() {
        return clock;
    }

    /** How often the lanes did not hold a step or sweep. */
    @Override
    public final long timesLeft() {
        return timesLeft;
    }

    @Override
    public final boolean reached(long[] wanted, int first) {
        for (int c = 0; c < chains.length; c++) {
            if ((inLanes ? samples[c] : chains[c].samples) < wanted[first + c]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public final void period(SampleSink sink) {
        if (inLanes) {
            lanePeriod(sink);
        } else {
            warmUp.made((long) schedule.stepsPerSweep() * chains.length);
            finishAlone(sink);
        }
    }

    /** @return the row of {@link #uniforms} with those of the step at the clock */
    final int uniformsRow() {
        int row = (int) (clock % BUFFER);
        if (uniformsFrom != clock - row) {
            uniformsFrom = clock - row;
            random.fill(Purpose.WORM_MOVE, uniformsFrom / Threefry.WORDS, BUFFER / Threefry.WORDS, null, uniforms);
        }
        return row;
    }

    /**
     * From the state before the step that the lanes do not hold to the end of the period.
     *
     * @param ahead lanes before this one have made that step nevertheless
     */
    final void goOnAlone(int ahead, SampleSink sink) {
        timesLeft++;
        fromLanes(ahead);
        finishAlone(sink);
    }

    /** The sweep that the lanes do not hold. */
    final void sweepAlone(long number) {
        timesLeft++;
        fromLanes(0);
        for (CompactChain chain : chains) {
            chain.sweep(number);
        }
        toLanes();
    }

    private void finishAlone(SampleSink sink) {
        long end = (clock / schedule.stepsPerSweep() + 1) * schedule.stepsPerSweep();
        for (CompactChain chain : chains) {
            chain.toSweep(end, sink);
        }
        clock = end;
        toLanes();
    }

    /** To the lanes where they hold all chains; the last thing that a constructor does. */
    final void toLanes() {
        inLanes = false;
        if (!manyEnough(chains.length) || !warmUp.over()) {
            return;
        }
        for (CompactChain chain : chains) {
            if (!holds(chain)) {
                return;
            }
        }
        for (int lane = 0; lane < CHAINS; lane++) {
            CompactChain chain = chains[taken(lane) ? lane : 0];
            samples[lane] = chain.samples;
            toLane(chain, lane);
        }
        openings.start(worms());
        inLanes = true;
    }

    private void fromLanes(int ahead) {
        for (int lane = 0; lane < chains.length; lane++) {
            CompactChain chain = chains[lane];
            fromLane(lane, chain);
            chain.occupationsChanged();
            chain.clock = clock + (lane < ahead ? 1 : 0);
            chain.samples = samples[lane];
        }
        inLanes = false;
    }

    @Override
    public final void store(ChainState state, int first) {
        if (inLanes) {
            fromLanes(0);
            inLanes = true;
        }
        for (int c = 0; c < chains.length; c++) {
            chains[c].store(state, first + c);
        }
    }
}
