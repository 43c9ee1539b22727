package org.silverblaze.engine.reference;

import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import org.silverblaze.network.NetworkShapes.Layer;
import org.silverblaze.network.ParameterLayout.Block;
import org.silverblaze.network.PoolingKind;
import org.silverblaze.network.Shape;

/**
 * Every layer for one example, in float64, forward and backward. Maps are {@code double[C * T * X]}, row-major
 * {@code [channel][t][x]}.
 *
 * <p>The order of the sums is part of the definition: an output starts with its bias and adds products by input channel,
 * kernel t, kernel x, the same for every site, so that maps of stride-1 networks shift with the input equal to the bit.
 * Maximum pooling is equal to the bit too. Mean and sum over the lattice run in row-major order: shifted inputs agree to
 * V 2^-53 of the sum of absolute values, far inside the 1 ulp of float32 that engines promise.
 */
final class ReferenceLayers {
    private ReferenceLayers() {}

    /**
     * @param raw raw parameters of the whole network
     * @param block where this layer's stand
     */
    static double[] forward(Layer layer, Block block, double[] raw, double[] in) {
        return switch (layer.spec()) {
            case Convolution c -> convolution(c, layer, block, raw, in);
            case Activation a -> activation(a.kind(), in);
            case SpatialPooling p -> spatialPooling(p, layer, in);
            case GlobalPooling g -> globalPooling(g.kind(), layer.input(), in);
            case Flatten f -> in.clone();
            case Dense d -> dense(block, raw, in);
        };
    }

    /**
     * @param in what forward took
     * @param outGradient derivative of the loss by the output
     * @param rawGradient derivative by the raw parameters; this layer's contribution is added
     * @return derivative by the input
     */
    static double[] backward(
            Layer layer, Block block, double[] raw, double[] in, double[] outGradient, double[] rawGradient) {
        return switch (layer.spec()) {
            case Convolution c -> convolutionBackward(c, layer, block, raw, in, outGradient, rawGradient);
            case Activation a -> activationBackward(a.kind(), in, outGradient);
            case SpatialPooling p -> spatialPoolingBackward(p, layer, in, outGradient);
            case GlobalPooling g -> globalPoolingBackward(g.kind(), layer.input(), in, outGradient);
            case Flatten f -> outGradient.clone();
            case Dense d -> denseBackward(block, raw, in, outGradient, rawGradient);
        };
    }

    private static double[] convolution(Convolution c, Layer layer, Block block, double[] raw, double[] in) {
        Shape from = layer.input();
        Shape to = layer.output();
        double[] out = new double[to.size()];
        for (int o = 0; o < to.channels(); o++) {
            for (int t = 0; t < to.extentT(); t++) {
                for (int x = 0; x < to.extentX(); x++) {
                    double sum = raw[block.biasOffset() + o];
                    int weight = block.weightOffset() + o * block.fanIn();
                    for (int i = 0; i < from.channels(); i++) {
                        for (int a = 0; a < c.kernelT(); a++) {
                            for (int b = 0; b < c.kernelX(); b++) {
                                sum += raw[weight++] * in[convolutionSite(c, from, i, t, x, a, b)];
                            }
                        }
                    }
                    out[at(to, o, t, x)] = sum;
                }
            }
        }
        return out;
    }

    private static double[] convolutionBackward(
            Convolution c,
            Layer layer,
            Block block,
            double[] raw,
            double[] in,
            double[] outGradient,
            double[] gradient) {
        Shape from = layer.input();
        Shape to = layer.output();
        double[] inGradient = new double[from.size()];
        for (int o = 0; o < to.channels(); o++) {
            for (int t = 0; t < to.extentT(); t++) {
                for (int x = 0; x < to.extentX(); x++) {
                    double g = outGradient[at(to, o, t, x)];
                    gradient[block.biasOffset() + o] += g;
                    int weight = block.weightOffset() + o * block.fanIn();
                    for (int i = 0; i < from.channels(); i++) {
                        for (int a = 0; a < c.kernelT(); a++) {
                            for (int b = 0; b < c.kernelX(); b++) {
                                int site = convolutionSite(c, from, i, t, x, a, b);
                                gradient[weight] += g * in[site];
                                inGradient[site] += g * raw[weight];
                                weight++;
                            }
                        }
                    }
                }
            }
        }
        return inGradient;
    }

    /** The window of output (t, x) is centred on (strideT t, strideX x) and reaches (k-1)/2 to the left. */
    private static int convolutionSite(Convolution c, Shape from, int channel, int t, int x, int a, int b) {
        return at(
                from,
                channel,
                c.strideT() * t + a - (c.kernelT() - 1) / 2,
                c.strideX() * x + b - (c.kernelX() - 1) / 2);
    }

