package org.silverblaze.statistics;

import java.util.function.ToDoubleFunction;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;
import org.silverblaze.random.StreamKey;

/** Bootstrap over independent values, such as the seeds of an ensemble: the same numbers for the same name and values. */
public final class Bootstrap {
    private static final int RESAMPLES = 1000;

    private Bootstrap() {}

    /**
     * Standard deviation of a statistic over resamples drawn with replacement.
     *
     * @param name of the quantity: each has random numbers of its own
     * @param values independent values, at least one
     * @param statistic of a sample; must not change it
     */
    public static double error(String name, double[] values, ToDoubleFunction<double[]> statistic) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values of " + name);
        }
        RandomSequence random = new RandomSequence(StreamKey.of("silverblaze bootstrap;" + name), 0, Purpose.BOOTSTRAP);
        double[] resample = new double[values.length];
        double[] results = new double[RESAMPLES];
        double mean = 0;
        for (int b = 0; b < RESAMPLES; b++) {
            for (int i = 0; i < resample.length; i++) {
                resample[i] = values[random.nextInt(values.length)];
            }
            results[b] = statistic.applyAsDouble(resample);
            mean += results[b];
        }
        mean /= RESAMPLES;
        double square = 0;
        for (double result : results) {
            square += (result - mean) * (result - mean);
        }
        return StrictMath.sqrt(square / (RESAMPLES - 1));
    }
}
