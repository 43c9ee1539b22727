package org.silverblaze.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silverblaze.files.AtomicFiles;

/**
 * One HTML file with all that it shows inside: it opens without a network, follows the reader's light or dark theme, and
 * prints. Blocks appear in the order in which they are added. Texts are plain: all markup is escaped, {@code `code`} is set as
 * code, arXiv:2103.14686 becomes a link, and N_x and τ_int get their subscripts.
 */
public final class HtmlReport {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern ARXIV = Pattern.compile("arXiv:((?:[a-z-]+/)?[0-9][0-9.]*[0-9])");
    /** Longer raw data is shown by its beginning; the download has all. */
    private static final int PREVIEW = 6000;

    private final String title;
    private final StringBuilder body = new StringBuilder();
    private final StringBuilder contents = new StringBuilder();
    private String subtitle = "";
    private int sections;
    private int subsections;
    private int figures;
    private int tables;

    private HtmlReport(String title) {
        this.title = title;
    }

    public static HtmlReport titled(String title) {
        return new HtmlReport(title);
    }

    /** A line below the title: who, when, which scale. */
    public HtmlReport subtitle(String text) {
        subtitle = text;
        return this;
    }

    /** A numbered section, listed in the contents. */
    public HtmlReport section(String name) {
        sections++;
        subsections = 0;
        return heading("h2", "s" + sections, sections + "", name);
    }

    public HtmlReport subsection(String name) {
        subsections++;
        return heading("h3", "s" + sections + "-" + subsections, sections + "." + subsections, name);
    }

    private HtmlReport heading(String element, String id, String number, String name) {
        String label = "<span class=\"no\">" + number + "</span> " + inline(name);
        body.append("<" + element + " id=\"" + id + "\">" + label + "</" + element + ">\n");
        contents.append("<li class=\"" + element + "\"><a href=\"#" + id + "\">" + label + "</a></li>\n");
        return this;
    }

    public HtmlReport paragraph(String text) {
        body.append("<p>").append(inline(text)).append("</p>\n");
        return this;
    }

    public HtmlReport list(List<String> items) {
        body.append("<ul>\n");
        items.forEach(item -> body.append("<li>").append(inline(item)).append("</li>\n"));
        body.append("</ul>\n");
        return this;
    }

    /** Something that the reader must not overlook. */
    public HtmlReport note(String text) {
        body.append("<p class=\"note\">").append(inline(text)).append("</p>\n");
        return this;
    }

    /** The few numbers that matter most, each with what it is; in the order of the map. */
    public HtmlReport keyNumbers(Map<String, String> numbers) {
        body.append("<dl class=\"key\">\n");
        numbers.forEach((name, value) ->
                body.append("<div><dt>" + inline(name) + "</dt><dd>" + Svg.escape(value) + "</dd></div>\n"));
        body.append("</dl>\n");
        return this;
    }

    /** Names with values, one per line: versions, settings. */
    public HtmlReport facts(Map<String, String> facts) {
        body.append("<table class=\"facts\"><tbody>\n");
        facts.forEach((name, value) ->
                body.append("<tr><th scope=\"row\">" + inline(name) + "</th><td>" + verbatim(value) + "</td></tr>\n"));
        body.append("</tbody></table>\n");
        return this;
    }

    /** A command or another text that is to be copied as it is. */
    public HtmlReport code(String text) {
        body.append("<pre><code>").append(Svg.escape(text)).append("</code></pre>\n");
        return this;
    }

    public HtmlReport table(Table table) {
        tables++;
        String name = "table-" + tables;
        body.append("<div class=\"table\" id=\"" + name + "\"><table>\n<caption><b>Table " + tables + ".</b> "
                + inline(table.caption()) + "</caption>\n");
        HtmlTable.append(body, table);
        body.append("</table>\n<p class=\"files\">");
        download(name + ".csv", "text/csv", table.csv(), "CSV");
        download(name + ".json", "application/json", table.json(), "JSON");
        body.append("</p></div>\n");
        return this;
    }

    public HtmlReport figure(Drawing drawing, String caption) {
        return gallery(List.of(drawing), caption);
    }

