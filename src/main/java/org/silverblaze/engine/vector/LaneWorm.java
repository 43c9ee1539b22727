package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.FLOATS;
import static org.silverblaze.engine.vector.WormLanes.INTS;
import static org.silverblaze.engine.vector.WormLanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.silverblaze.engine.WormTables;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Uniform;

/**
 * The kernels of the directed worm in two dimensions with one chain in each lane. A site of a chain is one int: byte i holds
 * leg i (+t, +x, -t, -x), A in its lower and B in its upper four bits, so that one instruction works on all four legs of all
 * chains. Memory is {@code int[site][lane]}.
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
final class LaneWorm {
    /** Entries of a table in registers. */
    private static final int TABLE = 32;

    private static final boolean TWO_REGISTERS = WIDTH == 16;

    /** Largest occupation that a sweep may make: the two above it mark the links that it leaves out. */
    private static final int MOST_IN_A_SWEEP = 13;

    private static final int LOW_NIBBLES = 0x0F0F0F0F;
    private static final int SIXTEENS = 0x10101010;

    private final int volume;
    private final int rows;
    private final int columns;
    /** Occupations {@code [site][lane]}. */
    final int[] state;

    /** f/2 of the site's own legs, {@code [site][lane]}; holds during a sweep only. */
    private final int[] halfF;

    /** Lane-wise position of the heads: site = row + column. Scaled by WIDTH; the column has the lane added. */
    final int[] row = new int[WIDTH];

    final int[] column = new int[WIDTH];
    /** 8 times the leg by which the head enters next. */
    final int[] shift = new int[WIDTH];
    /** {@link #code} of the two halves of the tail's link. */
    final int[] tailNear = new int[WIDTH];

    final int[] tailFar = new int[WIDTH];
    private final int[] index = new int[WIDTH];
    private final int[] scratch = new int[WIDTH];
    /** Bit i: lane i's head came to its tail in the last step of {@link #steps}. */
    long closed;
    /** True where the last kernel stopped since four bits do not hold the next step or sweep. */
    boolean overflow;

    /** Row [leg class][32]: 0..15 shrink(n), 16..31 grow(n); leg classes +t, -t, space. */
    private final float[] forwardTime = new float[TABLE];

    private final float[] backwardTime = new float[TABLE];
    private final float[] space = new float[TABLE];
    /** g(2i). */
    private final float[] g = new float[TABLE];
    /** g(2i-2). */
    private final float[] lowerG = new float[TABLE];
    /** 1/n for n = 1 to {@link #MOST_IN_A_SWEEP}, otherwise NaN; 16 entries twice. */
    private final float[] inverse = new float[TABLE];

    LaneWorm(Lattice lattice, WormTables tables) {
        this.volume = lattice.volume();
        this.columns = lattice.extent(1);
        this.rows = lattice.extent(0);
        this.state = new int[volume * WIDTH];
        this.halfF = new int[volume * WIDTH];
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

    /** One int for a half-link of one lane. */
    static int code(int site, int leg, int lane) {
        return site * WIDTH + lane | leg << 29;
    }

    int extent(int axis) {
        return axis == 0 ? rows : columns;
    }

    /** Largest lattice whose half-links have codes. */
    static boolean fits(Lattice lattice) {
        return lattice.dimensions() == 2 && (long) lattice.volume() * WIDTH < 1 << 29;
    }

    /**
     * At most {@code count} steps of every lane with the uniform numbers {@code uniforms[(from + i) * WIDTH + lane]}. Ends early
     * where a head comes to its tail ({@link #closed}; that step is done) or four bits do not hold the next step
     * ({@link #overflow}; it is not done).
     *
     * @return steps done
     */
    int steps(float[] uniforms, int from, int count) {
        int[] memory = state;
        int[] at = index;
        int[] values = scratch;
        int shape = TWO_REGISTERS ? 0 : 2 * WIDTH;
        FloatVector ft0 = FloatVector.fromArray(FLOATS, forwardTime, 0);
        FloatVector ft1 = FloatVector.fromArray(FLOATS, forwardTime, WIDTH);
        FloatVector ft2 = FloatVector.fromArray(FLOATS, forwardTime, shape);
        FloatVector ft3 = FloatVector.fromArray(FLOATS, forwardTime, shape == 0 ? 0 : 3 * WIDTH);
        FloatVector bt0 = FloatVector.fromArray(FLOATS, backwardTime, 0);
        FloatVector bt1 = FloatVector.fromArray(FLOATS, backwardTime, WIDTH);
        FloatVector bt2 = FloatVector.fromArray(FLOATS, backwardTime, shape);
        FloatVector bt3 = FloatVector.fromArray(FLOATS, backwardTime, shape == 0 ? 0 : 3 * WIDTH);
        FloatVector sp0 = FloatVector.fromArray(FLOATS, space, 0);
        FloatVector sp1 = FloatVector.fromArray(FLOATS, space, WIDTH);
        FloatVector sp2 = FloatVector.fromArray(FLOATS, space, shape);
        FloatVector sp3 = FloatVector.fromArray(FLOATS, space, shape == 0 ? 0 : 3 * WIDTH);
        FloatVector g0 = FloatVector.fromArray(FLOATS, g, 0);
        FloatVector g1 = FloatVector.fromArray(FLOATS, g, WIDTH);
        FloatVector g2 = FloatVector.fromArray(FLOATS, g, shape);
        FloatVector g3 = FloatVector.fromArray(FLOATS, g, shape == 0 ? 0 : 3 * WIDTH);
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        FloatVector none = FloatVector.broadcast(FLOATS, 0f);
        IntVector zero = IntVector.broadcast(INTS, 0);
        IntVector minusOne = IntVector.broadcast(INTS, -1);
        IntVector plus16 = IntVector.broadcast(INTS, 16);
        IntVector minus16 = IntVector.broadcast(INTS, -16);
        IntVector nibbles = IntVector.broadcast(INTS, LOW_NIBBLES);
        IntVector sixteens = IntVector.broadcast(INTS, SIXTEENS);
        IntVector rowEnd = IntVector.broadcast(INTS, volume * WIDTH);
        IntVector columnEnd = IntVector.broadcast(INTS, columns * WIDTH);
        // -t is +(N_t - 1) rows, -x is +(N_x - 1) columns, each modulo its extent.
        IntVector rowUp = IntVector.broadcast(INTS, columns * WIDTH);
        IntVector rowDown = IntVector.broadcast(INTS, (rows - 1) * columns * WIDTH);
        IntVector columnUp = IntVector.broadcast(INTS, WIDTH);
        IntVector columnDown = IntVector.broadcast(INTS, (columns - 1) * WIDTH);

        IntVector headRow = IntVector.fromArray(INTS, row, 0);
        IntVector headColumn = IntVector.fromArray(INTS, column, 0);
        IntVector entry = IntVector.fromArray(INTS, shift, 0);
        IntVector near = IntVector.fromArray(INTS, tailNear, 0);
        IntVector far = IntVector.fromArray(INTS, tailFar, 0);
        IntVector site = headRow.add(headColumn);
        boolean full = false;
        long came = 0;
        int done = 0;
        while (done < count) {
            site.intoArray(at, 0);
            IntVector x = IntVector.fromArray(INTS, memory, 0, at, 0);

            // J := J - 1 on the leg of entry: A falls where A > B, B rises otherwise.
            IntVector leg = x.lanewise(VectorOperators.LSHR, entry);
            VectorMask<Integer> falls = leg.and(15)
                    .compare(
                            VectorOperators.GT,
                            leg.lanewise(VectorOperators.LSHR, 4).and(15));
            x = x.add(plus16.blend(minusOne, falls).lanewise(VectorOperators.LSHL, entry));

            // All legs at once: a >= b (|J| would grow), the larger of both, and the sum f.
            IntVector a = x.and(nibbles);
            IntVector b = x.lanewise(VectorOperators.LSHR, 4).and(nibbles);
            IntVector grows = a.or(sixteens).sub(b).and(sixteens);
            IntVector larger =
                    a.reinterpretAsBytes().max(b.reinterpretAsBytes()).reinterpretAsInts();
            IntVector sum = a.add(b);
            sum = sum.add(sum.lanewise(VectorOperators.LSHR, 16));
            sum = sum.add(sum.lanewise(VectorOperators.LSHR, 8));
            VectorMask<Integer> tooLarge =
                    larger.add(0x02020202).and(sixteens).or(sum.and(0x40)).compare(VectorOperators.NE, zero);

            // Weights of the ways out.
            IntVector entryOfTable = larger.or(grows);
            IntVector half = sum.lanewise(VectorOperators.LSHR, 1);
            FloatVector rho = (TWO_REGISTERS
                            ? half.selectFrom(g0.reinterpretAsInts(), g1.reinterpretAsInts())
                            : half.selectFrom(g0.reinterpretAsInts(), g1.reinterpretAsInts())
                                    .blend(
                                            half.selectFrom(g2.reinterpretAsInts(), g3.reinterpretAsInts()),
                                            half.and(16).compare(VectorOperators.NE, zero)))
                    .reinterpretAsFloats();
            VectorMask<Integer> grows0 = grows.and(0x10).compare(VectorOperators.NE, zero);
            VectorMask<Integer> grows1 = grows.and(0x1000).compare(VectorOperators.NE, zero);
            VectorMask<Integer> grows2 = grows.and(0x100000).compare(VectorOperators.NE, zero);
            VectorMask<Integer> grows3 = grows.and(0x10000000).compare(VectorOperators.NE, zero);
            IntVector entry1 = entryOfTable.lanewise(VectorOperators.LSHR, 8);
            IntVector entry2 = entryOfTable.lanewise(VectorOperators.LSHR, 16);
            IntVector entry3 = entryOfTable.lanewise(VectorOperators.LSHR, 24);
            IntVector t0 = entryOfTable.selectFrom(ft0.reinterpretAsInts(), ft1.reinterpretAsInts());
            IntVector t1 = entry1.selectFrom(sp0.reinterpretAsInts(), sp1.reinterpretAsInts());
            IntVector t2 = entry2.selectFrom(bt0.reinterpretAsInts(), bt1.reinterpretAsInts());
            IntVector t3 = entry3.selectFrom(sp0.reinterpretAsInts(), sp1.reinterpretAsInts());
            if (!TWO_REGISTERS) {
                t0 = t0.blend(entryOfTable.selectFrom(ft2.reinterpretAsInts(), ft3.reinterpretAsInts()), grows0);
                t1 = t1.blend(entry1.selectFrom(sp2.reinterpretAsInts(), sp3.reinterpretAsInts()), grows1);
                t2 = t2.blend(entry2.selectFrom(bt2.reinterpretAsInts(), bt3.reinterpretAsInts()), grows2);
                t3 = t3.blend(entry3.selectFrom(sp2.reinterpretAsInts(), sp3.reinterpretAsInts()), grows3);
            }
            FloatVector w0 = t0.reinterpretAsFloats().mul(one.blend(rho, grows0.cast(FLOATS)));
            FloatVector w1 = t1.reinterpretAsFloats().mul(one.blend(rho, grows1.cast(FLOATS)));
            FloatVector w2 = t2.reinterpretAsFloats().mul(one.blend(rho, grows2.cast(FLOATS)));
            FloatVector w3 = t3.reinterpretAsFloats().mul(one.blend(rho, grows3.cast(FLOATS)));
            FloatVector c2 = w0.add(w1);
            FloatVector c3 = c2.add(w2);
            FloatVector total = c3.add(w3);

            // Half way round from a uniform point of the entrance's box.
            VectorMask<Float> in1 = entry.compare(VectorOperators.EQ, 8).cast(FLOATS);
            VectorMask<Float> in2 = entry.compare(VectorOperators.EQ, 16).cast(FLOATS);
            VectorMask<Float> in3 = entry.compare(VectorOperators.EQ, 24).cast(FLOATS);
            FloatVector box = w0.blend(w1, in1).blend(w2, in2).blend(w3, in3);
            FloatVector before = none.blend(w0, in1).blend(c2, in2).blend(c3, in3);
            FloatVector u = FloatVector.fromArray(FLOATS, uniforms, (from + done) * WIDTH);
            FloatVector point = total.mul(0.5f).add(u.mul(box).add(before));
            point = point.sub(total, point.compare(VectorOperators.GE, total));
            VectorMask<Integer> out1 = point.compare(VectorOperators.GE, w0).cast(INTS);
            VectorMask<Integer> out2 = point.compare(VectorOperators.GE, c2).cast(INTS);
            VectorMask<Integer> out3 = point.compare(VectorOperators.GE, c3).cast(INTS);
            IntVector exit = zero.blend(IntVector.broadcast(INTS, 8), out1)
                    .blend(IntVector.broadcast(INTS, 16), out2)
                    .blend(IntVector.broadcast(INTS, 24), out3);

            // J := J + 1 on the leg of exit, and to the neighbour there.
            VectorMask<Integer> rises =
                    grows.lanewise(VectorOperators.LSHR, exit).and(0x10).compare(VectorOperators.NE, zero);
            x = x.add(minus16.blend(IntVector.broadcast(INTS, 1), rises).lanewise(VectorOperators.LSHL, exit));
            IntVector nextRow =
                    headRow.add(rowUp.blend(zero, out1).blend(rowDown, out2).blend(zero, out3));
            nextRow = nextRow.lanewise(VectorOperators.UMIN, nextRow.sub(rowEnd));
            IntVector nextColumn =
                    headColumn.add(zero.blend(columnUp, out1).blend(zero, out2).blend(columnDown, out3));
            nextColumn = nextColumn.lanewise(VectorOperators.UMIN, nextColumn.sub(columnEnd));
            IntVector nextEntry = exit.lanewise(VectorOperators.XOR, 16);
            IntVector nextSite = nextRow.add(nextColumn);
            IntVector code = nextSite.or(nextEntry.lanewise(VectorOperators.LSHL, 26));
            VectorMask<Integer> comes =
                    code.compare(VectorOperators.EQ, near).or(code.compare(VectorOperators.EQ, far));
            boolean stop = comes.or(tooLarge).anyTrue();
            if (stop && tooLarge.anyTrue()) {
                full = true;
                break;
            }
            if (TWO_REGISTERS) {
                x.intoArray(memory, 0, at, 0);
            } else {
                // Machines of 8 lanes gather but do not scatter.
                x.intoArray(values, 0);
                for (int lane = 0; lane < WIDTH; lane++) {
                    memory[at[lane]] = values[lane];
                }
            }
            headRow = nextRow;
            headColumn = nextColumn;
            entry = nextEntry;
            site = nextSite;
            done++;
            if (stop) {
                came = comes.toLong();
                break;
            }
        }
        headRow.intoArray(row, 0);
        headColumn.intoArray(column, 0);
        entry.intoArray(shift, 0);
        overflow = full;
        closed = came;
        return done;
    }

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
        return !largestHalf
                .add(4)
                .compare(VectorOperators.GE, TABLE)
                .or(largest.and(SIXTEENS).compare(VectorOperators.NE, 0))
                .anyTrue();
    }

    /**
     * Has {@link #sweep} leave out a link of one lane, by giving its copy at {@code site} the occupation 15, or 14, whichever is the
     * upper value of a pair; no link has it otherwise.
     *
     * @return what {@link #putBack} is to be given after the pass
     */
    int leaveOut(int lane, int axis, int site, boolean oddPairs) {
        int before = state[site * WIDTH + lane];
        state[site * WIDTH + lane] = before & ~(0xFF << 8 * axis) | (oddPairs ? 0xEE : 0xFF) << 8 * axis;
        return before >>> 8 * axis & 0xFF;
    }

    void putBack(int lane, int axis, int site, int before) {
        state[site * WIDTH + lane] = state[site * WIDTH + lane] & ~(0xFF << 8 * axis) | before << 8 * axis;
    }

    /**
     * Draws l on the links of an axis of extent 2 or more that start in rows {@code fromRow .. toRow - 1}, with the random bits
     * {@code bits[(at + i) * WIDTH + lane]} for the i-th of them in the order of links, from the pairs {0, 1}, {2, 3}, .. or
     * ({@code oddPairs}) {1, 2}, {3, 4}, ..
     *
     * <p>Links in space are not taken in their order, but column by column: rows do not see each other, so nothing changes, and a
     * step need not wait for the one before. Every link goes to the upper state of its pair, and from there down where the draw says so.
     * The uniform number comes as the integer 2^24 u: scaling by powers of two changes no comparison. The table says NaN for 1/A where A
     * in the upper state is 0 (l = 0 has no pair) or more than 13 (a link that is left out): nothing compares with that, and the
     * upper state is the one that was.
     */
    void sweep(int axis, int fromRow, int toRow, int[] bits, int at, boolean oddPairs) {
        int[] memory = state;
        int[] halves = halfF;
        int shape = TWO_REGISTERS ? 0 : 2 * WIDTH;
        FloatVector g0 = FloatVector.fromArray(FLOATS, lowerG, 0);
        FloatVector g1 = FloatVector.fromArray(FLOATS, lowerG, WIDTH);
        FloatVector g2 = FloatVector.fromArray(FLOATS, lowerG, shape);
        FloatVector g3 = FloatVector.fromArray(FLOATS, lowerG, shape == 0 ? 0 : 3 * WIDTH);
        FloatVector v0 = FloatVector.fromArray(FLOATS, inverse, 0);
        FloatVector v1 = FloatVector.fromArray(FLOATS, inverse, TWO_REGISTERS ? 0 : WIDTH);
        IntVector zero = IntVector.broadcast(INTS, 0);
        IntVector one = IntVector.broadcast(INTS, 1);
        IntVector lower = IntVector.broadcast(INTS, oddPairs ? 1 : 0);
        int nearShift = 8 * axis;
        // 1 in both halves of the byte: A and B change alike, so it is the same in both copies of the link.
        IntVector near = IntVector.broadcast(INTS, 0x11 << nearShift);
        IntVector far = IntVector.broadcast(INTS, 0x11 << nearShift + 16);
        boolean time = axis == 0;
        int outerEnd = time ? toRow : columns;
        int innerFrom = time ? 0 : fromRow;
        int innerEnd = time ? columns : toRow;
        int outerStride = time ? columns : 1;
        int innerStride = time ? 1 : columns;
        int extent = time ? rows : columns;
        for (int outer = time ? fromRow : 0; outer < outerEnd; outer++) {
            int forward = outer == extent - 1 ? -outer * outerStride : outerStride;
            for (int inner = innerFrom; inner < innerEnd; inner++) {
                int x = outer * outerStride + inner * innerStride;
                int y = x + forward;
                IntVector sx = IntVector.fromArray(INTS, memory, x * WIDTH);
                IntVector sy = IntVector.fromArray(INTS, memory, y * WIDTH);
                IntVector hx = IntVector.fromArray(INTS, halves, x * WIDTH);
                IntVector hy = IntVector.fromArray(INTS, halves, y * WIDTH);
                FloatVector u = (FloatVector) IntVector.fromArray(INTS, bits, (at + x - fromRow * columns) * WIDTH)
                        .lanewise(VectorOperators.LSHR, 8)
                        .convert(VectorOperators.I2F, 0);
                IntVector a = sx.lanewise(VectorOperators.LSHR, nearShift).and(15);
                IntVector b = sx.lanewise(VectorOperators.LSHR, nearShift + 4).and(15);
                VectorMask<Integer> rises = a.min(b).and(1).compare(VectorOperators.EQ, lower);
                a = a.add(one, rises);
                b = b.add(one, rises);
                hx = hx.add(one, rises);
                hy = hy.add(one, rises);
                sx = sx.add(near, rises);
                sy = sy.add(far, rises);
                IntVector gx = hx.selectFrom(g0.reinterpretAsInts(), g1.reinterpretAsInts());
                IntVector gy = hy.selectFrom(g0.reinterpretAsInts(), g1.reinterpretAsInts());
                IntVector va;
                IntVector vb;
                if (TWO_REGISTERS) {
                    va = a.selectFrom(v0.reinterpretAsInts());
                    vb = b.selectFrom(v0.reinterpretAsInts());
                } else {
                    gx = gx.blend(
                            hx.selectFrom(g2.reinterpretAsInts(), g3.reinterpretAsInts()),
                            hx.and(16).compare(VectorOperators.NE, zero));
                    gy = gy.blend(
                            hy.selectFrom(g2.reinterpretAsInts(), g3.reinterpretAsInts()),
                            hy.and(16).compare(VectorOperators.NE, zero));
                    va = a.selectFrom(v0.reinterpretAsInts(), v1.reinterpretAsInts());
                    vb = b.selectFrom(v0.reinterpretAsInts(), v1.reinterpretAsInts());
                }
                FloatVector q = gx.reinterpretAsFloats()
                        .mul(gy.reinterpretAsFloats())
                        .mul(va.reinterpretAsFloats().mul(vb.reinterpretAsFloats()));
                // Not u (1 + q) < q.
                VectorMask<Integer> falls = u.mul(q.add(1f))
                        .compare(VectorOperators.GE, q.mul(0x1p24f))
                        .cast(INTS);
                sx.sub(near, falls).intoArray(memory, x * WIDTH);
                sy.sub(far, falls).intoArray(memory, y * WIDTH);
                hx.sub(one, falls).intoArray(halves, x * WIDTH);
                hy.sub(one, falls).intoArray(halves, y * WIDTH);
            }
        }
    }

    /** As {@link #sweep} on an axis of extent 1: every link joins a site to itself, and l -> l+-1 changes f by 4. */
    void sweepOfSelfLinks(int axis, int fromRow, int toRow, int[] bits, int at, boolean oddPairs) {
        int odd = oddPairs ? 1 : 0;
        int first = fromRow * columns;
        for (int x = first; x < toRow * columns; x++) {
            for (int lane = 0; lane < WIDTH; lane++) {
                int s = state[x * WIDTH + lane];
                int a = s >>> 8 * axis & 15;
                int b = s >>> 8 * axis + 4 & 15;
                int l = Math.min(a, b);
                int down = l + odd & 1;
                if (l > MOST_IN_A_SWEEP || down > l) {
                    continue;
                }
                float u = Uniform.toFloat(bits[(at + x - first) * WIDTH + lane]);
                int below = halfF[x * WIDTH + lane] - 2 * down;
                float q = (g[below] * g[below + 1]) * (inverse[a - down + 1] * inverse[b - down + 1]);
                int change = (u * (1 + q) < q ? 1 : 0) - down;
                state[x * WIDTH + lane] = s + change * (0x110011 << 8 * axis);
                halfF[x * WIDTH + lane] += 2 * change;
            }
        }
    }
}
