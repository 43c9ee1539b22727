package org.silverblaze.engine;

/**
 * The whole state of a block of chains, engine-independent. Random numbers have no state beyond the counts here.
 *
 * <p>{@code legs} holds, per chain, the occupations A = l + max(J, 0) and B = l + max(-J, 0) of every site's own copy of
 * its 2d legs, {@code [chain][site][leg][A, B]}, leg order +axis0, +axis1, .., -axis0, -axis1, ..; the two copies of a link
 * differ by one where the head or the tail of an open worm sits.
 *
 * @param firstChain number of the first chain
 * @param clock worm steps made by every chain
 * @param legs occupations, {@code byte[chains * V * 2d * 2]}
 * @param worms worms closed so far, per chain
 * @param samples samples handed out so far, per chain
 * @param open per chain: whether a worm is open
 * @param headSite site that the head enters next, per chain (0 where closed)
 * @param headLeg leg by which it enters
 * @param tailSite site whose leg the tail sits on, per chain (0 where closed)
 * @param tailLeg the leg
 */
public record ChainState(
        int firstChain,
        long clock,
        byte[] legs,
        long[] worms,
        long[] samples,
        boolean[] open,
        int[] headSite,
        int[] headLeg,
        int[] tailSite,
        int[] tailLeg) {
    public int chains() {
        return worms.length;
    }
}
