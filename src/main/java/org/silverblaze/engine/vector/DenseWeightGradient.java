package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

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

    DenseWeightGradient(int inputs, int outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.squares = Math.ceilDiv(inputs, BLOCK);
        this.correlation = Correlation.forward(BLOCK, outputs, 1, 1, 1, 1, squares, 1);
        this.noBias = new float[outputs];
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
     * @param raw receives weights {@code [output][input]}, then the bias {@code [output]}, from {@code offset}
     */
    void run(float[] in, float[] gradient, float[] transposed, float[] product, float[] raw, int offset) {
        for (int square = 0; square < squares; square++) {
            for (int i = 0; i < BLOCK; i++) {
                int input = square * BLOCK + i;
                for (int example = 0; example < BLOCK; example++) {
                    transposed[(square * BLOCK + example) * BLOCK + i] =
                            input < inputs ? in[input * BLOCK + example] : 0f;
                }
            }
        }
        int packed = squares * outputs * BLOCK;
        correlation.pack(gradient, 0, product, packed);
        correlation.run(transposed, product, packed, noBias, 0, product);
        for (int o = 0; o < outputs; o++) {
            for (int square = 0; square < squares; square++) {
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
