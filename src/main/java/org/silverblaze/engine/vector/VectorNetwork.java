package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.Shape;

/**
 * An ensemble compiled to stages over micro-blocks of 16 consecutive examples of a batch.
 *
 * <p>A task is one micro-block of one model: expand the fluxes, forward, loss, backward; its gradient goes to a place of
 * its own. The places are then added by a fixed binary tree over the micro-blocks of the batch (block i takes block i + 1
 * for even i, then i + 2 for every fourth, and so on), each weight in float32, losses in float64. So the bits depend
 * neither on the number of threads nor on the other models.
 */
final class VectorNetwork implements CompiledNetwork {
    private final NetworkProblem problem;
    private final NetworkShapes shapes;
    private final int outputs;
    private final int rawParameters;
    private final Stage[] stages;
    /** First stage with parameters: what stands before needs no gradient. */
    private final int firstLinear;

    private final FreeParameters[] free;
    private final ModelWeights[] weights;
    /** Whether the model's weights stand packed: 0 no, 1 for forward, 2 for training too. */
    private final int[] packed;

    private final WorkCrew crew;
    private final Workspace[] workspaces;

    /** {@code [place][raw parameters]} and {@code [place]}: gradients and losses of the micro-blocks of a call. */
    private float[][] gradients = new float[0][];

    private double[] lossSums = new double[0];

    // the work of the current call
    private Examples examples;
    private int tasks;
    private int[] taskModel = new int[0];
    private int[] taskFirst = new int[0];
    private final int[] modelPlace;
    private final int[][] selections;
    private double[] results;
    private boolean training;
    private final WorkCrew.Task packTask = this::packModel;
    private final WorkCrew.Task forwardTask = this::forwardBlock;
    private final WorkCrew.Task gradientTask = this::gradientBlock;
    private final WorkCrew.Task sumTask = this::sumModel;

    VectorNetwork(NetworkProblem problem) {
        this.problem = problem;
        this.shapes = problem.shapes();
        ParameterLayout layout = problem.layout();
        if (problem.threads() < 1) {
            throw new BadInput("threads: " + problem.threads() + "; at least 1 is needed");
        }
        if (problem.models() < 1) {
            throw new BadInput("models: none; at least 1 is needed");
        }
        this.outputs = shapes.output().size();
        this.rawParameters = layout.count();
        this.stages = stages(shapes, layout);
        this.firstLinear = firstLinear(stages);
        int models = problem.models();
        this.free = new FreeParameters[models];
        this.weights = new ModelWeights[models];
        for (int model = 0; model < models; model++) {
            free[model] = new FreeParameters(problem.map());
            weights[model] = new ModelWeights(rawParameters, stages.length);
        }
        this.packed = new int[models];
        this.modelPlace = new int[models];
        this.selections = new int[models][];
        this.crew = new WorkCrew(problem.threads());
        this.workspaces = new Workspace[problem.threads()];
    }

    private static Stage[] stages(NetworkShapes shapes, ParameterLayout layout) {
        List<Stage> stages = new ArrayList<>();
        boolean mayOverwrite = false;
        for (NetworkShapes.Layer layer : shapes.layers()) {
            int i = layer.index();
            Shape in = layer.input();
            ParameterLayout.Block block = layout.block(i);
            stages.add(
                    switch (layer.spec()) {
                        case LayerSpec.Convolution c ->
                            LinearStage.convolution(
                                    i,
                                    block,
                                    in.channels(),
                                    c.outChannels(),
                                    c.kernelT(),
                                    c.kernelX(),
                                    c.strideT(),
                                    c.strideX(),
                                    in.extentT(),
                                    in.extentX());
                        case LayerSpec.Dense d -> LinearStage.dense(i, block, in.channels(), d.outputs());
                        case LayerSpec.Activation a ->
                            new ActivationStage(
                                    i,
                                    a.kind(),
                                    in.size() * BLOCK,
                                    mayOverwrite && ActivationKernels.derivativeFromOutput(a.kind()));
                        case LayerSpec.SpatialPooling p ->
                            PoolingStage.spatial(
                                    i,
                                    p.kind(),
                                    in.channels(),
                                    in.extentT(),
                                    in.extentX(),
                                    p.sizeT(),
                                    p.sizeX(),
                                    p.strideT(),
                                    p.strideX());
                        case LayerSpec.GlobalPooling p -> PoolingStage.global(i, p.kind(), in.channels(), in.sites());
                        case LayerSpec.Flatten f -> new FlattenStage(i, in.sites(), in.channels());
                    });
            // an activation's backward pass reads its own output: the next activation must leave it alone
            mayOverwrite = !(layer.spec() instanceof LayerSpec.Activation);
        }
        return stages.toArray(Stage[]::new);
    }

