package org.silverblaze.engine.vector;

import org.silverblaze.engine.ChainSpec;
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
 * One chain by itself with int8 occupations, in any number of dimensions: for lattices that are not two-dimensional, for
 * chains whose occupations left the four bits of {@link LaneWorm}, and for groups of chains that do not fill the lanes. The same
 * arithmetic in the same order as there and as in the reference engine, so the same bits.
 */
final class CompactChain {
    private static final int ROW = WormTables.MAX_OCCUPATION + 1;

    private final ChainSpec spec;
    private final LinkTable table;
    private final StreamKey key;
    final int chain;
    private final Schedule schedule;
    /** {@code [half]}: A + 256 B. */
    final int[] occupation;
    /** {@code [site]}: f of the site's own legs. */
    private final int[] f;
    /** {@code [leg * 128 + n]}, n the larger of A and B. */
    private final float[] grow;

    private final float[] shrink;
    private final float[] g;
    private final float[] inverse;
    private final float[] weight;
    private final float[] before;
    private final int[] words = new int[Threefry.WORDS];
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
        this.grow = new float[table.legs * ROW];
        this.shrink = new float[table.legs * ROW];
        for (int leg = 0; leg < table.legs; leg++) {
            for (int n = 0; n < ROW; n++) {
                grow[leg * ROW + n] = tables.grow(leg, n);
                shrink[leg * ROW + n] = tables.shrink(leg, n);
            }
        }
        this.g = new float[table.legs * WormTables.MAX_OCCUPATION + 2];
        for (int i = 0; i < g.length; i++) {
            g[i] = tables.g(2 * i);
        }
        this.inverse = new float[ROW + 1];
        for (int n = 1; n < inverse.length; n++) {
            inverse[n] = tables.inverse(n);
        }
        this.weight = new float[table.legs];
        this.before = new float[table.legs];
        this.k = new byte[table.links];
        this.l = new byte[table.links];
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

    /** The steps that are left up to the next multiple of P, and the l sweep there. */
    void toNextSweep(SampleSink sink) {
        long end = (clock / schedule.stepsPerSweep() + 1) * schedule.stepsPerSweep();
        boolean filled = false;
        while (clock < end) {
            int word = (int) (clock % Threefry.WORDS);
            if (word == 0 || !filled) {
                filled = true;
                key.block(clock / Threefry.WORDS, chain, Purpose.WORM_MOVE, words, 0);
            }
            step(Uniform.toFloat(words[word]), sink);
        }
        sweep(end / schedule.stepsPerSweep() - 1);
    }

    private void step(float u, SampleSink sink) {
        int legs = table.legs;
        int enter = head;
        int site = enter / legs;
        int base = site * legs;
        int fx = f[site];
        int o = occupation[enter];
        if ((o & 0xFF) > (o >>> 8)) {
            o -= 1;
            fx -= 1;
        } else {
            o += 256;
            fx += 1;
            limit(o >>> 8);
        }
        occupation[enter] = o;
        float rho = g[fx >> 1];
        float total = 0;
        for (int leg = 0; leg < legs; leg++) {
            int x = occupation[base + leg];
            int a = x & 0xFF;
            int b = x >>> 8;
            float w = a >= b ? rho * grow[leg * ROW + a] : shrink[leg * ROW + b];
            weight[leg] = w;
            before[leg] = total;
            total += w;
        }
        float point = total * 0.5f + (u * weight[enter - base] + before[enter - base]);
        if (point >= total) {
            point -= total;
        }
        int exit = 0;
        for (int leg = 1; leg < legs; leg++) {
            exit = point >= before[leg] ? leg : exit;
        }
        int leave = base + exit;
        o = occupation[leave];
        if ((o & 0xFF) >= (o >>> 8)) {
            o += 1;
            fx += 1;
            limit(o & 0xFF);
        } else {
            o -= 256;
            fx -= 1;
        }
        occupation[leave] = o;
        f[site] = fx;
        clock++;
        head = table.partner[leave];
        if (head == tail || leave == tail) {
            close(sink);
        }
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
        head = WormAlgorithm.opening(key, chain, worms, occupation.length, openingWords, 0, true);
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
        int headLink = table.link[head];
        int tailLink = table.link[tail];
        if (headLink == tailLink) {
            headLink = -1;
            tailLink = -1;
        }
        long draw = number * ((table.links + Threefry.WORDS - 1) / Threefry.WORDS);
        for (int link = 0; link < table.links; link++) {
            int word = link % Threefry.WORDS;
            if (word == 0) {
                key.block(draw + link / Threefry.WORDS, chain, Purpose.L_SWEEP, words, 0);
            }
            if (link == headLink || link == tailLink) {
                continue;
            }
            float u = Uniform.toFloat(words[word]);
            int near = table.half[link];
            int far = table.partner[near];
            int a = occupation[near] & 0xFF;
            int b = occupation[near] >>> 8;
            int free = Math.min(a, b);
            int lower = WormAlgorithm.lowerOfPair(number, free);
            if (lower < 0) {
                continue;
            }
            int down = free - lower;
            int x = near / table.legs;
            int y = far / table.legs;
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
                int o = occupation[near] + change * 257;
                occupation[near] = o;
                occupation[far] = o >>> 8 | (o & 0xFF) << 8;
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
