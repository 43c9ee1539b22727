package org.silverblaze.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How numbers are written: the same characters on every machine and in every locale. */
public final class Numbers {
    /** What stands where a number does not apply. */
    public static final String NOT_APPLICABLE = "n/a";

    private static final Pattern EXPONENT = Pattern.compile("(?<=[0-9])e([+-]?)([0-9]+)");
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private Numbers() {}

    /**
     * {@code value} with so many significant digits, trailing zeros kept: 0.6019, 12.30, 1.230e-5. Exponents from -3 to 5 are
     * written out; NaN is "n/a".
     */
    public static String significant(double value, int digits) {
        if (digits < 1) {
            throw new IllegalArgumentException("digits " + digits + ": at least 1");
        }
        if (Double.isNaN(value)) {
            return NOT_APPLICABLE;
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = exponent(rounded);
        if (exponent >= -3 && exponent < 6) {
            return rounded.setScale(Math.max(0, digits - 1 - exponent), RoundingMode.UNNECESSARY)
                    .toPlainString();
        }
        return rounded.movePointLeft(exponent)
                        .setScale(digits - 1, RoundingMode.UNNECESSARY)
                        .toPlainString() + "e" + exponent;
    }

    /** Decimal exponent of a number that is not zero: 1 &le; |value| / 10^exponent &lt; 10. */
    static int exponent(BigDecimal value) {
        return value.precision() - value.scale() - 1;
    }

    /** The same number as a printer sets it: {@code -1.23e-5} becomes −1.23×10⁻⁵. */
    public static String typeset(String number) {
        Matcher matcher = EXPONENT.matcher(number);
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(
                    text, "×10" + (matcher.group(1).equals("-") ? "⁻" : "") + superscript(matcher.group(2)));
        }
        matcher.appendTail(text);
        return text.toString().replace('-', '−');
    }

    private static String superscript(String digits) {
        StringBuilder text = new StringBuilder();
        String significant = digits.replaceFirst("^0+(?=.)", "");
        for (int i = 0; i < significant.length(); i++) {
            text.append(SUPERSCRIPTS.charAt(significant.charAt(i) - '0'));
        }
        return text.toString();
    }
}
