package org.silverblaze.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.silverblaze.BadInput;

/** Chemical potentials on the command line: a value, a list {@code 0.91,1.05} or a range {@code 0.91:1.05:0.005}. */
final class MuList {
    private static final int MAX_POINTS = 10_000;

    private MuList() {}

    /** Values in the order given, without repetition; decimal arithmetic, so that 0.91:1.05:0.005 holds 0.925 exactly. */
    static double[] parse(String text) {
        List<Double> values = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String[] range = part.strip().split(":", -1);
            if (range.length == 1) {
                values.add(decimal(range[0], text).doubleValue());
            } else if (range.length == 3) {
                addRange(values, decimal(range[0], text), decimal(range[1], text), decimal(range[2], text), text);
            } else {
                throw bad(text);
            }
        }
        if (values.stream().distinct().count() != values.size()) {
            throw new BadInput("--mu " + text + ": a value occurs twice");
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void addRange(List<Double> values, BigDecimal first, BigDecimal last, BigDecimal step, String text) {
        if (step.signum() <= 0 || first.compareTo(last) > 0) {
            throw new BadInput("--mu " + text + ": a range first:last:step needs first <= last and a positive step");
        }
        for (BigDecimal mu = first; mu.compareTo(last) <= 0; mu = mu.add(step)) {
            if (values.size() >= MAX_POINTS) {
                throw new BadInput("--mu " + text + ": more than " + MAX_POINTS + " values");
            }
            values.add(mu.doubleValue());
        }
    }

    private static BigDecimal decimal(String text, String whole) {
        try {
            BigDecimal value = new BigDecimal(text.strip());
            if (Double.isInfinite(value.doubleValue())) {
                throw bad(whole);
            }
            return value;
        } catch (NumberFormatException e) {
            throw bad(whole);
        }
    }

    private static BadInput bad(String text) {
        return new BadInput(
                "--mu '" + text + "': expected a finite number, a list 0.91,1.05 or a range 0.91:1.05:0.005");
    }
}
