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

/** The kernels of {@link LaneWorm} for vectors of 16 lanes: gathers and scatters, masks, tables of 32 numbers in two registers. */
final class WholeLaneWorm extends LaneWorm {
    /** Lane-wise position of the heads: site = row + column. Scaled by CHAINS; the column has the lane added. */
    private final int[] row = new int[CHAINS];

    private final int[] column = new int[CHAINS];
    /** 8 times the leg by which the head enters next. */
    private final int[] shift = new int[CHAINS];

    private final int[] tailNear = new int[CHAINS];
    private final int[] tailFar = new int[CHAINS];
    private final int[] index = new int[CHAINS];

    /** Bit i: lane i's head came to its tail in the last step of {@link #toClosing}. */
    private long closed;

    WholeLaneWorm(Lattice lattice, WormTables tables, LinkTable table, LaneOpenings openings) {
        super(lattice, tables, table, openings);
    }

    @Override
    void placeHead(int lane, int site, int leg) {
        int rowOfSite = site / columns;
        row[lane] = rowOfSite * columns * CHAINS;
        column[lane] = (site - rowOfSite * columns) * CHAINS + lane;
        shift[lane] = leg * 8;
    }

    @Override
    void placeTail(int lane, int near, int far) {
        tailNear[lane] = near;
        tailFar[lane] = far;
    }

    @Override
    int head(int lane) {
        return (row[lane] + column[lane] - lane) / CHAINS * 4 + shift[lane] / 8;
    }

    @Override
    int steps(float[] uniforms, int from, int count) {
        overflow = false;
        due = 0;
        int done = 0;
        while (done < count && due == 0 && !overflow) {
            done += toClosing(uniforms, from + done, count - done);
            due = reopen(closed);
        }
        return done;
    }

    /** As {@link #steps}, but ends after a step with which a head came to its tail ({@link #closed}). */
    private int toClosing(float[] uniforms, int from, int count) {
        int[] memory = state;
        int[] at = index;
        FloatVector ft0 = FloatVector.fromArray(FLOATS, forwardTime, 0);
        FloatVector ft1 = FloatVector.fromArray(FLOATS, forwardTime, WIDTH);
        FloatVector bt0 = FloatVector.fromArray(FLOATS, backwardTime, 0);
        FloatVector bt1 = FloatVector.fromArray(FLOATS, backwardTime, WIDTH);
        FloatVector sp0 = FloatVector.fromArray(FLOATS, space, 0);
        FloatVector sp1 = FloatVector.fromArray(FLOATS, space, WIDTH);
        FloatVector g0 = FloatVector.fromArray(FLOATS, g, 0);
        FloatVector g1 = FloatVector.fromArray(FLOATS, g, WIDTH);
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        FloatVector none = FloatVector.broadcast(FLOATS, 0f);
        IntVector zero = IntVector.broadcast(INTS, 0);
        IntVector minusOne = IntVector.broadcast(INTS, -1);
        IntVector plus16 = IntVector.broadcast(INTS, 16);
        IntVector minus16 = IntVector.broadcast(INTS, -16);
        IntVector nibbles = IntVector.broadcast(INTS, LOW_NIBBLES);
        IntVector sixteens = IntVector.broadcast(INTS, SIXTEENS);
        IntVector rowEnd = IntVector.broadcast(INTS, volume * CHAINS);
        IntVector columnEnd = IntVector.broadcast(INTS, columns * CHAINS);
        // -t is +(N_t - 1) rows, -x is +(N_x - 1) columns, each modulo its extent.
        IntVector rowUp = IntVector.broadcast(INTS, columns * CHAINS);
        IntVector rowDown = IntVector.broadcast(INTS, (rows - 1) * columns * CHAINS);
        IntVector columnUp = IntVector.broadcast(INTS, CHAINS);
        IntVector columnDown = IntVector.broadcast(INTS, (columns - 1) * CHAINS);

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
            FloatVector rho = half.selectFrom(g0.reinterpretAsInts(), g1.reinterpretAsInts())
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
            FloatVector u = FloatVector.fromArray(FLOATS, uniforms, (from + done) * CHAINS);
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
            x.intoArray(memory, 0, at, 0);
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

    /** Every link goes to the upper state of its pair, and from there down where the draw says so. */
    @Override
    void sweep(int axis, int fromRow, int toRow, int[] bits, int at, boolean oddPairs) {
        int[] memory = state;
        int[] halves = halfF;
        FloatVector g0 = FloatVector.fromArray(FLOATS, lowerG, 0);
        FloatVector g1 = FloatVector.fromArray(FLOATS, lowerG, WIDTH);
        FloatVector v0 = FloatVector.fromArray(FLOATS, inverse, 0);
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
                IntVector sx = IntVector.fromArray(INTS, memory, x * CHAINS);
                IntVector sy = IntVector.fromArray(INTS, memory, y * CHAINS);
                IntVector hx = IntVector.fromArray(INTS, halves, x * CHAINS);
                IntVector hy = IntVector.fromArray(INTS, halves, y * CHAINS);
                FloatVector u = (FloatVector) IntVector.fromArray(INTS, bits, (at + x - fromRow * columns) * CHAINS)
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
                IntVector va = a.selectFrom(v0.reinterpretAsInts());
                IntVector vb = b.selectFrom(v0.reinterpretAsInts());
                FloatVector q = gx.reinterpretAsFloats()
                        .mul(gy.reinterpretAsFloats())
                        .mul(va.reinterpretAsFloats().mul(vb.reinterpretAsFloats()));
                // Not u (1 + q) < q.
                VectorMask<Integer> falls = u.mul(q.add(1f))
                        .compare(VectorOperators.GE, q.mul(0x1p24f))
                        .cast(INTS);
                sx.sub(near, falls).intoArray(memory, x * CHAINS);
                sy.sub(far, falls).intoArray(memory, y * CHAINS);
                hx.sub(one, falls).intoArray(halves, x * CHAINS);
                hy.sub(one, falls).intoArray(halves, y * CHAINS);
            }
        }
    }
}
