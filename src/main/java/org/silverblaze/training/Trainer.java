package org.silverblaze.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.files.Json;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.Initialization;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;
import org.silverblaze.random.StreamKey;

/**
 * Trains the members of an ensemble together. A member depends on its own seed alone: its bits are those of a solo run,
 * whoever else is trained, and an early-stopped member is frozen.
 */
public final class Trainer {
    private final String engineName;
    private final NetworkEngine engine;
    private final int threads;

    public Trainer(String engineName, NetworkEngine engine, int threads) {
        this.engineName = engineName;
        this.engine = engine;
        this.threads = threads;
    }

    public static Trainer on(Engine engine, int threads) {
        return new Trainer(engine.name(), engine.networks(), threads);
    }

    /** Philox key of initial weights and shuffles of the member with this seed. */
    static StreamKey key(Recipe recipe, long seed) {
        return StreamKey.of(
                "silverblaze training;seed=" + seed + ";network=" + Json.line(NetworkSpecs.toJson(recipe.network())));
    }

    /** What an engine compiles to train this recipe, or to run its networks on another lattice. */
    public static NetworkProblem problem(Recipe recipe, Lattice lattice, int batch, int models, int threads) {
        int parameters = ParameterLayout.of(recipe.network(), lattice).count();
        return new NetworkProblem(
                recipe.network(),
                ParameterMap.identity(parameters),
                lattice,
                batch,
                recipe.task().loss(),
                Collections.nCopies(models, recipe.optimizer()),
                threads);
    }

    /**
     * Trains every seed of the recipe on the data.
     *
     * @throws BadInput where the network does not fit the data
     * @throws TrainingFailedException where a member has no finite validation loss in any epoch
     */
    public TrainingRun train(Recipe recipe, TrainingData data, EpochListener listener) {
        Lattice lattice = data.examples().lattice();
        requireFit(recipe, data.examples());
        int batch = recipe.batch().of(data.training().length);
        List<Member> members =
                recipe.seeds().stream().map(seed -> new Member(recipe, seed)).toList();
        List<EpochMetrics> metrics = new ArrayList<>();
        long start = System.nanoTime();
        try (CompiledNetwork network = engine.compile(problem(recipe, lattice, batch, members.size(), threads))) {
            for (int m = 0; m < members.size(); m++) {
                network.setParameters(m, Initialization.raw(recipe.network(), lattice, members.get(m).key, 0));
            }
            for (int epoch = 1; members.stream().anyMatch(Member::running); epoch++) {
                List<EpochMetrics> lines = epoch(network, members, data, batch, epoch);
                metrics.addAll(lines);
                listener.epoch(lines);
            }
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        TrainedEnsemble ensemble = new TrainedEnsemble(
                recipe,
                lattice,
                data.couplings(),
                engineName,
                data.labelMeans(),
                members.stream().map(Member::trained).toList());
        return new TrainingRun(ensemble, metrics, data.training().length, data.validation().length, seconds);
    }

    private static void requireFit(Recipe recipe, Examples examples) {
        int outputs =
                NetworkShapes.of(recipe.network(), examples.lattice()).output().size();
        if (outputs != examples.outputs()) {
            throw new BadInput("recipe " + recipe.name() + ": the network has " + outputs + " outputs; task "
                    + recipe.task().id() + " needs " + examples.outputs() + " ("
                    + recipe.task().outputs() + ")");
        }
        if (recipe.network().inputChannels() != examples.channels()) {
            throw new BadInput("recipe " + recipe.name() + ": the network has "
                    + recipe.network().inputChannels() + " input channels; the data has " + examples.channels());
        }
    }

    private static List<EpochMetrics> epoch(
            CompiledNetwork network, List<Member> members, TrainingData data, int batch, int epoch) {
        long start = System.nanoTime();
        int samples = data.training().length;
        int[][] orders = new int[members.size()][];
        for (int m = 0; m < orders.length; m++) {
            orders[m] = members.get(m).running() ? members.get(m).order(data.training(), epoch) : null;
        }
        int[][] selections = new int[members.size()][];
        double[] losses = new double[members.size()];
        double[] sums = new double[members.size()];
        for (int from = 0; from < samples; from += batch) {
            int to = Math.min(samples, from + batch);
            for (int m = 0; m < orders.length; m++) {
                selections[m] = orders[m] == null ? null : Arrays.copyOfRange(orders[m], from, to);
            }
            network.trainStep(data.examples(), selections, losses);
            for (int m = 0; m < orders.length; m++) {
                sums[m] += orders[m] == null ? 0 : losses[m] * (to - from);
            }
        }
        double[] validation = new double[members.size()];
        for (int m = 0; m < orders.length; m++) {
            if (orders[m] != null) {
                double[] outputs = network.forward(m, data.examples(), data.validation());
                validation[m] = Losses.mean(network.problem().loss(), outputs, data.examples(), data.validation());
                members.get(m).finish(epoch, validation[m], network, m);
            }
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        List<EpochMetrics> lines = new ArrayList<>();
        for (int m = 0; m < orders.length; m++) {
            if (orders[m] != null) {
                lines.add(new EpochMetrics(epoch, members.get(m).seed, sums[m] / samples, validation[m], seconds));
            }
        }
        return lines;
    }

    /** What the host knows of a member; weights and optimizer state live on the engine. */
    private static final class Member {
        final long seed;
        final StreamKey key;
        private final Recipe.Epochs rule;
        private int epochs;
        private int bestEpoch;
        private double bestLoss = Double.POSITIVE_INFINITY;
        private double[] best;
        private TrainedMember.End end;

        Member(Recipe recipe, long seed) {
            this.seed = seed;
            this.key = key(recipe, seed);
            this.rule = recipe.epochs();
        }

        boolean running() {
            return end == null;
        }

        /** The training examples in the order of this epoch: a function of seed and epoch number alone. */
        int[] order(int[] training, int epoch) {
            int[] order = new RandomSequence(key, epoch, Purpose.SHUFFLING).permutation(training.length);
            for (int i = 0; i < order.length; i++) {
                order[i] = training[order[i]];
            }
            return order;
        }

        void finish(int epoch, double loss, CompiledNetwork network, int model) {
            epochs = epoch;
            if (loss < bestLoss) {
                bestLoss = loss;
                bestEpoch = epoch;
                best = network.parameters(model);
            }
            if (!Double.isFinite(loss)) {
                // Weights that gave no number never give one again.
                end = TrainedMember.End.DIVERGED;
            } else if (rule.over(epoch, bestEpoch)) {
                end = epoch >= rule.maximum() ? TrainedMember.End.MAXIMUM : TrainedMember.End.PATIENCE;
            }
        }

        TrainedMember trained() {
            if (best == null) {
                throw new TrainingFailedException("training of seed " + seed
                        + " diverged in its first epoch: the validation loss is no finite number; a smaller learning"
                        + " rate may help");
            }
            return new TrainedMember(seed, epochs, bestEpoch, bestLoss, end, best);
        }
    }
}
