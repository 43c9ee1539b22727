package org.silverblaze.engine.reference;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
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
 * One Markov chain of the directed half-turn worm (PHYSICS.md section 2), written to be read.
 *
 * <p><b>State.</b> Every site x has its own copy of its 2d legs (x, i): J_i is the flux that leaves x by leg i, so J = k on
 * the legs +axis and J = -k on the legs -axis, and l. They are kept as A = l + max(J, 0) and B = l + max(-J, 0), hence
 * |J| + l = max(A, B), l = min(A, B), and f_x is the sum of A + B over the legs of x. The head and the tail of the worm each
 * sit in the middle of a link, and there the two copies of that link disagree by one; all other links agree. At every site
 * the J of its own legs sum to zero. The extended weight of such a state is
 * <pre>  pi = prod_x W(f_x) * prod_{half-links} sqrt( e^{mu k delta_{nu,t}} / ((|k|+l)! l!) ),</pre>
 * which on closed configurations is the weight of the theory.
 *
 * <p><b>A step.</b> The head comes along a link and enters site x by leg i: J_i := J_i - 1 makes the two copies of that link
 * agree. Now f_x is odd. It leaves by leg j: J_j := J_j + 1 makes f_x even again and the head sits in the middle of link j.
 * With rho = W(f+1)/W(f-1) the extended weights of the 2d ways out stand like
 * <pre>  w_j = rho e^{+-mu/2} / sqrt(|J_j|+l+1)  where |J_j| grows,   w_j = e^{+-mu/2} sqrt(|J_j|+l)  where it shrinks.</pre>
 * Lay boxes of these widths on a circle of circumference S = sum w_j; draw a uniform point of the entrance's box, go half
 * way round, leave by the box found there. Going half way round twice is the identity, so the part of box i that lands in box
 * j is as long as the part of box j that lands in box i: w_i P(i->j) = w_j P(j->i).
 *
 * <p><b>Why the ensemble is right.</b> Let R turn the head round: "about to enter x by i" becomes "about to enter the other
 * end of that link". The reverse of the step above is: the head enters x by j (which takes back J_j := J_j + 1) and leaves
 * by i; the state inside x is the same. Since pi does not depend on the direction of the head, pi(s) P(s->s') = pi(Rs')
 * P(Rs'->Rs): balance with reversal, so pi is stationary. Where head and tail are on the same link the configuration is
 * closed, and the next worm opens at once at a uniform half-link: that draws link and direction of the head from their
 * distribution given the configuration, which is uniform. So pi stays stationary, and nothing is ever refused: worm after worm
 * the closed configurations are a sample of the theory. Both directions of travel are drawn, and a worm that travels a
 * path backwards lowers the flux that one travelling forwards raises; so one sign of the head's charge is enough to undo every
 * change, and the chain is ergodic. The l sweep changes the l of a link that carries neither head nor tail by detailed
 * balance at fixed head and tail (where both are on one link the configuration is closed and no link is left out; on a
 * lattice of one link its l would never change otherwise); as its place in the sequence is fixed beforehand (every P-th step of the clock), it keeps pi.
 *
 * <p>On an extent of 1 both legs of an axis at x are halves of one link, so a head that leaves by one enters by the
 * other; a worm whose tail is there closes on leaving by either. On an extent of 2 the two links between neighbours are
 * different links. Neither needs a line of its own, except that l on a link from a site to itself changes f_x by 4.
 */
final class ReferenceChain implements ReferenceWorm {
    private final Lattice lattice;
    private final int dimensions;
    private final int legs;
    private final WormTables tables;
    private final ChainSpec spec;
    private final StreamKey key;
    private final int chain;
    private final SampleSink sink;
    /** Occupations {@code [site * 2d + leg]}. */
    final int[] a;

    final int[] b;
    private long clock;
    private long worms;
    private long samples;
    private int headSite;
    private int headLeg;
    private int tailSite;
    private int tailLeg;

    private final float[] weight;
    private final int[] words = new int[Threefry.WORDS];
    private long wordsDraw = -1;
    private final byte[] k;
    private final byte[] l;

    ReferenceChain(ChainSpec spec, WormTables tables, int chain, SampleSink sink) {
        this.lattice = spec.lattice();
        this.dimensions = lattice.dimensions();
        this.legs = 2 * dimensions;
        this.tables = tables;
        this.spec = spec;
        this.key = spec.key();
        this.chain = chain;
        this.sink = sink;
        this.a = new int[lattice.volume() * legs];
        this.b = new int[lattice.volume() * legs];
        this.weight = new float[legs];
        this.k = new byte[lattice.links()];
        this.l = new byte[lattice.links()];
    }

    @Override
    public void load(ChainState state, int c) {
        for (int half = 0; half < a.length; half++) {
            a[half] = state.legs()[2 * (c * a.length + half)];
            b[half] = state.legs()[2 * (c * a.length + half) + 1];
        }
        clock = state.clock();
        worms = state.worms()[c];
        samples = state.samples()[c];
        headSite = state.headSite()[c];
        headLeg = state.headLeg()[c];
        tailSite = state.tailSite()[c];
        tailLeg = state.tailLeg()[c];
    }

    @Override
    public void store(ChainState state, int c) {
        for (int half = 0; half < a.length; half++) {
            state.legs()[2 * (c * a.length + half)] = (byte) a[half];
            state.legs()[2 * (c * a.length + half) + 1] = (byte) b[half];
        }
        state.worms()[c] = worms;
        state.samples()[c] = samples;
        state.headSite()[c] = headSite;
        state.headLeg()[c] = headLeg;
        state.tailSite()[c] = tailSite;
        state.tailLeg()[c] = tailLeg;
    }

    @Override
    public long samples() {
        return samples;
    }

    /** P steps and the l sweep after them. */
    @Override
    public void stepsAndSweep() {
        for (int i = 0; i < spec.schedule().stepsPerSweep(); i++) {
            step();
        }
        sweep(clock / spec.schedule().stepsPerSweep() - 1);
    }

    private void step() {
        lower(headSite, headLeg);
        exitWeights(headSite, weight);
        int exit = exit(weight, headLeg, uniformOfStep());
        clock++;
        raise(headSite, exit);
        headSite = neighbour(headSite, exit);
        headLeg = opposite(exit);
        if (link(headSite, headLeg) == link(tailSite, tailLeg)) {
            close();
        }
    }

    /** Relative extended weights of the 2d ways out of {@code site}, the head being inside. */
    void exitWeights(int site, float[] out) {
        float rho = tables.g(f(site) - 1);
        for (int leg = 0; leg < legs; leg++) {
            int half = site * legs + leg;
            out[leg] = a[half] >= b[half] ? rho * tables.grow(leg, a[half]) : tables.shrink(leg, b[half]);
        }
    }

    /** The half turn: from a uniform point {@code u} of the entrance's box half way round the circle of boxes. */
    static int exit(float[] weight, int entrance, float u) {
        float[] before = new float[weight.length];
        float total = 0;
        for (int leg = 0; leg < weight.length; leg++) {
            before[leg] = total;
            total += weight[leg];
        }
        float point = total * 0.5f + (u * weight[entrance] + before[entrance]);
        if (point >= total) {
            point -= total;
        }
        int exit = 0;
        for (int leg = 1; leg < weight.length; leg++) {
            if (point >= before[leg]) {
                exit = leg;
            }
        }
        return exit;
    }

    private float uniformOfStep() {
        if (wordsDraw != clock / Threefry.WORDS) {
            wordsDraw = clock / Threefry.WORDS;
            key.block(wordsDraw, chain, Purpose.WORM_MOVE, words, 0);
        }
        return Uniform.toFloat(words[(int) (clock % Threefry.WORDS)]);
    }

    private void close() {
        worms++;
        long counted = worms - spec.schedule().thermalization();
        if (counted > 0 && counted % spec.schedule().wormsBetween() == 0) {
            for (int axis = 0; axis < dimensions; axis++) {
                for (int site = 0; site < lattice.volume(); site++) {
                    int half = site * legs + axis;
                    k[axis * lattice.volume() + site] = (byte) (a[half] - b[half]);
                    l[axis * lattice.volume() + site] = (byte) Math.min(a[half], b[half]);
                }
            }
            sink.accept(chain, samples, k, l);
            samples++;
        }
        int half = WormAlgorithm.opening(key, chain, worms, lattice.volume() * legs);
        headSite = half / legs;
        headLeg = half % legs;
        tailSite = headSite;
        tailLeg = headLeg;
    }

    /**
     * On every link whose two copies agree l is drawn between the two values of its pair by their weights (heat bath). With A, B, f taken
     * in the lower of the two states, q = g(f_x) g(f_y) / ((A+1)(B+1)) is the ratio of their weights: the upper with
     * probability q/(1+q).
     */
    private void sweep(long number) {
        int volume = lattice.volume();
        long blocks = Math.ceilDiv(lattice.links(), Threefry.WORDS);
        int[] draw = new int[Threefry.WORDS];
        int head = link(headSite, headLeg);
        int tail = link(tailSite, tailLeg);
        for (int link = 0; link < lattice.links(); link++) {
            if (link % Threefry.WORDS == 0) {
                key.block(number * blocks + link / Threefry.WORDS, chain, Purpose.L_SWEEP, draw, 0);
            }
            if (head != tail && (link == head || link == tail)) {
                continue;
            }
            float u = Uniform.toFloat(draw[link % Threefry.WORDS]);
            int axis = link / volume;
            int x = link % volume;
            int y = lattice.forward(axis, x);
            int half = x * legs + axis;
            int free = Math.min(a[half], b[half]);
            int lower = WormAlgorithm.lowerOfPair(number, free);
            if (lower < 0) {
                continue;
            }
            int down = free - lower;
            int lowerA = a[half] - down;
            int lowerB = b[half] - down;
            int perSite = x == y ? 4 : 2;
            int fx = f(x) - down * perSite;
            int fy = x == y ? fx + 2 : f(y) - down * perSite;
            float q = (tables.g(fx) * tables.g(fy)) * (tables.inverse(lowerA + 1) * tables.inverse(lowerB + 1));
            int up = u * (1 + q) < q ? 1 : 0;
            int other = y * legs + opposite(axis);
            a[half] = checked(lowerA + up);
            b[half] = checked(lowerB + up);
            a[other] = b[half];
            b[other] = a[half];
        }
    }

    /** f of the site's own legs. */
    int f(int site) {
        int sum = 0;
        for (int half = site * legs; half < (site + 1) * legs; half++) {
            sum += a[half] + b[half];
        }
        return sum;
    }

    /** J := J - 1. */
    void lower(int site, int leg) {
        int half = site * legs + leg;
        if (a[half] > b[half]) {
            a[half]--;
        } else {
            b[half] = checked(b[half] + 1);
        }
    }

    /** J := J + 1. */
    void raise(int site, int leg) {
        int half = site * legs + leg;
        if (a[half] >= b[half]) {
            a[half] = checked(a[half] + 1);
        } else {
            b[half]--;
        }
    }

    private int checked(int occupation) {
        if (occupation > WormTables.MAX_OCCUPATION) {
            throw OccupationLimitException.of(spec, chain);
        }
        return occupation;
    }

    private int neighbour(int site, int leg) {
        return leg < dimensions ? lattice.forward(leg, site) : lattice.backward(leg - dimensions, site);
    }

    private int opposite(int leg) {
        return leg < dimensions ? leg + dimensions : leg - dimensions;
    }

    /** Number axis * V + site of the link that half-link (site, leg) belongs to. */
    private int link(int site, int leg) {
        return leg < dimensions
                ? leg * lattice.volume() + site
                : (leg - dimensions) * lattice.volume() + lattice.backward(leg - dimensions, site);
    }
}
