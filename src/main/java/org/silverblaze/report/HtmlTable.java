package org.silverblaze.report;

import java.util.List;

/** Rows of a {@link Table} as HTML. */
final class HtmlTable {
    private HtmlTable() {}

    static void append(StringBuilder html, Table table) {
        html.append("<thead><tr>");
        for (int c = 0; c < table.columns().size(); c++) {
            html.append("<th scope=\"col\"" + (table.isNumeric(c) ? " class=\"num\"" : "") + ">"
                    + HtmlReport.subscripts(Svg.escape(table.columns().get(c))) + "</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        for (List<Cell> row : table.rows()) {
            html.append("<tr>");
            for (int c = 0; c < row.size(); c++) {
                cell(html, row.get(c), table.isNumeric(c));
            }
            html.append("</tr>\n");
        }
        html.append("</tbody>\n");
    }

    private static void cell(StringBuilder html, Cell cell, boolean numeric) {
        switch (cell.kind()) {
            case TEXT -> html.append("<td>").append(Svg.escape(cell.text())).append("</td>");
            case NOT_APPLICABLE ->
                html.append(numeric ? "<td class=\"num na\">" : "<td class=\"na\">")
                        .append(Svg.escape(cell.text()))
                        .append("</td>");
            case NUMBER, INTEGER ->
                html.append(cell.marked() ? "<td class=\"num best\">" : "<td class=\"num\">")
                        .append(Svg.escape(Numbers.typeset(cell.text())))
                        .append(cell.marked() ? " <span class=\"star\" title=\"best\">★</span>" : "")
                        .append("</td>");
        }
    }
}
