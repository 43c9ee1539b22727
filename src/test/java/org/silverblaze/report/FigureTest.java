package org.silverblaze.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

final class FigureTest {
    private static final double[] NOTHING = {};

    static List<Drawing> drawings() {
        return List.of(
                ReportDemo.observables(),
                ReportDemo.learningCurves(),
                ReportDemo.generalisation(),
                ReportDemo.calibration(),
                ReportDemo.flux(60, 4, 2, false),
                ReportDemo.flux(8, 8, 1, true));
    }

    /** Well-formed, with a title, the same bytes twice, no number that a viewer cannot read. */
    private static Document check(Drawing drawing) throws Exception {
        String svg = drawing.svg("a");
        assertThat(drawing.svg("a")).isEqualTo(svg);
        assertThat(svg.replaceAll(">[^<]*<", "><"))
                .doesNotContain("NaN", "Infinity")
                .doesNotContainPattern("[0-9]E-?[0-9]");
        Document document = Xml.parse(svg);
        assertThat(document.getDocumentElement().getAttribute("xmlns")).isEqualTo("http://www.w3.org/2000/svg");
        assertThat(Xml.elements(document, "title").getFirst().getTextContent()).isEqualTo(drawing.title());
        assertThat(Xml.elements(document, "desc").getFirst().getTextContent()).isNotBlank();
        assertThat(Xml.attributes(document, "id")).allMatch(id -> id.startsWith("a-"));
        return document;
    }

