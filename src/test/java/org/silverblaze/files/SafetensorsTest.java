package org.silverblaze.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;

final class SafetensorsTest {
    @TempDir
    Path folder;

    private static Safetensors sample() {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        tensors.put(
                "single", new Safetensors.Tensor(List.of(2, 3), new double[] {0.5, -1, 2, (float) 0.1, -0.0, 1e30f}));
        tensors.put("double", new Safetensors.Tensor(List.of(2), new double[] {0.1, Math.PI}));
        tensors.put("empty", new Safetensors.Tensor(List.of(0), new double[0]));
        return new Safetensors(Map.of("recipe", "a \"quoted\" µ"), tensors);
    }

    @Test
    void whatIsWrittenReadsBackEqual() throws IOException {
        Path file = folder.resolve("w.safetensors");
        Files.write(file, sample().bytes());
        Safetensors back = Safetensors.read(file);
        assertThat(back.metadata()).isEqualTo(sample().metadata());
        assertThat(back.tensors().keySet()).containsExactly("single", "double", "empty");
        sample().tensors().forEach((name, tensor) -> {
            assertThat(back.tensors().get(name).shape()).isEqualTo(tensor.shape());
            assertThat(back.tensors().get(name).values()).containsExactly(tensor.values());
        });
        assertThat(back.bytes()).isEqualTo(sample().bytes());
    }

    /** The layout as the format's description has it, taken apart without the reader. */
    @Test
    void layoutIsTheFormats() {
        ByteBuffer bytes = ByteBuffer.wrap(sample().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) bytes.getLong(0);
        String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
        assertThat(length % 8).isZero();
        assertThat(header).startsWith("{\"__metadata__\":{");
        assertThat(header).contains("\"single\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}");
        assertThat(header).contains("\"double\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[24,40]}");
        assertThat(bytes.getFloat(8 + length + 4)).isEqualTo(-1f);
        assertThat(bytes.getDouble(8 + length + 32)).isEqualTo(Math.PI);
        assertThat(bytes.capacity()).isEqualTo(8 + length + 40);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 40, 200, -1, -8, -30})
    void truncatedFilesAreBadInput(int length) throws IOException {
        byte[] whole = sample().bytes();
        Path file = folder.resolve("cut.safetensors");
        Files.write(file, Arrays.copyOf(whole, length >= 0 ? length : whole.length + length));
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("cut.safetensors")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void foreignAndMissingFilesAreBadInput() throws IOException {
        Path file = folder.resolve("foreign.safetensors");
        Files.writeString(file, "this is some text that has nothing to do with tensors");
        assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> Safetensors.read(folder.resolve("absent")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("absent");
    }
}
