package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;
import static org.silverblaze.engine.vector.WormLanes.INTS;
import static org.silverblaze.engine.vector.WormLanes.WIDTH;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.silverblaze.engine.WormTables;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Uniform;

/**
 * The directed worm in two dimensions with one chain in each of 16 lanes: what its kernels have in common. A site of a chain is one
 * int: byte i holds leg i (+t, +x, -t, -x), A in its lower and B in its upper four bits, so that one instruction works on all
 * four legs of all chains of a vector. Memory is {@code int[site][lane]}. {@link WholeLaneWorm} has the kernels for vectors of 16
 * lanes, {@link HalvedLaneWorm} those for vectors of 8.
 *
 * <p>Four bits are enough nearly always; where they are not, a kernel says so before it has written anything of the step (or
 * sweep) that would not fit, and the caller goes on with {@link CompactChain} from there. Between steps no number exceeds
 * 14. On entering a site one may become 15; any that then is 14 or 15 ends the kernel, so none can pass 15. The tables
 * hold g up to f = 62.
 *
 * <p>The arithmetic is that of the reference engine in the same order: every float is a product or a sum of two, never
 * contracted. Each kernel is one method on purpose, and keeps vectors in no field: C2 does not inline own helpers into a
 * method of this size, and a vector that is not inlined is an object on the heap.
 */
abstract sealed class LaneWorm permits WholeLaneWorm, HalvedLaneWorm {
    /** Entries of a table in registers. */
    static final int TABLE = 32;

    /** Largest occupation that a sweep may make: the two above it mark the links that it leaves out. */
    private static final int MOST_IN_A_SWEEP = 13;

    static final int LOW_NIBBLES = 0x0F0F0F0F;
    static final int SIXTEENS = 0x10101010;

    /** Where the leg is in the {@link #code} of a half-link, above {@code [site][lane]}. */
    static final int LEG_OF_CODE = 29;

    final int volume;
    final int rows;
    final int columns;
    /** Occupations {@code [site][lane]}. */
    final int[] state;

    /** f/2 of the site's own legs, {@code [site][lane]}; holds during a sweep only. */
    final int[] halfF;

    private final LinkTable table;
    private final LaneOpenings openings;
    /** Half-links on which the worms of the lanes opened. */
    private final int[] tail = new int[CHAINS];
    /** Worms that closed. */
    final long[] worms = new long[CHAINS];
    /** The worm at whose closing a lane has its next sample. */
    final long[] sampleAt = new long[CHAINS];
    /** Bit i: lane i has a sample after the last step of {@link #steps}. */
    long due;
    /** True where the last kernel stopped since four bits do not hold the next step or sweep. */
    boolean overflow;

    /** What no f/2 exceeds in the pass that {@link #prepareSweep} was called for. */
    private int largestHalfF;

    /** Row [leg class][32]: 0..15 shrink(n), 16..31 grow(n); leg classes +t, -t, space. */
    final float[] forwardTime = new float[TABLE];

    final float[] backwardTime = new float[TABLE];
    final float[] space = new float[TABLE];
    /** g(2i). */
    final float[] g = new float[TABLE];
    /** g(2i-2). */
    final float[] lowerG = new float[TABLE];
    /** 1/n for n = 1 to {@link #MOST_IN_A_SWEEP}, otherwise NaN; 16 entries twice. */
    final float[] inverse = new float[TABLE];

