package org.silverblaze.engine.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.LayerSpec.Activation;
import org.silverblaze.network.LayerSpec.Convolution;
import org.silverblaze.network.LayerSpec.Dense;
import org.silverblaze.network.LayerSpec.Flatten;
import org.silverblaze.network.LayerSpec.GlobalPooling;
import org.silverblaze.network.LayerSpec.SpatialPooling;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.network.PoolingKind;

/**
 * An ensemble whose parameters, optimizer state and examples live on the device. A step is one copy to it (which examples, which step), the
 * launches of {@code cuda/src/network.cu}, and one copy back (losses). {@code problem.threads()} says nothing here.
 */
final class CudaNetwork implements CompiledNetwork {
    /** The codes of {@code sb_network_create} for a layer, and numbers of a layer there. */
    private static final int LAYER_NUMBERS = 6;

    private static final int MOST_TRAINED_LAYERS = 64;

    /** As many as wait on their way to the device (SLOTS in {@code cuda/src/network.cu}). */
    private static final int STEPS_AT_ONCE = 16;

    private final NetworkProblem problem;
    private final NetworkShapes shapes;
    private final int outputs;
    private final int free;
    private final long[] steps;
    private long handle;
    /** What is on the device; the same object is not sent twice. */
    private Examples resident;

    CudaNetwork(NetworkProblem problem) {
        this.problem = problem;
        this.shapes = problem.shapes();
        ParameterLayout layout = problem.layout();
        if (problem.threads() < 1) {
            throw new BadInput("threads: " + problem.threads() + "; at least 1 is needed");
        }
        if (problem.models() < 1) {
            throw new BadInput("models: none; at least 1 is needed");
        }
        long trained = layout.blocks().stream().filter(b -> b.parameters() > 0).count();
        if (trained > MOST_TRAINED_LAYERS) {
            throw new BadInput("network: " + trained + " layers with weights; engine cuda takes at most "
                    + MOST_TRAINED_LAYERS + ", --engine vector any number");
        }
        this.outputs = shapes.output().size();
        this.free = problem.map().free();
        this.steps = new long[problem.models()];
        this.handle = create();
    }

    private long create() {
        List<int[]> layers = new ArrayList<>();
        for (LayerSpec layer : problem.network().layers()) {
            layers.add(Arrays.copyOf(
                    switch (layer) {
                        case Convolution c ->
                            new int[] {0, c.outChannels(), c.kernelT(), c.kernelX(), c.strideT(), c.strideX()};
                        case Activation a -> new int[] {1, code(a.kind())};
                        case SpatialPooling p ->
                            new int[] {2, code(p.kind()), p.sizeT(), p.sizeX(), p.strideT(), p.strideX()};
                        case GlobalPooling g -> new int[] {3, code(g.kind())};
                        case Flatten f -> new int[] {4};
                        case Dense d -> new int[] {5, d.outputs()};
                    },
                    LAYER_NUMBERS));
        }
        double[] optimizers = new double[5 * problem.models()];
        for (int m = 0; m < problem.models(); m++) {
            AdamW adam = problem.optimizers().get(m);
            optimizers[5 * m] = adam.learningRate() * adam.weightDecay();
            optimizers[5 * m + 1] = adam.beta1();
            optimizers[5 * m + 2] = adam.beta2();
            optimizers[5 * m + 3] = adam.epsilon();
            optimizers[5 * m + 4] = adam.amsgrad() ? 1 : 0;
        }
        ParameterMap map = problem.map();
        long[] out = new long[1];
        Cuda.check(CudaLibrary.sb_network_create(
                Cuda.device(),
                new int[] {
                    shapes.input().channels(),
                    shapes.input().extentT(),
                    shapes.input().extentX()
                },
                layers.stream().flatMapToInt(Arrays::stream).toArray(),
                layers.size(),
                problem.loss() == Loss.MEAN_SQUARED_ERROR ? 0 : 1,
                free,
                map.rowStart(),
                map.column(),
                map.value(),
                problem.models(),
                optimizers,
                problem.batch(),
                out));
        return out[0];
    }

    private static int code(ActivationKind kind) {
        return switch (kind) {
            case RELU -> 0;
            case LEAKY_RELU -> 1;
            case TANH -> 2;
            case GELU -> 3;
        };
    }

    private static int code(PoolingKind kind) {
        return switch (kind) {
            case AVERAGE -> 0;
            case SUM -> 1;
            case MAX -> 2;
        };
    }

