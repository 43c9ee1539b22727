package org.silverblaze.engine;

import org.silverblaze.lattice.Lattice;

/**
 * One configuration with at most one open worm that moves, and the transition probabilities of the Metropolis worm (PHYSICS.md
 * section 2), A = 1: the definition that the Metropolis chain and the open worms of detection and counting share. Steps are accepted
 * with probability min(1, q), where q is what detailed balance asks for:
 * <pre>
 *   no worm open:   open at a uniform x               q = A g(f_x)
 *   h = t:          close, proposed with p_c          q = 1 / (A g(f_x)), f_x without the two +1
 *   worm open:      move h -> y along one of 2d legs, k := k +- 1, so |k| = a becomes a'
 *                     a' = a + 1                      q = e^{+-mu delta} g(f_y) / (a' + l)
 *                     a' = a - 1                      q = e^{+-mu delta} (a + l) / g(f_h - 2)
 *                   both times 1/(1 - p_c) on leaving h = t (there a move is proposed with 1 - p_c only) and times 1 - p_c on arriving
 * </pre>
 * Head and tail add +1 each to f of their sites, and so do the ends of worms that were frozen before ({@link #freeze}); f is even at
 * every site. On an extent of 1 a move leads back to h; |k| then counts twice in f, the end point stays, and the same two formulas hold.
 */
public final class MetropolisWorm {
    private final Lattice lattice;
    private final int volume;
    private final int dimensions;
    private final WormTables tables;
    /** {@code [axis * V + site]}. */
    private final int[] k;

    private final int[] l;
    /** Ends of frozen worms on each site. */
    private final int[] frozen;

    private int head = ChainState.NO_WORM;
    private int tail = ChainState.NO_WORM;

    /** The empty configuration, no worm. */
    public MetropolisWorm(Lattice lattice, WormTables tables) {
        this.lattice = lattice;
        this.volume = lattice.volume();
        this.dimensions = lattice.dimensions();
        this.tables = tables;
        this.k = new int[lattice.links()];
        this.l = new int[lattice.links()];
        this.frozen = new int[volume];
    }

    /** Conserved flux, {@code int[d * V]}, {@code [axis][site]}: the configuration itself. */
    public int[] k() {
        return k;
    }

    /** Free flux, same shape. */
    public int[] l() {
        return l;
    }

    /** Ends of frozen worms on each site, {@code int[V]}: the configuration itself. */
    public int[] frozen() {
        return frozen;
    }

    /** Site of the head, d = -1 from it; {@link ChainState#NO_WORM} where none is open. */
    public int head() {
        return head;
    }

    /** Site of the tail, d = +1 from it; {@link ChainState#NO_WORM} where none is open. */
    public int tail() {
        return tail;
    }

    /** Puts head and tail on these sites, or takes both away ({@link ChainState#NO_WORM}); k stays. */
    public void place(int headSite, int tailSite) {
        head = headSite;
        tail = tailSite;
    }

    /** The open worm stays as it is for ever: its ends keep their +1 in f, and another worm may open. */
    public void freeze() {
        frozen[head]++;
        frozen[tail]++;
        place(ChainState.NO_WORM, ChainState.NO_WORM);
    }

    /** u < g(f_x). */
    public boolean opens(int x, float u) {
        return u < tables.g(f(x));
    }

    /** u < 1/g(f_x), f_x without head and tail. */
    public boolean closes(float u) {
        return u * tables.g(f(head) - 2) < 1;
    }

    /**
     * u < q of a move of the head.
     *
     * @param leg +axis0, +axis1, .., -axis0, -axis1, ..
     * @param close p_c, a power of two or 0
     */
    public boolean moves(int leg, float u, float close) {
        int link = link(head, leg);
        int y = neighbour(head, leg);
        int a = Math.abs(k[link]);
        float proposed = (head == tail ? 1 / (1 - close) : 1) * (y == tail ? 1 - close : 1);
        return Math.abs(k[link] + charge(leg)) > a
                ? u < tables.fugacity(leg) * tables.g(f(y)) * tables.inverse(a + 1 + l[link]) * proposed
                : u * tables.g(f(head) - 2) < tables.fugacity(leg) * (a + l[link]) * proposed;
    }

    /**
     * Moves the head.
     *
     * @return |k| + l of the link that it went along; more than {@link WormTables#MAX_OCCUPATION} is for the caller to refuse
     */
    public int move(int leg) {
        int link = link(head, leg);
        k[link] += charge(leg);
        head = neighbour(head, leg);
        return Math.abs(k[link]) + l[link];
    }

    /** f_x, all end points included. */
    public int f(int x) {
        int sum = (x == head ? 1 : 0) + (x == tail ? 1 : 0) + frozen[x];
        for (int leg = 0; leg < 2 * dimensions; leg++) {
            int link = link(x, leg);
            sum += Math.abs(k[link]) + 2 * l[link];
        }
        return sum;
    }

    /** What a move along this leg adds to k of its link. */
    public int charge(int leg) {
        return leg < dimensions ? 1 : -1;
    }

    /** Link axis * V + site of a leg. */
    public int link(int site, int leg) {
        return leg < dimensions
                ? leg * volume + site
                : (leg - dimensions) * volume + lattice.backward(leg - dimensions, site);
    }

    private int neighbour(int site, int leg) {
        return leg < dimensions ? lattice.forward(leg, site) : lattice.backward(leg - dimensions, site);
    }
}
