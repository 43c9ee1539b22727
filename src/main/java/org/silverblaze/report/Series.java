package org.silverblaze.report;

/**
 * What a panel shows. Series of the same name look alike in all panels of a figure and share an entry of the legend, so that
 * a line, its band and its points are three series of one name. Missing values are NaN.
 */
public sealed interface Series {
    String name();

    /** A line through the points; a NaN breaks it. */
    record Line(String name, double[] x, double[] y) implements Series {
        public Line {
            same(name, x, y);
        }
    }

    /** A theory or other exact curve, in ink. */
    record Reference(String name, double[] x, double[] y) implements Series {
        public Reference {
            same(name, x, y);
        }
    }

    /**
     * Markers with error bars from {@code low} to {@code high}, values and not lengths; equal to y where there is no error.
     *
     * @param joined whether a thin line joins neighbours
     */
    record Points(String name, double[] x, double[] y, double[] low, double[] high, boolean joined) implements Series {
        public Points {
            same(name, x, y, low, high);
        }
    }

    /** The area between two lines, say from the 20 % to the 80 % quantile. */
    record Band(String name, double[] x, double[] low, double[] high) implements Series {
        public Band {
            same(name, x, low, high);
        }
    }

    /** Bars from zero (from the edge on a logarithmic axis), one per category; error bars from low to high. */
    record Bars(String name, double[] y, double[] low, double[] high) implements Series {
        public Bars {
            same(name, y, low, high);
        }

        double[] x() {
            double[] x = new double[y.length];
            for (int i = 0; i < x.length; i++) {
                x[i] = i;
            }
            return x;
        }
    }

    /** A histogram: {@code y[i]} from {@code edges[i]} to {@code edges[i + 1]}. */
    record Steps(String name, double[] edges, double[] y) implements Series {
        public Steps {
            if (edges.length != y.length + 1) {
                throw new IllegalArgumentException(
                        name + ": " + y.length + " steps have " + (y.length + 1) + " edges, not " + edges.length);
            }
        }
    }

    private static void same(String name, double[] first, double[]... others) {
        for (double[] other : others) {
            if (other.length != first.length) {
                throw new IllegalArgumentException(
                        name + ": arrays of " + first.length + " and " + other.length + " values");
            }
        }
    }
}
