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
import org.silverblaze.random.Uniform;

/**
 * The directed worm with one chain in each of 16 lanes in any number of dimensions up to four; in two {@link LaneWorm} is faster. A site
 * of a chain is two ints, for the legs that lead forward and for those that lead back: byte i is axis i, A in its lower and B in its
 * upper four bits. Memory is {@code int[site][2][lane]}. Legs are numbered as if there were four dimensions, axis or 4 + axis; those of
 * the axes beyond have weight 0, which changes no sum and is never drawn.
 *
 * <p>Vectors of 16 lanes hold all chains, of 8 lanes half of them, one half after the other. The tables of a step are short, as in
 * {@link HalvedLaneWorm}: occupations to 7 and f to 31. In many dimensions both are small; where they are not, a kernel says so before it has
 * written anything of the step (or sweep) that would not fit, and the caller goes on with {@link CompactChain} from there.
 *
 * <p>The arithmetic is that of the reference engine in the same order. Each kernel is one method on purpose, and keeps vectors in no
 * field: C2 does not inline own helpers into a method of this size.
 */
final class SpaceLaneWorm {
    /** Legs of a site as they are numbered here: forward 0 to 3, back 4 to 7. */
    static final int LEGS = 8;
    /** Ints of a site, all lanes. */
    static final int SITE = 2 * CHAINS;
    /** Most occupation and most f that a step may meet. */
    static final int MOST = 7;

    static final int MOST_F = 31;
    /** Largest occupation that a sweep may make. */
    private static final int MOST_IN_A_SWEEP = 13;

    private static final int LOW_NIBBLES = 0x0F0F0F0F;
    private static final int SIXTEENS = 0x10101010;
    private static final int EIGHTS = 0x08080808;
    /** Numbers that one permutation looks up: every vector has so many lanes. */
    private static final int SHORT = 8;
    /** Entries of a short table: {@link #SHORT} twice, for vectors of 16 lanes. */
    private static final int ROW = 2 * SHORT;

    private final int volume;
    private final int dimensions;
    /** {@code [8 site + leg]}: 8 times the site that the leg leads to. */
    private final int[] neighbour;
    /** {@code [site][2][lane]}. */
    final int[] state;
    /** f/2 {@code [site][lane]}; holds during a sweep only. */
    private final int[] halfF;

    /** 8 times the site of a lane's head. */
    final int[] site = new int[CHAINS];
    /** The leg by which the head enters next. */
    final int[] entry = new int[CHAINS];
    /** 8 site + leg of the two halves of the tail's link. */
    final int[] tailNear = new int[CHAINS];

    final int[] tailFar = new int[CHAINS];
    private final int[] index = new int[CHAINS];
    private final int[] forwardAfter = new int[CHAINS];
    private final int[] backAfter = new int[CHAINS];
    /** Bit i: lane i's head came to its tail in the last step of {@link #steps}. */
    long closed;
    /** True where the last kernel stopped since it does not hold the next step. */
    boolean overflow;
    /** Lanes 0 .. ahead - 1 have made that step nevertheless. */
    int ahead;

    // short tables, as bits of floats: [leg][ROW] shrink and grow, g and inverse in pieces of 8 numbers, each twice
    private final int[] shrink = new int[LEGS * ROW];
    private final int[] grow = new int[LEGS * ROW];
    private final int[] g = new int[2 * ROW];
    private final int[] lowerG = new int[4 * ROW];
    private final int[] inverse = new int[2 * ROW];
    private final WormTables tables;
    private boolean tall;

    SpaceLaneWorm(LinkTable table, WormTables tables) {
        this.tables = tables;
        this.volume = table.volume;
        this.dimensions = table.legs / 2;
        this.neighbour = new int[volume * LEGS];
        this.state = new int[volume * SITE];
        this.halfF = new int[volume * CHAINS];
        for (int half = 0; half < volume * table.legs; half++) {
            neighbour[code(half)] = LEGS * table.neighbour[half];
        }
        for (int leg = 0; leg < table.legs; leg++) {
            for (int i = 0; i < ROW; i++) {
                int at = code(leg) * ROW + i;
                shrink[at] = Float.floatToRawIntBits(tables.shrink(leg, i % SHORT));
                grow[at] = Float.floatToRawIntBits(tables.grow(leg, i % SHORT));
            }
        }
        for (int piece = 0; piece < 4; piece++) {
            for (int i = 0; i < ROW; i++) {
                int n = piece * SHORT + i % SHORT;
                lowerG[piece * ROW + i] = n == 0 ? 0 : Float.floatToRawIntBits(tables.g(2 * n - 2));
                if (piece < 2) {
                    g[piece * ROW + i] = Float.floatToRawIntBits(tables.g(2 * n));
                    inverse[piece * ROW + i] =
                            Float.floatToRawIntBits(n > 0 && n <= MOST_IN_A_SWEEP ? tables.inverse(n) : Float.NaN);
                }
            }
        }
    }