    private static int firstLinear(Stage[] stages) {
        for (int i = 0; i < stages.length; i++) {
            if (stages[i] instanceof LinearStage) {
                return i;
            }
        }
        return stages.length;
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
    public void setParameters(int model, double[] parameters) {
        free[model].set(parameters);
        packed[model] = 0;
    }

    @Override
    public double[] parameters(int model) {
        return free[model].get();
    }

    @Override
    public void setOptimizerState(int model, OptimizerState state) {
        free[model].setOptimizer(state);
    }

    @Override
    public OptimizerState optimizerState(int model) {
        return free[model].optimizer();
    }

    @Override
    public double[] forward(int model, Examples examples, int[] selection) {
        begin(examples, false);
        select(model, selection);
        results = new double[Math.multiplyExact(selection.length, outputs)];
        crew.run(packTask, free.length);
        crew.run(forwardTask, tasks);
        double[] answer = results;
        end();
        return answer;
    }

    @Override
    public double gradient(int model, Examples examples, int[] selection, double[] gradient) {
        if (gradient.length != problem.map().free()) {
            throw new IllegalArgumentException("gradient: room for " + gradient.length + ", "
                    + problem.map().free() + " needed");
        }
        begin(examples, true);
        select(model, selection);
        crew.run(packTask, free.length);
        crew.run(gradientTask, tasks);
        double loss = reduce(model);
        float[] sum = free[model].contract(gradients[modelPlace[model]]);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = sum[i];
        }
        end();
        return loss;
    }

    @Override
    public void trainStep(Examples examples, int[][] selections, double[] losses) {
        if (selections.length != free.length || losses.length != free.length) {
            throw new IllegalArgumentException("selections and losses: one for each of the " + free.length + " models");
        }
        begin(examples, true);
        for (int model = 0; model < free.length; model++) {
            if (selections[model] != null) {
                select(model, selections[model]);
            }
        }
        results = losses;
        crew.run(packTask, free.length);
        crew.run(gradientTask, tasks);
        crew.run(sumTask, free.length);
        end();
    }

    @Override
    public double[] featureMap(int model, int layer, Examples examples, int example) {
        begin(examples, false);
        select(model, new int[] {example});
        packModel(model, 0);
        Workspace workspace = workspace(0);
        float[] values = runForward(workspace, model, 0, layer + 1);
        end();
        Shape shape = shapes.layers().get(layer).output();
        double[] map = new double[shape.size()];
        for (int c = 0; c < shape.channels(); c++) {
            for (int site = 0; site < shape.sites(); site++) {
                map[c * shape.sites() + site] = values[(site * shape.channels() + c) * BLOCK];
            }
        }
        return map;
    }

    @Override
    public void close() {
        crew.close();
    }

    // --- the work of one call

    private void begin(Examples examples, boolean training) {
        problem.requireFits(examples);
        if (training && examples.outputs() != outputs) {
            throw new IllegalArgumentException(
                    "examples have " + examples.outputs() + " targets, the network " + outputs + " outputs");
        }
        this.examples = examples;
        this.training = training;
        tasks = 0;
        Arrays.fill(selections, null);
    }

    private void end() {
        examples = null;
        results = null;
    }

    private void select(int model, int[] selection) {
        if (training && (selection.length < 1 || selection.length > problem.batch())) {
            throw new IllegalArgumentException("model " + model + ": a batch of " + selection.length
                    + " examples; 1 to " + problem.batch() + " are possible");
        }
        for (int example : selection) {
            if (example < 0 || example >= examples.count()) {
                throw new IllegalArgumentException("example " + example + ": there are " + examples.count());
            }
        }
        selections[model] = selection;
        modelPlace[model] = tasks;
        int blocks = Math.ceilDiv(selection.length, BLOCK);
        if (taskModel.length < tasks + blocks) {
            int room = Math.max(tasks + blocks, 2 * taskModel.length);
            taskModel = Arrays.copyOf(taskModel, room);
            taskFirst = Arrays.copyOf(taskFirst, room);
            lossSums = Arrays.copyOf(lossSums, room);
        }
        if (training && gradients.length < tasks + blocks) {
            int old = gradients.length;
            gradients = Arrays.copyOf(gradients, tasks + blocks);
            for (int place = old; place < gradients.length; place++) {
                gradients[place] = new float[rawParameters];
            }
        }
        for (int b = 0; b < blocks; b++) {
            taskModel[tasks] = model;
            taskFirst[tasks] = b * BLOCK;
            tasks++;
        }
    }

