package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import org.silverblaze.engine.Examples;
import org.silverblaze.engine.LayerTimes;
import org.silverblaze.engine.Precision;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.Shape;

/**
 * A network compiled to stages for micro-blocks of up to 1, 2, 4, 8 or 16 examples: with fewer examples than lanes every
 * lattice is cut into strips, so that all lanes work ({@link Strips}). How many examples stand in a micro-block alone decides
 * which plan it follows, never the number of threads. Outputs are the same to the bit in all plans, unless the precision is
 * {@link Precision#FAST}; the sums of a weight's gradient have another order in each.
 */
final class BlockPlan {
    /** Bytes of a layer's input and output that may go together: about a second-level cache. */
    private static final long MAPS_BYTES = 1 << 20;
    /** The same where as many examples go together as cost nothing to cut: half of a small second-level cache. */
    private static final long EASY_MAPS_BYTES = 1 << 18;
    /** Examples whose lattices are cut into so few strips that their halos hardly count. */
    private static final int EASY_EXAMPLES = 4;
    /** Sites of an input, a byte each, of a cache line. */
    private static final int LINE = 64;
    /** How often a block has to use a weight in the mean. */
    private static final long USES = 512;

    private final NetworkShapes shapes;
    private final Stage[] stages;
    /** {@code [layer]} strips of its input; after the last one those of the output. */
    private final Strips[] strips;
    /** First stage with parameters: what stands before needs no gradient. */
    private final int firstLinear;
    /** {@code int[strips][sites]}: the site of the lattice at each place of a lane's input. */
    private final int[] inputSites;
    /** Where the expanded input stands: in the first stage's padded input, or site by site in an array of its own. */
    private final boolean inputAtHome;

    private final MapLayout inputLayout;

    private BlockPlan(NetworkShapes shapes, Stage[] stages, Strips[] strips) {
        this.shapes = shapes;
        this.stages = stages;
        this.strips = strips;
        int first = 0;
        while (first < stages.length && !hasParameters(stages[first])) {
            first++;
        }
        this.firstLinear = first;
        Strips input = strips[0];
        this.inputSites = new int[input.count * input.sites()];
        for (int i = 0; i < inputSites.length; i++) {
            inputSites[i] = input.latticeSite(i / input.sites(), i % input.sites());
        }
        MapLayout home =
                stages[0] instanceof LinearStage linear && isConvolution(shapes, 0) ? linear.receiveInput() : null;
        this.inputAtHome = home != null;
        this.inputLayout = inputAtHome ? home : MapLayout.flat(input.sites(), channels(0));
    }

    /**
     * How many examples of a micro-block go through the network together: 16, or 8, 4, 2 or 1, cut into strips, on lattices
     * so large that what a layer reads and writes for 16 of them would leave the caches. Each such part is a leaf of the tree that
     * gradients are added by, and a task: the smaller it is, the more threads share a batch and the less they wait for the last one.
     * So lattices are cut into few strips sooner than into many. Not where the weights are used so seldom that adding their gradients
     * more often would cost more than the caches bring: dense layers after a flatten layer. It follows from network and lattice alone,
     * never from the machine.
     */
    static int together(NetworkShapes shapes, ParameterLayout layout) {
        long maps = 0;
        long uses = 0;
        for (NetworkShapes.Layer layer : shapes.layers()) {
            maps = Math.max(maps, (long) layer.input().size() + layer.output().size());
            uses += (long) layout.block(layer.index()).weights()
                    * layer.output().sites();
        }
        int examples = BLOCK;
        while (examples > 1
                && maps * examples * Float.BYTES > (examples > EASY_EXAMPLES ? EASY_MAPS_BYTES : MAPS_BYTES)
                && uses * (examples / 2) >= USES * layout.count()) {
            examples /= 2;
        }
        return examples;
    }

    private static boolean hasParameters(Stage stage) {
        return stage instanceof LinearStage || stage instanceof FewDenseStage;
    }

    /** @param examples 1, 2, 4, 8 or 16 */
    static BlockPlan of(NetworkShapes shapes, ParameterLayout layout, int examples, Precision precision) {
        int n = shapes.layers().size();
        Partition[] partitions = partitions(shapes);
        Strips[] strips = new Strips[n + 1];
        for (int i = 0; i <= n; i++) {
            strips[i] = partitions[i] == null ? Strips.whole(1, 1) : Strips.of(partitions[i], examples);
        }
        Stage[] stages = new Stage[n];
        boolean mayOverwrite = false;
        for (int i = 0; i < n; i++) {
            NetworkShapes.Layer layer = shapes.layers().get(i);
            stages[i] = stage(
                    shapes,
                    i,
                    layout.block(i),
                    partitions[i],
                    strips[i],
                    strips[i + 1],
                    examples,
                    mayOverwrite,
                    precision);
            // an activation's backward pass reads its own output: the next activation must leave it alone
            mayOverwrite = !(layer.spec() instanceof LayerSpec.Activation);
        }
        for (int i = 0; i < n; i++) {
            int follower = activation(shapes, i + 1) == null ? i + 1 : i + 2;
            if (isConvolution(shapes, i) && isConvolution(shapes, follower)) {
                ((LinearStage) stages[i]).link((LinearStage) stages[follower]);
            }
            lengthen(stages, i);
        }
        return new BlockPlan(shapes, stages, strips);
    }

