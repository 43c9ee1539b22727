package org.silverblaze.engine;

import java.util.ArrayList;
import java.util.List;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.PoolingKind;
import org.silverblaze.network.Shape;

/**
 * Running error analysis of a network in float32 (Higham, Accuracy and Stability of Numerical Algorithms, chapters 3 and
 * 4): every number of the forward and the backward pass in float64 beside a bound of what an engine of float32 may differ
 * from it. A sum of n terms in any order, with or without fused multiply-add, is within gamma(n + 1) = (n + 1) u / (1 - (n
 * + 1) u) of the sum of absolute values, u = 2^-24; errors of the terms are carried on. Where a derivative jumps (ReLU,
 * maximum) within the error of its argument, the jump is part of the bound.
 *
 * <p>The values are a second way to compute a network, not the reference's: every linear layer is a list of terms.
 */
public final class NetworkBounds {
    private static final double U = 0x1p-24;
    /** Below this, float32 has no more relative precision. */
    private static final double TINY = 0x1p-126;

    /** Errors that the engines state of their activations, relative to the value; of derivatives, absolute. */
    private static final double ACTIVATION_ERROR = 5e-7;

    private static final double EXPONENT_ERROR = 6e-8;
    private static final double DERIVATIVE_ERROR = 1e-6;

    /** Numbers with the bound of their error. */
    public record Bounded(double[] value, double[] error) {
        Bounded(int n) {
            this(new double[n], new double[n]);
        }
    }

    /** One term of a linear layer: out += coefficient * weight * in, weight being raw parameter number {@code weight} or 1. */
    private record Term(int in, int weight, double coefficient) {}

    /** The terms of each output, and its bias or -1. */
    private record Linear(List<List<Term>> terms, int[] bias) {}

    private final NetworkProblem problem;
    private final NetworkShapes shapes;
    private final ParameterLayout layout;
    private final List<Linear> linear = new ArrayList<>();
    private final Bounded raw;

    /** @param free free parameters, float32 values */
    public NetworkBounds(NetworkProblem problem, double[] free) {
        this.problem = problem;
        this.shapes = problem.shapes();
        this.layout = problem.layout();
        this.raw = new Bounded(layout.count());
        boolean exact = problem.map().isIdentity();
        for (int r = 0; r < raw.value.length; r++) {
            double sum = 0;
            for (int e = problem.map().rowStart()[r]; e < problem.map().rowStart()[r + 1]; e++) {
                sum += problem.map().value()[e] * free[problem.map().column()[e]];
            }
            raw.value[r] = sum;
            raw.error[r] = exact ? 0 : U * Math.abs(sum) + TINY;
        }
        for (NetworkShapes.Layer layer : shapes.layers()) {
            linear.add(linear(layer));
        }
    }

    private Linear linear(NetworkShapes.Layer layer) {
        Shape in = layer.input();
        Shape out = layer.output();
        ParameterLayout.Block block = layout.block(layer.index());
        List<List<Term>> terms = new ArrayList<>();
        int[] bias = new int[out.size()];
        for (int i = 0; i < out.size(); i++) {
            int channel = i / out.sites();
            int t = i % out.sites() / out.extentX();
            int x = i % out.extentX();
            List<Term> list = new ArrayList<>();
            bias[i] = -1;
            switch (layer.spec()) {
                case LayerSpec.Convolution c -> {
                    bias[i] = block.biasOffset() + channel;
                    int weight = block.weightOffset() + channel * block.fanIn();
                    for (int k = 0; k < block.fanIn(); k++) {
                        int b = k % c.kernelX();
                        int a = k / c.kernelX() % c.kernelT();
                        int site = site(
                                in,
                                c.strideT() * t + a - (c.kernelT() - 1) / 2,
                                c.strideX() * x + b - (c.kernelX() - 1) / 2);
                        list.add(new Term(k / (c.kernelX() * c.kernelT()) * in.sites() + site, weight + k, 1));
                    }
                }
                case LayerSpec.Dense d -> {
                    bias[i] = block.biasOffset() + i;
                    for (int k = 0; k < in.size(); k++) {
                        list.add(new Term(k, block.weightOffset() + i * block.fanIn() + k, 1));
                    }
                }
                case LayerSpec.Flatten f -> list.add(new Term(i, -1, 1));
                case LayerSpec.Activation a -> list.add(new Term(i, -1, 1));
                case LayerSpec.SpatialPooling p -> {
                    for (int k = 0; k < p.sizeT() * p.sizeX(); k++) {
                        int site = site(in, p.strideT() * t + k / p.sizeX(), p.strideX() * x + k % p.sizeX());
                        list.add(new Term(channel * in.sites() + site, -1, 1.0 / (p.sizeT() * p.sizeX())));
                    }
                }
                case LayerSpec.GlobalPooling p -> {
                    double coefficient = p.kind() == PoolingKind.AVERAGE ? 1.0 / in.sites() : 1;
                    for (int site = 0; site < in.sites(); site++) {
                        list.add(new Term(channel * in.sites() + site, -1, coefficient));
                    }
                }
            }
            terms.add(list);
        }
        return new Linear(terms, bias);
    }