    /** Several drawings under one caption, side by side where there is room, each below its title. */
    public HtmlReport gallery(List<? extends Drawing> drawings, String caption) {
        figures++;
        String name = "figure-" + figures;
        body.append("<figure id=\"" + name + "\">\n<div class=\"drawings\">\n");
        for (int i = 0; i < drawings.size(); i++) {
            body.append("<div class=\"drawing\">");
            if (drawings.size() > 1) {
                body.append("<p>").append(inline(drawings.get(i).title())).append("</p>");
            }
            body.append(drawings.get(i).svg(name + "-" + (i + 1))).append("</div>\n");
        }
        body.append(
                "</div>\n<figcaption><b>Figure " + figures + ".</b> " + inline(caption) + " <span class=\"files\">");
        for (int i = 0; i < drawings.size(); i++) {
            String file = drawings.size() == 1 ? name : name + "-" + (i + 1);
            String which = drawings.size() == 1 ? "" : " " + (i + 1);
            download(file + ".svg", "image/svg+xml", drawings.get(i).svg(), "SVG" + which);
            download(file + ".csv", "text/csv", drawings.get(i).data().csv(), "CSV" + which);
        }
        body.append("</span></figcaption>\n</figure>\n");
        return this;
    }

    /** Raw data, folded away, with a link to save it as a file. */
    public HtmlReport data(String fileName, String mediaType, String content) {
        String shown = content.length() <= PREVIEW
                ? content
                : content.substring(0, content.offsetByCodePoints(0, content.codePointCount(0, PREVIEW))) + "\n…";
        body.append("<details><summary>" + Svg.escape(fileName) + "</summary>\n<pre><code>" + Svg.escape(shown)
                + "</code></pre>\n<p class=\"files\">");
        download(fileName, mediaType, content, "Save " + fileName);
        body.append("</p></details>\n");
        return this;
    }

    /** The last section: the exact command, and the versions of all that took part. */
    public HtmlReport madeBy(String command, Map<String, String> versions) {
        return section("How this page was made").code(command).facts(versions);
    }

    private void download(String fileName, String mediaType, String content, String label) {
        String encoded = Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
        body.append("<a download=\"" + Svg.escape(fileName) + "\" href=\"data:" + Svg.escape(mediaType)
                + ";charset=utf-8;base64," + encoded + "\">" + Svg.escape(label) + "</a> ");
    }

    /** Prose: code, papers and subscripts are set. */
    private static String inline(String text) {
        return marked(
                text,
                prose -> subscripts(
                        ARXIV.matcher(prose).replaceAll("<a href=\"https://arxiv.org/abs/$1\">arXiv:$1</a>")));
    }

    /** Names of files and the like: only code is set. */
    private static String verbatim(String text) {
        return marked(text, prose -> prose);
    }

    private static String marked(String text, UnaryOperator<String> prose) {
        StringBuilder html = new StringBuilder();
        Matcher code = CODE.matcher(text);
        int end = 0;
        while (code.find()) {
            html.append(prose.apply(Svg.escape(text.substring(end, code.start()))));
            html.append("<code>").append(Svg.escape(code.group(1))).append("</code>");
            end = code.end();
        }
        return html.append(prose.apply(Svg.escape(text.substring(end)))).toString();
    }

    static String subscripts(String escaped) {
        return Svg.subscripts(escaped, (subscript, rest) -> "<sub>" + subscript + "</sub>" + rest);
    }

    /** The whole page. */
    public String html() {
        List<String> page = new ArrayList<>();
        page.add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>");
        page.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
        page.add("<meta name=\"color-scheme\" content=\"light dark\"/>");
        page.add("<title>" + Svg.escape(title) + "</title>");
        page.add("<style>" + ReportStyle.CSS + "@media (prefers-color-scheme:dark){@media screen{" + Palette.darkRules()
                + "}}</style>\n</head>\n<body>");
        if (sections > 1) {
            page.add("<nav aria-label=\"Contents\"><p>Contents</p><ul>\n" + contents + "</ul></nav>");
        }
        page.add("<main>\n<header><h1>" + inline(title) + "</h1>");
        if (!subtitle.isEmpty()) {
            page.add("<p class=\"subtitle\">" + inline(subtitle) + "</p>");
        }
        page.add("</header>\n" + body + "</main>\n</body>\n</html>\n");
        return String.join("\n", page);
    }

    /** Writes the page, whole or not at all. */
    public void write(Path file) throws IOException {
        AtomicFiles.write(file, html());
    }
}