    /** Makes the way back through the pooling at layer {@code i}, where it may, go on to the convolution before it, and through an activation between. */
    private static void lengthen(Stage[] stages, int i) {
        PooledGradient pooled = switch (stages[i]) {
            case GlobalPoolingStage global -> global.pooledGradient();
            case PoolingStage spatial -> spatial.pooledGradient();
            default -> null;
        };
        if (pooled == null) {
            return;
        }
        int before = i - 1;
        if (before >= 0 && stages[before] instanceof ActivationStage activation) {
            stages[before] = pooled.takeDerivative(activation);
            before--;
        }
        // what stands before a pooling is no vector, so no dense layer
        if (before >= 0 && stages[before] instanceof LinearStage convolution) {
            pooled.link(convolution);
        }
    }

    /** The cut of each layer's input; null for vectors. */
    private static Partition[] partitions(NetworkShapes shapes) {
        int n = shapes.layers().size();
        Partition[] partitions = new Partition[n + 1];
        for (int i = n - 1; i >= 0; i--) {
            NetworkShapes.Layer layer = shapes.layers().get(i);
            Shape in = layer.input();
            if (in.vector()) {
                continue;
            }
            partitions[i] = switch (layer.spec()) {
                case LayerSpec.Convolution c ->
                    Partition.ofInput(in.extentT(), in.extentX(), c.strideT(), c.strideX(), partitions[i + 1]);
                case LayerSpec.SpatialPooling p ->
                    Partition.ofInput(in.extentT(), in.extentX(), p.strideT(), p.strideX(), partitions[i + 1]);
                case LayerSpec.Activation a -> partitions[i + 1];
                case LayerSpec.GlobalPooling p -> Partition.even(in.extentT(), in.extentX());
                case LayerSpec.Flatten f -> Partition.even(in.extentT(), in.extentX());
                case LayerSpec.Dense d -> throw new IllegalStateException("dense layer on a map");
            };
        }
        return partitions;
    }

    /**
     * The activation at layer {@code i} where a convolution beside it may do its work; null where there is none. The function
     * has to work in place and its derivative to follow from its output.
     */
    private static ActivationKind activation(NetworkShapes shapes, int i) {
        boolean there =
                i >= 0 && i < shapes.layers().size() && shapes.layers().get(i).spec() instanceof LayerSpec.Activation;
        if (!there) {
            return null;
        }
        ActivationKind kind = ((LayerSpec.Activation) shapes.layers().get(i).spec()).kind();
        return ActivationKernels.derivativeFromOutput(kind) ? kind : null;
    }

    private static boolean isConvolution(NetworkShapes shapes, int i) {
        return i >= 0 && i < shapes.layers().size() && shapes.layers().get(i).spec() instanceof LayerSpec.Convolution;
    }

    private static Stage stage(
            NetworkShapes shapes,
            int i,
            ParameterLayout.Block block,
            Partition partition,
            Strips in,
            Strips out,
            int examples,
            boolean mayOverwrite,
            Precision precision) {
        NetworkShapes.Layer layer = shapes.layers().get(i);
        int channels = layer.input().channels();
        return switch (layer.spec()) {
            case LayerSpec.Convolution c ->
                LinearStage.convolution(
                        i,
                        ModelWeights.slot(i, shapes.layers().size(), precision == Precision.FAST, examples),
                        ModelWeights.slot(
                                i,
                                shapes.layers().size(),
                                precision == Precision.FAST || c.strideT() * c.strideX() > 1,
                                examples),
                        block,
                        channels,
                        c.outChannels(),
                        c.kernelT(),
                        c.kernelX(),
                        c.strideT(),
                        c.strideX(),
                        in,
                        out,
                        activation(shapes, i - 1),
                        activation(shapes, i + 1),
                        precision);
            case LayerSpec.Dense d ->
                examples <= FewDenseStage.MOST_EXAMPLES
                        ? new FewDenseStage(i, block, channels, d.outputs(), examples)
                        : LinearStage.dense(i, block, channels, d.outputs());
            case LayerSpec.Activation a ->
                new ActivationStage(
                        i,
                        a.kind(),
                        in.sites() * channels * BLOCK,
                        mayOverwrite && ActivationKernels.derivativeFromOutput(a.kind()),
                        activation(shapes, i) != null && isConvolution(shapes, i - 1),
                        activation(shapes, i) != null && isConvolution(shapes, i + 1));
            case LayerSpec.SpatialPooling p ->
                new PoolingStage(i, p.kind(), channels, in, out, p.sizeT(), p.sizeX(), p.strideT(), p.strideX());
            case LayerSpec.GlobalPooling p -> new GlobalPoolingStage(i, p.kind(), channels, partition, in);
            case LayerSpec.Flatten f -> new FlattenStage(i, channels, in);
        };
    }