    @ParameterizedTest
    @MethodSource("drawings")
    void demosAreWellFormed(Drawing drawing) throws Exception {
        check(drawing);
        assertThat(drawing.data().rows()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("drawings")
    void nothingIsDrawnOutsideOfThePicture(Drawing drawing) throws Exception {
        Document document = check(drawing);
        String[] box = document.getDocumentElement().getAttribute("viewBox").split(" ");
        double width = Double.parseDouble(box[2]);
        double height = Double.parseDouble(box[3]);
        for (Element text : Xml.elements(document, "text")) {
            assertThat(Double.parseDouble(text.getAttribute("x"))).isBetween(0.0, width);
            assertThat(Double.parseDouble(text.getAttribute("y"))).isBetween(0.0, height);
        }
        for (Element circle : Xml.elements(document, "circle")) {
            assertThat(Double.parseDouble(circle.getAttribute("cx"))).isBetween(0.0, width);
            assertThat(Double.parseDouble(circle.getAttribute("cy"))).isBetween(0.0, height);
        }
    }

    @ParameterizedTest
    @EnumSource(Axis.Scale.class)
    void missingAndExtremeValuesAreLeftOut(Axis.Scale scale) throws Exception {
        Axis x = switch (scale) {
            case LINEAR -> Axis.linear("x");
            case LOG -> Axis.log("x");
            case CATEGORIES -> Axis.categories("x", List.of("a", "b"));
        };
        double nan = Double.NaN;
        double[][] cases = {
            NOTHING,
            {nan},
            {0},
            {1},
            {-1},
            {1e-12, 1, 1e6},
            {nan, 1, nan, 2, 3},
            {-5, -4, nan},
            {1, 1, 1},
            {Double.POSITIVE_INFINITY, 1, Double.NEGATIVE_INFINITY},
            {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE},
            {1e-300, 1e300, 0}
        };
        for (int i = 0; i < cases.length; i++) {
            double[] xs = cases[i];
            for (int shift : new int[] {0, 1, 5}) {
                double[] all = cases[(i + shift) % cases.length];
                double[] ys = java.util.Arrays.copyOf(all, xs.length);
                for (Axis y : List.of(Axis.linear("y"), Axis.log("y"))) {
                    double[] edges = java.util.Arrays.copyOf(xs, xs.length + 1);
                    Panel panel = Panel.of("p", x, y)
                            .line("line", xs, ys)
                            .reference("exact", xs, ys)
                            .measured("measured", xs, ys, ys)
                            .spread("spread", xs, ys, xs, ys)
                            .band("band", xs, xs, ys)
                            .bars("bars", ys)
                            .steps("steps", edges, ys)
                            .horizontal(ys.length == 0 ? nan : ys[0], "rule")
                            .vertical(1, "rule");
                    check(Figure.of("f", panel));
                }
            }
        }
    }

    @Test
    void aPanelWithoutAnyValueSaysSo() {
        assertThat(Figure.of("f", Panel.of("", Axis.linear("x"), Axis.log("y"))).svg())
                .contains("no data");
        Panel negative = Panel.of("", Axis.linear("x"), Axis.log("y")).line("a", new double[] {1}, new double[] {-1});
        assertThat(Figure.of("f", negative).svg()).contains("no data");
        Panel positive = Panel.of("", Axis.linear("x"), Axis.log("y")).line("a", new double[] {1}, new double[] {1});
        assertThat(Figure.of("f", positive).svg()).doesNotContain("no data");
    }

    @Test
    void aValueStandsWhereTheAxisSays() throws Exception {
        // 0..2 on x, 1..100 on y: (1, 10) is the middle of the frame.
        Panel panel = Panel.of("", Axis.linear("x").range(0, 2), Axis.log("y").range(1, 100))
                .line("a", new double[] {0, 1, 2}, new double[] {1, 10, 100});
        Document document = check(Figure.of("f", panel));
        Element frame = Xml.elements(document, "rect").stream()
                .filter(e -> e.getAttribute("fill").equals("none"))
                .findFirst()
                .orElseThrow();
        double x = Double.parseDouble(frame.getAttribute("x"));
        double y = Double.parseDouble(frame.getAttribute("y"));
        double w = Double.parseDouble(frame.getAttribute("width"));
        double h = Double.parseDouble(frame.getAttribute("height"));
        String path = Xml.elements(document, "path").stream()
                .filter(e -> e.getAttribute("class").equals("s0"))
                .findFirst()
                .orElseThrow()
                .getAttribute("d");
        Matcher points = Pattern.compile("[ML]([0-9.]+),([0-9.]+)").matcher(path);
        double[][] expected = {{x, y + h}, {x + w / 2, y + h / 2}, {x + w, y}};
        for (double[] point : expected) {
            assertThat(points.find()).isTrue();
            assertThat(Double.parseDouble(points.group(1)))
                    .isCloseTo(point[0], org.assertj.core.data.Offset.offset(0.02));
            assertThat(Double.parseDouble(points.group(2)))
                    .isCloseTo(point[1], org.assertj.core.data.Offset.offset(0.02));
        }
        assertThat(points.find()).isFalse();
    }

    @Test
    void aLineBreaksAtAMissingValue() {
        double[] xs = {0, 1, 2, 3, 4};
        Panel panel =
                Panel.of("", Axis.linear("x"), Axis.linear("y")).line("a", xs, new double[] {0, 1, Double.NaN, 1, 2});
        Matcher path = Pattern.compile("d=\"([^\"]+)\"[^>]*class=\"s0\"")
                .matcher(Figure.of("f", panel).svg());
        assertThat(path.find()).isTrue();
        assertThat(path.group(1).chars().filter(c -> c == 'M').count()).isEqualTo(2);
        assertThat(path.group(1).chars().filter(c -> c == 'L').count()).isEqualTo(2);
    }

    @Test
    void aNameHasOneLookInAllPanels() {
        double[] v = {1, 2};
        Panel both = Panel.of("", Axis.linear("x"), Axis.linear("y"))
                .line("EQ", v, v)
                .line("ST", v, v);
        Panel one = Panel.of("", Axis.linear("x"), Axis.linear("y"))
                .band("ST", v, v, v)
                .reference("exact", v, v);
        var looks = Look.of(Figure.of("f", both, one));
        assertThat(looks.keySet()).containsExactly("EQ", "ST", "exact");
        assertThat(looks.get("ST").index()).isEqualTo(1);
        assertThat(looks.get("ST").band() && looks.get("ST").line()).isTrue();
        assertThat(looks.get("exact").reference()).isTrue();
        var fixed = Look.of(Figure.of("f", one.line("new", v, v)).names("FL", "EQ", "ST"));
        assertThat(fixed.get("ST").index()).isEqualTo(2);
        assertThat(fixed.get("new").index()).isEqualTo(3);
    }

    @Test
    void colourDashAndMarkerTellManySeriesApart() {
        List<String> looks = java.util.stream.IntStream.range(0, 16)
                .mapToObj(i -> Palette.light(i) + Palette.dash(i) + Palette.marker(i, 0, 0, 1))
                .toList();
        assertThat(looks).doesNotHaveDuplicates();
    }

    @Test
    void mistakesAreNamed() {
        Panel panel = Panel.of("", Axis.linear("x"), Axis.linear("y"));
        assertThatThrownBy(() -> panel.line("EQ", new double[1], new double[2]))
                .hasMessage("EQ: arrays of 1 and 2 values");
        assertThatThrownBy(() -> panel.steps("h", new double[2], new double[2]))
                .hasMessageContaining("2 steps have 3 edges");
        assertThatThrownBy(() -> Figure.of("empty")).hasMessageContaining("figure 'empty'");
        assertThatThrownBy(() -> Axis.log("x").range(0, 1)).hasMessageContaining("cannot start at 0.0");
        assertThatThrownBy(() -> FluxPicture.of("f", 3, 2, new byte[12], new byte[6]))
                .hasMessageContaining("3x2 lattice has 12 links");
    }

    @Test
    void namesHaveSubscripts() {
        String svg = Figure.of("f", Panel.of("", Axis.linear("N_t × N_x"), Axis.linear("learning_rate a_{|φ|²}")))
                .svg();
        assertThat(svg).contains("N<tspan dy=\"3\" font-size=\"75%\">t</tspan><tspan dy=\"-3\"> × N</tspan>");
        assertThat(svg).contains(">learning_rate a<tspan dy=\"3\" font-size=\"75%\">|φ|²</tspan></text>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1x1", "1x7", "2x2", "7x3", "60x4", "65x1", "200x10"})
    void everyLinkOfAnyLatticeIsDrawn(String lattice) throws Exception {
        int nt = Integer.parseInt(lattice.split("x")[0]);
        int nx = Integer.parseInt(lattice.split("x")[1]);
        long seed = 5;
        Random random = new Random(seed);
        byte[] k = new byte[2 * nt * nx];
        byte[] l = new byte[2 * nt * nx];
        for (int i = 0; i < k.length; i++) {
            k[i] = (byte) (random.nextInt(5) - 2);
        }
        FluxPicture picture = FluxPicture.of("f", nt, nx, k, l);
        Document document = check(picture);
        int strips = (nt + 63) / 64;
        int slices = (nt + strips - 1) / strips;
        long positive = 0;
        long negative = 0;
        for (int t = 0; t < nt; t++) {
            for (int x = 0; x < nx; x++) {
                // A link over the edge of a strip is drawn as two stubs.
                int[] pieces = {t % slices == slices - 1 || t == nt - 1 ? 2 : 1, x == nx - 1 ? 2 : 1};
                for (int direction = 0; direction < 2; direction++) {
                    int flux = picture.k(direction, t, x);
                    positive += flux > 0 ? pieces[direction] : 0;
                    negative += flux < 0 ? pieces[direction] : 0;
                }
            }
        }
        // Arrow heads are closed paths; each colour has one more in the key.
        assertThat(heads(document, "f0")).as("seed %s", seed).isEqualTo(positive + 1);
        assertThat(heads(document, "f1")).as("seed %s", seed).isEqualTo(negative + 1);
        assertThat(picture.data().rows()).hasSize(nt * nx);
    }

    private static long heads(Document document, String fill) {
        return Xml.elements(document, "path").stream()
                .filter(e -> e.getAttribute("class").equals(fill))
                .mapToLong(
                        e -> e.getAttribute("d").chars().filter(c -> c == 'z').count())
                .sum();
    }

    @Test
    void anArrowPointsAlongTheFlux() {
        // one link, time direction, from (0, 0) to (1, 0): k = -1 flows to the left
        String right = FluxPicture.of("f", 3, 1, new byte[] {1, 0, 0, 0, 0, 0}, new byte[6])
                .svg();
        String left = FluxPicture.of("f", 3, 1, new byte[] {-1, 0, 0, 0, 0, 0}, new byte[6])
                .svg();
        assertThat(tipMinusBase(right, "f0")).isPositive();
        assertThat(tipMinusBase(left, "f1")).isNegative();
    }

    private static double tipMinusBase(String svg, String fill) {
        Matcher head = Pattern.compile("d=\"M([0-9.]+),[0-9.]+L([0-9.]+),[^\"]*\"[^>]*class=\"" + fill + "\"")
                .matcher(svg);
        assertThat(head.find()).isTrue();
        return Double.parseDouble(head.group(1)) - Double.parseDouble(head.group(2));
    }

    @Test
    void coordinatesAreShort() {
        assertThat(Svg.number(0)).isEqualTo("0");
        assertThat(Svg.number(-0.001)).isEqualTo("0");
        assertThat(Svg.number(-1.5)).isEqualTo("-1.5");
        assertThat(Svg.number(12.345)).isEqualTo("12.35");
        assertThat(Svg.number(0.07)).isEqualTo("0.07");
        assertThatThrownBy(() -> Svg.number(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
