package org.silverblaze.network;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;
import org.silverblaze.files.Json;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Networks as YAML or JSON, and as a short text for tables. In YAML:
 *
 * <pre>
 * input_channels: 4                 # 4 where it is left out
 * layers:
 *   - convolution: {channels: 16, kernel: [3, 3], stride: [1, 1]}   # kernel: 3 is [3, 3]; stride is 1 where left out
 *   - activation: relu              # relu, leaky_relu, tanh, gelu
 *   - pooling: {kind: average, size: [2, 2], stride: [2, 2]}        # average, max; stride is the size where left out
 *   - global_pooling: average       # average, sum, max
 *   - flatten: {}
 *   - dense: 2
 * </pre>
 *
 * Pairs are (t, x). A key or a name that is not in this list is bad input.
 */
public final class NetworkSpecs {
    /** Channels of fluxes: k_t, k_x, l_t, l_x. */
    public static final int FLUX_CHANNELS = 4;

    private static final List<String> LAYERS =
            List.of("convolution", "activation", "pooling", "global_pooling", "flatten", "dense");

    private NetworkSpecs() {}

    /** Reads a YAML or JSON text; {@code source} names it in errors. */
    public static NetworkSpec read(String text, Path source) {
        return parse(Json.readYaml(text, JsonNode.class, source), source.toString());
    }

    /**
     * Reads a node with the keys {@code layers} and {@code input_channels}.
     *
     * @param where file and place, for errors: {@code recipe.yaml: network}
     */
    public static NetworkSpec parse(JsonNode node, String where) {
        object(node, where, "layers", "input_channels");
        JsonNode layers = node.get("layers");
        if (layers == null || !layers.isArray()) {
            throw new BadInput(where + ": layers is missing or no list; a list of layers is needed");
        }
        JsonNode channels = node.get("input_channels");
        int inputChannels = channels == null ? FLUX_CHANNELS : positive(channels, where + ": input_channels");
        List<LayerSpec> specs = new ArrayList<>();
        for (JsonNode layer : layers) {
            specs.add(layer(layer, where + ": layer " + (specs.size() + 1)));
        }
        return new NetworkSpec(inputChannels, specs);
    }

