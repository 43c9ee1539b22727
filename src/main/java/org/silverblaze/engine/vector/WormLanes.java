package org.silverblaze.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The lanes of the sampler: one chain in each 32-bit lane. One shape per JVM, chosen once: the preferred one. */
final class WormLanes {
    private static final VectorShape SHAPE = FloatVector.SPECIES_PREFERRED.vectorShape();
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
    static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
    static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, SHAPE);
    /** Chains in one vector. */
    static final int WIDTH = INTS.length();
    /** The kernels hold tables of 32 numbers in two registers of 16 lanes or four of 8. Otherwise chains run by themselves. */
    static final boolean USABLE = WIDTH == 16 || WIDTH == 8;

    private WormLanes() {}
}
