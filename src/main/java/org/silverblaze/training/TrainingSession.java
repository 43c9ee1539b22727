package org.silverblaze.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.silverblaze.Stop;
import org.silverblaze.Stopped;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.Initialization;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;
import org.silverblaze.random.StreamKey;

/** One training, epoch after epoch, from the beginning or from a checkpoint. Weights and optimizer state live on the engine. */
final class TrainingSession {
    private final String engineName;
    private final NetworkEngine engine;
    private final IntSupplier threads;
    private final Recipe recipe;
    private final TrainingData data;
    private final Lattice lattice;
    private final int batch;
    private final List<Member> members;
    private final List<EpochMetrics> metrics = new ArrayList<>();
    private int epoch;
    private double seconds;
    /** State to go on from; null once it is on the engine, or where there is none. */
    private Checkpoint from;

    /** @param threads asked before each epoch: how many threads the training may use now */
    TrainingSession(
            String engineName,
            NetworkEngine engine,
            IntSupplier threads,
            Recipe recipe,
            TrainingData data,
            Optional<Checkpoint> checkpoint) {
        this.engineName = engineName;
        this.engine = engine;
        this.threads = threads;
        this.recipe = recipe;
        this.data = data;
        this.lattice = data.examples().lattice();
        this.batch = recipe.batch().of(data.training().length);
        this.members =
                recipe.seeds().stream().map(seed -> new Member(recipe, seed)).toList();
        checkpoint.ifPresent(this::resume);
    }

    private void resume(Checkpoint checkpoint) {
        from = checkpoint;
        epoch = checkpoint.epoch();
        seconds = checkpoint.seconds();
        metrics.addAll(checkpoint.metrics());
        for (int m = 0; m < members.size(); m++) {
            members.get(m).resume(checkpoint.members().get(m));
        }
    }

    /** Epochs that are done. */
    int epoch() {
        return epoch;
    }

    /** Wall time of these epochs, processes before this one included. */
    double seconds() {
        return seconds;
    }

    /**
     * Trains until every member has ended.
     *
     * @throws Stopped where {@code stop} asked for it; the last finished epoch is saved
     * @throws TrainingFailedException where a member has no finite validation loss after its first epoch
     */
    void run(Checkpoints checkpoints, Stop stop, EpochListener listener) {
        CompiledNetwork network = null;
        try {
            while (members.stream().anyMatch(Member::running)) {
                long start = System.nanoTime();
                int share = threads.getAsInt();
                if (network == null || network.problem().threads() != share) {
                    network = moved(network, share);
                }
                List<EpochMetrics> lines = epoch(network, stop);
                metrics.addAll(lines);
                seconds += (System.nanoTime() - start) * 1e-9;
                CompiledNetwork current = network;
                checkpoints.offer(() -> checkpoint(current));
                listener.epoch(lines);
            }
        } catch (Stopped e) {
            checkpoints.flush();
            throw e;
        } finally {
            if (network != null) {
                network.close();
            }
        }
    }

    /** The ensemble compiled for so many threads, in the state that it has now. */
    private CompiledNetwork moved(CompiledNetwork old, int share) {
        Checkpoint state = old == null ? from : checkpoint(old);
        if (old != null) {
            old.close();
        }
        CompiledNetwork network = engine.compile(Trainer.problem(recipe, lattice, batch, members.size(), share));
        for (int m = 0; m < members.size(); m++) {
            if (state == null) {
                network.setParameters(m, Initialization.raw(recipe.network(), lattice, members.get(m).key, 0));
            } else {
                network.setParameters(m, state.members().get(m).parameters());
                network.setOptimizerState(m, state.members().get(m).optimizer());
            }
        }
        from = null;
        return network;
    }

    private Checkpoint checkpoint(CompiledNetwork network) {
        List<Checkpoint.Member> states = new ArrayList<>();
        for (int m = 0; m < members.size(); m++) {
            states.add(members.get(m).state(network.parameters(m), network.optimizerState(m)));
        }
        return new Checkpoint(epoch, seconds, states, metrics);
    }

    /** @throws Stopped between two steps; the state on the engine is of no use then */
    private List<EpochMetrics> epoch(CompiledNetwork network, Stop stop) {
        int next = epoch + 1;
        int samples = data.training().length;
        int[][] orders = new int[members.size()][];
        for (int m = 0; m < orders.length; m++) {
            orders[m] = members.get(m).running() ? members.get(m).order(data.training(), next) : null;
        }
        double[] sums = new double[members.size()];
        int batches = (samples + batch - 1) / batch;
        for (int first = 0; first < batches; first += network.stepsAtOnce()) {
            stop.check();
            int[][][] selections = new int[Math.min(network.stepsAtOnce(), batches - first)][orders.length][];
            double[][] losses = new double[selections.length][orders.length];
            for (int step = 0; step < selections.length; step++) {
                int begin = (first + step) * batch;
                for (int m = 0; m < orders.length; m++) {
                    selections[step][m] = orders[m] == null
                            ? null
                            : Arrays.copyOfRange(orders[m], begin, Math.min(samples, begin + batch));
                }
            }
            network.trainSteps(data.examples(), selections, losses);
            for (int step = 0; step < selections.length; step++) {
                for (int m = 0; m < orders.length; m++) {
                    sums[m] += orders[m] == null ? 0 : losses[step][m] * selections[step][m].length;
                }
            }
        }
        List<EpochMetrics> lines = new ArrayList<>();
        for (int m = 0; m < orders.length; m++) {
            if (orders[m] != null) {
                double[] outputs = network.forward(m, data.examples(), data.validation());
                double loss = Losses.mean(network.problem().loss(), outputs, data.examples(), data.validation());
                members.get(m).finish(next, loss, network, m);
                lines.add(new EpochMetrics(next, members.get(m).seed, sums[m] / samples, loss));
            }
        }
        epoch = next;
        return lines;
    }

    TrainingRun result() {
        TrainedEnsemble ensemble = new TrainedEnsemble(
                recipe,
                lattice,
                data.couplings(),
                engineName,
                data.labelMeans(),
                members.stream().map(Member::trained).toList());
        return new TrainingRun(ensemble, metrics, data.training().length, data.validation().length, seconds);
    }

    /** What the host knows of a member. */
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
            this.key = Trainer.key(recipe, seed);
            this.rule = recipe.epochs();
        }

        void resume(Checkpoint.Member state) {
            epochs = state.epochs();
            bestEpoch = state.bestEpoch();
            bestLoss = state.bestLoss();
            best = state.best();
            end = state.end();
        }

        Checkpoint.Member state(double[] parameters, OptimizerState optimizer) {
            return new Checkpoint.Member(seed, epochs, bestEpoch, bestLoss, end, best, parameters, optimizer);
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
            if (best == null) {
                throw new TrainingFailedException("training of seed " + seed
                        + " diverged in its first epoch: the validation loss is no finite number; a smaller learning"
                        + " rate may help");
            }
            if (!Double.isFinite(loss)) {
                // Weights that gave no number never give one again.
                end = TrainedMember.End.DIVERGED;
            } else if (rule.over(epoch, bestEpoch)) {
                end = epoch >= rule.maximum() ? TrainedMember.End.MAXIMUM : TrainedMember.End.PATIENCE;
            }
        }

        TrainedMember trained() {
            return new TrainedMember(seed, epochs, bestEpoch, bestLoss, end, best);
        }
    }
}
