package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import java.util.Arrays;
import org.silverblaze.BadInput;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.LayerTimes;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.engine.Precision;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.ParameterLayout;

/**
 * An ensemble over micro-blocks of 16 consecutive examples of a batch, each compiled to stages by a {@link BlockPlan}. On large lattices
 * a micro-block is several blocks of fewer examples ({@link BlockPlan#together}).
 *
 * <p>A task is one block of one model: expand the fluxes, forward, loss, backward; its gradient goes to a place of
 * its own. The places are then added by a fixed binary tree over the blocks of the batch (block i takes block i + 1
 * for even i, then i + 2 for every fourth, and so on), piece by piece of the parameters, each weight in float32, losses in
 * float64. The optimizer goes piece by piece, too. So the bits depend neither on the number of threads nor on the other models.
 */
final class VectorNetwork implements CompiledNetwork {
    private static final int PLANS = 5;
    /** Parameters whose gradients one thread adds, or which it updates, at a time: enough to be worth another round of the crew. */
    private static final int PIECE = 1 << 11;

    private final NetworkProblem problem;
    private final Precision precision;
    private final NetworkShapes shapes;
    private final int outputs;
    private final int rawParameters;
    private final ParameterLayout layout;
    /** Examples of a task: {@link BlockPlan#together}. */
    private final int together;
    /** For micro-blocks of 1, 2, 4, 8 and 16 examples; made when first needed. */
    private final BlockPlan[] plans = new BlockPlan[PLANS];

    private final FreeParameters[] free;
    private final ModelWeights[] weights;
    /** Whether the model's raw parameters belong to its free ones. */
    private final boolean[] expanded;
    /** {@code [model]}: the plans of the current call, a bit each. */
    private final int[] plansOf;

    private final WorkCrew crew;
    /** {@code [worker][plan]}. */
    private final Workspace[][] workspaces;

    /** {@code [place][raw parameters]} and {@code [place]}: gradients and losses of the micro-blocks of a call. */
    private float[][] gradients = new float[0][];

    private double[] lossSums = new double[0];

    /** Receives the time of each layer; null: nobody wants it. */
    private LayerTimes layerTimes;

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
    private final WorkCrew.Task addTask = this::addPiece;
    private final WorkCrew.Task updateTask = this::updatePiece;

    VectorNetwork(NetworkProblem problem, Precision precision) {
        this.problem = problem;
        this.precision = precision;
        this.shapes = problem.shapes();
        this.layout = problem.layout();
        if (problem.threads() < 1) {
            throw new BadInput("threads: " + problem.threads() + "; at least 1 is needed");
        }
        if (problem.models() < 1) {
            throw new BadInput("models: none; at least 1 is needed");
        }
        this.together = BlockPlan.together(shapes, layout);
        this.outputs = shapes.output().size();
        this.rawParameters = layout.count();
        int models = problem.models();
        this.free = new FreeParameters[models];
        this.weights = new ModelWeights[models];
        for (int model = 0; model < models; model++) {
            free[model] = new FreeParameters(problem.map());
            weights[model] = new ModelWeights(rawParameters, shapes.layers().size());
        }
        this.expanded = new boolean[models];
        this.plansOf = new int[models];
        this.modelPlace = new int[models];
        this.selections = new int[models][];
        this.crew = new WorkCrew(problem.threads());
        this.workspaces = new Workspace[problem.threads()][PLANS];
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
        expanded[model] = false;
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
        crew.run(addTask, pieces(rawParameters));
        double loss = meanLoss(model);
        free[model].contract(gradients[modelPlace[model]], 0, gradient.length);
        float[] sum = free[model].gradient();
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
        crew.run(packTask, free.length);
        crew.run(gradientTask, tasks);
        crew.run(addTask, pieces(rawParameters));
        for (int model = 0; model < free.length; model++) {
            if (selections[model] != null) {
                losses[model] = meanLoss(model);
                free[model].beginStep();
                expanded[model] = false;
            }
        }
        crew.run(updateTask, pieces(problem.map().free()));
        end();
    }

    @Override
    public double[] featureMap(int model, int layer, Examples examples, int example) {
        begin(examples, false);
        select(model, new int[] {example});
        packModel(model, 0);
        BlockPlan plan = plans[planOf(1)];
        float[] values =
                plan.forward(workspace(0, planOf(1)), weights[model], examples, selections[model], 0, layer + 1);
        end();
        double[] map = new double[shapes.layers().get(layer).output().size()];
        for (int i = 0; i < map.length; i++) {
            map[i] = values[plan.place(layer, 0, i)];
        }
        return map;
    }