    /** The node that {@link #parse} reads, with nothing left out. */
    public static ObjectNode toJson(NetworkSpec network) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("input_channels", network.inputChannels());
        ArrayNode layers = node.putArray("layers");
        for (LayerSpec layer : network.layers()) {
            ObjectNode entry = layers.addObject();
            switch (layer) {
                case Convolution c -> {
                    ObjectNode value = entry.putObject("convolution").put("channels", c.outChannels());
                    value.putArray("kernel").add(c.kernelT()).add(c.kernelX());
                    value.putArray("stride").add(c.strideT()).add(c.strideX());
                }
                case Activation a -> entry.put("activation", name(a.kind()));
                case SpatialPooling p -> {
                    ObjectNode value = entry.putObject("pooling").put("kind", name(p.kind()));
                    value.putArray("size").add(p.sizeT()).add(p.sizeX());
                    value.putArray("stride").add(p.strideT()).add(p.strideX());
                }
                case GlobalPooling g -> entry.put("global_pooling", name(g.kind()));
                case Flatten f -> entry.putObject("flatten");
                case Dense d -> entry.put("dense", d.outputs());
            }
        }
        return node;
    }

    /** Short text for tables: {@code conv 16 3x3, relu, average 2x2, global max, dense 2}; strides stand after a slash. */
    public static String text(NetworkSpec network) {
        return network.layers().stream().map(NetworkSpecs::text).collect(Collectors.joining(", "));
    }

    /** Short text of one layer. */
    public static String text(LayerSpec layer) {
        return switch (layer) {
            case Convolution c ->
                "conv " + c.outChannels() + " " + c.kernelT() + "x" + c.kernelX()
                        + (c.strideT() == 1 && c.strideX() == 1 ? "" : "/" + c.strideT() + "x" + c.strideX());
            case Activation a -> name(a.kind());
            case SpatialPooling p ->
                name(p.kind()) + " " + p.sizeT() + "x" + p.sizeX()
                        + (p.strideT() == p.sizeT() && p.strideX() == p.sizeX()
                                ? ""
                                : "/" + p.strideT() + "x" + p.strideX());
            case GlobalPooling g -> "global " + name(g.kind());
            case Flatten f -> "flatten";
            case Dense d -> "dense " + d.outputs();
        };
    }

    private static LayerSpec layer(JsonNode node, String where) {
        if (!node.isObject() || node.size() != 1) {
            throw new BadInput(where + ": one layer is one entry, such as \"- activation: relu\"");
        }
        String kind = node.propertyNames().iterator().next();
        JsonNode value = node.get(kind);
        String place = where + ": " + kind;
        return switch (kind) {
            case "convolution" -> {
                object(value, place, "channels", "kernel", "stride");
                int[] kernel = pair(value, "kernel", place, null);
                int[] stride = pair(value, "stride", place, new int[] {1, 1});
                int channels = positive(value.get("channels"), place + ": channels");
                yield new Convolution(channels, kernel[0], kernel[1], stride[0], stride[1]);
            }
            case "activation" -> new Activation(choice(value, place, List.of(ActivationKind.values())));
            case "pooling" -> {
                object(value, place, "kind", "size", "stride");
                PoolingKind pooling =
                        choice(value.get("kind"), place + ": kind", List.of(PoolingKind.AVERAGE, PoolingKind.MAX));
                int[] size = pair(value, "size", place, null);
                int[] stride = pair(value, "stride", place, size);
                yield new SpatialPooling(pooling, size[0], size[1], stride[0], stride[1]);
            }
            case "global_pooling" -> new GlobalPooling(choice(value, place, List.of(PoolingKind.values())));
            case "flatten" -> {
                if (!value.isNull()) {
                    object(value, place);
                }
                yield new Flatten();
            }
            case "dense" -> new Dense(positive(value, place));
            default ->
                throw new BadInput(
                        where + ": unknown layer \"" + kind + "\"; possible are " + String.join(", ", LAYERS));
        };
    }

    private static void object(JsonNode node, String where, String... keys) {
        if (node == null || !node.isObject()) {
            throw new BadInput(
                    where + ": " + (keys.length == 0 ? "{} is needed" : "needs the keys " + String.join(", ", keys)));
        }
        for (String key : node.propertyNames()) {
            if (!Arrays.asList(keys).contains(key)) {
                throw new BadInput(where + ": unknown key \"" + key + "\"; "
                        + (keys.length == 0 ? "none is possible" : "possible are " + String.join(", ", keys)));
            }
        }
    }

    private static int positive(JsonNode node, String where) {
        if (node == null || !node.isInt() || node.intValue() < 1) {
            throw new BadInput(where + ": " + (node == null ? "missing" : node) + "; a whole number from 1 is needed");
        }
        return node.intValue();
    }

    private static int[] pair(JsonNode object, String key, String where, int[] otherwise) {
        JsonNode node = object.get(key);
        if (node == null && otherwise != null) {
            return otherwise;
        }
        if (node != null && node.isArray()) {
            if (node.size() != 2) {
                throw new BadInput(where + ": " + key + " " + node + ": one number or a pair [t, x] is needed");
            }
            return new int[] {
                positive(node.get(0), where + ": " + key + ": t"), positive(node.get(1), where + ": " + key + ": x")
            };
        }
        int both = positive(node, where + ": " + key);
        return new int[] {both, both};
    }

    private static <E extends Enum<E>> E choice(JsonNode node, String where, List<E> possible) {
        for (E value : possible) {
            if (node != null && node.isString() && node.stringValue().equals(name(value))) {
                return value;
            }
        }
        throw new BadInput(where + ": " + (node == null ? "missing" : node) + "; possible are "
                + possible.stream().map(NetworkSpecs::name).collect(Collectors.joining(", ")));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