    /** 8 site + leg of a half-link site * 2d + leg. */
    int code(int half) {
        int leg = half % (2 * dimensions);
        return half / (2 * dimensions) * LEGS + (leg < dimensions ? leg : leg - dimensions + LEGS / 2);
    }

    /** The half-link of {@link #code}. */
    int half(int code) {
        int leg = code % LEGS;
        return code / LEGS * 2 * dimensions + (leg < LEGS / 2 ? leg : leg - LEGS / 2 + dimensions);
    }

    /** A + 16 B of a leg of a lane. */
    int occupation(int code, int lane) {
        return state[code / (LEGS / 2) * CHAINS + lane] >>> 8 * (code % (LEGS / 2)) & 0xFF;
    }

    void setOccupation(int code, int lane, int ab) {
        int at = code / (LEGS / 2) * CHAINS + lane;
        int shift = 8 * (code % (LEGS / 2));
        state[at] = state[at] & ~(0xFF << shift) | ab << shift;
    }

    /**
     * At most {@code count} steps of every lane with the uniform numbers {@code uniforms[(from + i) * CHAINS + lane]}. Ends early where a
     * head comes to its tail ({@link #closed}; that step is done in all lanes) or the tables do not hold the next step ({@link
     * #overflow}; it is done in lanes before {@link #ahead} alone, and {@link #closed} speaks of these).
     *
     * @return steps done by all lanes
     */
    int steps(float[] uniforms, int from, int count) {
        int[] memory = state;
        int[] at = index;
        int[] sites = site;
        int[] entries = entry;
        for (int lane = 0; lane < CHAINS; lane++) {
            at[lane] = sites[lane] * (SITE / LEGS) + lane;
        }
        overflow = false;
        long came = 0;
        int half = 0;
        int done = 0;
        while (done < count) {
            IntVector forward = IntVector.fromArray(INTS, memory, 0, at, half);
            IntVector back = IntVector.fromArray(INTS, memory, CHAINS, at, half);
            IntVector enter = IntVector.fromArray(INTS, entries, half);

            // J := J - 1 on the leg of entry: A falls where A > B, B rises otherwise.
            VectorMask<Integer> byBack = enter.compare(VectorOperators.GT, 3);
            IntVector shift = enter.and(3).lanewise(VectorOperators.LSHL, 3);
            IntVector leg = forward.blend(back, byBack).lanewise(VectorOperators.LSHR, shift);
            VectorMask<Integer> falls = leg.and(15)
                    .compare(
                            VectorOperators.GT,
                            leg.lanewise(VectorOperators.LSHR, 4).and(15));
            IntVector change = IntVector.broadcast(INTS, 16)
                    .blend(IntVector.broadcast(INTS, -1), falls)
                    .lanewise(VectorOperators.LSHL, shift);
            IntVector ofBack = IntVector.zero(INTS).blend(change, byBack);
            back = back.add(ofBack);
            forward = forward.add(change.sub(ofBack));

            // All legs at once: a >= b (|J| would grow), the larger of both, and the sum f.
            IntVector a = forward.and(LOW_NIBBLES);
            IntVector b = forward.lanewise(VectorOperators.LSHR, 4).and(LOW_NIBBLES);
            IntVector grows = a.or(SIXTEENS).sub(b);
            IntVector larger =
                    a.reinterpretAsBytes().max(b.reinterpretAsBytes()).reinterpretAsInts();
            IntVector sum = a.add(b);
            a = back.and(LOW_NIBBLES);
            b = back.lanewise(VectorOperators.LSHR, 4).and(LOW_NIBBLES);
            IntVector growsBack = a.or(SIXTEENS).sub(b);
            IntVector largerBack =
                    a.reinterpretAsBytes().max(b.reinterpretAsBytes()).reinterpretAsInts();
            sum = sum.add(a).add(b);
            sum = sum.add(sum.lanewise(VectorOperators.LSHR, 16));
            sum = sum.add(sum.lanewise(VectorOperators.LSHR, 8));
            VectorMask<Integer> tooLarge =
                    larger.or(largerBack).and(EIGHTS).or(sum.and(0xE0)).compare(VectorOperators.NE, 0);

            // Weights of the ways out, and the boxes' ends on the circle.
            IntVector halfSum = sum.lanewise(VectorOperators.LSHR, 1);
            FloatVector rho = halfSum.selectFrom(IntVector.fromArray(INTS, g, 0))
                    .blend(
                            halfSum.selectFrom(IntVector.fromArray(INTS, g, ROW)),
                            halfSum.and(SHORT).compare(VectorOperators.NE, 0))
                    .reinterpretAsFloats();
            FloatVector w0 = larger.selectFrom(IntVector.fromArray(INTS, grow, 0))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            larger.selectFrom(IntVector.fromArray(INTS, shrink, 0))
                                    .reinterpretAsFloats(),
                            grows.and(0x10).compare(VectorOperators.EQ, 0).cast(FLOATS));
            larger = larger.lanewise(VectorOperators.LSHR, 8);
            FloatVector w1 = larger.selectFrom(IntVector.fromArray(INTS, grow, ROW))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            larger.selectFrom(IntVector.fromArray(INTS, shrink, ROW))
                                    .reinterpretAsFloats(),
                            grows.and(0x1000).compare(VectorOperators.EQ, 0).cast(FLOATS));
            larger = larger.lanewise(VectorOperators.LSHR, 8);
            FloatVector w2 = larger.selectFrom(IntVector.fromArray(INTS, grow, 2 * ROW))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            larger.selectFrom(IntVector.fromArray(INTS, shrink, 2 * ROW))
                                    .reinterpretAsFloats(),
                            grows.and(0x100000).compare(VectorOperators.EQ, 0).cast(FLOATS));
            larger = larger.lanewise(VectorOperators.LSHR, 8);
            FloatVector w3 = larger.selectFrom(IntVector.fromArray(INTS, grow, 3 * ROW))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            larger.selectFrom(IntVector.fromArray(INTS, shrink, 3 * ROW))
                                    .reinterpretAsFloats(),
                            grows.and(0x10000000).compare(VectorOperators.EQ, 0).cast(FLOATS));
            FloatVector w4 = largerBack
                    .selectFrom(IntVector.fromArray(INTS, grow, 4 * ROW))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            largerBack
                                    .selectFrom(IntVector.fromArray(INTS, shrink, 4 * ROW))
                                    .reinterpretAsFloats(),
                            growsBack.and(0x10).compare(VectorOperators.EQ, 0).cast(FLOATS));
            largerBack = largerBack.lanewise(VectorOperators.LSHR, 8);
            FloatVector w5 = largerBack
                    .selectFrom(IntVector.fromArray(INTS, grow, 5 * ROW))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            largerBack
                                    .selectFrom(IntVector.fromArray(INTS, shrink, 5 * ROW))
                                    .reinterpretAsFloats(),
                            growsBack.and(0x1000).compare(VectorOperators.EQ, 0).cast(FLOATS));
            largerBack = largerBack.lanewise(VectorOperators.LSHR, 8);
            FloatVector w6 = largerBack
                    .selectFrom(IntVector.fromArray(INTS, grow, 6 * ROW))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            largerBack
                                    .selectFrom(IntVector.fromArray(INTS, shrink, 6 * ROW))
                                    .reinterpretAsFloats(),
                            growsBack
                                    .and(0x100000)
                                    .compare(VectorOperators.EQ, 0)
                                    .cast(FLOATS));
            largerBack = largerBack.lanewise(VectorOperators.LSHR, 8);
            FloatVector w7 = largerBack
                    .selectFrom(IntVector.fromArray(INTS, grow, 7 * ROW))
                    .reinterpretAsFloats()
                    .mul(rho)
                    .blend(
                            largerBack
                                    .selectFrom(IntVector.fromArray(INTS, shrink, 7 * ROW))
                                    .reinterpretAsFloats(),
                            growsBack
                                    .and(0x10000000)
                                    .compare(VectorOperators.EQ, 0)
                                    .cast(FLOATS));
            FloatVector c2 = w0.add(w1);
            FloatVector c3 = c2.add(w2);
            FloatVector c4 = c3.add(w3);
            FloatVector c5 = c4.add(w4);
            FloatVector c6 = c5.add(w5);
            FloatVector c7 = c6.add(w6);
            FloatVector total = c7.add(w7);

            // Half way round from a uniform point of the entrance's box.
            VectorMask<Float> in = enter.compare(VectorOperators.EQ, 1).cast(FLOATS);
            FloatVector box = w0.blend(w1, in);
            FloatVector before = FloatVector.zero(FLOATS).blend(w0, in);
            in = enter.compare(VectorOperators.EQ, 2).cast(FLOATS);
            box = box.blend(w2, in);
            before = before.blend(c2, in);
            in = enter.compare(VectorOperators.EQ, 3).cast(FLOATS);
            box = box.blend(w3, in);
            before = before.blend(c3, in);
            in = enter.compare(VectorOperators.EQ, 4).cast(FLOATS);
            box = box.blend(w4, in);
            before = before.blend(c4, in);
            in = enter.compare(VectorOperators.EQ, 5).cast(FLOATS);
            box = box.blend(w5, in);
            before = before.blend(c5, in);
            in = enter.compare(VectorOperators.EQ, 6).cast(FLOATS);
            box = box.blend(w6, in);
            before = before.blend(c6, in);
            in = enter.compare(VectorOperators.EQ, 7).cast(FLOATS);
            box = box.blend(w7, in);
            before = before.blend(c7, in);
            FloatVector u = FloatVector.fromArray(FLOATS, uniforms, (from + done) * CHAINS + half);
            FloatVector point = total.mul(0.5f).add(u.mul(box).add(before));
            point = point.blend(point.sub(total), point.compare(VectorOperators.GE, total));
            IntVector exit = IntVector.zero(INTS)
                    .blend(1, point.compare(VectorOperators.GE, w0).cast(INTS))
                    .blend(2, point.compare(VectorOperators.GE, c2).cast(INTS))
                    .blend(3, point.compare(VectorOperators.GE, c3).cast(INTS))
                    .blend(4, point.compare(VectorOperators.GE, c4).cast(INTS))
                    .blend(5, point.compare(VectorOperators.GE, c5).cast(INTS))
                    .blend(6, point.compare(VectorOperators.GE, c6).cast(INTS))
                    .blend(7, point.compare(VectorOperators.GE, c7).cast(INTS));

            // J := J + 1 on the leg of exit, and to the neighbour there.
            byBack = exit.compare(VectorOperators.GT, 3);
            shift = exit.and(3).lanewise(VectorOperators.LSHL, 3);
            VectorMask<Integer> shrinks = grows.blend(growsBack, byBack)
                    .lanewise(VectorOperators.LSHR, shift)
                    .and(0x10)
                    .compare(VectorOperators.EQ, 0);
            change = IntVector.broadcast(INTS, 1).blend(-16, shrinks).lanewise(VectorOperators.LSHL, shift);
            ofBack = IntVector.zero(INTS).blend(change, byBack);
            back = back.add(ofBack);
            forward = forward.add(change.sub(ofBack));
            if (tooLarge.anyTrue()) {
                overflow = true;
                break;
            }
            forward.intoArray(forwardAfter, half);
            back.intoArray(backAfter, half);
            for (int lane = half; lane < half + WIDTH; lane++) {
                memory[at[lane]] = forwardAfter[lane];
                memory[at[lane] + CHAINS] = backAfter[lane];
            }
            IntVector.fromArray(INTS, sites, half).add(exit).intoArray(at, half);
            IntVector to = IntVector.fromArray(INTS, neighbour, 0, at, half);
            enter = exit.lanewise(VectorOperators.XOR, 4);
            IntVector code = to.add(enter);
            came |= code.compare(VectorOperators.EQ, IntVector.fromArray(INTS, tailNear, half))
                            .or(code.compare(VectorOperators.EQ, IntVector.fromArray(INTS, tailFar, half)))
                            .toLong()
                    << half;
            to.intoArray(sites, half);
            enter.intoArray(entries, half);
            to.mul(SITE / LEGS).add(half).addIndex(1).intoArray(at, half);
            half += WIDTH;
            if (half == CHAINS) {
                half = 0;
                done++;
                if (came != 0) {
                    break;
                }
            }
        }
        ahead = half;
        closed = came;
        return done;
    }

    /**
     * Sums f for {@link #sweep}; to be called before the first of a pass.
     *
     * @return false where four bits or the tables might not hold what the pass makes of the occupations; nothing was written then
     */
    boolean prepareSweep() {
        int[] memory = state;
        IntVector largest = IntVector.zero(INTS);
        IntVector largestHalf = IntVector.zero(INTS);
        for (int x = 0; x < volume; x++) {
            for (int half = 0; half < CHAINS; half += WIDTH) {
                IntVector forward = IntVector.fromArray(INTS, memory, x * SITE + half);
                IntVector back = IntVector.fromArray(INTS, memory, x * SITE + CHAINS + half);
                IntVector a = forward.and(LOW_NIBBLES);
                IntVector b = forward.lanewise(VectorOperators.LSHR, 4).and(LOW_NIBBLES);
                IntVector c = back.and(LOW_NIBBLES);
                IntVector d = back.lanewise(VectorOperators.LSHR, 4).and(LOW_NIBBLES);
                // Bit 4 of a byte: A or B is 13 or more.
                largest = largest.or(a.add(0x03030303)).or(b.add(0x03030303));
                largest = largest.or(c.add(0x03030303)).or(d.add(0x03030303));
                IntVector f = a.add(b).add(c.add(d));
                f = f.add(f.lanewise(VectorOperators.LSHR, 16));
                f = f.add(f.lanewise(VectorOperators.LSHR, 8));
                IntVector halfOfF = f.lanewise(VectorOperators.LSHR, 1).and(0x7F);
                halfOfF.intoArray(halfF, x * CHAINS + half);
                largestHalf = largestHalf.max(halfOfF);
            }
        }
        // Each leg gains at most 1 in A and in B.
        int most = largestHalf.reduceLanes(VectorOperators.MAX) + 2 * dimensions;
        tall = most >= 2 * SHORT;
        return most < 4 * SHORT
                && !largest.and(SIXTEENS).compare(VectorOperators.NE, 0).anyTrue();
    }

    /**
     * Draws l on the links {@code from .. to - 1} with the random bits {@code bits[(i - from) * CHAINS + lane]} for link i, from the
     * pairs {0, 1}, {2, 3}, .. or ({@code oddPairs}) {1, 2}, {3, 4}, .. Lanes in which a link is that of {@code heads} or {@code
     * tails} leave it as it is. See {@link LaneWorm#sweep} for the arithmetic.
     */
    void sweep(int from, int to, int[] bits, int[] heads, int[] tails, boolean oddPairs) {
        int[] memory = state;
        int[] halves = halfF;
        int notLower = oddPairs ? 0 : 1;
        int axis = from / volume;
        int x = from % volume;
        for (int link = from; link < to; link++, x++) {
            if (x == volume) {
                x = 0;
                axis++;
            }
            int y = neighbour[x * LEGS + axis] / LEGS;
            if (x == y) {
                selfLink(link, axis, x, bits, (link - from) * CHAINS, heads, tails, oddPairs);
                continue;
            }
            int nibble = 8 * axis;
            int step = 0x11 << nibble;
            for (int half = 0; half < CHAINS; half += WIDTH) {
                int near = x * SITE + half;
                int far = y * SITE + CHAINS + half;
                IntVector sx = IntVector.fromArray(INTS, memory, near);
                IntVector sy = IntVector.fromArray(INTS, memory, far);
                IntVector hx = IntVector.fromArray(INTS, halves, x * CHAINS + half);
                IntVector hy = IntVector.fromArray(INTS, halves, y * CHAINS + half);
                FloatVector u = (FloatVector) IntVector.fromArray(INTS, bits, (link - from) * CHAINS + half)
                        .lanewise(VectorOperators.LSHR, 8)
                        .convert(VectorOperators.I2F, 0);
                VectorMask<Integer> left = IntVector.fromArray(INTS, heads, half)
                        .compare(VectorOperators.EQ, link)
                        .or(IntVector.fromArray(INTS, tails, half).compare(VectorOperators.EQ, link));
                IntVector a = sx.lanewise(VectorOperators.LSHR, nibble).and(15);
                IntVector b = sx.lanewise(VectorOperators.LSHR, nibble + 4).and(15);
                // 1 where the link is in the lower state of its pair.
                IntVector rise =
                        a.min(b).lanewise(VectorOperators.XOR, notLower).and(1);
                a = a.add(rise);
                b = b.add(rise);
                IntVector gx = hx.add(rise);
                IntVector gy = hy.add(rise);
                VectorMask<Integer> upperX = gx.and(SHORT).compare(VectorOperators.NE, 0);
                VectorMask<Integer> upperY = gy.and(SHORT).compare(VectorOperators.NE, 0);
                IntVector g0 = IntVector.fromArray(INTS, lowerG, 0);
                IntVector g1 = IntVector.fromArray(INTS, lowerG, ROW);
                IntVector weightX = gx.selectFrom(g0).blend(gx.selectFrom(g1), upperX);
                IntVector weightY = gy.selectFrom(g0).blend(gy.selectFrom(g1), upperY);
                if (tall) {
                    IntVector g2 = IntVector.fromArray(INTS, lowerG, 2 * ROW);
                    IntVector g3 = IntVector.fromArray(INTS, lowerG, 3 * ROW);
                    weightX = weightX.blend(
                            gx.selectFrom(g2).blend(gx.selectFrom(g3), upperX),
                            gx.compare(VectorOperators.GT, 2 * SHORT - 1));
                    weightY = weightY.blend(
                            gy.selectFrom(g2).blend(gy.selectFrom(g3), upperY),
                            gy.compare(VectorOperators.GT, 2 * SHORT - 1));
                }
                IntVector v0 = IntVector.fromArray(INTS, inverse, 0);
                IntVector v1 = IntVector.fromArray(INTS, inverse, ROW);
                a = a.selectFrom(v0).blend(a.selectFrom(v1), a.compare(VectorOperators.GT, SHORT - 1));
                b = b.selectFrom(v0).blend(b.selectFrom(v1), b.compare(VectorOperators.GT, SHORT - 1));
                FloatVector q = weightX.reinterpretAsFloats()
                        .mul(weightY.reinterpretAsFloats())
                        .mul(a.reinterpretAsFloats().mul(b.reinterpretAsFloats()));
                // Not u (1 + q) < q; q is no number where l = 0 has no pair, and nothing falls then.
                VectorMask<Integer> falls = u.mul(q.add(1f))
                        .compare(VectorOperators.GE, q.mul(0x1p24f))
                        .cast(INTS);
                IntVector change = rise.blend(rise.sub(1), falls).blend(0, left);
                hx.add(change).intoArray(halves, x * CHAINS + half);
                hy.add(change).intoArray(halves, y * CHAINS + half);
                change = change.mul(step);
                sx.add(change).intoArray(memory, near);
                sy.add(change).intoArray(memory, far);
            }
        }
    }

    /** A link from a site to itself, on an axis of extent 1: l -> l+-1 changes f by 4. */
    private void selfLink(int link, int axis, int x, int[] bits, int at, int[] heads, int[] tails, boolean oddPairs) {
        int odd = oddPairs ? 1 : 0;
        for (int lane = 0; lane < CHAINS; lane++) {
            int s = state[x * SITE + lane] >>> 8 * axis;
            int a = s & 15;
            int b = s >>> 4 & 15;
            int l = Math.min(a, b);
            int down = l + odd & 1;
            if (down > l || link == heads[lane] || link == tails[lane]) {
                continue;
            }
            float u = Uniform.toFloat(bits[at + lane]);
            int below = halfF[x * CHAINS + lane] - 2 * down;
            float q = (tables.g(2 * below) * tables.g(2 * below + 2))
                    * (tables.inverse(a - down + 1) * tables.inverse(b - down + 1));
            int change = (u * (1 + q) < q ? 1 : 0) - down;
            state[x * SITE + lane] += change * (0x11 << 8 * axis);
            state[x * SITE + CHAINS + lane] += change * (0x11 << 8 * axis);
            halfF[x * CHAINS + lane] += 2 * change;
        }
    }
}