    @Override
    public boolean measureLayers(LayerTimes times) {
        layerTimes = times;
        return true;
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
        plansOf[model] = 0;
        modelPlace[model] = tasks;
        int blocks = blocks(model);
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
            int plan = planOf(Math.min(together, selection.length - b * together));
            if (plans[plan] == null) {
                plans[plan] = BlockPlan.of(shapes, layout, 1 << plan, precision);
            }
            plansOf[model] |= 1 << plan;
            taskModel[tasks] = model;
            taskFirst[tasks] = b * together;
            tasks++;
        }
    }

    private void packModel(int model, int worker) {
        if (selections[model] == null) {
            return;
        }
        if (!expanded[model]) {
            free[model].expand(weights[model].raw);
            weights[model].changed();
            expanded[model] = true;
        }
        for (int plan = 0; plan < PLANS; plan++) {
            if ((plansOf[model] >> plan & 1) == 1) {
                plans[plan].pack(weights[model], training);
            }
        }
    }

    /** Which plan a micro-block of so many examples follows: a rule that knows nothing else. */
    private static int planOf(int count) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    }

    private int examplesOf(int task) {
        return Math.min(together, selections[taskModel[task]].length - taskFirst[task]);
    }

    private Workspace workspace(int worker, int plan) {
        if (workspaces[worker][plan] == null) {
            workspaces[worker][plan] = plans[plan].workspace();
        }
        workspaces[worker][plan].times = layerTimes;
        return workspaces[worker][plan];
    }

    private void forwardBlock(int task, int worker) {
        int model = taskModel[task];
        int first = taskFirst[task];
        int used = examplesOf(task);
        int plan = planOf(used);
        float[] values = plans[plan].forward(
                workspace(worker, plan), weights[model], examples, selections[model], first, layers());
        for (int lane = 0; lane < used; lane++) {
            for (int k = 0; k < outputs; k++) {
                results[(first + lane) * outputs + k] = values[k * BLOCK + lane];
            }
        }
    }

    private int layers() {
        return shapes.layers().size();
    }

    private void gradientBlock(int task, int worker) {
        int model = taskModel[task];
        int first = taskFirst[task];
        int[] selection = selections[model];
        int used = examplesOf(task);
        int plan = planOf(used);
        Workspace workspace = workspace(worker, plan);
        float[] values = plans[plan].forward(workspace, weights[model], examples, selection, first, layers());
        lossSums[task] = LossKernel.sum(
                problem.loss(),
                values,
                outputs,
                examples.targets(),
                selection,
                first,
                used,
                1.0 / ((double) selection.length * outputs),
                workspace.gradient);
        plans[plan].backward(workspace, weights[model], gradients[task]);
    }

    /** Of all models together, with so many parameters each. */
    private int pieces(int parameters) {
        return free.length * Math.ceilDiv(parameters, PIECE);
    }

    /** Adds the gradients of a model's blocks into the first one's place, for a piece of the parameters. */
    private void addPiece(int number, int worker) {
        int model = number % free.length;
        if (selections[model] == null) {
            return;
        }
        int from = number / free.length * PIECE;
        int to = Math.min(rawParameters, from + PIECE);
        int place = modelPlace[model];
        int blocks = blocks(model);
        for (int step = 1; step < blocks; step *= 2) {
            for (int i = 0; i + step < blocks; i += 2 * step) {
                add(gradients[place + i], gradients[place + i + step], from, to);
            }
        }
    }

    private static void add(float[] to, float[] from, int begin, int end) {
        for (int i = begin; i < end; i++) {
            to[i] += from[i];
        }
    }

    private int blocks(int model) {
        return Math.ceilDiv(selections[model].length, together);
    }

    /** Adds the losses of a model's blocks by the same tree. */
    private double meanLoss(int model) {
        int place = modelPlace[model];
        int blocks = blocks(model);
        for (int step = 1; step < blocks; step *= 2) {
            for (int i = 0; i + step < blocks; i += 2 * step) {
                lossSums[place + i] += lossSums[place + i + step];
            }
        }
        return lossSums[place] / ((double) selections[model].length * outputs);
    }

    private void updatePiece(int number, int worker) {
        int model = number % free.length;
        if (selections[model] == null) {
            return;
        }
        int from = number / free.length * PIECE;
        int to = Math.min(problem.map().free(), from + PIECE);
        free[model].contract(gradients[modelPlace[model]], from, to);
        free[model].update(problem.optimizers().get(model), from, to);
    }
}
