package org.silverblaze.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.PoolingKind;
import org.silverblaze.network.Shape;

/**
 * Writes a network as an ONNX model (opset 21, float32), so that tests can ask ONNX Runtime what it computes. Input
 * {@code "flux"} is {@code [batch][channel][t][x]}, output {@code "output"} {@code [batch][output]}. Protobuf by hand: field
 * numbers are those of onnx.proto3.
 */
public final class OnnxModels {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    private final Message graph = new Message();
    private String current = "flux";
    private int names;

    private OnnxModels() {}

    /**
     * @param raw raw parameters in the order of {@link ParameterLayout}
     * @param batch examples that the model takes at once
     */
    public static byte[] write(NetworkSpec network, Lattice lattice, double[] raw, int batch) {
        NetworkShapes shapes = NetworkShapes.of(network, lattice);
        ParameterLayout layout = ParameterLayout.of(shapes);
        OnnxModels model = new OnnxModels();
        for (NetworkShapes.Layer layer : shapes.layers()) {
            model.layer(layer, layout.block(layer.index()), raw);
        }
        model.node("Identity", List.of(model.current), "output");
        Shape in = shapes.input();
        model.graph.string(2, "network");
        model.graph.message(11, value("flux", batch, in.channels(), in.extentT(), in.extentX()));
        model.graph.message(12, value("output", batch, shapes.output().channels()));
        // ir_version 10 goes with opset 21.
        Message opset = new Message().string(1, "").number(2, 21);
        return new Message()
                .number(1, 10)
                .message(7, model.graph)
                .message(8, opset)
                .bytes();
    }

    private void layer(NetworkShapes.Layer layer, ParameterLayout.Block block, double[] raw) {
        Shape in = layer.input();
        switch (layer.spec()) {
            case Convolution c -> {
                pad(2, in.extentT(), (c.kernelT() - 1) / 2, c.kernelT() / 2);
                pad(3, in.extentX(), (c.kernelX() - 1) / 2, c.kernelX() / 2);
                String weights =
                        floats(raw, block.weightOffset(), block.biases(), in.channels(), c.kernelT(), c.kernelX());
                String bias = floats(raw, block.biasOffset(), block.biases());
                then("Conv", List.of(current, weights, bias), ints("strides", c.strideT(), c.strideX()));
            }
            case Activation a -> {
                switch (a.kind()) {
                    case RELU -> then("Relu", List.of(current));
                    case LEAKY_RELU -> then("LeakyRelu", List.of(current), number("alpha", ActivationKind.LEAK));
                    case TANH -> then("Tanh", List.of(current));
                    case GELU -> then("Gelu", List.of(current), text("approximate", "none"));
                }
            }
            case SpatialPooling p -> {
                Shape out = layer.output();
                pad(2, in.extentT(), 0, Math.max(0, p.strideT() * (out.extentT() - 1) + p.sizeT() - in.extentT()));
                pad(3, in.extentX(), 0, Math.max(0, p.strideX() * (out.extentX() - 1) + p.sizeX() - in.extentX()));
                then(
                        p.kind() == PoolingKind.MAX ? "MaxPool" : "AveragePool",
                        List.of(current),
                        ints("kernel_shape", p.sizeT(), p.sizeX()),
                        ints("strides", p.strideT(), p.strideX()));
            }
            case GlobalPooling g -> {
                String operator = switch (g.kind()) {
                    case AVERAGE -> "ReduceMean";
                    case SUM -> "ReduceSum";
                    case MAX -> "ReduceMax";
                };
                then(operator, List.of(current, longs(2, 3)), integer("keepdims", 0));
            }
            case Flatten f -> then("Flatten", List.of(current), integer("axis", 1));
            case Dense d -> {
                String weights = floats(raw, block.weightOffset(), block.biases(), block.fanIn());
                String bias = floats(raw, block.biasOffset(), block.biases());
                then("Gemm", List.of(current, weights, bias), integer("transB", 1));
            }
        }
    }

    /** Lays a periodic border round one axis: Pad in its mode "wrap", or Gather where the border goes round more than once. */
    private void pad(int axis, int extent, int before, int after) {
        if (before == 0 && after == 0) {
            return;
        }
        if (before <= extent && after <= extent) {
            then("Pad", List.of(current, longs(before, after), "", longs(axis)), text("mode", "wrap"));
            return;
        }
        long[] sites = new long[before + extent + after];
        for (int i = 0; i < sites.length; i++) {
            sites[i] = Math.floorMod(i - before, extent);
        }
        then("Gather", List.of(current, longs(sites)), integer("axis", axis));
    }

    private void then(String operator, List<String> inputs, Message... attributes) {
        String output = "v" + names++;
        node(operator, inputs, output, attributes);
        current = output;
    }

    private void node(String operator, List<String> inputs, String output, Message... attributes) {
        Message node = new Message();
        inputs.forEach(input -> node.string(1, input));
        node.string(2, output).string(4, operator);
        for (Message attribute : attributes) {
            node.message(5, attribute);
        }
        graph.message(1, node);
    }

    private String floats(double[] raw, int offset, int... shape) {
        int count = 1;
        for (int extent : shape) {
            count *= extent;
        }
        ByteBuffer data = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            data.putFloat((float) raw[offset + i]);
        }
        return tensor(FLOAT, data.array(), shape);
    }

    private String longs(long... values) {
        ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            data.putLong(value);
        }
        return tensor(INT64, data.array(), values.length);
    }

    private String tensor(int type, byte[] data, int... shape) {
        String name = "c" + names++;
        Message tensor = new Message();
        for (int extent : shape) {
            tensor.number(1, extent);
        }
        graph.message(5, tensor.number(2, type).string(8, name).field(9, data));
        return name;
    }

    private static Message value(String name, int... shape) {
        Message dimensions = new Message();
        for (int extent : shape) {
            dimensions.message(1, new Message().number(1, extent));
        }
        Message type = new Message().message(1, new Message().number(1, FLOAT).message(2, dimensions));
        return new Message().string(1, name).message(2, type);
    }

    private static Message number(String name, double value) {
        return new Message().string(1, name).floating(2, (float) value).number(20, 1);
    }

    private static Message integer(String name, long value) {
        return new Message().string(1, name).number(3, value).number(20, 2);
    }

    private static Message text(String name, String value) {
        return new Message().string(1, name).string(4, value).number(20, 3);
    }

    private static Message ints(String name, int... values) {
        Message attribute = new Message().string(1, name);
        for (int value : values) {
            attribute.number(8, value);
        }
        return attribute.number(20, 7);
    }

    /** A protobuf message in the making. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message floating(int field, float value) {
            varint((long) field << 3 | 5);
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(value)
                    .array());
            return this;
        }

        Message string(int field, String value) {
            return field(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return field(field, value.bytes());
        }

        Message field(int field, byte[] value) {
            varint((long) field << 3 | 2);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private void varint(long value) {
            while ((value & ~0x7FL) != 0) {
                out.write((int) (value & 0x7F | 0x80));
                value >>>= 7;
            }
            out.write((int) value);
        }
    }
}
