package org.silverblaze.network;

import java.util.ArrayList;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;

/**
 * Shapes of every layer of a network on a lattice. Having one means that the network fits.
 *
 * @param lattice two-dimensional, (T, X)
 * @param layers one entry for each layer, in order
 */
public record NetworkShapes(Lattice lattice, List<Layer> layers) {
    /**
     * One layer with its place.
     *
     * @param index 0 for the first layer
     * @param spec what it computes
     * @param input shape that it takes
     * @param output shape that it gives
     */
    public record Layer(int index, LayerSpec spec, Shape input, Shape output) {}

    public NetworkShapes {
        layers = List.copyOf(layers);
    }

    /** What the whole network takes. */
    public Shape input() {
        return layers.getFirst().input();
    }

    /** What the whole network gives: always a vector. */
    public Shape output() {
        return layers.getLast().output();
    }

    /** True where a network runs on one lattice size alone: it has a flatten layer. */
    public static boolean tiedToLattice(NetworkSpec network) {
        return network.layers().stream().anyMatch(Flatten.class::isInstance);
    }

    /** Extent of an output: ceil(extent / stride); an extent of 1 stays 1. */
    public static int outputExtent(int extent, int stride) {
        return Math.ceilDiv(extent, stride);
    }

    /**
     * Follows the shapes through the network.
     *
     * @throws BadInput where the network makes no sense or does not fit; the message names the layer, counted from 1
     */
    public static NetworkShapes of(NetworkSpec network, Lattice lattice) {
        if (lattice.dimensions() != 2) {
            throw new BadInput("network: lattice " + lattice + " has " + lattice.dimensions()
                    + " dimensions; networks need two, N_t x N_x");
        }
        if (network.inputChannels() < 1) {
            throw new BadInput("network: " + network.inputChannels() + " input channels; at least 1 is needed");
        }
        if (network.layers().isEmpty()) {
            throw new BadInput("network: no layers; at least a global_pooling or a flatten is needed");
        }
        Shape shape = Shape.map(network.inputChannels(), lattice.extent(0), lattice.extent(1));
        List<Layer> layers = new ArrayList<>();
        for (LayerSpec spec : network.layers()) {
            Shape output = output(layers.size(), spec, shape);
            layers.add(new Layer(layers.size(), spec, shape, output));
            shape = output;
        }
        if (!shape.vector()) {
            throw new BadInput(
                    "network: ends with a map (" + shape + "); close it with global_pooling, or with flatten");
        }
        return new NetworkShapes(lattice, layers);
    }

    private static Shape output(int index, LayerSpec spec, Shape in) {
        Shape out = switch (spec) {
            case Convolution c -> {
                atLeastOne(index, spec, "channels", c.outChannels());
                atLeastOne(index, spec, "kernel", Math.min(c.kernelT(), c.kernelX()));
                atLeastOne(index, spec, "stride", Math.min(c.strideT(), c.strideX()));
                map(index, spec, in);
                yield strided(c.outChannels(), in, c.strideT(), c.strideX());
            }
            case SpatialPooling p -> {
                if (p.kind() == PoolingKind.SUM) {
                    throw misfit(index, spec, "sum is for global_pooling only; average or max is possible here");
                }
                atLeastOne(index, spec, "size", Math.min(p.sizeT(), p.sizeX()));
                atLeastOne(index, spec, "stride", Math.min(p.strideT(), p.strideX()));
                map(index, spec, in);
                yield strided(in.channels(), in, p.strideT(), p.strideX());
            }
            case Activation a -> in;
            case GlobalPooling g -> {
                map(index, spec, in);
                yield Shape.vector(in.channels());
            }
            case Flatten f -> {
                map(index, spec, in);
                yield Shape.vector(in.size());
            }
            case Dense d -> {
                atLeastOne(index, spec, "outputs", d.outputs());
                if (!in.vector()) {
                    throw misfit(
                            index,
                            spec,
                            "gets a map (" + in + "), needs a vector; put global_pooling or flatten before it");
                }
                yield Shape.vector(d.outputs());
            }
        };
        if ((long) out.channels() * out.extentT() * out.extentX() > Integer.MAX_VALUE / 2) {
            throw misfit(index, spec, "its output (" + out + ") is too large; fewer channels are needed");
        }
        return out;
    }

    private static Shape strided(int channels, Shape in, int strideT, int strideX) {
        return Shape.map(channels, outputExtent(in.extentT(), strideT), outputExtent(in.extentX(), strideX));
    }

    private static void map(int index, LayerSpec spec, Shape in) {
        if (in.vector()) {
            throw misfit(
                    index,
                    spec,
                    "gets a vector (" + in + "), needs a map; it has to stand before global_pooling" + " or flatten");
        }
    }

    private static void atLeastOne(int index, LayerSpec spec, String what, int value) {
        if (value < 1) {
            throw misfit(index, spec, what + " " + value + "; at least 1 is needed");
        }
    }

    private static BadInput misfit(int index, LayerSpec spec, String problem) {
        return new BadInput("network layer " + (index + 1) + " (" + NetworkSpecs.text(spec) + "): " + problem);
    }
}
