package org.silverblaze.files;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The one place that knows JSON and YAML. Unknown keys are errors, so that typing mistakes do not pass. */
public final class Json {
    private static final JsonMapper COMPACT = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    private static final ObjectMapper CANONICAL =
            COMPACT.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Json() {}

    /** One line, keys in alphabetical order. */
    public static String line(Object value) {
        return COMPACT.writeValueAsString(value);
    }

    /** Canonical text for files: indented, keys in alphabetical order, closing newline; equal values, equal bytes. */
    public static String canonical(Object value) {
        return CANONICAL.writeValueAsString(value).replace("\r\n", "\n") + "\n";
    }

    /** Reads a JSON text; {@code source} names it in the error. */
    public static <T> T read(String text, Class<T> type, Path source) {
        try {
            return COMPACT.readValue(text, type);
        } catch (JacksonException e) {
            throw new BadInput(source + ": " + oneLine(e, text), e);
        }
    }

    /** Reads a YAML text; {@code source} names it in the error. */
    public static <T> T readYaml(String text, Class<T> type, Path source) {
        try {
            return YAML.readValue(text, type);
        } catch (JacksonException e) {
            throw new BadInput(source + ": " + oneLine(e, text), e);
        }
    }

    private static String oneLine(JacksonException e, String text) {
        int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        String message = e.getCause() instanceof BadInput bad ? bad.getMessage() : e.getOriginalMessage();
        if (e instanceof UnrecognizedPropertyException unknown) {
            line = line < 1 ? lineOfKey(text, unknown.getPropertyName()) : line;
            message = "unknown key \"" + unknown.getPropertyName() + "\"; possible are "
                    + unknown.getKnownPropertyIds().stream()
                            .map(Object::toString)
                            .collect(Collectors.joining(", "));
        }
        if (e instanceof MismatchedInputException wrong
                && message.startsWith("Cannot construct instance")
                && wrong.getTargetType() != null
                && wrong.getTargetType().isRecord()) {
            message = "expected entries 'key: value'" + where(wrong) + ", found a single value or a list";
        }
        return (line < 1 ? "" : "line " + line + ": ")
                + message.replaceAll("\\(start marker at .*", "")
                        .replaceAll("\\s+", " ")
                        .strip();
    }

    private static String where(JacksonException e) {
        String path = e.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "" : " in " + path;
    }

    /** First line with this key; Jackson forgets the place of an unknown key of a record. */
    private static int lineOfKey(String text, String key) {
        Pattern pattern = Pattern.compile("(^|[\\s{,\"'])" + Pattern.quote(key) + "[\"']?\\s*:");
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (pattern.matcher(lines.get(i)).find()) {
                return i + 1;
            }
        }
        return 0;
    }
}