    private static double[] activation(ActivationKind kind, double[] in) {
        double[] out = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            double x = in[i];
            out[i] = switch (kind) {
                case RELU -> Math.max(x, 0.0);
                case LEAKY_RELU -> x > 0 ? x : ActivationKind.LEAK * x;
                case TANH -> StrictMath.tanh(x);
                case GELU -> x * NormalDistribution.below(x);
            };
        }
        return out;
    }

    /** At 0 ReLU has slope 0 and LeakyReLU slope 0.01, as in PyTorch. */
    private static double[] activationBackward(ActivationKind kind, double[] in, double[] outGradient) {
        double[] inGradient = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            double x = in[i];
            double slope = switch (kind) {
                case RELU -> x > 0 ? 1 : 0;
                case LEAKY_RELU -> x > 0 ? 1 : ActivationKind.LEAK;
                case TANH -> 1 - StrictMath.tanh(x) * StrictMath.tanh(x);
                case GELU -> NormalDistribution.below(x) + x * NormalDistribution.density(x);
            };
            inGradient[i] = slope * outGradient[i];
        }
        return inGradient;
    }

    private static double[] spatialPooling(SpatialPooling p, Layer layer, double[] in) {
        Shape to = layer.output();
        double[] out = new double[to.size()];
        for (int channel = 0; channel < to.channels(); channel++) {
            for (int t = 0; t < to.extentT(); t++) {
                for (int x = 0; x < to.extentX(); x++) {
                    out[at(to, channel, t, x)] = reduce(p.kind(), in, window(p, layer.input(), channel, t, x));
                }
            }
        }
        return out;
    }

    private static double[] spatialPoolingBackward(SpatialPooling p, Layer layer, double[] in, double[] outGradient) {
        Shape to = layer.output();
        double[] inGradient = new double[in.length];
        for (int channel = 0; channel < to.channels(); channel++) {
            for (int t = 0; t < to.extentT(); t++) {
                for (int x = 0; x < to.extentX(); x++) {
                    reduceBackward(
                            p.kind(),
                            in,
                            window(p, layer.input(), channel, t, x),
                            outGradient[at(to, channel, t, x)],
                            inGradient);
                }
            }
        }
        return inGradient;
    }

    private static double[] globalPooling(PoolingKind kind, Shape from, double[] in) {
        double[] out = new double[from.channels()];
        for (int channel = 0; channel < from.channels(); channel++) {
            out[channel] = reduce(kind, in, lattice(from, channel));
        }
        return out;
    }

    private static double[] globalPoolingBackward(PoolingKind kind, Shape from, double[] in, double[] outGradient) {
        double[] inGradient = new double[in.length];
        for (int channel = 0; channel < from.channels(); channel++) {
            reduceBackward(kind, in, lattice(from, channel), outGradient[channel], inGradient);
        }
        return inGradient;
    }

    /** Places of a pooling window, which starts at (strideT t, strideX x), in row-major order; a place may come twice. */
    private static int[] window(SpatialPooling p, Shape from, int channel, int t, int x) {
        int[] places = new int[p.sizeT() * p.sizeX()];
        for (int a = 0; a < p.sizeT(); a++) {
            for (int b = 0; b < p.sizeX(); b++) {
                places[a * p.sizeX() + b] = at(from, channel, p.strideT() * t + a, p.strideX() * x + b);
            }
        }
        return places;
    }

    /** Places of all sites of a channel in row-major order. */
    private static int[] lattice(Shape from, int channel) {
        int[] places = new int[from.sites()];
        for (int site = 0; site < places.length; site++) {
            places[site] = channel * from.sites() + site;
        }
        return places;
    }

    private static double reduce(PoolingKind kind, double[] in, int[] places) {
        return switch (kind) {
            case SUM -> sum(in, places);
            case AVERAGE -> sum(in, places) / places.length;
            case MAX -> maximum(in, places);
        };
    }

    /** Where several places share the maximum, the first of them in row-major order gets the gradient. */
    private static void reduceBackward(PoolingKind kind, double[] in, int[] places, double g, double[] inGradient) {
        switch (kind) {
            case SUM -> {
                for (int place : places) {
                    inGradient[place] += g;
                }
            }
            case AVERAGE -> {
                for (int place : places) {
                    inGradient[place] += g / places.length;
                }
            }
            case MAX -> {
                double maximum = maximum(in, places);
                int winner = 0;
                while (winner < places.length - 1 && in[places[winner]] != maximum) {
                    winner++;
                }
                inGradient[places[winner]] += g;
            }
        }
    }

    private static double sum(double[] in, int[] places) {
        double sum = 0;
        for (int place : places) {
            sum += in[place];
        }
        return sum;
    }

    /** Math.max orders -0 below +0, so the bits do not depend on the order of the places. */
    private static double maximum(double[] in, int[] places) {
        double maximum = Double.NEGATIVE_INFINITY;
        for (int place : places) {
            maximum = Math.max(maximum, in[place]);
        }
        return maximum;
    }

    private static double[] dense(Block block, double[] raw, double[] in) {
        double[] out = new double[block.biases()];
        int weight = block.weightOffset();
        for (int o = 0; o < out.length; o++) {
            double sum = raw[block.biasOffset() + o];
            for (double value : in) {
                sum += raw[weight++] * value;
            }
            out[o] = sum;
        }
        return out;
    }

    private static double[] denseBackward(
            Block block, double[] raw, double[] in, double[] outGradient, double[] gradient) {
        double[] inGradient = new double[in.length];
        int weight = block.weightOffset();
        for (int o = 0; o < outGradient.length; o++) {
            gradient[block.biasOffset() + o] += outGradient[o];
            for (int i = 0; i < in.length; i++) {
                gradient[weight] += outGradient[o] * in[i];
                inGradient[i] += outGradient[o] * raw[weight];
                weight++;
            }
        }
        return inGradient;
    }

    /** Place of (channel, t, x); t and x are taken round the lattice as often as needed. */
    private static int at(Shape shape, int channel, int t, int x) {
        return (channel * shape.extentT() + Math.floorMod(t, shape.extentT())) * shape.extentX()
                + Math.floorMod(x, shape.extentX());
    }
}