    private void packModel(int model, int worker) {
        int wanted = training ? 2 : 1;
        if (selections[model] == null || packed[model] >= wanted) {
            return;
        }
        free[model].expand(weights[model].raw);
        for (Stage stage : stages) {
            if (stage instanceof LinearStage linear) {
                linear.pack(weights[model], training);
            }
        }
        packed[model] = wanted;
    }

    private Workspace workspace(int worker) {
        if (workspaces[worker] == null) {
            Workspace workspace = new Workspace(stages.length, shapes);
            for (Stage stage : stages) {
                stage.prepare(workspace);
            }
            workspaces[worker] = workspace;
        }
        return workspaces[worker];
    }

    private float[] runForward(Workspace workspace, int model, int first, int upTo) {
        expand(workspace.example, selections[model], first);
        float[] values = workspace.example;
        for (int i = 0; i < upTo; i++) {
            values = stages[i].forward(workspace, weights[model], values);
        }
        return values;
    }

    /** int8 {@code [example][channel][site]} to float {@code [site][channel][16]}; unused lanes are zero. */
    private void expand(float[] to, int[] selection, int first) {
        int channels = examples.channels();
        int sites = problem.lattice().volume();
        byte[] inputs = examples.inputs();
        for (int lane = 0; lane < BLOCK; lane++) {
            boolean used = first + lane < selection.length;
            int from = used ? selection[first + lane] * channels * sites : 0;
            for (int c = 0; c < channels; c++) {
                int at = c * BLOCK + lane;
                for (int site = 0; site < sites; site++) {
                    to[at] = used ? inputs[from] : 0f;
                    from++;
                    at += channels * BLOCK;
                }
                from = used ? from : 0;
            }
        }
    }

    private void forwardBlock(int task, int worker) {
        int model = taskModel[task];
        int first = taskFirst[task];
        float[] values = runForward(workspace(worker), model, first, stages.length);
        int used = Math.min(BLOCK, selections[model].length - first);
        for (int lane = 0; lane < used; lane++) {
            for (int k = 0; k < outputs; k++) {
                results[(first + lane) * outputs + k] = values[k * BLOCK + lane];
            }
        }
    }

    // Which of the two buffers holds the result is a question of identity.
    @SuppressWarnings("ReferenceEquality")
    private void gradientBlock(int task, int worker) {
        int model = taskModel[task];
        int first = taskFirst[task];
        int[] selection = selections[model];
        Workspace workspace = workspace(worker);
        float[] values = runForward(workspace, model, first, stages.length);
        float[] gradient = workspace.gradient;
        float[] spare = workspace.spare;
        lossSums[task] = LossKernel.sum(
                problem.loss(),
                values,
                outputs,
                examples.targets(),
                selection,
                first,
                Math.min(BLOCK, selection.length - first),
                1.0 / ((double) selection.length * outputs),
                gradient);
        float[] raw = gradients[task];
        for (int i = stages.length - 1; i >= firstLinear; i--) {
            float[] result = stages[i].backward(workspace, weights[model], gradient, spare, raw, i > firstLinear);
            if (result == spare) {
                spare = gradient;
                gradient = result;
            }
        }
    }

    /** Adds the gradients of a model's micro-blocks into the first one's place; gives the mean loss. */
    private double reduce(int model) {
        int place = modelPlace[model];
        int n = selections[model].length;
        int blocks = Math.ceilDiv(n, BLOCK);
        for (int step = 1; step < blocks; step *= 2) {
            for (int i = 0; i + step < blocks; i += 2 * step) {
                add(gradients[place + i], gradients[place + i + step]);
                lossSums[place + i] += lossSums[place + i + step];
            }
        }
        return lossSums[place] / ((double) n * outputs);
    }

    private static void add(float[] to, float[] from) {
        for (int i = 0; i < to.length; i++) {
            to[i] += from[i];
        }
    }

    private void sumModel(int model, int worker) {
        if (selections[model] == null) {
            return;
        }
        results[model] = reduce(model);
        free[model].contract(gradients[modelPlace[model]]);
        free[model].update(problem.optimizers().get(model));
        packed[model] = 0;
    }
}
