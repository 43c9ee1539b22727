package org.silverblaze.theory;

/** Modified Bessel functions of integer order. */
final class Bessel {
    private static final double HUGE = 1e250;

    private Bessel() {}

    /**
     * e^{-x} I_k(x), k = 0 .. maxOrder, x at least 0: downward recurrence, normalised by I_0 + 2 sum_{k>0} I_k = e^x. All terms
     * are positive, so the relative error is a few ulps; orders that underflow are 0.
     */
    static double[] scaledI(int maxOrder, double x) {
        double[] values = new double[maxOrder + 1];
        if (x < 1e-300) {
            values[0] = 1;
            return values;
        }
        // I_k falls like exp(-k^2/2x) and in the end like (x/2k)^k: this start is beyond 1e-17 of I_maxOrder and of the
        // sum.
        int start = maxOrder + 30 + (int) (10 * StrictMath.sqrt(x)) + (int) Math.min(x, 60);
        double above = 0;
        double at = 1e-300;
        double sum = 0;
        for (int k = start; k >= 0; k--) {
            // here at = I_k and above = I_{k+1}, up to one common factor
            if (k <= maxOrder) {
                values[k] = at;
            }
            sum += k == 0 ? at : 2 * at;
            double below = above + 2 * k / x * at;
            above = at;
            at = below;
            if (at > HUGE) {
                at /= HUGE;
                above /= HUGE;
                sum /= HUGE;
                for (int j = k; j <= maxOrder; j++) {
                    values[j] /= HUGE;
                }
            }
        }
        for (int k = 0; k <= maxOrder; k++) {
            values[k] /= sum;
        }
        return values;
    }
}
