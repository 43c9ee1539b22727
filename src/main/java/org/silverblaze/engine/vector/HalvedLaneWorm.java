package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;
import static org.silverblaze.engine.vector.WormLanes.FLOATS;
import static org.silverblaze.engine.vector.WormLanes.INTS;
import static org.silverblaze.engine.vector.WormLanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.silverblaze.engine.WormTables;
import org.silverblaze.lattice.Lattice;

/**
 * The kernels of {@link LaneWorm} for vectors of 8 lanes (AVX2): the 16 chains are two vectors, lanes {@code 0 .. 7} and {@code 8 .. 15}.
 *
 * <p>What differs from 16 lanes. There are no mask registers, so a mask is a vector and a masked operation two; counts of
 * 0 or 1 are added as numbers instead. A table look-up is one permutation for every 8 numbers, so the tables of a step are short: 8 numbers
 * for the occupations and 16 for g. Occupations beyond them are rare unless mu is large; a step that needs more is made by
 * scalar code. The heads stay in memory between steps, and one loop body does one half's step: a body with the vectors of both
 * halves would be too large for C2.
 */
final class HalvedLaneWorm extends LaneWorm {
    /** Occupations that the short tables hold: 0 to 7. */
    private static final int SHORT = 8;

    private static final int EIGHTS = 0x08080808;

    // short tables for a step, as bits of floats: shrink(0..7), then grow(0..7); g(2i) for i = 0..15
    private final int[] shortForwardTime = new int[2 * SHORT];
    private final int[] shortBackwardTime = new int[2 * SHORT];
    private final int[] shortSpace = new int[2 * SHORT];
    private final int[] shortG = new int[2 * SHORT];
    // tables of the sweep, as bits of floats
    private final int[] lowerGBits = new int[TABLE];
    private final int[] inverseBits = new int[2 * SHORT];

    /** What a head's row and column gain by leaving by a leg, modulo the extents; 8 entries of which four are used. */
    private final int[] rowGain = new int[WIDTH];

    private final int[] columnGain = new int[WIDTH];

    // of every lane: where its head is in memory, the site's occupations before and after the step, the leg of entry
    // before it
    private final int[] index = new int[CHAINS];
    private final int[] before = new int[CHAINS];
    private final int[] after = new int[CHAINS];
    private final int[] shiftBefore = new int[CHAINS];
    /**
     * Sweeps yet to come of which one in 16 looks f up in the long table without need: C2 compiles both ways then, rather than anew when
     * a tall f comes for the first time.
     */
    private int rehearsals = 1 << 14;

    /** True where the kernel stopped since the short tables do not hold the next step. */
    private boolean beyondShort;

    HalvedLaneWorm(Lattice lattice, WormTables tables, LinkTable table, LaneOpenings openings) {
        super(lattice, tables, table, openings);
        for (int i = 0; i < SHORT; i++) {
            for (int kind = 0; kind < 2; kind++) {
                shortForwardTime[kind * SHORT + i] = Float.floatToRawIntBits(forwardTime[16 * kind + i]);
                shortBackwardTime[kind * SHORT + i] = Float.floatToRawIntBits(backwardTime[16 * kind + i]);
                shortSpace[kind * SHORT + i] = Float.floatToRawIntBits(space[16 * kind + i]);
            }
        }
        for (int i = 0; i < 2 * SHORT; i++) {
            shortG[i] = Float.floatToRawIntBits(g[i]);
            inverseBits[i] = Float.floatToRawIntBits(inverse[i]);
        }
        for (int i = 0; i < TABLE; i++) {
            lowerGBits[i] = Float.floatToRawIntBits(lowerG[i]);
        }
        rowGain[0] = columns * CHAINS;
        rowGain[2] = (rows - 1) * columns * CHAINS;
        columnGain[1] = CHAINS;
        columnGain[3] = (columns - 1) * CHAINS;
    }

    @Override
    int steps(float[] uniforms, int from, int count) {
        overflow = false;
        due = 0;
        int done = 0;
        while (done < count && due == 0) {
            done += shortSteps(uniforms, from + done, count - done);
            if (beyondShort) {
                if (!scalarStep(uniforms, from + done)) {
                    overflow = true;
                    return done;
                }
                done++;
            }
        }
        return done;
    }

