package org.silverblaze.peers.torch;

import static org.bytedeco.pytorch.global.torch.avg_pool2d;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.conv2d;
import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.leaky_relu_;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.max_pool2d;
import static org.bytedeco.pytorch.global.torch.relu_;
import static org.bytedeco.pytorch.global.torch.tanh_;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.silverblaze.engine.Examples;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.Shape;

/**
 * A network of ours in libtorch, eager mode: the tensor operations that torch.nn's layers issue, activations in place. Every
 * window reads the same sites as ours: where an extent does not divide by a stride or a pooling window, the wrap padding is as
 * wide as that needs.
 */
final class TorchNetwork {
    private static final long[] NONE = {0, 0};
    private static final long[] ONE = {1, 1};

    private final NetworkShapes shapes;
    private final TorchSetting setting;
    private final List<Tensor> parameters = new ArrayList<>();
    private final List<TensorOptional> biases = new ArrayList<>();
    private final Scalar leak = new Scalar(ActivationKind.LEAK);

    /** @param raw parameters in the order of {@link ParameterLayout} */
    TorchNetwork(NetworkShapes shapes, TorchSetting setting, double[] raw) {
        this.shapes = shapes;
        this.setting = setting;
        ParameterLayout layout = ParameterLayout.of(shapes);
        for (NetworkShapes.Layer layer : shapes.layers()) {
            ParameterLayout.Block block = layout.block(layer.index());
            long[] shape = switch (layer.spec()) {
                case LayerSpec.Convolution c ->
                    new long[] {c.outChannels(), layer.input().channels(), c.kernelT(), c.kernelX()};
                case LayerSpec.Dense d -> new long[] {d.outputs(), layer.input().channels()};
                default -> null;
            };
            if (shape != null) {
                add(raw, block.weightOffset(), shape);
                biases.add(new TensorOptional(add(raw, block.biasOffset(), block.biases())));
            }
        }
    }

    private Tensor add(double[] raw, int offset, long... shape) {
        int size = 1;
        for (long extent : shape) {
            size = Math.toIntExact(size * extent);
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) raw[offset + i];
        }
        Tensor tensor = tensor(values, shape);
        if (setting.channelsLast && shape.length == 4) {
            tensor = tensor.contiguous(MemoryFormat.ChannelsLast);
        }
        tensor.set_requires_grad(true);
        parameters.add(tensor);
        return tensor;
    }

    /** A tensor of its own memory with these values, row-major. */
    static Tensor tensor(float[] values, long... shape) {
        try (FloatPointer pointer = new FloatPointer(values)) {
            return torch.from_blob(pointer, shape).clone();
        }
    }

    /** Inputs of all examples, {@code [n][channel][t][x]} in this network's memory order. */
    Tensor inputs(Examples examples) {
        float[] values = new float[examples.inputs().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = examples.inputs()[i];
        }
        Shape in = shapes.input();
        Tensor tensor = tensor(values, examples.count(), in.channels(), in.extentT(), in.extentX());
        return setting.channelsLast ? tensor.contiguous(MemoryFormat.ChannelsLast) : tensor;
    }

    static Tensor targets(Examples examples) {
        return tensor(examples.targets(), examples.count(), examples.outputs());
    }

    /** Weights and bias of each layer that has them, in turn. */
    List<Tensor> parameters() {
        return parameters;
    }

    Tensor forward(Tensor x) {
        int linear = 0;
        for (NetworkShapes.Layer layer : shapes.layers()) {
            Shape in = layer.input();
            Shape out = layer.output();
            switch (layer.spec()) {
                case LayerSpec.Convolution c -> {
                    int before = (c.kernelT() - 1) / 2;
                    int left = (c.kernelX() - 1) / 2;
                    x = wrap(
                            x,
                            before,
                            after(in.extentT(), out.extentT(), c.strideT(), c.kernelT(), before),
                            left,
                            after(in.extentX(), out.extentX(), c.strideX(), c.kernelX(), left));
                    x = conv2d(
                            x,
                            parameters.get(2 * linear),
                            biases.get(linear),
                            new long[] {c.strideT(), c.strideX()},
                            NONE,
                            ONE,
                            1);
                    linear++;
                }
                case LayerSpec.Dense d -> {
                    x = linear(x, parameters.get(2 * linear), biases.get(linear));
                    linear++;
                }
                case LayerSpec.Activation a ->
                    x = switch (a.kind()) {
                        case RELU -> relu_(x);
                        case LEAKY_RELU -> leaky_relu_(x, leak);
                        case TANH -> tanh_(x);
                        case GELU -> gelu(x);
                    };
                case LayerSpec.SpatialPooling p -> {
                    x = wrap(
                            x,
                            0,
                            after(in.extentT(), out.extentT(), p.strideT(), p.sizeT(), 0),
                            0,
                            after(in.extentX(), out.extentX(), p.strideX(), p.sizeX(), 0));
                    long[] size = {p.sizeT(), p.sizeX()};
                    long[] stride = {p.strideT(), p.strideX()};
                    x = switch (p.kind()) {
                        case AVERAGE -> avg_pool2d(x, size, stride, NONE, false, true, new LongOptional());
                        case MAX -> max_pool2d(x, size, stride, NONE, ONE, false);
                        case SUM -> throw new IllegalArgumentException("there is no spatial sum");
                    };
                }
                case LayerSpec.GlobalPooling p ->
                    x = switch (p.kind()) {
                        case AVERAGE -> x.mean(2, 3);
                        case SUM -> x.sum(2, 3);
                        case MAX -> x.amax(new long[] {2, 3}, false);
                    };
                case LayerSpec.Flatten f -> x = x.flatten(1, -1);
            }
        }
        return x;
    }

    /** Sites that the last window reaches beyond the end of the axis; none where it ends before. */
    private static int after(int extent, int outputs, int stride, int size, int before) {
        return Math.max(0, stride * (outputs - 1) - before + size - extent);
    }

    private Tensor wrap(Tensor x, int before, int after, int left, int right) {
        if (before + after + left + right == 0) {
            return x;
        }
        boolean onceRound = Math.max(before, after) <= x.size(2) && Math.max(left, right) <= x.size(3);
        if (!setting.concatenation && onceRound) {
            return torch.pad(x, new long[] {left, right, before, after}, "circular", new DoubleOptional());
        }
        return wrap(wrap(x, 3, left, right), 2, before, after);
    }

    private static Tensor wrap(Tensor x, int axis, int before, int after) {
        if (before + after == 0) {
            return x;
        }
        long extent = x.size(axis);
        TensorVector parts = new TensorVector();
        for (long at = -before; at < extent + after; ) {
            long inside = Math.floorMod(at, extent);
            long length = Math.min(extent - inside, extent + after - at);
            parts.push_back(length == extent ? x : x.narrow(axis, inside, length));
            at += length;
        }
        return cat(parts, axis);
    }
}
