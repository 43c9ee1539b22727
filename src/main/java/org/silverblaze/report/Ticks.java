package org.silverblaze.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Marks of an axis.
 *
 * @param major marks with a label, in ascending order
 * @param minor places of the marks without
 * @param factorExponent the labels are to be multiplied by 10 to this power
 */
record Ticks(List<Major> major, List<Double> minor, int factorExponent) {
    /** Labels of a linear axis are written out in this range of exponents; a common factor serves outside. */
    private static final int LEAST_EXPONENT = -3;

    private static final int LARGEST_EXPONENT = 4;

    /** Labels within the decades of a short logarithmic axis, the first that fit. */
    private static final int[][] MANTISSAS = {{1, 2, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 3}, {1}};

    /**
     * @param value place
     * @param text label, or what stands before the exponent
     * @param exponent power of ten set higher, empty for none
     */
    record Major(double value, String text, String exponent) {}

    /**
     * @param range what is shown
     * @param target number of labels that there is room for, at least 2
     */
    static Ticks of(Range range, int target) {
        return range.scale() == Axis.Scale.LOG ? log(range, Math.max(2, target)) : linear(range, Math.max(2, target));
    }

    private static Ticks linear(Range range, int target) {
        BigDecimal step = step(range, target);
        BigDecimal low = new BigDecimal(range.min());
        BigDecimal high = new BigDecimal(range.max());
        List<BigDecimal> places = multiples(step, low, high);
        BigDecimal largest = places.stream().map(BigDecimal::abs).reduce(BigDecimal.ZERO, BigDecimal::max);
        int exponent = largest.signum() == 0 ? 0 : Numbers.exponent(largest);
        int factor = exponent < LEAST_EXPONENT || exponent > LARGEST_EXPONENT ? exponent : 0;
        List<Major> major = places.stream()
                .map(p -> new Major(p.doubleValue(), decimal(p.movePointLeft(factor), step.movePointLeft(factor)), ""))
                .toList();
        boolean two = step.unscaledValue().intValue() == 2;
        BigDecimal small = step.divide(BigDecimal.valueOf(two ? 4 : 5));
        List<Double> minor = multiples(small, low, high).stream()
                .filter(p -> p.remainder(step).signum() != 0)
                .map(BigDecimal::doubleValue)
                .toList();
        return new Ticks(major, minor, factor);
    }

    /** The smallest of 1, 2, 5 times a power of ten that gives at most {@code target} labels; two at least, where 5 gives one. */
    private static BigDecimal step(Range range, int target) {
        BigDecimal low = new BigDecimal(range.min());
        BigDecimal high = new BigDecimal(range.max());
        BigDecimal raw = high.subtract(low).divide(BigDecimal.valueOf(target), new java.math.MathContext(6));
        int exponent = Numbers.exponent(raw);
        BigDecimal previous = BigDecimal.ONE.scaleByPowerOfTen(exponent);
        for (int e = exponent; ; e++) {
            for (int mantissa : new int[] {1, 2, 5}) {
                BigDecimal step = BigDecimal.valueOf(mantissa).scaleByPowerOfTen(e);
                int count = multiples(step, low, high).size();
                if (count <= target) {
                    return count >= 2 ? step : previous;
                }
                previous = step;
            }
        }
    }

    private static List<BigDecimal> multiples(BigDecimal step, BigDecimal low, BigDecimal high) {
        BigDecimal first = low.divide(step, 0, RoundingMode.CEILING);
        BigDecimal last = high.divide(step, 0, RoundingMode.FLOOR);
        List<BigDecimal> places = new ArrayList<>();
        for (BigDecimal i = first; i.compareTo(last) <= 0; i = i.add(BigDecimal.ONE)) {
            places.add(i.multiply(step));
        }
        return places;
    }

    private static String decimal(BigDecimal value, BigDecimal step) {
        if (value.signum() == 0) {
            return "0";
        }
        int decimals = Math.max(0, step.stripTrailingZeros().scale());
        return value.setScale(decimals, RoundingMode.HALF_EVEN).toPlainString().replace('-', '−');
    }

    private static Ticks log(Range range, int target) {
        int first = (int) StrictMath.ceil(StrictMath.log10(range.min()) - 1e-9);
        int last = (int) StrictMath.floor(StrictMath.log10(range.max()) + 1e-9);
        if (last - first >= 2) {
            return decades(range, target, first, last);
        }
        for (int[] mantissas : MANTISSAS) {
            List<Major> major = new ArrayList<>();
            for (int e = first - 1; e <= last; e++) {
                for (int mantissa : mantissas) {
                    BigDecimal place = BigDecimal.valueOf(mantissa).scaleByPowerOfTen(e);
                    if (range.holds(place.doubleValue())) {
                        major.add(written(place));
                    }
                }
            }
            if (major.size() >= Math.min(3, mantissas.length + 1) && major.size() <= Math.max(target, 3)) {
                return new Ticks(major, inner(range, first - 1, last, major), 0);
            }
        }
        // Less than a factor of about two: evenly spaced labels, as on a linear axis.
        return linear(range, target);
    }

    private static Ticks decades(Range range, int target, int first, int last) {
        int stride = 1;
        while ((last - first) / stride + 1 > target) {
            stride++;
        }
        // Multiples of the stride are the rounder labels; where only one is in sight, count from the first decade.
        int multiples = Math.floorDiv(last, stride) - Math.floorDiv(first - 1, stride);
        int origin = multiples >= 2 ? 0 : first;
        List<Major> major = new ArrayList<>();
        List<Double> minor = new ArrayList<>();
        for (int e = first; e <= last; e++) {
            double place = BigDecimal.ONE.scaleByPowerOfTen(e).doubleValue();
            if (Math.floorMod(e - origin, stride) == 0) {
                major.add(new Major(place, "10", Integer.toString(e).replace('-', '−')));
            } else {
                minor.add(place);
            }
        }
        return new Ticks(major, stride == 1 ? inner(range, first - 1, last, major) : minor, 0);
    }

    /** The places 1 to 9 times powers of ten that have no label. */
    private static List<Double> inner(Range range, int first, int last, List<Major> major) {
        List<Double> minor = new ArrayList<>();
        for (int e = first; e <= last; e++) {
            for (int mantissa = 1; mantissa <= 9; mantissa++) {
                double place = BigDecimal.valueOf(mantissa).scaleByPowerOfTen(e).doubleValue();
                if (range.holds(place) && major.stream().noneMatch(m -> m.value() == place)) {
                    minor.add(place);
                }
            }
        }
        return minor;
    }

    private static Major written(BigDecimal place) {
        int exponent = Numbers.exponent(place);
        if (exponent >= LEAST_EXPONENT && exponent <= LARGEST_EXPONENT) {
            return new Major(place.doubleValue(), place.stripTrailingZeros().toPlainString(), "");
        }
        String mantissa = place.movePointLeft(exponent).stripTrailingZeros().toPlainString();
        return new Major(
                place.doubleValue(),
                mantissa.equals("1") ? "10" : mantissa + "×10",
                Integer.toString(exponent).replace('-', '−'));
    }
}
