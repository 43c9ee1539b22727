package org.silverblaze.engine.reference;

import static org.silverblaze.engine.ChainState.NO_WORM;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.WormTables;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Philox;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Uniform;

/**
 * One Markov chain of the Metropolis worm, as PHYSICS.md section 2 states it, written to be read.
 *
 * <p><b>State.</b> k and l of every link. An open worm has a head h and a tail t, which sit on sites and each add +1 to f there; d_x
 * = -1 at the head and +1 at the tail, or neither where they coincide. Weight: that of the theory with this f, times the constant A
 * / (V p_c) where a worm is open, A = 1, p_c = 1/2. f is even at every site.
 *
 * <p><b>Steps</b>, each accepted with probability min(1, q), where q is what detailed balance asks for:
 * <pre>
 *   no worm open:   open at a uniform x               q = A g(f_x)
 *   h = t:          close, proposed with p_c          q = 1 / (A g(f_x)), f_x without the two +1
 *   worm open:      move h -> y along one of 2d legs, k := k +- 1, so |k| = a becomes a'
 *                     a' = a + 1                      q = e^{+-mu delta} g(f_y) / (a' + l)
 *                     a' = a - 1                      q = e^{+-mu delta} (a + l) / g(f_h - 2)
 *                   both times 1/(1 - p_c) on leaving h = t (there a move is proposed with 1 - p_c only) and times 1 - p_c on arriving
 * </pre>
 * On an extent of 1 a move leads back to h; |k| then counts twice in f, the end point stays, and the same two formulas hold.
 *
 * <p>The l sweep is a Metropolis proposal for every link, with f that includes the end points, so it may come at any step that is
 * fixed beforehand. Every step and every sweep keeps the extended weight; the probability that a worm ends in a closed
 * configuration at a given step is that of the configuration, as everything that leads into it, refused openings included, is the
 * end of a worm. So the closed configurations at the ends of worms are a sample of the theory.
 */
final class MetropolisChain implements ReferenceWorm {
    /** Probability of trying to close where head and tail are on one site. */
    private static final float P_CLOSE = 0.5f;

    private final ChainSpec spec;
    private final Lattice lattice;
    private final int volume;
    private final int dimensions;
    private final WormTables tables;
    private final StreamKey key;
    private final int chain;
    private final SampleSink sink;
    /** {@code [axis * V + site]}. */
    final int[] k;

    final int[] l;
    int head = NO_WORM;
    int tail = NO_WORM;
    private long clock;
    private long worms;
    private long samples;
    private final int[] words = new int[Philox.WORDS];
    private final byte[] kOut;
    private final byte[] lOut;

    MetropolisChain(ChainSpec spec, WormTables tables, int chain, SampleSink sink) {
        this.spec = spec;
        this.lattice = spec.lattice();
        this.volume = lattice.volume();
        this.dimensions = lattice.dimensions();
        this.tables = tables;
        this.key = spec.key();
        this.chain = chain;
        this.sink = sink;
        this.k = new int[lattice.links()];
        this.l = new int[lattice.links()];
        this.kOut = new byte[lattice.links()];
        this.lOut = new byte[lattice.links()];
    }

    @Override
    public void stepsAndSweep() {
        for (int i = 0; i < spec.schedule().stepsPerSweep(); i++) {
            key.block(clock / 2, chain, Purpose.WORM_MOVE, words, 0);
            int word = 2 * (int) (clock % 2);
            step(words[word], Uniform.toFloat(words[word + 1]));
            clock++;
        }
        sweep(clock / spec.schedule().stepsPerSweep() - 1);
    }

    /** One opening, move or closing. */
    private void step(int choice, float u) {
        int legs = 2 * dimensions;
        if (head == NO_WORM) {
            int x = Uniform.below(choice, volume);
            if (opens(x, u)) {
                head = x;
                tail = x;
            } else {
                wormEnds();
            }
            return;
        }
        int leg = Uniform.below(choice, head == tail ? 2 * legs : legs);
        if (leg < legs) {
            if (moves(leg, u)) {
                move(leg);
            }
        } else if (closes(u)) {
            head = NO_WORM;
            tail = NO_WORM;
            wormEnds();
        }
    }

    /** u < g(f_x). */
    boolean opens(int x, float u) {
        return u < tables.g(f(x));
    }

    /** u < 1/g(f_x), f_x without head and tail. */
    boolean closes(float u) {
        return u * tables.g(f(head) - 2) < 1;
    }

