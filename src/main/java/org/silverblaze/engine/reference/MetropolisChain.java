package org.silverblaze.engine.reference;

import static org.silverblaze.engine.ChainState.NO_WORM;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.MetropolisWorm;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.WormTables;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Threefry;
import org.silverblaze.random.Uniform;

/**
 * One Markov chain of the Metropolis worm, as PHYSICS.md section 2 states it, written to be read.
 *
 * <p><b>State.</b> k and l of every link. An open worm has a head h and a tail t, which sit on sites and each add +1 to f there; d_x
 * = -1 at the head and +1 at the tail, or neither where they coincide. Weight: that of the theory with this f, times the constant A
 * / (V p_c) where a worm is open, A = 1, p_c = 1/2. f is even at every site.
 *
 * <p><b>Steps</b>, each accepted with probability min(1, q), are those of {@link MetropolisWorm}, which says what q is. On an extent of 1
 * a move leads back to h; |k| then counts twice in f, and the end point stays.
 *
 * <p>The l sweep draws the l of every link from a pair of values, with f that includes the end points, so it may come at any step that is
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
    private final MetropolisWorm worm;
    /** {@code [axis * V + site]}. */
    private final int[] k;

    private final int[] l;
    private long clock;
    private long worms;
    private long samples;
    private final int[] words = new int[Threefry.WORDS];
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
        this.worm = new MetropolisWorm(lattice, tables);
        this.k = worm.k();
        this.l = worm.l();
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
        if (worm.head() == NO_WORM) {
            int x = Uniform.below(choice, volume);
            if (worm.opens(x, u)) {
                worm.place(x, x);
            } else {
                wormEnds();
            }
            return;
        }
        int leg = Uniform.below(choice, worm.head() == worm.tail() ? 2 * legs : legs);
        if (leg < legs) {
            if (worm.moves(leg, u, P_CLOSE)) {
                checked(worm.move(leg));
            }
        } else if (worm.closes(u)) {
            worm.place(NO_WORM, NO_WORM);
            wormEnds();
        }
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

    /** The l of every link, in order, is drawn between the two values of its pair by their weights (heat bath). */
    private void sweep(long number) {
        long blocks = Math.ceilDiv(lattice.links(), Threefry.WORDS);
        for (int link = 0; link < lattice.links(); link++) {
            if (link % Threefry.WORDS == 0) {
                key.block(number * blocks + link / Threefry.WORDS, chain, Purpose.L_SWEEP, words, 0);
            }
            int lower = WormAlgorithm.lowerOfPair(number, l[link]);
            if (lower >= 0) {
                float q = ratioOfPair(link, lower);
                float u = Uniform.toFloat(words[link % Threefry.WORDS]);
                l[link] = u * (1 + q) < q ? lower + 1 : lower;
                checked(Math.abs(k[link]) + l[link]);
            }
        }
    }

    /** Weight with l = lower + 1 over weight with l = lower: g(f_x) g(f_y) / ((|k|+l+1)(l+1)), all in the lower state. */
    private float ratioOfPair(int link, int lower) {
        int x = link % volume;
        int y = lattice.forward(link / volume, x);
        int self = x == y ? 2 : 1;
        int below = 2 * self * (l[link] - lower);
        int fx = worm.f(x) - below;
        int fy = x == y ? fx + 2 : worm.f(y) - below;
        int a = Math.abs(k[link]);
        return (tables.g(fx) * tables.g(fy)) * (tables.inverse(a + lower + 1) * tables.inverse(lower + 1));
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
        worm.place(state.headSite()[c], state.tailSite()[c]);
    }

    @Override
    public void store(ChainState state, int c) {
        int legs = 2 * dimensions;
        for (int x = 0; x < volume; x++) {
            for (int leg = 0; leg < legs; leg++) {
                int link = worm.link(x, leg);
                int j = worm.charge(leg) * k[link];
                int at = 2 * ((c * volume + x) * legs + leg);
                state.legs()[at] = (byte) (l[link] + Math.max(j, 0));
                state.legs()[at + 1] = (byte) (l[link] + Math.max(-j, 0));
            }
        }
        state.worms()[c] = worms;
        state.samples()[c] = samples;
        state.headSite()[c] = worm.head();
        state.tailSite()[c] = worm.tail();
    }

    @Override
    public long samples() {
        return samples;
    }
}