    /** Packs a model's weights for the stages, as far as that is not done; the backward forms only where {@code training}. */
    void pack(ModelWeights weights, boolean training) {
        for (Stage stage : stages) {
            if (stage instanceof LinearStage linear && linear.needsPacking(weights, training)) {
                linear.pack(weights, training);
            }
        }
    }

    /** Memory of one thread for micro-blocks of this plan. */
    Workspace workspace() {
        int largest = 0;
        for (int i = 0; i < strips.length; i++) {
            largest = Math.max(largest, strips[i].sites() * channels(i));
        }
        Workspace workspace = new Workspace(stages.length, inputAtHome ? 0 : strips[0].sites() * channels(0), largest);
        for (Stage stage : stages) {
            stage.prepare(workspace);
        }
        return workspace;
    }

    private int channels(int boundary) {
        return boundary == 0
                ? shapes.input().channels()
                : shapes.layers().get(boundary - 1).output().channels();
    }

    /**
     * The forward pass up to layer {@code upTo}, exclusive.
     *
     * @param selection example numbers; this micro-block's stand from {@code first}
     * @return the array that holds the output, {@code [site][channel][16]} in {@link #strips} of its layer
     */
    float[] forward(Workspace workspace, ModelWeights weights, Examples from, int[] selection, int first, int upTo) {
        float[] values = inputAtHome ? workspace.padded[0] : workspace.example;
        expand(from, selection, first, values);
        workspace.beginLaps();
        for (int i = 0; i < upTo; i++) {
            // the last one without the activation that it would do for its neighbour
            values = i + 1 == upTo && stages[i] instanceof LinearStage linear
                    ? linear.forwardAlone(workspace, weights, values)
                    : stages[i].forward(workspace, weights, values);
            workspace.lap(i, LayerTimes.Phase.FORWARD);
        }
        return values;
    }

    /** The backward pass after a forward pass; {@code workspace.gradient} holds the gradient of the outputs. */
    // Which of the two buffers holds the result is a question of identity.
    @SuppressWarnings("ReferenceEquality")
    void backward(Workspace workspace, ModelWeights weights, float[] raw) {
        float[] gradient = workspace.gradient;
        float[] spare = workspace.spare;
        workspace.beginLaps();
        for (int i = stages.length - 1; i >= firstLinear; i--) {
            float[] result = stages[i].backward(workspace, weights, gradient, spare, raw, i > firstLinear);
            workspace.lap(i, LayerTimes.Phase.INPUT_GRADIENT);
            if (result == spare) {
                spare = gradient;
                gradient = result;
            }
        }
    }

    /** Where number {@code index} of a layer's output {@code [channel][site]} of an example of the micro-block stands. */
    int place(int layer, int example, int index) {
        Strips output = strips[layer + 1];
        int sites = output.extentT * output.extentX;
        int site = index % sites;
        int place = output.place(example, site / output.extentX, site % output.extentX);
        int linear =
                layer > 0 && isConvolution(shapes, layer - 1) && activation(shapes, layer) != null ? layer - 1 : layer;
        if (stages[linear] instanceof LinearStage stage) {
            return stage.outputLayout().place(place / BLOCK, index / sites, place % BLOCK);
        }
        return (place / BLOCK * channels(layer + 1) + index / sites) * BLOCK + place % BLOCK;
    }

    /**
     * int8 {@code [example][channel][site]} to float in {@link #inputLayout}; lanes without an example are zero. So many sites of a lane
     * at a time as a cache line holds: on lattices of a power of two sites the lanes' lines displace one another.
     */
    private void expand(Examples from, int[] selection, int first, float[] to) {
        int channels = from.channels();
        int volume = shapes.input().sites();
        byte[] inputs = from.inputs();
        int[] places = inputLayout.sites();
        Strips input = strips[0];
        // the examples in the lanes come first, so the lanes without one are the last
        int lanes = Math.min(BLOCK, (selection.length - first) * input.count);
        for (int begin = 0; begin < places.length; begin += LINE) {
            int end = Math.min(places.length, begin + LINE);
            for (int lane = 0; lane < BLOCK; lane++) {
                int strip = lane % input.count * places.length;
                for (int c = 0; c < channels; c++) {
                    int at = inputLayout.offset(c, lane) + lane % WIDTH;
                    if (lane >= lanes) {
                        for (int site = begin; site < end; site++) {
                            to[places[site] + at] = 0f;
                        }
                        continue;
                    }
                    int map = (selection[first + input.example(lane)] * channels + c) * volume;
                    for (int site = begin; site < end; site++) {
                        to[places[site] + at] = inputs[map + inputSites[strip + site]];
                    }
                }
            }
        }
    }
}