    private static int site(Shape shape, int t, int x) {
        return Math.floorMod(t, shape.extentT()) * shape.extentX() + Math.floorMod(x, shape.extentX());
    }

    private static double gamma(int n) {
        return (n + 1) * U / (1 - (n + 1) * U);
    }

    /** {@code [0]} the input, {@code [i + 1]} the output of layer i. */
    public List<Bounded> forward(Examples examples, int example) {
        List<Bounded> values = new ArrayList<>();
        Bounded in = new Bounded(shapes.input().size());
        for (int i = 0; i < in.value.length; i++) {
            in.value[i] = examples.inputs()[example * in.value.length + i];
        }
        values.add(in);
        for (NetworkShapes.Layer layer : shapes.layers()) {
            in = forward(layer, in);
            values.add(in);
        }
        return values;
    }

    private Bounded forward(NetworkShapes.Layer layer, Bounded in) {
        Linear map = linear.get(layer.index());
        Bounded out = new Bounded(layer.output().size());
        for (int i = 0; i < out.value.length; i++) {
            List<Term> terms = map.terms.get(i);
            if (layer.spec() instanceof LayerSpec.Activation a) {
                double x = in.value[i];
                out.value[i] = activation(a.kind(), x);
                double rounding = a.kind() == ActivationKind.RELU ? 0 : ACTIVATION_ERROR * Math.abs(out.value[i]);
                if (a.kind() == ActivationKind.GELU) {
                    // the argument of the exponential is rounded; the integral of normal() is good to 1e-13
                    rounding += EXPONENT_ERROR * x * x * Math.abs(x) * normal(-Math.abs(x)) + 1e-12;
                }
                out.error[i] = 1.13 * in.error[i] + rounding + TINY;
                continue;
            }
            if (isMaximum(layer.spec())) {
                double best = Double.NEGATIVE_INFINITY;
                double error = 0;
                for (Term term : terms) {
                    best = Math.max(best, in.value[term.in]);
                    error = Math.max(error, in.error[term.in]);
                }
                out.value[i] = best;
                out.error[i] = error;
                continue;
            }
            int bias = map.bias[i];
            double sum = bias < 0 ? 0 : raw.value[bias];
            double absolute = Math.abs(sum);
            double carried = bias < 0 ? 0 : raw.error[bias];
            for (Term term : terms) {
                double w = term.coefficient * (term.weight < 0 ? 1 : raw.value[term.weight]);
                double dw = term.weight < 0 ? 0 : raw.error[term.weight];
                double x = in.value[term.in];
                double dx = in.error[term.in];
                sum += w * x;
                absolute += Math.abs(w * x);
                carried += Math.abs(w) * dx + dw * (Math.abs(x) + dx);
            }
            out.value[i] = sum;
            // pooling sums are rounded once, and flatten never
            double rounding = bias < 0 ? U * (absolute + carried) : gamma(terms.size()) * (absolute + carried);
            out.error[i] = carried + rounding + TINY;
        }
        return out;
    }

    private static boolean isMaximum(LayerSpec spec) {
        return spec instanceof LayerSpec.GlobalPooling g && g.kind() == PoolingKind.MAX
                || spec instanceof LayerSpec.SpatialPooling s && s.kind() == PoolingKind.MAX;
    }

