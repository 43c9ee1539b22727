package org.silverblaze.engine.vector;

import static org.silverblaze.engine.ChainState.NO_WORM;

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
 * One chain of the Metropolis worm by itself, in any number of dimensions: the arithmetic of the reference engine in the same order,
 * so the same bits, with f kept instead of summed, tables in place of neighbours, and head and tail in registers.
 */
final class CompactMetropolis {
    private final ChainSpec spec;
    private final Schedule schedule;
    private final LinkTable table;
    private final StreamKey key;
    private final int chain;
    /** {@code [link]}. */
    private final int[] k;

    private final int[] l;
    /** {@code [site]}: half of f, end points included. */
    private final int[] halfF;

    /** {@code [f / 2]}. */
    private final float[] g;

    private final float[] inverse;
    /** {@code [leg]}. */
    private final float[] fugacity;

    private final int[] words = new int[Threefry.WORDS];
    private final byte[] kOut;
    private final byte[] lOut;
    private int head;
    private int tail;
    private long clock;
    private long worms;
    private long samples;

    /** Chain number {@code c} of the block whose state this is. */
    CompactMetropolis(ChainSpec spec, WormTables tables, LinkTable table, ChainState state, int c) {
        this.spec = spec;
        this.schedule = spec.schedule();
        this.table = table;
        this.key = spec.key();
        this.chain = state.firstChain() + c;
        this.k = new int[table.links];
        this.l = new int[table.links];
        this.halfF = new int[table.volume];
        this.kOut = new byte[table.links];
        this.lOut = new byte[table.links];
        this.fugacity = new float[table.legs];
        for (int leg = 0; leg < table.legs; leg++) {
            fugacity[leg] = tables.fugacity(leg);
        }
        this.g = new float[table.legs * WormTables.MAX_OCCUPATION + 3];
        for (int i = 0; i < g.length; i++) {
            g[i] = tables.g(2 * i);
        }
        this.inverse = new float[WormTables.MAX_OCCUPATION + 2];
        for (int n = 1; n < inverse.length; n++) {
            inverse[n] = tables.inverse(n);
        }
        int from = c * table.volume * table.legs;
        for (int x = 0; x < table.volume; x++) {
            int f = (x == state.headSite()[c] ? 1 : 0) + (x == state.tailSite()[c] ? 1 : 0);
            for (int half = x * table.legs; half < (x + 1) * table.legs; half++) {
                int a = state.legs()[2 * (from + half)];
                int b = state.legs()[2 * (from + half) + 1];
                f += a + b;
                int link = table.link[half];
                if (table.half[link] == half) {
                    k[link] = a - b;
                    l[link] = Math.min(a, b);
                }
            }
            halfF[x] = f / 2;
        }
        this.head = state.headSite()[c];
        this.tail = state.tailSite()[c];
        this.clock = state.clock();
        this.worms = state.worms()[c];
        this.samples = state.samples()[c];
    }

    long clock() {
        return clock;
    }

    long samples() {
        return samples;
    }

    /** P steps and the l sweep after them. */
    void period(SampleSink sink) {
        long end = clock + schedule.stepsPerSweep();
        while (clock < end) {
            if (head == NO_WORM) {
                open(sink);
            } else {
                moves(end, sink);
            }
        }
        sweep(end / schedule.stepsPerSweep() - 1);
    }

    /** One opening. */
    private void open(SampleSink sink) {
        key.block(clock / 2, chain, Purpose.WORM_MOVE, words, 0);
        int word = 2 * (int) (clock & 1);
        clock++;
        int x = Uniform.below(words[word], table.volume);
        if (Uniform.toFloat(words[word + 1]) < g[halfF[x]]) {
            halfF[x]++;
            head = x;
            tail = x;
        } else {
            wormEnds(sink);
        }
    }

