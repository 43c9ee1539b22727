package org.silverblaze.files;

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
import org.silverblaze.BadInput;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The safetensors format: 8 bytes length of the header (little-endian), the header as JSON, then the tensors' bytes,
 * row-major and little-endian. Tensors of F32 and F64.
 *
 * @param metadata free texts
 * @param tensors by name, in the order of the file
 */
public record Safetensors(Map<String, String> metadata, Map<String, Tensor> tensors) {
    private static final int LARGEST_HEADER = 100_000_000;

    /**
     * A tensor. It is written as F32 where every value is a float32 number, else as F64: nothing is lost.
     *
     * @param shape extents, the last index is the fastest
     * @param values row-major
     */
    public record Tensor(List<Integer> shape, double[] values) {
        public Tensor {
            shape = List.copyOf(shape);
            if (shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b) != values.length) {
                throw new IllegalArgumentException("shape " + shape + " does not hold " + values.length + " values");
            }
        }

        private boolean isFloat32() {
            return Arrays.stream(values).allMatch(v -> (float) v == v || Double.isNaN(v));
        }
    }

    /** The bytes of the file. Equal content, equal bytes. */
    public byte[] bytes() {
        ObjectNode header = JsonNodeFactory.instance.objectNode();
        ObjectNode texts = header.putObject("__metadata__");
        metadata.forEach(texts::put);
        long end = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            boolean single = tensor.isFloat32();
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", single ? "F32" : "F64");
            tensor.shape().forEach(node.putArray("shape")::add);
            long begin = end;
            end += (long) tensor.values().length * (single ? Float.BYTES : Double.BYTES);
            node.putArray("data_offsets").add(begin).add(end);
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(text.length, Long.BYTES) * Long.BYTES;
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(Long.BYTES + padded + end))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded)
                .put(text);
        while (out.position() < Long.BYTES + padded) {
            out.put((byte) ' ');
        }
        for (Tensor tensor : tensors.values()) {
            boolean single = tensor.isFloat32();
            for (double value : tensor.values()) {
                if (single) {
                    out.putFloat((float) value);
                } else {
                    out.putDouble(value);
                }
            }
        }
        return out.array();
    }

    /** Reads a file; a damaged or foreign one is bad input that names it. */
    public static Safetensors read(Path file) {
        try {
            return parse(Files.readAllBytes(file), file);
        } catch (IOException e) {
            throw new BadInput(file + ": cannot be read; expected a safetensors file", e);
        }
    }

    private static Safetensors parse(byte[] bytes, Path file) {
        if (bytes.length < Long.BYTES) {
            throw damaged(file, bytes.length + " bytes only");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long length = in.getLong();
        if (length < 2 || length > Math.min(LARGEST_HEADER, bytes.length - Long.BYTES)) {
            throw damaged(file, "its header has no possible length");
        }
        int start = Long.BYTES + (int) length;
        String text = new String(bytes, Long.BYTES, (int) length, StandardCharsets.UTF_8);
        JsonNode header = Json.read(text, JsonNode.class, file);
        Map<String, String> metadata = new LinkedHashMap<>();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            JsonNode node = entry.getValue();
            if (entry.getKey().equals("__metadata__")) {
                node.properties()
                        .forEach(e -> metadata.put(e.getKey(), e.getValue().asString()));
            } else {
                tensors.put(entry.getKey(), tensor(in, start, node, entry.getKey(), file));
            }
        }
        return new Safetensors(metadata, tensors);
    }

    private static Tensor tensor(ByteBuffer in, int start, JsonNode node, String name, Path file) {
        String type = node.path("dtype").asString("");
        JsonNode offsets = node.path("data_offsets");
        long begin = offsets.path(0).asLong(-1);
        long end = offsets.path(1).asLong(-1);
        List<Integer> shape =
                node.path("shape").valueStream().map(n -> n.asInt(-1)).toList();
        int size = type.equals("F32") ? Float.BYTES : Double.BYTES;
        long count = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        if (!type.equals("F32") && !type.equals("F64")) {
            throw damaged(file, "tensor " + name + " has type '" + type + "', F32 and F64 are read");
        }
        if (begin < 0
                || end > in.capacity() - start
                || shape.stream().anyMatch(n -> n < 0)
                || end - begin != count * size) {
            throw damaged(file, "tensor " + name + " does not lie within it");
        }
        double[] values = new double[(int) count];
        for (int i = 0; i < values.length; i++) {
            int at = start + (int) begin + i * size;
            values[i] = size == Float.BYTES ? in.getFloat(at) : in.getDouble(at);
        }
        return new Tensor(shape, values);
    }

    private static BadInput damaged(Path file, String why) {
        return new BadInput(file + ": damaged or no safetensors file: " + why);
    }
}
