package org.silverblaze.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;

/** What is wrong with a file that somebody wrote by hand is said in one line, without names of Java classes. */
final class JsonTest {
    record Inner(int number) {}

    record Outer(String name, Inner inner) {}

    private static final Path SOURCE = Path.of("some.yaml");

    @Test
    void readsWhatIsThere() {
        assertThat(Json.readYaml("name: a\ninner: {number: 3}\n", Outer.class, SOURCE))
                .isEqualTo(new Outer("a", new Inner(3)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "just words                    | some.yaml: line 1: expected entries 'key: value', found",
                "name: a\\ninner: words          | some.yaml: line 2: expected entries 'key: value' in inner, found",
                "name: a\\nineer: {number: 3}    | some.yaml: line 2: unknown key \"ineer\"; possible are",
                "name: a\\ninner: {number: many} | some.yaml: line 2",
                "name: a\\nname: b              | some.yaml: line 2: Duplicate Object property \"name\"",
                "name: a\\ninner: {number: 1     | some.yaml: line 2",
            })
    void faultsAreOneLineThatNamesThePlace(String written, String expected) {
        String text = written.replace("\\n", "\n");
        assertThatThrownBy(() -> Json.readYaml(text, Outer.class, SOURCE))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(expected)
                .hasMessageNotContainingAny("\n", "org.silverblaze", "java.lang", "Creator");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                      | some.json: line 1",
                "{'name': 'a', 'name': 'b'} | some.json: line 1: Duplicate"
            })
    void jsonToo(String text, String expected) {
        assertThatThrownBy(() -> Json.read(text.replace("'", "\""), Outer.class, Path.of("some.json")))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(expected)
                .hasMessageNotContainingAny("\n", "Source", "REDACTED");
    }
}
