package org.silverblaze.engine;

import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Threefry;
import org.silverblaze.random.Uniform;

/** Sampling algorithms. Name and revision are part of a data set's identity. */
public enum WormAlgorithm implements SamplingAlgorithm {
    /**
     * The directed half-turn worm of PHYSICS.md section 2: the head sits in the middle of a link, enters a site by one leg
     * and leaves by another without rejection, with least bounce; l sweeps at fixed step counts. The reference engine says
     * why it is right; this is what its bits depend on:
     * <ul>
     * <li>A chain's clock counts the steps of the head, one site each. Opening and closing are certain, never tried, so they
     *     take no tick. After step number (m+1)P (and after the closing and opening that it may bring) comes l sweep m = 0, 1, ..
     * <li>Step s = 0, 1, .. uses word s mod 4 of draw s/4 of {@link Purpose#WORM_MOVE}.
     * <li>Worm w = 0, 1, .. opens at half-link {@link #opening}, number site * 2d + leg, by word w mod 4 of draw w/4 of
     *     {@link Purpose#WORM_OPENING}.
     * <li>Link e = axis * V + site of l sweep m uses word e mod 4 of draw m ceil(dV/4) + e/4 of {@link Purpose#L_SWEEP}:
     *     its upper 24 bits are the uniform number. l is drawn between the two values of its pair ({@link #lowerOfPair}). Links come in
     *     the order of e; the links of head and tail are left out, unless they are the same link.
     * <li>A sample is the closed configuration at the closing of worm number thermalization + (m+1) wormsBetween, counted
     *     from 1, m = 0, 1, ..
     * </ul>
     */
    DIRECTED("directed", 2),

    /**
     * The Metropolis worm of PHYSICS.md section 2: the head sits on a site and moves to a neighbour with Metropolis'
     * probability; opening and closing are tried (A = 1, p_c = 1/2). What its bits depend on:
     * <ul>
     * <li>A chain's clock counts every opening, move and closing that is tried, accepted or refused. After step number (m+1)P
     *     comes l sweep m = 0, 1, .., also while a worm is open; no link is left out.
     * <li>Step s = 0, 1, .. has a choice, word 2 (s mod 2) of draw s/2 of {@link Purpose#WORM_MOVE}, and a uniform number, the
     *     word after it. No worm open: an opening is tried at site {@link Uniform#below}(choice, V). Head away from the tail: a move
     *     along leg below(choice, 2d), order +axis0, +axis1, .., -axis0, -axis1, .. Head at the tail: below(choice, 4d) is
     *     the leg of a move where it is less than 2d, otherwise closing is tried.
     * <li>Link e of l sweep m uses the same word as for {@link #DIRECTED}, in the same way, in the same order.
     * <li>A worm ends where an opening is refused and where a closing is accepted. A sample is the closed configuration at the end of
     *     worm number thermalization + (m+1) wormsBetween, counted from 1, m = 0, 1, ..
     * </ul>
     */
    METROPOLIS("metropolis", 2);

    /** Sweeps after which the other pairs of l come. */
    private static final int SWEEPS_A_ROUND = 4;

    private final String id;
    private final int revision;

    WormAlgorithm(String id, int revision) {
        this.id = id;
        this.revision = revision;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public int revision() {
        return revision;
    }

    @Override
    public Representation representation() {
        return Representation.FLUX;
    }

    /**
     * The lower of the two values between which l sweep number {@code sweep} draws the l of a link: three sweeps of four have the pairs {0, 1},
     * {2, 3}, .., the fourth has {1, 2}, {3, 4}, .. and leaves l = 0 alone (the answer is -1). The pair does not depend on which of
     * its two values l has, so a draw of one of them by their weights keeps the ensemble.
     */
    public static int lowerOfPair(long sweep, int l) {
        int odd = sweep % SWEEPS_A_ROUND == SWEEPS_A_ROUND - 1 ? 1 : 0;
        return (l + odd & ~1) - odd;
    }

    /** Uniform half-link 0 .. halfLinks-1 at which directed worm number {@code worm} of a chain opens. */
    public static int opening(StreamKey key, int chain, long worm, int halfLinks) {
        return opening(key, chain, worm, halfLinks, new int[Threefry.WORDS]);
    }

    /** As the other one; {@code words} is room for a draw. */
    public static int opening(StreamKey key, int chain, long worm, int halfLinks, int[] words) {
        key.block(worm / Threefry.WORDS, chain, Purpose.WORM_OPENING, words, 0);
        return Uniform.below(words[(int) (worm % Threefry.WORDS)], halfLinks);
    }
}