    /** As {@link #steps} with the short tables: ends before a step that they do not hold, too ({@link #beyondShort}). */
    private int shortSteps(float[] uniforms, int from, int count) {
        int[] memory = state;
        int[] at = index;
        int[] values = after;
        int[] stood = before;
        int[] headRows = row;
        int[] headColumns = column;
        int[] entries = shift;
        int rowEnd = volume * CHAINS;
        int columnEnd = columns * CHAINS;
        for (int lane = 0; lane < CHAINS; lane++) {
            at[lane] = headRows[lane] + headColumns[lane];
        }
        beyondShort = false;
        long came = 0;
        long beyond = 0;
        int half = 0;
        int done = 0;
        int end = count;
        while (done < end) {
            IntVector x = IntVector.fromArray(INTS, memory, 0, at, half);
            x.intoArray(stood, half);
            IntVector headRow = IntVector.fromArray(INTS, headRows, half);
            IntVector headColumn = IntVector.fromArray(INTS, headColumns, half);
            IntVector entry = IntVector.fromArray(INTS, entries, half);
            entry.intoArray(shiftBefore, half);

            // J := J - 1 on the leg of entry: A falls where A > B, B rises otherwise.
            IntVector leg = x.lanewise(VectorOperators.LSHR, entry);
            VectorMask<Integer> falls = leg.and(15)
                    .compare(
                            VectorOperators.GT,
                            leg.lanewise(VectorOperators.LSHR, 4).and(15));
            x = x.add(IntVector.broadcast(INTS, 16)
                    .blend(IntVector.broadcast(INTS, -1), falls)
                    .lanewise(VectorOperators.LSHL, entry));

            // All legs at once: a >= b (|J| would grow), the larger of both, and the sum f.
            IntVector a = x.and(LOW_NIBBLES);
            IntVector b = x.lanewise(VectorOperators.LSHR, 4).and(LOW_NIBBLES);
            IntVector grows = a.or(SIXTEENS).sub(b);
            IntVector larger =
                    a.reinterpretAsBytes().max(b.reinterpretAsBytes()).reinterpretAsInts();
            IntVector sum = a.add(b);
            sum = sum.add(sum.lanewise(VectorOperators.LSHR, 16));
            sum = sum.add(sum.lanewise(VectorOperators.LSHR, 8));
            beyond |= larger.and(EIGHTS)
                    .or(sum.and(0x60))
                    .compare(VectorOperators.GT, 0)
                    .toLong();

            // Weights of the ways out.
            IntVector halfSum = sum.lanewise(VectorOperators.LSHR, 1).and(15);
            FloatVector rho = halfSum.selectFrom(IntVector.fromArray(INTS, shortG, 0))
                    .blend(
                            halfSum.selectFrom(IntVector.fromArray(INTS, shortG, SHORT)),
                            halfSum.compare(VectorOperators.GT, SHORT - 1))
                    .reinterpretAsFloats();
            IntVector larger1 = larger.lanewise(VectorOperators.LSHR, 8);
            IntVector larger2 = larger.lanewise(VectorOperators.LSHR, 16);
            IntVector larger3 = larger.lanewise(VectorOperators.LSHR, 24);
            FloatVector w0 = larger.selectFrom(IntVector.fromArray(INTS, shortForwardTime, SHORT))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            larger.selectFrom(IntVector.fromArray(INTS, shortForwardTime, 0))
                                    .reinterpretAsFloats(),
                            grows.and(0x10).compare(VectorOperators.EQ, 0).cast(FLOATS));
            FloatVector w1 = larger1.selectFrom(IntVector.fromArray(INTS, shortSpace, SHORT))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            larger1.selectFrom(IntVector.fromArray(INTS, shortSpace, 0))
                                    .reinterpretAsFloats(),
                            grows.and(0x1000).compare(VectorOperators.EQ, 0).cast(FLOATS));
            FloatVector w2 = larger2.selectFrom(IntVector.fromArray(INTS, shortBackwardTime, SHORT))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            larger2.selectFrom(IntVector.fromArray(INTS, shortBackwardTime, 0))
                                    .reinterpretAsFloats(),
                            grows.and(0x100000).compare(VectorOperators.EQ, 0).cast(FLOATS));
            FloatVector w3 = larger3.selectFrom(IntVector.fromArray(INTS, shortSpace, SHORT))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            larger3.selectFrom(IntVector.fromArray(INTS, shortSpace, 0))
                                    .reinterpretAsFloats(),
                            grows.and(0x10000000).compare(VectorOperators.EQ, 0).cast(FLOATS));
            FloatVector c2 = w0.add(w1);
            FloatVector c3 = c2.add(w2);
            FloatVector total = c3.add(w3);

            // Half way round from a uniform point of the entrance's box.
            VectorMask<Float> in1 = entry.compare(VectorOperators.EQ, 8).cast(FLOATS);
            VectorMask<Float> in2 = entry.compare(VectorOperators.EQ, 16).cast(FLOATS);
            VectorMask<Float> in3 = entry.compare(VectorOperators.EQ, 24).cast(FLOATS);
            FloatVector box = w0.blend(w1, in1).blend(w2, in2).blend(w3, in3);
            FloatVector before =
                    FloatVector.zero(FLOATS).blend(w0, in1).blend(c2, in2).blend(c3, in3);
            FloatVector u = FloatVector.fromArray(FLOATS, uniforms, (from + done) * CHAINS + half);
            FloatVector point = total.mul(0.5f).add(u.mul(box).add(before));
            point = point.blend(point.sub(total), point.compare(VectorOperators.GE, total));
            IntVector exit = IntVector.zero(INTS)
                    .blend(8, point.compare(VectorOperators.GE, w0).cast(INTS))
                    .blend(16, point.compare(VectorOperators.GE, c2).cast(INTS))
                    .blend(24, point.compare(VectorOperators.GE, c3).cast(INTS));

            // J := J + 1 on the leg of exit, and to the neighbour there.
            VectorMask<Integer> shrinks =
                    grows.lanewise(VectorOperators.LSHR, exit).and(0x10).compare(VectorOperators.EQ, 0);
            x = x.add(IntVector.broadcast(INTS, 1).blend(-16, shrinks).lanewise(VectorOperators.LSHL, exit));
            IntVector way = exit.lanewise(VectorOperators.LSHR, 3);
            headRow = headRow.add(way.selectFrom(IntVector.fromArray(INTS, rowGain, 0)));
            headRow = headRow.lanewise(VectorOperators.UMIN, headRow.sub(rowEnd));
            headColumn = headColumn.add(way.selectFrom(IntVector.fromArray(INTS, columnGain, 0)));
            headColumn = headColumn.lanewise(VectorOperators.UMIN, headColumn.sub(columnEnd));
            entry = exit.lanewise(VectorOperators.XOR, 16);
            IntVector site = headRow.add(headColumn);
            IntVector code = site.or(entry.lanewise(VectorOperators.LSHL, 26));
            IntVector near = IntVector.fromArray(INTS, tailNear, half);
            IntVector far = IntVector.fromArray(INTS, tailFar, half);
            came |= code.compare(VectorOperators.EQ, near)
                            .or(code.compare(VectorOperators.EQ, far))
                            .toLong()
                    << half;
            x.intoArray(values, half);
            memory[at[half]] = values[half];
            memory[at[half + 1]] = values[half + 1];
            memory[at[half + 2]] = values[half + 2];
            memory[at[half + 3]] = values[half + 3];
            memory[at[half + 4]] = values[half + 4];
            memory[at[half + 5]] = values[half + 5];
            memory[at[half + 6]] = values[half + 6];
            memory[at[half + 7]] = values[half + 7];
            headRow.intoArray(headRows, half);
            headColumn.intoArray(headColumns, half);
            entry.intoArray(entries, half);
            site.intoArray(at, half);
            half += WIDTH;
            if (half == CHAINS) {
                half = 0;
                done++;
                if ((came | beyond) != 0) {
                    end = settle(came, beyond, done, count);
                    came = 0;
                    beyond = 0;
                }
            }
        }
        return Math.min(done, end);
    }

    /**
     * After a step with which heads came to their tails, or which the short tables do not hold: that one is undone. What is rare is
     * here and no branch of the kernel, which C2 would give up and compile anew when it comes for the first time.
     *
     * @return the number of steps with which the kernel ends, {@code count} where it goes on
     */
    private int settle(long came, long beyond, int done, int count) {
        if (beyond != 0) {
            undo();
            beyondShort = true;
            return done - 1;
        }
        due = reopen(came);
        for (long rest = came; rest != 0; rest &= rest - 1) {
            int lane = Long.numberOfTrailingZeros(rest);
            index[lane] = row[lane] + column[lane];
        }
        return due != 0 ? done : count;
    }

    /** Takes back the last step, from the site where the heads are to the one that they left by its other end. */
    private void undo() {
        for (int lane = 0; lane < CHAINS; lane++) {
            move(lane, shift[lane]);
            shift[lane] = shiftBefore[lane];
            state[row[lane] + column[lane]] = before[lane];
        }
    }

    /** J := J - 1 on the leg at this shift. */
    private static int lowered(int x, int shift) {
        int leg = x >>> shift;
        return x + (((leg & 15) > (leg >>> 4 & 15) ? -1 : 16) << shift);
    }

    /** J := J + 1 on the leg at this shift. */
    private static int raised(int x, int shift) {
        int leg = x >>> shift;
        return x + (((leg & 15) >= (leg >>> 4 & 15) ? 1 : -16) << shift);
    }

    /** The head of a lane to the neighbour by the leg at this shift. */
    private void move(int lane, int exit) {
        row[lane] = (row[lane] + rowGain[exit / 8]) % (volume * CHAINS);
        int moved = column[lane] + columnGain[exit / 8];
        column[lane] = moved >= columns * CHAINS ? moved - columns * CHAINS : moved;
    }

    /**
     * One step of every lane with the whole tables, lane by lane.
     *
     * @return false where four bits do not hold it; nothing was written then
     */
    private boolean scalarStep(float[] uniforms, int from) {
        for (int lane = 0; lane < CHAINS; lane++) {
            int x = entered(lane);
            if (((largest(x) + 0x02020202 & SIXTEENS) | sumF(x) & 0x40) != 0) {
                return false;
            }
        }
        long closed = 0;
        for (int lane = 0; lane < CHAINS; lane++) {
            closed |= scalarStep(lane, uniforms[from * CHAINS + lane]) ? 1L << lane : 0;
        }
        due = reopen(closed);
        return true;
    }

    /** Occupations of the head's site once the head has entered it. */
    private int entered(int lane) {
        return lowered(state[row[lane] + column[lane]], shift[lane]);
    }

    /** Byte by byte the larger of A and B. */
    private static int largest(int x) {
        int all = 0;
        for (int leg = 0; leg < 32; leg += 8) {
            all |= Math.max(x >>> leg & 15, x >>> leg + 4 & 15) << leg;
        }
        return all;
    }

    private static int sumF(int x) {
        int sum = (x & LOW_NIBBLES) + (x >>> 4 & LOW_NIBBLES);
        sum += sum >>> 16;
        return sum + (sum >>> 8) & 0xFF;
    }

    /** @return whether the head came to its tail */
    private boolean scalarStep(int lane, float u) {
        int x = entered(lane);
        int larger = largest(x);
        int grows = (x & LOW_NIBBLES | SIXTEENS) - (x >>> 4 & LOW_NIBBLES) & SIXTEENS;
        int entries = larger | grows;
        float rho = g[sumF(x) >> 1];
        float w0 = forwardTime[entries & 31] * ((grows & 0x10) != 0 ? rho : 1);
        float w1 = space[entries >>> 8 & 31] * ((grows & 0x1000) != 0 ? rho : 1);
        float w2 = backwardTime[entries >>> 16 & 31] * ((grows & 0x100000) != 0 ? rho : 1);
        float w3 = space[entries >>> 24 & 31] * ((grows & 0x10000000) != 0 ? rho : 1);
        float c2 = w0 + w1;
        float c3 = c2 + w2;
        float total = c3 + w3;
        int in = shift[lane];
        float box = in == 0 ? w0 : in == 8 ? w1 : in == 16 ? w2 : w3;
        float before = in == 0 ? 0 : in == 8 ? w0 : in == 16 ? c2 : c3;
        float point = total * 0.5f + (u * box + before);
        if (point >= total) {
            point -= total;
        }
        int exit = point >= c3 ? 24 : point >= c2 ? 16 : point >= w0 ? 8 : 0;
        state[row[lane] + column[lane]] = raised(x, exit);
        move(lane, exit);
        shift[lane] = exit ^ 16;
        int code = row[lane] + column[lane] | shift[lane] << 26;
        return code == tailNear[lane] || code == tailFar[lane];
    }

    /** The upper state of a link's pair is looked up, and the link goes by the difference of where it ends from where it was. */
    @Override
    void sweep(int axis, int fromRow, int toRow, int[] bits, int at, boolean oddPairs) {
        int[] memory = state;
        int[] halves = halfF;
        int nearShift = 8 * axis;
        // 1 in both halves of the byte: A and B change alike, so it is the same in both copies of the link.
        int near = 0x11 << nearShift;
        int far = 0x11 << nearShift + 16;
        int notLower = oddPairs ? 0 : 1;
        rehearsals -= rehearsals > 0 ? 1 : 0;
        boolean tall = largestHalfF() >= 2 * SHORT || rehearsals % 16 == 1;
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
                int x = (outer * outerStride + inner * innerStride) * CHAINS;
                int y = x + forward * CHAINS;
                int draw = x + (at - fromRow * columns) * CHAINS;
                for (int half = 0; half < CHAINS; half += WIDTH) {
                    IntVector sx = IntVector.fromArray(INTS, memory, x + half);
                    IntVector sy = IntVector.fromArray(INTS, memory, y + half);
                    IntVector hx = IntVector.fromArray(INTS, halves, x + half);
                    IntVector hy = IntVector.fromArray(INTS, halves, y + half);
                    FloatVector u = (FloatVector) IntVector.fromArray(INTS, bits, draw + half)
                            .lanewise(VectorOperators.LSHR, 8)
                            .convert(VectorOperators.I2F, 0);
                    IntVector a = sx.lanewise(VectorOperators.LSHR, nearShift).and(15);
                    IntVector b =
                            sx.lanewise(VectorOperators.LSHR, nearShift + 4).and(15);
                    // 1 where the link is in the lower state of its pair.
                    IntVector rise =
                            a.min(b).lanewise(VectorOperators.XOR, notLower).and(1);
                    a = a.add(rise);
                    b = b.add(rise);
                    IntVector gx = hx.add(rise);
                    IntVector gy = hy.add(rise);
                    IntVector g0 = IntVector.fromArray(INTS, lowerGBits, 0);
                    IntVector g1 = IntVector.fromArray(INTS, lowerGBits, SHORT);
                    VectorMask<Integer> upperX = gx.and(SHORT).compare(VectorOperators.EQ, SHORT);
                    VectorMask<Integer> upperY = gy.and(SHORT).compare(VectorOperators.EQ, SHORT);
                    IntVector shortX = gx.selectFrom(g0).blend(gx.selectFrom(g1), upperX);
                    IntVector shortY = gy.selectFrom(g0).blend(gy.selectFrom(g1), upperY);
                    if (tall) {
                        IntVector g2 = IntVector.fromArray(INTS, lowerGBits, 2 * SHORT);
                        IntVector g3 = IntVector.fromArray(INTS, lowerGBits, 3 * SHORT);
                        shortX = shortX.blend(
                                gx.selectFrom(g2).blend(gx.selectFrom(g3), upperX),
                                gx.compare(VectorOperators.GT, 2 * SHORT - 1));
                        shortY = shortY.blend(
                                gy.selectFrom(g2).blend(gy.selectFrom(g3), upperY),
                                gy.compare(VectorOperators.GT, 2 * SHORT - 1));
                    }
                    gx = shortX;
                    gy = shortY;
                    IntVector v0 = IntVector.fromArray(INTS, inverseBits, 0);
                    IntVector v1 = IntVector.fromArray(INTS, inverseBits, SHORT);
                    a = a.selectFrom(v0).blend(a.selectFrom(v1), a.compare(VectorOperators.GT, SHORT - 1));
                    b = b.selectFrom(v0).blend(b.selectFrom(v1), b.compare(VectorOperators.GT, SHORT - 1));
                    FloatVector q = gx.reinterpretAsFloats()
                            .mul(gy.reinterpretAsFloats())
                            .mul(a.reinterpretAsFloats().mul(b.reinterpretAsFloats()));
                    // Not u (1 + q) < q.
                    VectorMask<Integer> falls = u.mul(q.add(1f))
                            .compare(VectorOperators.GE, q.mul(0x1p24f))
                            .cast(INTS);
                    IntVector change = rise.blend(rise.sub(1), falls);
                    sx.add(change.mul(near)).intoArray(memory, x + half);
                    sy.add(change.mul(far)).intoArray(memory, y + half);
                    hx.add(change).intoArray(halves, x + half);
                    hy.add(change).intoArray(halves, y + half);
                }
            }
        }
    }
}
