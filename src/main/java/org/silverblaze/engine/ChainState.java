package org.silverblaze.engine;

import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;

/**
 * The whole state of a block of chains, engine-independent. Random numbers have no state beyond the counts here.
 *
 * <p>{@code legs} holds, per chain, the occupations A = l + max(J, 0) and B = l + max(-J, 0) of every site's own copy of
 * its 2d legs, {@code [chain][site][leg][A, B]}, leg order +axis0, +axis1, .., -axis0, -axis1, ..; J = k on a leg in
 * positive direction and J = -k on one in negative direction.
 *
 * <p>{@link WormAlgorithm#DIRECTED}: the two copies of a link differ by one in J where the head or the tail of the worm sits.
 * A worm is always open, since the next one opens where one closes; head and tail of a worm that has not moved sit on the
 * same link, and all copies agree.
 *
 * <p>{@link WormAlgorithm#METROPOLIS}: head and tail sit on sites and all copies agree. {@code headSite} and
 * {@code tailSite} are {@link #NO_WORM} where no worm is open; the legs of head and tail mean nothing and are 0.
 *
 * @param firstChain number of the first chain
 * @param clock worm steps made by every chain
 * @param legs occupations, {@code byte[chains * V * 2d * 2]}
 * @param worms worms that ended so far, per chain
 * @param samples samples handed out so far, per chain
 * @param headSite site that the head enters next or sits on, per chain
 * @param headLeg leg by which it enters
 * @param tailSite site on which, or on whose leg, the worm opened, per chain
 * @param tailLeg the leg
 */
public record ChainState(
        int firstChain,
        long clock,
        byte[] legs,
        long[] worms,
        long[] samples,
        int[] headSite,
        int[] headLeg,
        int[] tailSite,
        int[] tailLeg) {
    /** Site of head and tail where no worm is open. */
    public static final int NO_WORM = -1;

    /** The cold start: k = l = 0, clock 0, worm number 0 of every chain open if directed, none open otherwise. */
    public static ChainState cold(ChainSpec spec, int firstChain, int chains) {
        int legs = 2 * spec.lattice().dimensions();
        int volume = spec.lattice().volume();
        long bytes = 4L * spec.lattice().links() * chains;
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new BadInput("--lattice " + spec.lattice() + ": the state of a block of " + chains
                    + " chains would take " + bytes + " bytes; at most 2^31 are possible");
        }
        int[] site = new int[chains];
        int[] leg = new int[chains];
        for (int i = 0; i < chains; i++) {
            if (spec.algorithm() == WormAlgorithm.METROPOLIS) {
                site[i] = NO_WORM;
                continue;
            }
            int half = WormAlgorithm.opening(spec.key(), firstChain + i, 0, volume * legs);
            site[i] = half / legs;
            leg[i] = half % legs;
        }
        return new ChainState(
                firstChain,
                0,
                new byte[(int) bytes],
                new long[chains],
                new long[chains],
                site,
                leg,
                site.clone(),
                leg.clone());
    }

    /**
     * A hot start, for checks of thermalization: k a sum of closed loops with random circulation -1, 0 or 1 round every plaquette and
     * on every line round the lattice, l random 0 or 1; clock 0, worm number 0 of every chain open. Random numbers are those of
     * {@link Purpose#HOT_START}.
     */
    public static ChainState hot(ChainSpec spec, int firstChain, int chains) {
        ChainState state = cold(spec, firstChain, chains);
        Lattice lattice = spec.lattice();
        int volume = lattice.volume();
        int dimensions = lattice.dimensions();
        int chainBytes = 4 * lattice.links();
        for (int c = 0; c < chains; c++) {
            RandomSequence random = new RandomSequence(spec.key(), firstChain + c, Purpose.HOT_START);
            int[][] k = new int[dimensions][volume];
            for (int one = 0; one < dimensions; one++) {
                for (int site = 0; site < volume; site++) {
                    for (int two = one + 1; two < dimensions; two++) {
                        int circulation = random.nextInt(3) - 1;
                        k[one][site] += circulation;
                        k[two][lattice.forward(one, site)] += circulation;
                        k[one][lattice.forward(two, site)] -= circulation;
                        k[two][site] -= circulation;
                    }
                    if (lattice.coordinate(one, site) == 0) {
                        int winding = random.nextInt(3) - 1;
                        int here = site;
                        do {
                            k[one][here] += winding;
                            here = lattice.forward(one, here);
                        } while (here != site);
                    }
                }
            }
            for (int axis = 0; axis < dimensions; axis++) {
                for (int site = 0; site < volume; site++) {
                    int l = random.nextInt(2);
                    state.put(c * chainBytes, 2 * dimensions, site, axis, l, k[axis][site]);
                    state.put(
                            c * chainBytes,
                            2 * dimensions,
                            lattice.forward(axis, site),
                            dimensions + axis,
                            l,
                            -k[axis][site]);
                }
            }
        }
        return state;
    }

    /** Writes the occupations of one leg. */
    private void put(int from, int legsOfSite, int site, int leg, int l, int j) {
        int at = from + 2 * (site * legsOfSite + leg);
        legs[at] = (byte) (l + Math.max(j, 0));
        legs[at + 1] = (byte) (l + Math.max(-j, 0));
    }

    public int chains() {
        return worms.length;
    }
}
