package org.silverblaze.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes well-formed SVG. Colours are written as attributes, for any viewer, and as classes, for a page's dark theme. */
final class Svg {
    /** Width in user units of every drawing that fills a page's column. */
    static final double WIDTH = 720;

    private static final String FONT =
            "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

    private static final Pattern SUBSCRIPT =
            Pattern.compile("(?<![\\p{L}\\p{N}_])(\\p{L})_(?:\\{([^{}]+)\\}|([\\p{L}\\p{N}]+)(?![\\p{L}\\p{N}_]))");

    /** A shift holds for all that follows, so the text behind a subscript is raised again. */
    private static final BinaryOperator<String> LOWERED = (subscript, rest) -> "<tspan dy=\"3\" font-size=\"75%\">"
            + subscript + "</tspan>" + (rest.isEmpty() ? "" : "<tspan dy=\"-3\">" + rest + "</tspan>");

    private final StringBuilder body = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** Starts an element; attributes come in pairs name, value; numbers are rounded to 0.01. */
    Svg open(String element, Object... attributes) {
        start(element, attributes);
        body.append(">\n");
        open.push(element);
        return this;
    }

    Svg close() {
        body.append("</").append(open.pop()).append(">\n");
        return this;
    }

    Svg leaf(String element, Object... attributes) {
        start(element, attributes);
        body.append("/>\n");
        return this;
    }

    /** An element with text; in {@code <text>}, {@code N_x} gets its subscript. */
    Svg text(String element, String text, Object... attributes) {
        start(element, attributes);
        String content = escape(text);
        if (element.equals("text")) {
            content = subscripts(content, LOWERED);
        }
        body.append('>').append(content).append("</").append(element).append(">\n");
        return this;
    }

    /** A text with an exponent set higher and smaller, like 10 to the -3. */
    Svg power(String base, String exponent, Object... attributes) {
        start("text", attributes);
        body.append('>').append(escape(base));
        body.append("<tspan dy=\"-5\" font-size=\"75%\">")
                .append(escape(exponent))
                .append("</tspan></text>\n");
        return this;
    }

    private void start(String element, Object... attributes) {
        body.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            body.append(' ').append(attributes[i]).append("=\"");
            body.append(value instanceof Double number ? number(number) : escape(value.toString()));
            body.append('"');
        }
    }

    /** The whole drawing. */
    String document(String id, String title, String description, double width, double height) {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not closed: " + open);
        }
        Svg frame = new Svg();
        frame.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + number(width) + " " + number(height),
                "width",
                width,
                "height",
                height,
                "role",
                "img",
                "aria-labelledby",
                id + "-title " + id + "-desc",
                "font-family",
                FONT,
                "font-size",
                "13");
        frame.text("title", title, "id", id + "-title");
        frame.text("desc", description, "id", id + "-desc");
        frame.leaf("rect", "width", width, "height", height, "fill", Palette.PAPER, "class", "paper");
        frame.body.append(body);
        return frame.close().body.toString();
    }

    /** Two decimals at most, no trailing zeros, never an exponent. */
    static String number(double value) {
        if (!(StrictMath.abs(value) < 1e9)) {
            throw new IllegalArgumentException("a coordinate of " + value);
        }
        long hundredths = StrictMath.round(value * 100);
        String sign = hundredths < 0 ? "-" : "";
        long size = Math.abs(hundredths);
        long fraction = size % 100;
        String decimals =
                fraction == 0 ? "" : fraction % 10 == 0 ? "." + fraction / 10 : (fraction < 10 ? ".0" : ".") + fraction;
        return sign + size / 100 + decimals;
    }

    static String point(double x, double y) {
        return number(x) + "," + number(y);
    }

    /** Escapes markup, for text and for attributes in double quotes; characters that XML forbids become U+FFFD. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(legal(c) ? c : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    /**
     * Sets subscripts in an escaped text: {@code N_x}, {@code τ_int}, {@code χ_{|φ|²}}. Only a single letter takes one, so that
     * names with underscores stay as they are.
     *
     * @param lower from a subscript and the text that follows it, up to the next, to their markup
     */
    static String subscripts(String escaped, BinaryOperator<String> lower) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = SUBSCRIPT.matcher(escaped);
        String subscript = null;
        int end = 0;
        while (matcher.find()) {
            String before = escaped.substring(end, matcher.start()) + matcher.group(1);
            text.append(subscript == null ? before : lower.apply(subscript, before));
            subscript = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
            end = matcher.end();
        }
        String rest = escaped.substring(end);
        return text.append(subscript == null ? rest : lower.apply(subscript, rest))
                .toString();
    }

    private static boolean legal(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || c >= 0x20 && c < 0xD800
                || c >= 0xE000 && c < 0xFFFE
                || c > 0xFFFF;
    }

    /** Estimated width of a text; no font metrics are at hand, so the estimate is on the wide side. */
    static double width(String text, double size) {
        return text.codePoints().mapToDouble(Svg::em).sum() * size;
    }

    private static double em(int c) {
        if ("il.,:;|!'()[] ⁻".indexOf(c) >= 0) {
            return 0.36;
        }
        if ("mwMW@%—→".indexOf(c) >= 0) {
            return 0.92;
        }
        return Character.isUpperCase(c) ? 0.7 : 0.6;
    }
}