    /** Steps of an open worm until it is closed or the clock is at {@code end}. */
    private void moves(long end, SampleSink sink) {
        int legs = table.legs;
        int forwardLegs = legs / 2;
        int t = tail;
        int h = head;
        boolean fresh = false;
        long now = clock;
        while (now < end) {
            int word = 2 * (int) (now & 1);
            if (word == 0 || !fresh) {
                key.block(now >> 1, chain, Purpose.WORM_MOVE, words, 0);
                fresh = true;
            }
            now++;
            float u = Uniform.toFloat(words[word + 1]);
            int leg = Uniform.below(words[word], h == t ? 2 * legs : legs);
            if (leg >= legs) {
                if (u * g[halfF[h] - 1] < 1) {
                    halfF[h]--;
                    head = NO_WORM;
                    tail = NO_WORM;
                    clock = now;
                    wormEnds(sink);
                    return;
                }
                continue;
            }
            int half = h * legs + leg;
            int y = table.neighbour[half];
            int link = table.link[half];
            int flux = k[link];
            int free = l[link];
            int charge = leg < forwardLegs ? 1 : -1;
            int a = Math.abs(flux);
            float proposed = (h == t ? 2f : 1f) * (y == t ? 0.5f : 1f);
            if (flux * charge >= 0) {
                // |k| grows: h keeps its f (the head goes, the flux comes), y gains 2.
                if (u < fugacity[leg] * g[halfF[y]] * inverse[a + 1 + free] * proposed) {
                    limit(a + 1 + free);
                    k[link] = flux + charge;
                    halfF[y]++;
                    h = y;
                }
            } else if (u * g[halfF[h] - 1] < fugacity[leg] * (a + free) * proposed) {
                k[link] = flux + charge;
                halfF[h]--;
                h = y;
            }
        }
        clock = now;
        head = h;
    }

    private void wormEnds(SampleSink sink) {
        worms++;
        long counted = worms - schedule.thermalization();
        if (counted > 0 && counted % schedule.wormsBetween() == 0) {
            for (int link = 0; link < table.links; link++) {
                kOut[link] = (byte) k[link];
                lOut[link] = (byte) l[link];
            }
            sink.accept(chain, samples, kOut, lOut);
            samples++;
        }
    }

    private void sweep(long number) {
        long draw = number * ((table.links + Threefry.WORDS - 1) / Threefry.WORDS);
        for (int link = 0; link < table.links; link++) {
            int word = link % Threefry.WORDS;
            if (word == 0) {
                key.block(draw + link / Threefry.WORDS, chain, Purpose.L_SWEEP, words, 0);
            }
            int lower = WormAlgorithm.lowerOfPair(number, l[link]);
            if (lower < 0) {
                continue;
            }
            int down = l[link] - lower;
            float u = Uniform.toFloat(words[word]);
            int near = table.half[link];
            int x = near / table.legs;
            int y = table.neighbour[near];
            int fx = halfF[x] - down;
            int fy = halfF[y] - down;
            if (x == y) {
                fx -= down;
                fy = fx + 1;
            }
            int a = Math.abs(k[link]);
            float q = (g[fx] * g[fy]) * (inverse[a + lower + 1] * inverse[lower + 1]);
            int change = (u * (1 + q) < q ? 1 : 0) - down;
            if (change != 0) {
                limit(a + l[link] + change);
                l[link] += change;
                halfF[x] += change;
                halfF[y] += change;
            }
        }
    }

    /** Writes this chain as number {@code c} of a block's state. */
    void store(ChainState state, int c) {
        int from = c * table.volume * table.legs;
        for (int half = 0; half < table.link.length; half++) {
            int link = table.link[half];
            int j = table.half[link] == half ? k[link] : -k[link];
            state.legs()[2 * (from + half)] = (byte) (l[link] + Math.max(j, 0));
            state.legs()[2 * (from + half) + 1] = (byte) (l[link] + Math.max(-j, 0));
        }
        state.worms()[c] = worms;
        state.samples()[c] = samples;
        state.headSite()[c] = head;
        state.tailSite()[c] = tail;
    }

    private void limit(int occupation) {
        if (occupation > WormTables.MAX_OCCUPATION) {
            throw OccupationLimitException.of(spec, chain);
        }
    }
}
