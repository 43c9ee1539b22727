package org.silverblaze.evaluation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.network.NetworkFamily;
import org.silverblaze.training.Losses;
import org.silverblaze.training.Task;
import org.silverblaze.training.TrainedEnsemble;
import org.silverblaze.training.TrainedMember;

/**
 * Runs networks of detection or counting on test sets of any lattice size. The constant predictor and the oracle network are in every
 * table as the two ends of the scale; the logit of the constant predictor is that of the mean training label.
 */
public final class ViolationEvaluator {
    private final NetworkEngine engine;
    private final int threads;

    public ViolationEvaluator(NetworkEngine engine, int threads) {
        this.engine = engine;
        this.threads = threads;
    }

    /** Rows of every network on every test set, in this order: test set, network, seed. */
    public ViolationTable evaluate(List<TrainedEnsemble> ensembles, List<TestSet> sets, Progress progress)
            throws IOException {
        List<Task> tasks =
                ensembles.stream().map(e -> e.recipe().task()).distinct().toList();
        if (tasks.size() > 1) {
            throw new BadInput("evaluate: the runs are of different tasks; expected runs of one task");
        }
        List<ViolationRow> rows = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            TestSet set = sets.get(i);
            progress.update(
                    "evaluating " + set.lattice() + ", mu = " + set.couplings().mu(), i, sets.size());
            rows.addAll(evaluate(tasks.getFirst(), ensembles, set));
        }
        progress.update("evaluated", sets.size(), sets.size());
        return ViolationTable.of(tasks.getFirst(), rows);
    }

    /** Something that answers: the outputs of each member so far; no members where it does not run on the lattice. */
    private record Candidate(
            String name,
            String family,
            List<Long> seeds,
            CompiledNetwork network,
            double constant,
            List<Growing> outputs) {
        static Candidate of(String name, String family, List<Long> seeds, CompiledNetwork network, double constant) {
            boolean runs = network != null || !Double.isNaN(constant);
            return new Candidate(
                    name,
                    family,
                    seeds,
                    network,
                    constant,
                    runs ? seeds.stream().map(s -> new Growing()).toList() : List.of());
        }
    }

    /** Numbers, one after another. */
    private static final class Growing {
        private double[] values = new double[64];
        private int count;

        void add(double value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = value;
        }

        double[] all() {
            return Arrays.copyOf(values, count);
        }
    }

    private List<ViolationRow> evaluate(Task task, List<TrainedEnsemble> ensembles, TestSet set) throws IOException {
        Growing labels = new Growing();
        List<Candidate> candidates = answered(task, ensembles, set, labels);
        double[] targets = labels.all();
        if (targets.length == 0) {
            throw new BadInput("evaluate: the test set on " + set.lattice() + " is empty; expected samples");
        }
        return candidates.stream()
                .flatMap(c -> rows(task, set, c, targets).stream())
                .toList();
    }

    /**
     * What networks say about single configurations; the constant predictor and the oracle network are among them.
     *
     * @param network name of the recipe, {@code constant} or {@code oracle}
     * @param seed member of the ensemble; null for constant and oracle
     * @param configuration number of the configuration
     * @param answer a probability (detection) or a number of violations (counting)
     */
    public record Answer(String network, Long seed, int configuration, double answer) {}

    /** Answers to hand-made configurations of one lattice, from every network that runs on it, in the order of {@link #evaluate}. */
    public List<Answer> answers(List<TrainedEnsemble> ensembles, List<HandMade> configurations) throws IOException {
        Task task = ensembles.getFirst().recipe().task();
        TestSet set = TestSet.of(ensembles.getFirst().couplings(), HandMade.examples(configurations, task));
        List<Answer> answers = new ArrayList<>();
        for (Candidate c : answered(task, ensembles, set, new Growing())) {
            for (int member = 0; member < c.outputs.size(); member++) {
                double[] outputs = c.outputs.get(member).all();
                for (int i = 0; i < outputs.length; i++) {
                    double answer = task == Task.DETECTION ? ViolationScores.logistic(outputs[i]) : outputs[i];
                    answers.add(new Answer(c.name, c.seeds.get(member), i, answer));
                }
            }
        }
        return answers;
    }

    /** Everything that answers, with its outputs for all examples of a test set; the labels go to {@code labels}. */
    private List<Candidate> answered(Task task, List<TrainedEnsemble> ensembles, TestSet set, Growing labels)
            throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        try {
            constants(task, ensembles, candidates);
            for (TrainedEnsemble ensemble : ensembles) {
                List<double[]> parameters = ensemble.members().stream()
                        .map(TrainedMember::parameters)
                        .toList();
                candidates.add(Candidate.of(
                        ensemble.recipe().name(),
                        ensemble.recipe().family().name(),
                        ensemble.members().stream().map(TrainedMember::seed).toList(),
                        Evaluator.applies(ensemble, set.lattice())
                                ? Evaluator.compile(
                                        engine, threads, ensemble.recipe().network(), parameters, set.lattice())
                                : null,
                        Double.NaN));
            }
            ViolationOracle oracle = ViolationOracle.of(task);
            candidates.add(Candidate.of(
                    Evaluator.ORACLE,
                    NetworkFamily.EQ.name(),
                    Collections.singletonList(null),
                    Evaluator.compile(engine, threads, oracle.network(), List.of(oracle.parameters()), set.lattice()),
                    Double.NaN));
            set.forEachChunk(chunk -> {
                int[] all = IntStream.range(0, chunk.count()).toArray();
                for (float target : chunk.targets()) {
                    labels.add(target);
                }
                for (Candidate c : candidates) {
                    for (int member = 0; member < c.outputs.size(); member++) {
                        double[] outputs = c.network == null
                                ? Arrays.stream(all)
                                        .mapToDouble(i -> c.constant)
                                        .toArray()
                                : c.network.forward(member, chunk, all);
                        for (double output : outputs) {
                            c.outputs.get(member).add(output);
                        }
                    }
                }
            });
            return candidates;
        } finally {
            for (Candidate c : candidates) {
                if (c.network != null) {
                    c.network.close();
                }
            }
        }
    }

    /** One for each training set: networks that were trained on the same one share it. */
    private static void constants(Task task, List<TrainedEnsemble> ensembles, List<Candidate> candidates) {
        List<Double> known = new ArrayList<>();
        for (TrainedEnsemble ensemble : ensembles) {
            double mean = ensemble.labelMeans()[0];
            if (!known.contains(mean)) {
                String name = known.isEmpty()
                        ? Evaluator.CONSTANT
                        : Evaluator.CONSTANT + ":" + ensemble.recipe().name();
                known.add(mean);
                candidates.add(Candidate.of(
                        name,
                        Evaluator.CONSTANT,
                        Collections.singletonList(null),
                        null,
                        task == Task.DETECTION ? StrictMath.log(mean / (1 - mean)) : mean));
            }
        }
    }

    private static List<ViolationRow> rows(Task task, TestSet set, Candidate c, double[] labels) {
        List<ViolationRow> rows = new ArrayList<>();
        for (int member = 0; member < c.seeds.size(); member++) {
            ViolationScores scores = c.outputs.isEmpty()
                    ? null
                    : new ViolationScores(c.outputs.get(member).all(), labels);
            rows.add(row(task, set, c, c.seeds.get(member), scores, labels));
        }
        return rows;
    }

    private static ViolationRow row(
            Task task, TestSet set, Candidate c, Long seed, ViolationScores scores, double[] labels) {
        boolean runs = scores != null;
        boolean detects = runs && task == Task.DETECTION;
        boolean counts = runs && task == Task.COUNTING;
        double[] answers = detects ? scores.probabilities() : counts ? scores.outputs() : null;
        double mean = Arrays.stream(labels).average().orElseThrow();
        double variance =
                Arrays.stream(labels).map(y -> (y - mean) * (y - mean)).sum() / labels.length;
        Double mse = runs ? (Double) ViolationScores.meanSquare(answers, labels) : null;
        return new ViolationRow(
                c.name,
                c.family,
                seed,
                set.lattice().toString(),
                set.couplings().eta(),
                set.couplings().lambda(),
                set.couplings().mu(),
                set.pairs() ? ViolationRow.PAIRS : ViolationRow.ORDINARY,
                task.outputs().getFirst(),
                labels.length,
                mse,
                runs && variance > 0 ? (Double) (mse / variance) : null,
                runs ? (Double) ViolationScores.largest(answers, labels) : null,
                detects ? (Double) Losses.mean(Loss.BINARY_CROSS_ENTROPY, scores.outputs(), labels) : null,
                detects ? (Double) scores.accuracy() : null,
                detects ? scores.auc() : null,
                detects ? scores.falsePositives() : null,
                counts ? (Double) scores.exact() : null,
                counts ? (Double) scores.meanError() : null,
                detects && set.pairs() ? (Double) scores.ordered() : null,
                counts && set.pairs() ? (Double) scores.differences() : null,
                counts ? scores.byNumber() : null);
    }
}