    /**
     * Mean loss {@code [0]} and the gradient in the free parameters of a batch.
     *
     * @param loss receives value and bound of the mean loss
     */
    public Bounded gradient(Examples examples, int[] selection, double[] loss) {
        int outputs = shapes.output().size();
        double weight = 1.0 / ((double) selection.length * outputs);
        double[] sum = new double[raw.value.length];
        double[] error = new double[raw.value.length];
        double[] absolute = new double[raw.value.length];
        loss[0] = 0;
        loss[1] = 0;
        int most = 1;
        for (int example : selection) {
            List<Bounded> values = forward(examples, example);
            Bounded out = values.getLast();
            Bounded g = new Bounded(outputs);
            for (int k = 0; k < outputs; k++) {
                double z = out.value[k];
                double y = examples.targets()[example * outputs + k];
                double sigmoid = 1 / (1 + Math.exp(-z));
                if (problem.loss() == Loss.MEAN_SQUARED_ERROR) {
                    loss[0] += weight * (z - y) * (z - y);
                    loss[1] += weight * (2 * Math.abs(z - y) + out.error[k]) * out.error[k];
                    g.value[k] = 2 * weight * (z - y);
                    g.error[k] = 2 * weight * out.error[k];
                } else {
                    loss[0] += weight * (Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - z * y);
                    loss[1] += weight * (Math.abs(sigmoid - y) + out.error[k]) * out.error[k];
                    g.value[k] = weight * (sigmoid - y);
                    g.error[k] = weight * out.error[k] / 4;
                }
                g.error[k] += U * (Math.abs(g.value[k]) + g.error[k]) + TINY;
            }
            for (NetworkShapes.Layer layer : shapes.layers().reversed()) {
                Bounded in = values.get(layer.index());
                parameterGradient(layer, in, g, sum, error, absolute);
                most = Math.max(most, layer.output().sites());
                g = backward(layer, in, values.get(layer.index() + 1), g);
            }
        }
        // sums over the sites, the 16 lanes and the micro-blocks
        int terms = most * selection.length;
        Bounded gradient = new Bounded(problem.map().free());
        for (int r = 0; r < sum.length; r++) {
            double e = error[r] + gamma(terms) * (absolute[r] + error[r]) + terms * TINY;
            for (int m = problem.map().rowStart()[r]; m < problem.map().rowStart()[r + 1]; m++) {
                int f = problem.map().column()[m];
                double v = problem.map().value()[m];
                gradient.value[f] += v * sum[r];
                gradient.error[f] += Math.abs(v) * (e + U * (Math.abs(sum[r]) + e));
            }
        }
        // what float64 itself rounds here and there
        loss[1] += 1e-13 * loss[0];
        for (int f = 0; f < gradient.error.length; f++) {
            gradient.error[f] += TINY;
        }
        return gradient;
    }

    private void parameterGradient(
            NetworkShapes.Layer layer, Bounded in, Bounded g, double[] sum, double[] error, double[] absolute) {
        Linear map = linear.get(layer.index());
        for (int i = 0; i < g.value.length && map.bias[i] >= 0; i++) {
            sum[map.bias[i]] += g.value[i];
            error[map.bias[i]] += g.error[i];
            absolute[map.bias[i]] += Math.abs(g.value[i]);
            for (Term term : map.terms.get(i)) {
                double x = in.value[term.in];
                double dx = in.error[term.in];
                sum[term.weight] += g.value[i] * x;
                error[term.weight] += Math.abs(g.value[i]) * dx + g.error[i] * (Math.abs(x) + dx);
                absolute[term.weight] += Math.abs(g.value[i] * x);
            }
        }
    }

