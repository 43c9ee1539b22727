package org.silverblaze.network;

import java.util.ArrayList;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;

/**
 * Where the raw parameters of a network stand in one vector: layer after layer, first the weights
 * {@code [out][in][kernelT][kernelX]} row-major ({@code [out][in]} for dense), then the bias {@code [out]}.
 *
 * @param blocks one for each layer, empty where a layer has no parameters
 * @param count R, raw parameters in all
 */
public record ParameterLayout(List<Block> blocks, int count) {
    /**
     * Parameters of one layer.
     *
     * @param weightOffset place of the first weight
     * @param weights number of weights
     * @param biases number of biases, the layer's outputs; they follow the weights
     * @param fanIn weights of one output: inputs x kernel
     */
    public record Block(int weightOffset, int weights, int biases, int fanIn) {
        public int biasOffset() {
            return weightOffset + weights;
        }

        public int parameters() {
            return weights + biases;
        }
    }

    public ParameterLayout {
        blocks = List.copyOf(blocks);
    }

    /** Layout on this lattice; it depends on the lattice where a dense layer follows a flatten. */
    public static ParameterLayout of(NetworkSpec network, Lattice lattice) {
        return of(NetworkShapes.of(network, lattice));
    }

    public static ParameterLayout of(NetworkShapes shapes) {
        List<Block> blocks = new ArrayList<>();
        long offset = 0;
        for (NetworkShapes.Layer layer : shapes.layers()) {
            long fanIn = switch (layer.spec()) {
                case Convolution c -> (long) layer.input().channels() * c.kernelT() * c.kernelX();
                case Dense d -> layer.input().channels();
                default -> 0;
            };
            int outputs = fanIn == 0 ? 0 : layer.output().channels();
            if (offset + (fanIn + 1) * outputs > Integer.MAX_VALUE / 2) {
                throw new BadInput("network layer " + (layer.index() + 1) + " (" + NetworkSpecs.text(layer.spec())
                        + "): more than " + Integer.MAX_VALUE / 2 + " parameters; fewer channels are needed");
            }
            Block block = new Block((int) offset, (int) (fanIn * outputs), outputs, (int) fanIn);
            blocks.add(block);
            offset += block.parameters();
        }
        return new ParameterLayout(blocks, (int) offset);
    }

    /** Parameters of layer {@code layer}, counted from 0. */
    public Block block(int layer) {
        return blocks.get(layer);
    }

    /** @throws BadInput where the map does not give as many raw parameters as this layout has */
    public void requireFits(ParameterMap map) {
        if (map.raw() != count) {
            throw new BadInput("parameter map: gives " + map.raw() + " raw parameters; the network has " + count);
        }
    }
}
