package org.silverblaze.engine.vector;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.WormTables;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Threefry;
import org.silverblaze.random.Uniform;

/**
 * One chain by itself with int8 occupations, in any number of dimensions: for chains whose occupations left the four bits of
 * {@link LaneWorm} and {@link SpaceLaneWorm}, and for groups of chains that do not fill the lanes. The same arithmetic in the same order as there and as in the reference engine, so the same bits.
 */
final class CompactChain {
    /** A power of two. */
    private static final int HALF_ROW = WormTables.MAX_OCCUPATION + 1;

    private static final int ROW = 2 * HALF_ROW;

    private final ChainSpec spec;
    private final LinkTable table;
    private final StreamKey key;
    final int chain;
    private final Schedule schedule;
    /** {@code [half]}: A + 256 B. */
    final int[] occupation;
    /** {@code [site]}: f of the site's own legs. */
    private final int[] f;
    /** {@code [leg * 256 + n]}, n the larger of A and B: shrink(n), and 128 further on grow(n). */
    private final float[] weights;

    private final float[] g;
    private final float[] inverse;
    private final float[] weight;
    private final float[] before;
    private final int[] moveWords = new int[Threefry.WORDS];
    /** The draw that they are of, -1 where there is none yet. */
    private long moveDraw = -1;

    private final int[] sweepWords = new int[Threefry.WORDS];
    private final int[] openingWords = new int[Threefry.WORDS];
    private final byte[] k;
    private final byte[] l;
    long clock;
    long worms;
    long samples;
    /** Half-link by which the head enters next. */
    int head;
    /** Half-link on which the worm opened. */
    int tail;

    CompactChain(ChainSpec spec, WormTables tables, LinkTable table, int chain) {
        this.spec = spec;
        this.table = table;
        this.key = spec.key();
        this.chain = chain;
        this.schedule = spec.schedule();
        this.occupation = new int[table.volume * table.legs];
        this.f = new int[table.volume];
        this.weights = new float[table.legs * ROW];
        for (int leg = 0; leg < table.legs; leg++) {
            for (int n = 0; n < HALF_ROW; n++) {
                weights[leg * ROW + n] = tables.shrink(leg, n);
                weights[leg * ROW + HALF_ROW + n] = tables.grow(leg, n);
            }
        }
        this.g = new float[table.legs * WormTables.MAX_OCCUPATION + 2];
        for (int i = 0; i < g.length; i++) {
            g[i] = tables.g(2 * i);
        }
        this.inverse = new float[HALF_ROW + 1];
        for (int n = 1; n < inverse.length; n++) {
            inverse[n] = tables.inverse(n);
        }
        this.weight = new float[table.legs];
        this.before = new float[table.legs];
        this.k = new byte[table.links];
        this.l = new byte[table.links];
    }

    /** Takes chain number {@code c} of a block's state. */
    void load(ChainState state, int c) {
        int from = 2 * c * occupation.length;
        for (int half = 0; half < occupation.length; half++) {
            occupation[half] = state.legs()[from + 2 * half] | state.legs()[from + 2 * half + 1] << 8;
        }
        occupationsChanged();
        clock = state.clock();
        worms = state.worms()[c];
        samples = state.samples()[c];
        head = state.headSite()[c] * table.legs + state.headLeg()[c];
        tail = state.tailSite()[c] * table.legs + state.tailLeg()[c];
    }

    /** Writes this chain as number {@code c} of a block's state. */
    void store(ChainState state, int c) {
        int from = 2 * c * occupation.length;
        for (int half = 0; half < occupation.length; half++) {
            state.legs()[from + 2 * half] = (byte) (occupation[half] & 0xFF);
            state.legs()[from + 2 * half + 1] = (byte) (occupation[half] >>> 8);
        }
        state.worms()[c] = worms;
        state.samples()[c] = samples;
        state.headSite()[c] = head / table.legs;
        state.headLeg()[c] = head % table.legs;
        state.tailSite()[c] = tail / table.legs;
        state.tailLeg()[c] = tail % table.legs;
    }

    /** To be called after {@link #occupation} was filled from outside. */
    void occupationsChanged() {
        for (int site = 0; site < table.volume; site++) {
            int sum = 0;
            for (int half = site * table.legs; half < (site + 1) * table.legs; half++) {
                sum += (occupation[half] & 0xFF) + (occupation[half] >>> 8);
            }
            f[site] = sum;
        }
    }

    /** Steps until the clock is at {@code end}, a multiple of P, and the l sweep there. */
    void toSweep(long end, SampleSink sink) {
        while (clock < end) {
            if (steps(end)) {
                close(sink);
            }
        }
        sweep(end / schedule.stepsPerSweep() - 1);
    }

