package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.FLOATS;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Sums over sites in float64, lane by lane and channel by channel. */
final class SiteSums {
    private static final VectorSpecies<Double> DOUBLES = FLOATS.withLanes(double.class);
    private static final int HALF = DOUBLES.length();

    private SiteSums() {}

    /**
     * Adds sites, one after another in the order of the list.
     *
     * @param values {@code [site][n]}
     * @param sites every other entry is a site: {@code sites[from], sites[from + 2], ...} below {@code to}
     * @param n numbers of a site, a multiple of 16
     * @param sums {@code [n]} from {@code at}
     */
    static void add(float[] values, int[] sites, int from, int to, int n, double[] sums, int at) {
        int i = 0;
        for (; i + 2 * BLOCK <= n; i += 2 * WIDTH) {
            DoubleVector a = DoubleVector.fromArray(DOUBLES, sums, at + i);
            DoubleVector b = DoubleVector.fromArray(DOUBLES, sums, at + i + HALF);
            DoubleVector c = DoubleVector.fromArray(DOUBLES, sums, at + i + WIDTH);
            DoubleVector d = DoubleVector.fromArray(DOUBLES, sums, at + i + WIDTH + HALF);
            for (int k = from; k < to; k += 2) {
                FloatVector x = FloatVector.fromArray(FLOATS, values, sites[k] * n + i);
                FloatVector y = FloatVector.fromArray(FLOATS, values, sites[k] * n + i + WIDTH);
                a = a.add(x.convertShape(VectorOperators.F2D, DOUBLES, 0));
                b = b.add(x.convertShape(VectorOperators.F2D, DOUBLES, 1));
                c = c.add(y.convertShape(VectorOperators.F2D, DOUBLES, 0));
                d = d.add(y.convertShape(VectorOperators.F2D, DOUBLES, 1));
            }
            a.intoArray(sums, at + i);
            b.intoArray(sums, at + i + HALF);
            c.intoArray(sums, at + i + WIDTH);
            d.intoArray(sums, at + i + WIDTH + HALF);
        }
        for (; i < n; i += WIDTH) {
            DoubleVector a = DoubleVector.fromArray(DOUBLES, sums, at + i);
            DoubleVector b = DoubleVector.fromArray(DOUBLES, sums, at + i + HALF);
            for (int k = from; k < to; k += 2) {
                FloatVector x = FloatVector.fromArray(FLOATS, values, sites[k] * n + i);
                a = a.add(x.convertShape(VectorOperators.F2D, DOUBLES, 0));
                b = b.add(x.convertShape(VectorOperators.F2D, DOUBLES, 1));
            }
            a.intoArray(sums, at + i);
            b.intoArray(sums, at + i + HALF);
        }
    }
}
