package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;
import static org.silverblaze.engine.vector.WormLanes.FLOATS;
import static org.silverblaze.engine.vector.WormLanes.INTS;
import static org.silverblaze.engine.vector.WormLanes.WIDTH;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
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
 * scalar code.
 *
 * <p>What counts is the number of instructions. The heads stay in memory between steps, and one loop body does one half's step. All that
 * it needs of them, and its constants and tables, are in one array: places at constant distances from one index share
 * a bounds check, and one address is in a register. Gathers are scalar, too: the hardware's is slower, and the vector is loaded when the other
 * half's step has passed. {@link VarHandle#loadLoadFence} is for the scheduler of C2, which otherwise puts the loads of all tables first
 * and runs out of registers. On x86, the only machines with these vectors that this was measured on, it is no instruction.
 */
final class HalvedLaneWorm extends LaneWorm {
    /** Occupations that the short tables hold: 0 to 7. */
    private static final int SHORT = 8;

    private static final int EIGHTS = 0x08080808;

    // Where things are in the block. Of every lane, 16 numbers each:
    /** Row and column of the head's site, in 16 bits each. */
    private static final int POSITION = 0;
    /** 16 in the byte of the leg by which the head enters next. */
    private static final int ENTRY = POSITION + CHAINS;
    /** Where the head's site is in memory, and its occupations. */
    private static final int SITE = ENTRY + CHAINS;

    private static final int OCCUPATIONS = SITE + CHAINS;
    /** Of the site that the head left: its occupations before and after the step, and how the head had come. */
    private static final int BEFORE = OCCUPATIONS + CHAINS;

    private static final int AFTER = BEFORE + CHAINS;
    private static final int ENTRY_BEFORE = AFTER + CHAINS;
    /** The codes of the two halves of the tail's link. */
    private static final int NEAR = ENTRY_BEFORE + CHAINS;

    private static final int FAR = NEAR + CHAINS;
    private static final int LANE = FAR + CHAINS;
    // One number, 8 times: what a row is more in memory than 2^16 columns, both extents.
    private static final int ROW = LANE + CHAINS;
    private static final int EXTENTS = ROW + WIDTH;
    // Bits of floats: g(2i) for i = 0..15; shrink(0..7), then grow(0..7).
    private static final int G = EXTENTS + WIDTH;
    private static final int FORWARD_TIME = G + 2 * SHORT;
    private static final int BACKWARD_TIME = FORWARD_TIME + 2 * SHORT;
    private static final int SPACE = BACKWARD_TIME + 2 * SHORT;
    // Of leg 3 - i of exit: 16 in its byte, the next entry, what the position gains modulo the extents, the entry in a
    // code.
    private static final int LEG = SPACE + 2 * SHORT;
    private static final int OPPOSITE = LEG + WIDTH;
    private static final int GAIN = OPPOSITE + WIDTH;
    private static final int CODE = GAIN + WIDTH;

    /** What steps need of the lanes, and their constants. */
    private final int[] block = new int[CODE + WIDTH];

    // tables of the sweep, as bits of floats
    private final int[] lowerGBits = new int[TABLE];
    private final int[] inverseBits = new int[2 * SHORT];
    /**
     * Sweeps yet to come of which one in 16 looks f up in the long table without need: C2 compiles both ways then, rather than anew when
     * a tall f comes for the first time.
     */
    private int rehearsals = 1 << 14;

    /** Lanes whose heads came to their tails in the last step of {@link #shortSteps}. */
    private long came;

    /** Not 0 where the short tables did not hold that step. */
    private long beyondShort;

