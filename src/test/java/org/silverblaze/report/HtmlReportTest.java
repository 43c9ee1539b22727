package org.silverblaze.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

final class HtmlReportTest {
    private static final String PAGE = ReportDemo.report().html();

    @Test
    void theDemoIsWellFormedAndTheSameTwice(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("report.html");
        ReportDemo.report().write(file);
        byte[] first = Files.readAllBytes(file);
        assertThat(first).isEqualTo(PAGE.getBytes(StandardCharsets.UTF_8));
        Xml.parse(new String(first, StandardCharsets.UTF_8).replaceFirst("<!DOCTYPE html>", ""));
    }

    @Test
    void nothingIsFetched() {
        String page = PAGE;
        assertThat(page).doesNotContain("<script", "<link", "<img", "@import", "url(http", "src=");
        Matcher links = Pattern.compile("href=\"([^\"]{0,40})").matcher(page);
        while (links.find()) {
            assertThat(links.group(1)).containsPattern("^(#|data:|https://arxiv\\.org/abs/)");
        }
    }

    @Test
    void everyIdIsUniqueAndEveryReferenceHasItsTarget() throws Exception {
        Document page = Xml.parse(PAGE.replaceFirst("<!DOCTYPE html>", ""));
        List<String> ids = Xml.attributes(page, "id");
        assertThat(ids).doesNotHaveDuplicates();
        List<String> targets = Xml.attributes(page, "href").stream()
                .filter(href -> href.startsWith("#"))
                .map(href -> href.substring(1))
                .toList();
        assertThat(targets).hasSizeGreaterThan(5).allMatch(ids::contains);
        assertThat(Xml.attributes(page, "clip-path"))
                .isNotEmpty()
                .allMatch(clip -> ids.contains(clip.substring("url(#".length(), clip.length() - 1)));
    }

    @Test
    void textIsEscaped() throws Exception {
        String evil = "</p><script>alert(\"1\" & '2')</script>\u0007";
        HtmlReport report = HtmlReport.titled(evil)
                .subtitle(evil)
                .section(evil)
                .subsection(evil)
                .paragraph(evil)
                .list(List.of(evil))
                .note(evil)
                .code(evil)
                .keyNumbers(Map.of(evil, evil))
                .facts(Map.of(evil, evil))
                .data(evil, "text/plain", evil)
                .table(Table.of(evil, evil).row(evil))
                .figure(
                        Figure.of(
                                evil,
                                Panel.of(evil, Axis.linear(evil), Axis.linear(evil))
                                        .line(evil, new double[] {1}, new double[] {1})
                                        .scatter(evil + "2", new double[] {1}, new double[] {1})
                                        .horizontal(1, evil)),
                        evil);
        assertThat(report.html()).doesNotContain("<script").doesNotContain("\u0007");
        Xml.parse(report.html().replaceFirst("<!DOCTYPE html>", ""));
    }

    @Test
    void downloadsHoldTheData() {
        Table table = Table.of("caption", "a", "b").row("x", 0.1).row("y", null);
        String page = HtmlReport.titled("t").table(table).html();
        Matcher csv = Pattern.compile("download=\"table-1.csv\" href=\"data:text/csv;charset=utf-8;base64,([^\"]+)\"")
                .matcher(page);
        assertThat(csv.find()).isTrue();
        assertThat(new String(Base64.getDecoder().decode(csv.group(1)), StandardCharsets.UTF_8))
                .isEqualTo("a,b\nx,0.1\ny,\n");
    }

    @Test
    void longRawDataIsShownByItsBeginningAndDownloadedWhole() {
        String content = "μ".repeat(10_000) + "end";
        String page =
                HtmlReport.titled("t").data("d.txt", "text/plain", content).html();
        assertThat(page).doesNotContain("end</code>");
        assertThat(page).contains(Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void cellsAreMarkedGreyedAndTypeset() {
        Table table = Table.of("c", "network", "loss")
                .row("EQ", 1.5e-7)
                .row("ST", 2e-3)
                .row("FL", Double.NaN);
        String page = HtmlReport.titled("t")
                .table(table.markBest("loss", Table.Best.SMALLEST))
                .html();
        assertThat(page).contains("class=\"num best\">1.500×10⁻⁷", "class=\"num\">0.002000<", "class=\"num na\">n/a<");
    }

    @Test
    void inlineCodeAndPapersAreSet() {
        assertThat(HtmlReport.titled("t")
                        .paragraph("run `a < b`, see arXiv:hep-lat/0306017.")
                        .html())
                .contains(
                        "<code>a &lt; b</code>",
                        "href=\"https://arxiv.org/abs/hep-lat/0306017\">arXiv:hep-lat/0306017</a>.");
    }
}
