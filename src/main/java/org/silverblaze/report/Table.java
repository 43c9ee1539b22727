package org.silverblaze.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silverblaze.files.Json;

/**
 * A table, with the renderings that all of the program shares: aligned text, CSV, JSON; {@link HtmlReport} has the HTML.
 *
 * @param columns names of the columns, all different
 * @param rows cells {@code [row][column]}
 * @param caption what the table shows
 */
public record Table(List<String> columns, List<List<Cell>> rows, String caption) {
    /** Which value of a group is the best one. */
    public enum Best {
        SMALLEST,
        LARGEST
    }

    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        if (columns.stream().distinct().count() != columns.size()) {
            throw new IllegalArgumentException("two columns have the same name: " + columns);
        }
        for (List<Cell> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "row of " + row.size() + " cells in a table of " + columns.size() + " columns: " + row);
            }
        }
    }

    /** An empty table, to be filled by {@link #row}. */
    public static Table of(String caption, String... columns) {
        return new Table(List.of(columns), List.of(), caption);
    }

    /**
     * This table with one row more.
     *
     * @param values one per column: {@link Cell}, text, integer, floating-point number (four digits; NaN = n/a), null (n/a)
     */
    public Table row(Object... values) {
        List<List<Cell>> more = new ArrayList<>(rows);
        more.add(Arrays.stream(values).map(Cell::of).toList());
        return new Table(columns, more, caption);
    }

    /**
     * This table with the best number of a column marked, ties all of them.
     *
     * @param column the column that is compared
     * @param best whether small or large is good
     * @param groupBy columns whose texts form the group within which rows are compared; none: all rows
     */
    public Table markBest(String column, Best best, String... groupBy) {
        int at = index(column);
        int[] keys = Arrays.stream(groupBy).mapToInt(this::index).toArray();
        Map<List<String>, Double> bests = new HashMap<>();
        for (List<Cell> row : rows) {
            if (row.get(at).isNumber()) {
                bests.merge(key(row, keys), row.get(at).value(), best == Best.SMALLEST ? Math::min : Math::max);
            }
        }
        List<List<Cell>> marked = new ArrayList<>();
        for (List<Cell> row : rows) {
            List<Cell> copy = new ArrayList<>(row);
            if (row.get(at).isNumber() && row.get(at).value() == bests.get(key(row, keys))) {
                copy.set(at, row.get(at).mark());
            }
            marked.add(copy);
        }
        return new Table(columns, marked, caption);
    }

    private int index(String column) {
        int at = columns.indexOf(column);
        if (at < 0) {
            throw new IllegalArgumentException("no column '" + column + "'; there are " + columns);
        }
        return at;
    }

    private static List<String> key(List<Cell> row, int[] columns) {
        return Arrays.stream(columns).mapToObj(c -> row.get(c).text()).toList();
    }

    /** Whether the column holds numbers, so that it is aligned to the right. */
    boolean isNumeric(int column) {
        boolean some = rows.stream().anyMatch(row -> row.get(column).isNumber());
        return some && rows.stream().noneMatch(row -> row.get(column).kind() == Cell.Kind.TEXT);
    }

    private boolean has(int column, boolean error) {
        return rows.stream().map(row -> row.get(column)).anyMatch(c -> error ? !Double.isNaN(c.error()) : c.marked());
    }

    /** Aligned columns for a terminal; the best values have a star. Lines end with a newline, the caption comes first. */
    public String text() {
        int[] widths = new int[columns.size()];
        for (int c = 0; c < widths.length; c++) {
            widths[c] = length(columns.get(c));
            for (List<Cell> row : rows) {
                widths[c] = Math.max(widths[c], length(terminal(row, c)));
            }
        }
        StringBuilder text = new StringBuilder();
        if (!caption.isEmpty()) {
            text.append(caption).append('\n');
        }
        line(text, widths, columns);
        line(text, widths, Arrays.stream(widths).mapToObj("-"::repeat).toList());
        for (List<Cell> row : rows) {
            List<String> cells = new ArrayList<>();
            for (int c = 0; c < widths.length; c++) {
                cells.add(terminal(row, c));
            }
            line(text, widths, cells);
        }
        return text.toString();
    }

    private String terminal(List<Cell> row, int column) {
        Cell cell = row.get(column);
        return cell.text() + (cell.marked() ? "*" : has(column, false) ? " " : "");
    }

    private void line(StringBuilder text, int[] widths, List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String pad = " ".repeat(widths[c] - length(cells.get(c)));
            line.append(c == 0 ? "" : "  ");
            line.append(isNumeric(c) ? pad + cells.get(c) : cells.get(c) + pad);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /**
     * CSV (RFC 4180, but lines end with a plain newline): full precision, an empty cell where nothing applies, and a column
     * "... error" after each column with errors.
     */
    public String csv() {
        StringBuilder text = new StringBuilder();
        List<String> header = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            header.add(quoted(columns.get(c)));
            if (has(c, true)) {
                header.add(quoted(errorColumn(c)));
            }
        }
        text.append(String.join(",", header)).append('\n');
        for (List<Cell> row : rows) {
            List<String> fields = new ArrayList<>();
            for (int c = 0; c < columns.size(); c++) {
                Cell cell = row.get(c);
                fields.add(
                        switch (cell.kind()) {
                            case TEXT, INTEGER -> quoted(cell.text());
                            case NUMBER -> Double.toString(cell.value());
                            case NOT_APPLICABLE -> "";
                        });
                if (has(c, true)) {
                    fields.add(Double.isNaN(cell.error()) ? "" : Double.toString(cell.error()));
                }
            }
            text.append(String.join(",", fields)).append('\n');
        }
        return text.toString();
    }

    private String errorColumn(int column) {
        return columns.get(column) + " error";
    }

    private static String quoted(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** One object per row, keys the columns' names ("... error" for errors), values text, number or null (n/a). */
    public List<Map<String, Object>> objects() {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (List<Cell> row : rows) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int c = 0; c < columns.size(); c++) {
                Cell cell = row.get(c);
                object.put(
                        columns.get(c),
                        switch (cell.kind()) {
                            case TEXT -> cell.text();
                            case INTEGER -> Long.valueOf(cell.text());
                            case NUMBER -> finite(cell.value());
                            case NOT_APPLICABLE -> null;
                        });
                if (has(c, true)) {
                    object.put(errorColumn(c), finite(cell.error()));
                }
            }
            objects.add(object);
        }
        return objects;
    }

    /** JSON has no NaN and no infinity. */
    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** {@code {"caption": ..., "rows": [...]}}, canonical. */
    public String json() {
        return Json.canonical(Map.of("caption", caption, "rows", objects()));
    }
}