    /**
     * Steps until the clock is at {@code end} or the worm has closed. Where the head goes and whether an occupation rises are as good as random,
     * so they are computed, never branched on: {@code x >> 31} is -1 where x is negative and 0 otherwise, and the
     * bits of floats that are not negative compare as the floats do.
     *
     * @return whether the worm has closed
     */
    private boolean steps(long end) {
        int legs = table.legs;
        int[] partner = table.partner;
        int[] neighbour = table.neighbour;
        int enter = head;
        int site = neighbour[partner[enter]];
        int near = tail;
        int far = partner[near];
        long now = clock;
        boolean closed;
        do {
            long draw = now / Threefry.WORDS;
            if (draw != moveDraw) {
                key.block(draw, chain, Purpose.WORM_MOVE, moveWords, 0);
                moveDraw = draw;
            }
            float u = Uniform.toFloat(moveWords[(int) now & Threefry.WORDS - 1]);
            int base = site * legs;

            // J := J - 1 on the leg of entry: A falls where A > B, B rises otherwise.
            int o = occupation[enter];
            int falls = (o >>> 8) - (o & 0xFF) >> 31;
            o += 256 + (falls & -257);
            int fx = f[site] + 1 + (falls & -2);
            limit(o >>> 8);
            occupation[enter] = o;

            // Weights of the ways out: rho * grow(A) where A >= B, 1 * shrink(B) otherwise.
            int one = Float.floatToRawIntBits(1f);
            int rho = Float.floatToRawIntBits(g[fx >> 1]) ^ one;
            float total = 0;
            for (int leg = 0; leg < legs; leg++) {
                int x = occupation[base + leg];
                int a = x & 0xFF;
                int b = x >>> 8;
                int grows = b - a - 1 >> 31;
                float w = Float.intBitsToFloat(one ^ rho & grows)
                        * weights[leg * ROW + (grows & HALF_ROW) + Math.max(a, b)];
                weight[leg] = w;
                before[leg] = total;
                total += w;
            }

            // Half way round from a uniform point of the entrance's box.
            float point = total * 0.5f + (u * weight[enter - base] + before[enter - base]);
            int all = Float.floatToRawIntBits(total);
            int round = all - Float.floatToRawIntBits(point) - 1 >> 31;
            int at = Float.floatToRawIntBits(point - Float.intBitsToFloat(all & round));
            int leave = base;
            for (int leg = 1; leg < legs; leg++) {
                leave += Float.floatToRawIntBits(before[leg]) - at - 1 >>> 31;
            }

            // J := J + 1 there: A rises where A >= B, B falls otherwise.
            o = occupation[leave];
            int rises = (o >>> 8) - (o & 0xFF) - 1 >> 31;
            o += (rises & 257) - 256;
            f[site] = fx - 1 + (rises & 2);
            limit(o & 0xFF);
            occupation[leave] = o;
            now++;
            enter = partner[leave];
            site = neighbour[leave];
            closed = enter == near || enter == far;
        } while (!closed && now < end);
        clock = now;
        head = enter;
        return closed;
    }

    private void close(SampleSink sink) {
        worms++;
        long counted = worms - schedule.thermalization();
        if (counted > 0 && counted % schedule.wormsBetween() == 0) {
            for (int link = 0; link < table.links; link++) {
                int o = occupation[table.half[link]];
                k[link] = (byte) ((o & 0xFF) - (o >>> 8));
                l[link] = (byte) Math.min(o & 0xFF, o >>> 8);
            }
            sink.accept(chain, samples, k, l);
            samples++;
        }
        head = WormAlgorithm.opening(key, chain, worms, occupation.length, openingWords);
        tail = head;
    }

    /** No occupation above {@code most} and no f above {@code mostF}. */
    boolean within(int most, int mostF) {
        for (int o : occupation) {
            if ((o & 0xFF) > most || o >>> 8 > most) {
                return false;
            }
        }
        for (int sum : f) {
            if (sum > mostF) {
                return false;
            }
        }
        return true;
    }

    /** The l sweep of this number. */
    void sweep(long number) {
        int volume = table.volume;
        int legs = table.legs;
        int headLink = table.link[head];
        int tailLink = table.link[tail];
        if (headLink == tailLink) {
            headLink = -1;
            tailLink = -1;
        }
        long draw = number * ((table.links + Threefry.WORDS - 1) / Threefry.WORDS);
        int x = 0;
        int near = 0;
        for (int link = 0; link < table.links; link++, x++, near += legs) {
            if (x == volume) {
                x = 0;
                near = link / volume;
            }
            int word = link % Threefry.WORDS;
            if (word == 0) {
                key.block(draw + link / Threefry.WORDS, chain, Purpose.L_SWEEP, sweepWords, 0);
            }
            if (link == headLink || link == tailLink) {
                continue;
            }
            float u = Uniform.toFloat(sweepWords[word]);
            int o = occupation[near];
            int a = o & 0xFF;
            int b = o >>> 8;
            int free = Math.min(a, b);
            int lower = WormAlgorithm.lowerOfPair(number, free);
            if (lower < 0) {
                continue;
            }
            int down = free - lower;
            int y = table.neighbour[near];
            int fx = f[x] / 2 - down;
            int fy = f[y] / 2 - down;
            if (x == y) {
                fx -= down;
                fy = fx + 1;
            }
            float q = (g[fx] * g[fy]) * (inverse[a - down + 1] * inverse[b - down + 1]);
            int change = (u * (1 + q) < q ? 1 : 0) - down;
            if (change != 0) {
                limit(Math.max(a, b) + change);
                o += change * 257;
                occupation[near] = o;
                occupation[table.partner[near]] = o >>> 8 | (o & 0xFF) << 8;
                f[x] += 2 * change;
                f[y] += 2 * change;
            }
        }
    }

    private void limit(int occupation) {
        if (occupation > WormTables.MAX_OCCUPATION) {
            throw OccupationLimitException.of(spec, chain);
        }
    }
}