    @Override
    public NetworkProblem problem() {
        return problem;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public void setParameters(int model, double[] values) {
        Cuda.check(CudaLibrary.sb_network_load(handle, model, narrow(values, "parameters"), null, null, null));
    }

    @Override
    public double[] parameters(int model) {
        float[] values = new float[free];
        Cuda.check(CudaLibrary.sb_network_store(handle, model, values, null, null, null));
        return wide(values);
    }

    @Override
    public void setOptimizerState(int model, OptimizerState state) {
        float[] first = narrow(state.first(), "first moments");
        float[] second = narrow(state.second(), "second moments");
        float[] largest = narrow(state.largest(), "largest second moments");
        Cuda.check(CudaLibrary.sb_network_load(handle, model, null, first, second, largest));
        steps[model] = state.step();
    }

    @Override
    public OptimizerState optimizerState(int model) {
        float[] first = new float[free];
        float[] second = new float[free];
        float[] largest = new float[free];
        Cuda.check(CudaLibrary.sb_network_store(handle, model, null, first, second, largest));
        return new OptimizerState(steps[model], wide(first), wide(second), wide(largest));
    }

    private float[] narrow(double[] from, String what) {
        if (from.length != free) {
            throw new IllegalArgumentException(what + ": " + from.length + " given, " + free + " needed");
        }
        float[] to = new float[free];
        for (int i = 0; i < free; i++) {
            to[i] = (float) from[i];
        }
        return to;
    }

    private static double[] wide(float[] from) {
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i];
        }
        return to;
    }

    @Override
    public double[] forward(int model, Examples examples, int[] selection) {
        requireExamples(examples, selection);
        float[] values = new float[Math.multiplyExact(selection.length, outputs)];
        if (selection.length > 0) {
            send(examples);
            Cuda.check(CudaLibrary.sb_network_forward(handle, model, selection, selection.length, values));
        }
        return wide(values);
    }

    @Override
    public double gradient(int model, Examples examples, int[] selection, double[] gradient) {
        if (gradient.length != free) {
            throw new IllegalArgumentException("gradient: room for " + gradient.length + ", " + free + " needed");
        }
        requireBatch(model, examples, selection);
        send(examples);
        float[] values = new float[free];
        double[] loss = new double[1];
        Cuda.check(CudaLibrary.sb_network_gradient(handle, model, selection, selection.length, values, loss));
        for (int i = 0; i < free; i++) {
            gradient[i] = values[i];
        }
        return loss[0];
    }

    @Override
    public void trainStep(Examples examples, int[][] selections, double[] losses) {
        trainSteps(examples, new int[][][] {selections}, new double[][] {losses});
    }

    @Override
    public int stepsAtOnce() {
        return STEPS_AT_ONCE;
    }

    @Override
    public void trainSteps(Examples examples, int[][][] selections, double[][] losses) {
        int models = problem.models();
        int[] counts = new int[Math.multiplyExact(selections.length, models)];
        int all = 0;
        for (int at = 0; at < counts.length; at++) {
            int step = at / models;
            int model = at % models;
            if (selections[step].length != models || losses[step].length != models) {
                throw new IllegalArgumentException("selections and losses: one for each of the " + models + " models");
            }
            int[] selection = selections[step][model];
            if (selection != null) {
                requireBatch(model, examples, selection);
                counts[at] = selection.length;
                all = Math.addExact(all, counts[at]);
            }
        }
        int[] flat = new int[all];
        double[] scalars = new double[2 * counts.length];
        double[] flatLosses = new double[counts.length];
        long[] after = steps.clone();
        int from = 0;
        for (int at = 0; at < counts.length; at++) {
            if (counts[at] > 0) {
                int model = at % models;
                System.arraycopy(selections[at / models][model], 0, flat, from, counts[at]);
                from += counts[at];
                AdamW adam = problem.optimizers().get(model);
                after[model]++;
                scalars[2 * at] = adam.learningRate() / (1 - StrictMath.pow(adam.beta1(), after[model]));
                scalars[2 * at + 1] = Math.sqrt(1 - StrictMath.pow(adam.beta2(), after[model]));
            }
        }
        send(examples);
        Cuda.check(CudaLibrary.sb_network_steps(handle, selections.length, counts, flat, scalars, flatLosses));
        System.arraycopy(after, 0, steps, 0, models);
        for (int at = 0; at < counts.length; at++) {
            if (counts[at] > 0) {
                losses[at / models][at % models] = flatLosses[at];
            }
        }
    }

    @Override
    public double[] featureMap(int model, int layer, Examples examples, int example) {
        requireExamples(examples, new int[] {example});
        send(examples);
        float[] map = new float[shapes.layers().get(layer).output().size()];
        Cuda.check(CudaLibrary.sb_network_feature_map(handle, model, layer, example, map));
        return wide(map);
    }

    private void requireExamples(Examples examples, int[] selection) {
        problem.requireFits(examples);
        for (int example : selection) {
            if (example < 0 || example >= examples.count()) {
                throw new IllegalArgumentException("example " + example + ": there are " + examples.count());
            }
        }
    }

    private void requireBatch(int model, Examples examples, int[] selection) {
        requireExamples(examples, selection);
        if (examples.outputs() != outputs) {
            throw new IllegalArgumentException(
                    "examples have " + examples.outputs() + " targets, the network " + outputs + " outputs");
        }
        if (selection.length < 1 || selection.length > problem.batch()) {
            throw new IllegalArgumentException("model " + model + ": a batch of " + selection.length
                    + " examples; 1 to " + problem.batch() + " are possible");
        }
    }

    /** The same arrays, not equal ones: looking at every number would cost more than it saves. */
    @SuppressWarnings("ReferenceEquality")
    private void send(Examples examples) {
        if (resident == null || resident.inputs() != examples.inputs() || resident.targets() != examples.targets()) {
            resident = null;
            Cuda.check(CudaLibrary.sb_network_examples(
                    handle,
                    examples.inputs(),
                    examples.inputs().length,
                    examples.targets(),
                    examples.targets().length));
            resident = examples;
        }
    }

    @Override
    public void close() {
        if (handle != 0) {
            long ending = handle;
            handle = 0;
            Cuda.check(CudaLibrary.sb_network_destroy(ending));
        }
    }
}