    private Bounded backward(NetworkShapes.Layer layer, Bounded in, Bounded out, Bounded g) {
        Linear map = linear.get(layer.index());
        Bounded result = new Bounded(in.value.length);
        double[] absolute = new double[in.value.length];
        int[] terms = new int[in.value.length];
        for (int i = 0; i < g.value.length; i++) {
            double gv = g.value[i];
            double ge = g.error[i];
            if (layer.spec() instanceof LayerSpec.Activation a) {
                double x = in.value[i];
                double dx = in.error[i];
                double slope = derivative(a.kind(), x);
                boolean jumps = (a.kind() == ActivationKind.RELU || a.kind() == ActivationKind.LEAKY_RELU)
                        && x != 0
                        && Math.abs(x) <= dx;
                double curvature = a.kind() == ActivationKind.TANH ? 0.77 : a.kind() == ActivationKind.GELU ? 0.8 : 0;
                double slopeError = jumps ? 1 : curvature * (dx + out.error[i]);
                slopeError += a.kind() == ActivationKind.RELU ? 0 : DERIVATIVE_ERROR;
                result.value[i] = slope * gv;
                result.error[i] = Math.abs(slope) * ge + slopeError * (Math.abs(gv) + ge);
                absolute[i] = Math.abs(slope * gv);
                terms[i] = 1;
                continue;
            }
            boolean taken = false;
            for (Term term : map.terms.get(i)) {
                if (isMaximum(layer.spec())) {
                    boolean best = in.value[term.in] == out.value[i];
                    boolean near = in.value[term.in] + in.error[term.in] + out.error[i] >= out.value[i];
                    result.value[term.in] += best && !taken ? gv : 0;
                    // an input that stands in the window twice, or exact ties, have one winner in every engine
                    boolean certain = in.error[term.in] == 0 && out.error[i] == 0;
                    result.error[term.in] += best && !taken ? ge : 0;
                    result.error[term.in] +=
                            near && !certain && rivals(map.terms.get(i), in, out, i) ? Math.abs(gv) + ge : 0;
                    absolute[term.in] += best && !taken ? Math.abs(gv) : 0;
                    taken |= best;
                } else {
                    double w = term.coefficient * (term.weight < 0 ? 1 : raw.value[term.weight]);
                    double dw = term.weight < 0 ? 0 : raw.error[term.weight];
                    result.value[term.in] += w * gv;
                    result.error[term.in] += Math.abs(w) * ge + dw * (Math.abs(gv) + ge);
                    absolute[term.in] += Math.abs(w * gv);
                }
                terms[term.in]++;
            }
        }
        for (int i = 0; i < result.value.length; i++) {
            result.error[i] += gamma(terms[i] + 1) * (absolute[i] + result.error[i]) + (terms[i] + 1) * TINY;
        }
        return result;
    }

    /** Whether more than one site of a window may be its maximum, within the errors. */
    private static boolean rivals(List<Term> terms, Bounded in, Bounded out, int i) {
        int first = -1;
        for (Term term : terms) {
            if (in.value[term.in] + in.error[term.in] + out.error[i] >= out.value[i]) {
                if (first >= 0 && first != term.in) {
                    return true;
                }
                first = term.in;
            }
        }
        return false;
    }

    private static double activation(ActivationKind kind, double x) {
        return switch (kind) {
            case RELU -> Math.max(x, 0);
            case LEAKY_RELU -> x > 0 ? x : ActivationKind.LEAK * x;
            case TANH -> StrictMath.tanh(x);
            case GELU -> x * normal(x);
        };
    }

    private static double derivative(ActivationKind kind, double x) {
        return switch (kind) {
            case RELU -> x > 0 ? 1 : 0;
            case LEAKY_RELU -> x > 0 ? 1 : ActivationKind.LEAK;
            case TANH -> 1 - StrictMath.tanh(x) * StrictMath.tanh(x);
            case GELU -> normal(x) + x * StrictMath.exp(-x * x / 2) / StrictMath.sqrt(2 * Math.PI);
        };
    }

    /** Normal distribution function by its integral: 1/2 + int_0^x phi, Simpson's rule with 400 steps, 1e-13 for |x| below 10. */
    static double normal(double x) {
        double z = Math.clamp(x, -10, 10);
        int steps = 400;
        double h = z / steps;
        double sum = 1 + Math.exp(-z * z / 2);
        for (int i = 1; i < steps; i++) {
            double s = i * h;
            sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-s * s / 2);
        }
        return 0.5 + h / 3 * sum / Math.sqrt(2 * Math.PI);
    }
}