    HalvedLaneWorm(Lattice lattice, WormTables tables, LinkTable table, LaneOpenings openings) {
        super(lattice, tables, table, openings);
        for (int i = 0; i < 2 * SHORT; i++) {
            int entry = i < SHORT ? i : 16 + i - SHORT;
            block[G + i] = Float.floatToRawIntBits(g[i]);
            block[FORWARD_TIME + i] = Float.floatToRawIntBits(forwardTime[entry]);
            block[BACKWARD_TIME + i] = Float.floatToRawIntBits(backwardTime[entry]);
            block[SPACE + i] = Float.floatToRawIntBits(space[entry]);
            inverseBits[i] = Float.floatToRawIntBits(inverse[i]);
        }
        for (int i = 0; i < TABLE; i++) {
            lowerGBits[i] = Float.floatToRawIntBits(lowerG[i]);
        }
        int[] gains = {1 << 16, 1, rows - 1 << 16, columns - 1};
        for (int leg = 0; leg < 4; leg++) {
            block[LEG + 3 - leg] = 16 << 8 * leg;
            block[OPPOSITE + 3 - leg] = 16 << 8 * (leg ^ 2);
            block[GAIN + 3 - leg] = gains[leg];
            block[CODE + 3 - leg] = (leg ^ 2) << LEG_OF_CODE;
        }
        for (int lane = 0; lane < CHAINS; lane++) {
            block[LANE + lane] = lane;
        }
        Arrays.fill(block, ROW, ROW + WIDTH, (columns - (1 << 16)) * CHAINS);
        Arrays.fill(block, EXTENTS, EXTENTS + WIDTH, rows << 16 | columns);
    }

    @Override
    void placeHead(int lane, int site, int leg) {
        block[POSITION + lane] = site / columns << 16 | site % columns;
        block[ENTRY + lane] = 16 << 8 * leg;
        look(lane);
    }

    @Override
    void placeTail(int lane, int near, int far) {
        block[NEAR + lane] = near;
        block[FAR + lane] = far;
    }

    @Override
    int head(int lane) {
        return site(lane) / CHAINS * 4 + leg(lane);
    }

    /** The site where the head of a lane is, in memory. */
    private int site(int lane) {
        int position = block[POSITION + lane];
        return ((position >>> 16) * columns + (position & 0xFFFF)) * CHAINS + lane;
    }

    /** The leg by which the head of a lane enters next. */
    private int leg(int lane) {
        return Integer.numberOfTrailingZeros(block[ENTRY + lane]) / 8;
    }

    /** Looks the occupations up where the heads are. */
    private void look() {
        for (int lane = 0; lane < CHAINS; lane++) {
            look(lane);
        }
    }

    private void look(int lane) {
        int at = site(lane);
        block[SITE + lane] = at;
        block[OCCUPATIONS + lane] = state[at];
    }

    @Override
    int steps(float[] uniforms, int from, int count) {
        overflow = false;
        due = 0;
        look();
        int done = 0;
        while (done < count && due == 0) {
            done += shortSteps(state, block, uniforms, from + done, count - done);
            if (beyondShort == 0) {
                due = reopen(came);
                continue;
            }
            undo();
            if (!scalarStep(uniforms, from + done - 1)) {
                overflow = true;
                return done - 1;
            }
            look();
        }
        return done;
    }

