package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.util.stream.IntStream;

/**
 * Gradient of the weights and the bias of a dense layer for one micro-block. There is one site, so every weight is a sum
 * over the 16 examples alone, and vectors run over the inputs instead: gradient[o][i] = sum over examples of g[o] in[i],
 * one chain of fused multiply-adds in the order of the examples. With the input transposed in squares of 16 x 16 it is a
 * correlation of "sites" of 16 inputs with a window of 16 examples. The bias is summed by {@link Lanes#sum}.
 */
final class DenseWeightGradient {
    private final int inputs;
    private final int outputs;
    /** Squares of 16 inputs; the last is filled with zeros. */
    private final int squares;

    private final Correlation correlation;
    private final float[] noBias;
    /** Where the weights begin among the raw parameters; the bias follows them. */
    private final int offset;
    /** Of the result: among the raw parameters at once, where the squares are whole. */
    private final boolean whole;

    private final MapLayout layout;

    /** @param offset of the layer's weights among the raw parameters */
    DenseWeightGradient(int inputs, int outputs, int offset) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.offset = offset;
        this.squares = Math.ceilDiv(inputs, BLOCK);
        this.correlation = Correlation.forward(BLOCK, outputs, 1, 1, 1, 1, squares, 1);
        this.noBias = new float[outputs];
        this.whole = inputs % BLOCK == 0;
        int[] places = IntStream.range(0, squares).map(i -> offset + i * BLOCK).toArray();
        this.layout = whole ? new MapLayout(places, inputs, WIDTH) : correlation.flatOutput;
    }

    /** Floats of the transposed input {@code [square][example][16 inputs]}. */
    int transposedSize() {
        return Math.multiplyExact(squares, BLOCK * BLOCK);
    }

    /** Floats of the packed gradient, {@code [16 * outputs]}, and of the result {@code [square][output][16 inputs]}. */
    int productSize() {
        return Math.multiplyExact(squares + 1, outputs * BLOCK);
    }

    /**
     * @param in input of the layer {@code [inputs][16]}
     * @param gradient of the output {@code [outputs][16]}
     * @param transposed scratch
     * @param product scratch
     * @param raw receives weights {@code [output][input]}, then the bias {@code [output]}
     */
    void run(float[] in, float[] gradient, float[] transposed, float[] product, float[] raw) {
        for (int input = 0; input < squares * BLOCK; input++) {
            int at = input / BLOCK * BLOCK * BLOCK + input % BLOCK;
            for (int example = 0; example < BLOCK; example++) {
                transposed[at + example * BLOCK] = input < inputs ? in[input * BLOCK + example] : 0f;
            }
        }
        int packed = squares * outputs * BLOCK;
        correlation.pack(gradient, 0, product, packed);
        float[] result = whole ? raw : product;
        correlation.run(transposed, product, packed, noBias, 0, result, layout, null, null, null);
        for (int o = 0; o < outputs; o++) {
            for (int square = 0; square < squares && !whole; square++) {
                int first = square * BLOCK;
                System.arraycopy(
                        product,
                        (square * outputs + o) * BLOCK,
                        raw,
                        offset + o * inputs + first,
                        Math.min(BLOCK, inputs - first));
            }
            raw[offset + outputs * inputs + o] = Lanes.sum(gradient, o * BLOCK);
        }
    }
}
