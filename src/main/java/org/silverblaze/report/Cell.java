package org.silverblaze.report;

/**
 * One cell of a table.
 *
 * @param kind what it holds
 * @param text how it is shown
 * @param value the number behind the text, NaN for other kinds
 * @param error its standard error, NaN where none is known
 * @param marked whether it is the best of its group
 */
public record Cell(Kind kind, String text, double value, double error, boolean marked) {
    private static final int DIGITS = 4;

    /** What a cell holds. */
    public enum Kind {
        TEXT,
        NUMBER,
        INTEGER,
        NOT_APPLICABLE
    }

    public static Cell text(String text) {
        return new Cell(Kind.TEXT, text, Double.NaN, Double.NaN, false);
    }

    /** A number with four significant digits; NaN does not apply. */
    public static Cell number(double value) {
        return number(value, DIGITS);
    }

    public static Cell number(double value, int digits) {
        return measured(value, Double.NaN, Numbers.significant(value, digits));
    }

    /** A number that was set and not measured, with as many digits as it was given: 1.05. */
    public static Cell setting(double value) {
        return measured(
                value,
                Double.NaN,
                Double.toString(value).replaceFirst("\\.0$", "").replace('E', 'e'));
    }

    /**
     * A measured value.
     *
     * @param text value and error as they are to be shown, like 0.6019(8)
     */
    public static Cell measured(double value, double error, String text) {
        return Double.isNaN(value) ? notApplicable() : new Cell(Kind.NUMBER, text, value, error, false);
    }

    public static Cell integer(long value) {
        return new Cell(Kind.INTEGER, Long.toString(value), value, Double.NaN, false);
    }

    /** Where a number would be wrong: say, a flattening network on another lattice. */
    public static Cell notApplicable() {
        return new Cell(Kind.NOT_APPLICABLE, Numbers.NOT_APPLICABLE, Double.NaN, Double.NaN, false);
    }

    /** A cell as it is, a text, an integer, a floating-point number, or null for "not applicable". */
    static Cell of(Object value) {
        return switch (value) {
            case null -> notApplicable();
            case Cell cell -> cell;
            case Integer integer -> integer(integer);
            case Long integer -> integer(integer);
            case Number number -> number(number.doubleValue());
            default -> text(value.toString());
        };
    }

    boolean isNumber() {
        return kind == Kind.NUMBER || kind == Kind.INTEGER;
    }

    Cell mark() {
        return new Cell(kind, text, value, error, true);
    }
}
