package org.silverblaze.statistics;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A mean with its statistical error.
 *
 * @param mean estimate
 * @param error its standard error, autocorrelations included
 * @param errorOfError standard error of that error
 * @param tauInt integrated autocorrelation time, in units of the spacing of measurements; 0.5: uncorrelated
 * @param tauIntError its standard error
 * @param window summation window W of the autocorrelation function
 * @param resolved whether the automatic window was found within the chains; false: the chains are too short for an error
 * @param count number of measurements
 */
public record Estimate(
        double mean,
        double error,
        double errorOfError,
        double tauInt,
        double tauIntError,
        int window,
        boolean resolved,
        long count) {
    /** The same in other units: mean and errors times {@code factor}, which is positive. */
    public Estimate times(double factor) {
        return new Estimate(
                mean * factor, error * factor, errorOfError * factor, tauInt, tauIntError, window, resolved, count);
    }

    /** Mean and error as {@code 0.6019(8)}. */
    @Override
    public String toString() {
        return format(mean, error);
    }

    /**
     * {@code 0.6019(8)}: the error in units of the last digit shown; two digits of it where the first is a 1; with a point
     * where the error is not below one, {@code 12.3(1.5)}.
     */
    public static String format(double value, double error) {
        if (!Double.isFinite(value) || !(error > 0) || Double.isInfinite(error)) {
            return value + (error == 0 ? "(0)" : "(?)");
        }
        BigDecimal exact = new BigDecimal(error);
        int scale = exact.scale() - exact.precision();
        // 0.0996 becomes 0.10: one digit less where rounding carries.
        BigDecimal rounded = exact.setScale(scale + 2, RoundingMode.HALF_EVEN);
        if (rounded.unscaledValue().intValueExact() >= 20) {
            rounded = exact.setScale(scale + 1, RoundingMode.HALF_EVEN);
        }
        int digits = Math.max(0, rounded.scale());
        String shown = new BigDecimal(value)
                .setScale(rounded.scale(), RoundingMode.HALF_EVEN)
                .toPlainString();
        boolean point = digits > 0 && rounded.compareTo(BigDecimal.ONE) >= 0;
        String parenthesis = point || digits == 0
                ? rounded.toPlainString()
                : rounded.unscaledValue().toString();
        return shown + "(" + parenthesis + ")";
    }
}