    /** u < q of a move of the head along {@code leg}. */
    boolean moves(int leg, float u) {
        int link = link(head, leg);
        int y = neighbour(head, leg);
        int a = Math.abs(k[link]);
        float proposed = (head == tail ? 1 / (1 - P_CLOSE) : 1) * (y == tail ? 1 - P_CLOSE : 1);
        return Math.abs(k[link] + charge(leg)) > a
                ? u < tables.fugacity(leg) * tables.g(f(y)) * tables.inverse(a + 1 + l[link]) * proposed
                : u * tables.g(f(head) - 2) < tables.fugacity(leg) * (a + l[link]) * proposed;
    }

    void move(int leg) {
        int link = link(head, leg);
        k[link] += charge(leg);
        checked(Math.abs(k[link]) + l[link]);
        head = neighbour(head, leg);
    }

    private void wormEnds() {
        worms++;
        long counted = worms - spec.schedule().thermalization();
        if (counted > 0 && counted % spec.schedule().wormsBetween() == 0) {
            for (int link = 0; link < k.length; link++) {
                kOut[link] = (byte) k[link];
                lOut[link] = (byte) l[link];
            }
            sink.accept(chain, samples, kOut, lOut);
            samples++;
        }
    }

    /**
     * One proposal l -> l+-1 on every link, in order. With l, f_x, f_y of the lower of the two states, the ratio of the
     * weights is q = g(f_x) g(f_y) / ((|k|+l+1)(l+1)); up with min(1, q), down with min(1, 1/q).
     */
    private void sweep(long number) {
        long blocks = Math.ceilDiv(lattice.links(), Philox.WORDS);
        for (int link = 0; link < lattice.links(); link++) {
            if (link % Philox.WORDS == 0) {
                key.block(number * blocks + link / Philox.WORDS, chain, Purpose.L_SWEEP, words, 0);
            }
            int bits = words[link % Philox.WORDS];
            boolean up = (bits & 1) == 1;
            int lower = up ? l[link] : l[link] - 1;
            if (lower >= 0 && changes(link, lower, up, Uniform.toFloat(bits))) {
                l[link] = up ? lower + 1 : lower;
                checked(Math.abs(k[link]) + l[link]);
            }
        }
    }

    private boolean changes(int link, int lower, boolean up, float u) {
        int x = link % volume;
        int y = lattice.forward(link / volume, x);
        int self = x == y ? 2 : 1;
        int below = up ? 0 : 2 * self;
        int fx = f(x) - below;
        int fy = x == y ? fx + 2 : f(y) - below;
        int a = Math.abs(k[link]);
        float q = (tables.g(fx) * tables.g(fy)) * (tables.inverse(a + lower + 1) * tables.inverse(lower + 1));
        return up ? u < q : u * q < 1;
    }

    /** f_x, end points included. */
    int f(int x) {
        int sum = (x == head ? 1 : 0) + (x == tail ? 1 : 0);
        for (int leg = 0; leg < 2 * dimensions; leg++) {
            int link = link(x, leg);
            sum += Math.abs(k[link]) + 2 * l[link];
        }
        return sum;
    }

    /** What a move along this leg adds to k of its link. */
    private int charge(int leg) {
        return leg < dimensions ? 1 : -1;
    }

    private int neighbour(int site, int leg) {
        return leg < dimensions ? lattice.forward(leg, site) : lattice.backward(leg - dimensions, site);
    }

    private int link(int site, int leg) {
        return leg < dimensions
                ? leg * volume + site
                : (leg - dimensions) * volume + lattice.backward(leg - dimensions, site);
    }

    private void checked(int occupation) {
        if (occupation > WormTables.MAX_OCCUPATION) {
            throw OccupationLimitException.of(spec, chain);
        }
    }

    @Override
    public void load(ChainState state, int c) {
        int legs = 2 * dimensions;
        for (int link = 0; link < k.length; link++) {
            int at = 2 * ((c * volume + link % volume) * legs + link / volume);
            k[link] = state.legs()[at] - state.legs()[at + 1];
            l[link] = Math.min(state.legs()[at], state.legs()[at + 1]);
        }
        clock = state.clock();
        worms = state.worms()[c];
        samples = state.samples()[c];
        head = state.headSite()[c];
        tail = state.tailSite()[c];
    }

    @Override
    public void store(ChainState state, int c) {
        int legs = 2 * dimensions;
        for (int x = 0; x < volume; x++) {
            for (int leg = 0; leg < legs; leg++) {
                int link = link(x, leg);
                int j = charge(leg) * k[link];
                int at = 2 * ((c * volume + x) * legs + leg);
                state.legs()[at] = (byte) (l[link] + Math.max(j, 0));
                state.legs()[at + 1] = (byte) (l[link] + Math.max(-j, 0));
            }
        }
        state.worms()[c] = worms;
        state.samples()[c] = samples;
        state.headSite()[c] = head;
        state.tailSite()[c] = tail;
    }

    @Override
    public long samples() {
        return samples;
    }
}