    LaneWorm(Lattice lattice, WormTables tables, LinkTable table, LaneOpenings openings) {
        this.table = table;
        this.openings = openings;
        this.volume = lattice.volume();
        this.columns = lattice.extent(1);
        this.rows = lattice.extent(0);
        this.state = new int[volume * CHAINS];
        this.halfF = new int[volume * CHAINS];
        for (int n = 0; n < 16; n++) {
            forwardTime[n] = tables.shrink(0, n);
            forwardTime[16 + n] = tables.grow(0, n);
            space[n] = tables.shrink(1, n);
            space[16 + n] = tables.grow(1, n);
            backwardTime[n] = tables.shrink(2, n);
            backwardTime[16 + n] = tables.grow(2, n);
            inverse[n] = n > 0 && n <= MOST_IN_A_SWEEP ? tables.inverse(n) : Float.NaN;
            inverse[16 + n] = inverse[n];
        }
        for (int i = 0; i < TABLE; i++) {
            g[i] = tables.g(2 * i);
            lowerG[i] = i == 0 ? 0 : tables.g(2 * i - 2);
        }
    }

    /** The kernels for the vectors of this machine. */
    static LaneWorm of(Lattice lattice, WormTables tables, LinkTable table, LaneOpenings openings) {
        return WIDTH == CHAINS
                ? new WholeLaneWorm(lattice, tables, table, openings)
                : new HalvedLaneWorm(lattice, tables, table, openings);
    }

    /** Opens a lane's worm at {@code opened} with its head at {@code entered}; {@link #worms} and {@link #sampleAt} are the caller's. */
    final void place(int lane, int entered, int opened) {
        tail[lane] = opened;
        placeHead(lane, entered / 4, entered % 4);
        placeTail(lane, code(opened, lane), code(table.partner[opened], lane));
    }

    /** The head of a lane enters this site next, by this leg. */
    abstract void placeHead(int lane, int site, int leg);

    /** {@link #code} of the two halves of the tail's link. */
    abstract void placeTail(int lane, int near, int far);

    /** One int for a half-link of one lane. */
    private static int code(int half, int lane) {
        return half / 4 * CHAINS + lane | (half & 3) << LEG_OF_CODE;
    }

    /** Half-link by which the head of a lane enters next. */
    abstract int head(int lane);

    int tail(int lane) {
        return tail[lane];
    }

    /**
     * Counts the worms of these lanes, which closed, and opens their next ones.
     *
     * @param closed bit i is lane i
     * @return those of them that have a sample now
     */
    final long reopen(long closed) {
        long withSample = 0;
        for (long rest = closed; rest != 0; rest &= rest - 1) {
            int lane = Long.numberOfTrailingZeros(rest);
            worms[lane]++;
            if (worms[lane] == sampleAt[lane]) {
                withSample |= 1L << lane;
            }
            int half = openings.next(lane);
            place(lane, half, half);
        }
        return withSample;
    }

    int extent(int axis) {
        return axis == 0 ? rows : columns;
    }

    /** Lattices whose half-links have codes, and whose rows and columns, with room for two extents, 16 bits. */
    static boolean fits(Lattice lattice) {
        return lattice.dimensions() == 2
                && (long) lattice.volume() * CHAINS < 1 << LEG_OF_CODE
                && Math.max(lattice.extent(0), lattice.extent(1)) <= 1 << 15;
    }

    /**
     * At most {@code count} steps of every lane with the uniform numbers {@code uniforms[(from + i) * CHAINS + lane]}. Where a
     * head comes to its tail the next worm opens. Ends early after a step with which a lane has a sample ({@link #due}) and where
     * four bits do not hold the next step ({@link #overflow}; it is not done in any lane).
     *
     * @return steps done
     */
    abstract int steps(float[] uniforms, int from, int count);