    /**
     * As {@link #steps}, but ends after a step with which heads came to their tails ({@link #came}), or which the short tables do not hold
     * ({@link #beyondShort}): that one is to be undone. What is rare is no branch of the kernel, which C2 would give up and
     * compile anew when it comes for the first time; and no call, around which it would keep everything on the stack.
     *
     * @param memory {@link #state}
     * @param own {@link #block}: as an argument C2 has one address of it, from a field two
     */
    private int shortSteps(int[] memory, int[] own, float[] uniforms, int from, int count) {
        int first = from * CHAINS;
        int end = first + count * CHAINS;
        int at = first;
        long beyond = 0;
        long closed = 0;
        while (at < end) {
            int half = at & WIDTH;
            IntVector x = IntVector.fromArray(INTS, own, OCCUPATIONS + half);
            x.intoArray(own, BEFORE + half);
            IntVector entry = IntVector.fromArray(INTS, own, ENTRY + half);
            entry.intoArray(own, ENTRY_BEFORE + half);

            // J := J - 1 on the leg of entry: B rises where A <= B, otherwise A falls.
            IntVector a = x.and(LOW_NIBBLES);
            IntVector b = x.lanewise(VectorOperators.LSHR, 4).and(LOW_NIBBLES);
            IntVector rises = b.or(SIXTEENS).sub(a).and(entry);
            a = a.sub(entry.lanewise(VectorOperators.XOR, rises).lanewise(VectorOperators.LSHR, 4));
            b = b.add(rises.lanewise(VectorOperators.LSHR, 4));

            // All legs at once: a >= b (|J| would grow), the larger of both, and the sum f.
            VarHandle.loadLoadFence();
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
            VarHandle.loadLoadFence();
            IntVector halfSum = sum.lanewise(VectorOperators.LSHR, 1);
            FloatVector rho = halfSum.selectFrom(IntVector.fromArray(INTS, own, G))
                    .blend(
                            halfSum.selectFrom(IntVector.fromArray(INTS, own, G + SHORT)),
                            sum.lanewise(VectorOperators.LSHL, 27).compare(VectorOperators.LT, 0))
                    .reinterpretAsFloats();
            IntVector larger1 = larger.lanewise(VectorOperators.LSHR, 8);
            IntVector larger2 = larger.lanewise(VectorOperators.LSHR, 16);
            IntVector larger3 = larger.lanewise(VectorOperators.LSHR, 24);
            VarHandle.loadLoadFence();
            FloatVector w0 = larger.selectFrom(IntVector.fromArray(INTS, own, FORWARD_TIME))
                    .reinterpretAsFloats()
                    .blend(
                            larger.selectFrom(IntVector.fromArray(INTS, own, FORWARD_TIME + SHORT))
                                    .reinterpretAsFloats()
                                    .mul(rho),
                            grows.lanewise(VectorOperators.LSHL, 27)
                                    .compare(VectorOperators.LT, 0)
                                    .cast(FLOATS));
            VarHandle.loadLoadFence();
            FloatVector w1 = larger1.selectFrom(IntVector.fromArray(INTS, own, SPACE))
                    .reinterpretAsFloats()
                    .blend(
                            larger1.selectFrom(IntVector.fromArray(INTS, own, SPACE + SHORT))
                                    .reinterpretAsFloats()
                                    .mul(rho),
                            grows.lanewise(VectorOperators.LSHL, 19)
                                    .compare(VectorOperators.LT, 0)
                                    .cast(FLOATS));
            VarHandle.loadLoadFence();
            FloatVector w2 = larger2.selectFrom(IntVector.fromArray(INTS, own, BACKWARD_TIME))
                    .reinterpretAsFloats()
                    .blend(
                            larger2.selectFrom(IntVector.fromArray(INTS, own, BACKWARD_TIME + SHORT))
                                    .reinterpretAsFloats()
                                    .mul(rho),
                            grows.lanewise(VectorOperators.LSHL, 11)
                                    .compare(VectorOperators.LT, 0)
                                    .cast(FLOATS));
            VarHandle.loadLoadFence();
            FloatVector w3 = larger3.selectFrom(IntVector.fromArray(INTS, own, SPACE))
                    .reinterpretAsFloats()
                    .blend(
                            larger3.selectFrom(IntVector.fromArray(INTS, own, SPACE + SHORT))
                                    .reinterpretAsFloats()
                                    .mul(rho),
                            grows.lanewise(VectorOperators.LSHL, 3)
                                    .compare(VectorOperators.LT, 0)
                                    .cast(FLOATS));
            FloatVector c2 = w0.add(w1);
            FloatVector c3 = c2.add(w2);
            FloatVector total = c3.add(w3);

            // Half way round from a uniform point of the entrance's box.
            VarHandle.loadLoadFence();
            VectorMask<Float> odd =
                    entry.and(0x10001000).compare(VectorOperators.GT, 0).cast(FLOATS);
            VectorMask<Float> backward =
                    entry.compare(VectorOperators.GT, 0x1000).cast(FLOATS);
            FloatVector box = w0.blend(w1, odd).blend(w2.blend(w3, odd), backward);
            FloatVector before = FloatVector.zero(FLOATS).blend(w0, odd).blend(c2.blend(c3, odd), backward);
            FloatVector u = FloatVector.fromArray(FLOATS, uniforms, at);
            FloatVector point = total.mul(0.5f).add(u.mul(box).add(before));
            // Less total where that is not negative: as unsigned integers negative floats are the largest.
            point = point.reinterpretAsInts()
                    .lanewise(VectorOperators.UMIN, point.sub(total).reinterpretAsInts())
                    .reinterpretAsFloats();
            // 3 - leg: how many of the boxes' ends the point is below.
            IntVector exit = point.sub(w0)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.LSHR, 31)
                    .add(point.sub(c2).reinterpretAsInts().lanewise(VectorOperators.LSHR, 31))
                    .add(point.sub(c3).reinterpretAsInts().lanewise(VectorOperators.LSHR, 31));

            // J := J + 1 on the leg of exit, and to the neighbour there.
            VarHandle.loadLoadFence();
            IntVector leg = exit.selectFrom(IntVector.fromArray(INTS, own, LEG));
            IntVector raised = grows.and(leg);
            a.add(raised.lanewise(VectorOperators.LSHR, 4))
                    .add(b.lanewise(VectorOperators.LSHL, 4).sub(leg.lanewise(VectorOperators.XOR, raised)))
                    .intoArray(own, AFTER + half);
            VarHandle.loadLoadFence();
            ShortVector moved = IntVector.fromArray(INTS, own, POSITION + half)
                    .reinterpretAsShorts()
                    .add(exit.selectFrom(IntVector.fromArray(INTS, own, GAIN)).reinterpretAsShorts());
            IntVector position = moved.lanewise(
                            VectorOperators.UMIN,
                            moved.sub(IntVector.fromArray(INTS, own, EXTENTS).reinterpretAsShorts()))
                    .reinterpretAsInts();
            IntVector site = position.lanewise(VectorOperators.LSHR, 16)
                    .mul(IntVector.fromArray(INTS, own, ROW))
                    .add(position.lanewise(VectorOperators.LSHL, 4))
                    .add(IntVector.fromArray(INTS, own, LANE + half));
            IntVector code = site.or(exit.selectFrom(IntVector.fromArray(INTS, own, CODE)));
            VarHandle.loadLoadFence();
            VectorMask<Integer> closes = code.compare(VectorOperators.EQ, IntVector.fromArray(INTS, own, NEAR + half))
                    .or(code.compare(VectorOperators.EQ, IntVector.fromArray(INTS, own, FAR + half)));
            closed = closed >>> WIDTH | closes.toLong() << WIDTH;
            position.intoArray(own, POSITION + half);
            exit.selectFrom(IntVector.fromArray(INTS, own, OPPOSITE)).intoArray(own, ENTRY + half);
            memory[own[SITE + half]] = own[AFTER + half];
            memory[own[SITE + half + 1]] = own[AFTER + half + 1];
            memory[own[SITE + half + 2]] = own[AFTER + half + 2];
            memory[own[SITE + half + 3]] = own[AFTER + half + 3];
            memory[own[SITE + half + 4]] = own[AFTER + half + 4];
            memory[own[SITE + half + 5]] = own[AFTER + half + 5];
            memory[own[SITE + half + 6]] = own[AFTER + half + 6];
            memory[own[SITE + half + 7]] = own[AFTER + half + 7];
            site.intoArray(own, SITE + half);
            own[OCCUPATIONS + half] = memory[own[SITE + half]];
            own[OCCUPATIONS + half + 1] = memory[own[SITE + half + 1]];
            own[OCCUPATIONS + half + 2] = memory[own[SITE + half + 2]];
            own[OCCUPATIONS + half + 3] = memory[own[SITE + half + 3]];
            own[OCCUPATIONS + half + 4] = memory[own[SITE + half + 4]];
            own[OCCUPATIONS + half + 5] = memory[own[SITE + half + 5]];
            own[OCCUPATIONS + half + 6] = memory[own[SITE + half + 6]];
            own[OCCUPATIONS + half + 7] = memory[own[SITE + half + 7]];
            at += WIDTH;
            if (half != 0 && (closed | beyond) != 0) {
                break;
            }
        }
        came = closed;
        beyondShort = beyond;
        return (at - first) / CHAINS;
    }

    /** Takes back the last step, with which no worm opened: from the site where the heads are to the one that they left by its other end. */
    private void undo() {
        for (int lane = 0; lane < CHAINS; lane++) {
            move(lane, leg(lane));
            block[ENTRY + lane] = block[ENTRY_BEFORE + lane];
            state[site(lane)] = block[BEFORE + lane];
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

    /** The head of a lane to the neighbour by this leg. */
    private void move(int lane, int leg) {
        int position = block[POSITION + lane];
        int gain = block[GAIN + 3 - leg];
        int row = ((position >>> 16) + (gain >>> 16)) % rows;
        int column = ((position & 0xFFFF) + (gain & 0xFFFF)) % columns;
        block[POSITION + lane] = row << 16 | column;
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
        return lowered(state[site(lane)], 8 * leg(lane));
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
        int in = 8 * leg(lane);
        float box = in == 0 ? w0 : in == 8 ? w1 : in == 16 ? w2 : w3;
        float before = in == 0 ? 0 : in == 8 ? w0 : in == 16 ? c2 : c3;
        float point = total * 0.5f + (u * box + before);
        if (point >= total) {
            point -= total;
        }
        int exit = point >= c3 ? 24 : point >= c2 ? 16 : point >= w0 ? 8 : 0;
        state[site(lane)] = raised(x, exit);
        move(lane, exit / 8);
        block[ENTRY + lane] = 16 << (exit ^ 16);
        int code = site(lane) | block[CODE + 3 - exit / 8];
        return code == block[NEAR + lane] || code == block[FAR + lane];
    }

    /**
     * The upper state of a link's pair is looked up, and the link goes by the difference of where it ends from where it was. Links in time
     * make one run, all lanes side by side, and another one where they end in row 0; those in space one for each column.
     */
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
        int width = columns * CHAINS;
        boolean time = axis == 0;
        int runs = time ? 2 : columns;
        int both = time ? CHAINS : width;
        int draws = (at - fromRow * columns) * CHAINS;
        for (int run = 0; run < runs; run++) {
            boolean last = run == runs - 1;
            int from = time && last ? Math.max(fromRow, rows - 1) : fromRow;
            int to = time && !last ? Math.min(toRow, rows - 1) : toRow;
            int x = from * width + (time ? 0 : run * CHAINS);
            int forward = last ? (time ? width - volume * CHAINS : CHAINS - width) : time ? width : CHAINS;
            int count = 2 * (to - from) * (time ? columns : 1);
            int stride = WIDTH;
            for (int i = 0; i < count; i++) {
                int y = x + forward;
                IntVector sx = IntVector.fromArray(INTS, memory, x);
                IntVector sy = IntVector.fromArray(INTS, memory, y);
                IntVector hx = IntVector.fromArray(INTS, halves, x);
                IntVector hy = IntVector.fromArray(INTS, halves, y);
                FloatVector u = (FloatVector) IntVector.fromArray(INTS, bits, x + draws)
                        .lanewise(VectorOperators.LSHR, 8)
                        .convert(VectorOperators.I2F, 0);
                IntVector leg = sx.lanewise(VectorOperators.LSHR, nearShift);
                IntVector a = leg.and(15);
                IntVector b = leg.lanewise(VectorOperators.LSHR, 4).and(15);
                // 1 where the link is in the lower state of its pair.
                IntVector rise =
                        a.min(b).lanewise(VectorOperators.XOR, notLower).and(1);
                a = a.add(rise);
                b = b.add(rise);
                IntVector gx = hx.add(rise);
                IntVector gy = hy.add(rise);
                IntVector g0 = IntVector.fromArray(INTS, lowerGBits, 0);
                IntVector g1 = IntVector.fromArray(INTS, lowerGBits, SHORT);
                VectorMask<Integer> upperX =
                        gx.lanewise(VectorOperators.LSHL, 28).compare(VectorOperators.LT, 0);
                VectorMask<Integer> upperY =
                        gy.lanewise(VectorOperators.LSHL, 28).compare(VectorOperators.LT, 0);
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
                sx.add(change.mul(near)).intoArray(memory, x);
                sy.add(change.mul(far)).intoArray(memory, y);
                hx.add(change).intoArray(halves, x);
                hy.add(change).intoArray(halves, y);
                x += stride;
                stride = both - stride;
            }
        }
    }
}
