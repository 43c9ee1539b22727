package org.silverblaze.engine.vector;

import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The lanes of the sampler: one chain in each 32-bit lane. One shape per JVM, that of {@link Lanes}. */
final class WormLanes {
    private static final VectorShape SHAPE = Lanes.FLOATS.vectorShape();
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
    static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
    static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, SHAPE);
    /** Chains in one vector. */
    static final int WIDTH = INTS.length();
    /** Chains that run together, in one vector or in two. */
    static final int CHAINS = 16;
    /** There are kernels for 16 and for 8 lanes. Otherwise chains run by themselves. */
    static final boolean USABLE = WIDTH == CHAINS || WIDTH == CHAINS / 2;

    private WormLanes() {}
}