    /**
     * Sums f for {@link #sweep}; to be called before the first of a pass.
     *
     * @return false where four bits might not hold what the pass makes of the occupations; nothing was written then
     */
    boolean prepareSweep() {
        int[] memory = state;
        IntVector largest = IntVector.broadcast(INTS, 0);
        IntVector largestHalf = IntVector.broadcast(INTS, 0);
        for (int at = 0; at < memory.length; at += WIDTH) {
            IntVector s = IntVector.fromArray(INTS, memory, at);
            IntVector a = s.and(LOW_NIBBLES);
            IntVector b = s.lanewise(VectorOperators.LSHR, 4).and(LOW_NIBBLES);
            // Bit 4 of a byte: A or B is 13 or more.
            largest = largest.or(a.add(0x03030303)).or(b.add(0x03030303));
            IntVector f = a.add(b);
            f = f.add(f.lanewise(VectorOperators.LSHR, 16));
            f = f.add(f.lanewise(VectorOperators.LSHR, 8));
            IntVector half = f.lanewise(VectorOperators.LSHR, 1).and(0x7F);
            half.intoArray(halfF, at);
            largestHalf = largestHalf.max(half);
        }
        // Each of the four legs of a site gains at most 1 in A and in B.
        largestHalfF = largestHalf.reduceLanes(VectorOperators.MAX) + 4;
        return largestHalfF < TABLE
                && !largest.and(SIXTEENS).compare(VectorOperators.NE, 0).anyTrue();
    }

    int largestHalfF() {
        return largestHalfF;
    }

    /**
     * Has {@link #sweep} leave out a link of one lane, by giving its copy at {@code site} the occupation 15, or 14, whichever is the
     * upper value of a pair; no link has it otherwise.
     *
     * @return what {@link #putBack} is to be given after the pass
     */
    int leaveOut(int lane, int axis, int site, boolean oddPairs) {
        int before = state[site * CHAINS + lane];
        state[site * CHAINS + lane] = before & ~(0xFF << 8 * axis) | (oddPairs ? 0xEE : 0xFF) << 8 * axis;
        return before >>> 8 * axis & 0xFF;
    }

    void putBack(int lane, int axis, int site, int before) {
        state[site * CHAINS + lane] = state[site * CHAINS + lane] & ~(0xFF << 8 * axis) | before << 8 * axis;
    }

    /**
     * Draws l on the links of an axis of extent 2 or more that start in rows {@code fromRow .. toRow - 1}, with the random bits
     * {@code bits[(at + i) * CHAINS + lane]} for the i-th of them in the order of links, from the pairs {0, 1}, {2, 3}, .. or
     * ({@code oddPairs}) {1, 2}, {3, 4}, ..
     *
     * <p>Links in space are not taken in their order, but column by column: rows do not see each other, so nothing changes, and a
     * step need not wait for the one before. The uniform number comes as the integer 2^24 u: scaling by powers of two changes no
     * comparison. q is that of the upper state of the pair, with g of the lower one. The table says NaN for 1/A where A in the
     * upper state is 0 (l = 0 has no pair) or more than 13 (a link that is left out): nothing compares with that, and the link
     * stays in, or goes back to, the state it had.
     */
    abstract void sweep(int axis, int fromRow, int toRow, int[] bits, int at, boolean oddPairs);

    /** As {@link #sweep} on an axis of extent 1: every link joins a site to itself, and l -> l+-1 changes f by 4. */
    void sweepOfSelfLinks(int axis, int fromRow, int toRow, int[] bits, int at, boolean oddPairs) {
        int odd = oddPairs ? 1 : 0;
        int first = fromRow * columns;
        for (int x = first; x < toRow * columns; x++) {
            for (int lane = 0; lane < CHAINS; lane++) {
                int s = state[x * CHAINS + lane];
                int a = s >>> 8 * axis & 15;
                int b = s >>> 8 * axis + 4 & 15;
                int l = Math.min(a, b);
                int down = l + odd & 1;
                if (l > MOST_IN_A_SWEEP || down > l) {
                    continue;
                }
                float u = Uniform.toFloat(bits[(at + x - first) * CHAINS + lane]);
                int below = halfF[x * CHAINS + lane] - 2 * down;
                float q = (g[below] * g[below + 1]) * (inverse[a - down + 1] * inverse[b - down + 1]);
                int change = (u * (1 + q) < q ? 1 : 0) - down;
                state[x * CHAINS + lane] = s + change * (0x110011 << 8 * axis);
                halfF[x * CHAINS + lane] += 2 * change;
            }
        }
    }
}
