package org.silverblaze.evaluation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkFamily;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.RadialWeights;
import org.silverblaze.training.Task;
import org.silverblaze.training.TrainedEnsemble;
import org.silverblaze.training.TrainedMember;

/**
 * Runs trained networks on test sets of any lattice size: the weights stay, the network is compiled for each lattice. The
 * constant predictor and the oracle network are in every table as the two ends of the scale.
 */
public final class Evaluator {
    /** Name of the constant predictor: it answers the mean training labels. */
    public static final String CONSTANT = "constant";
    /** Name of {@link OracleNetwork}. */
    public static final String ORACLE = "oracle";

    private static final String BOTH = "both";
    private static final int BATCH = 128;

    private final NetworkEngine engine;
    private final int threads;

    public Evaluator(NetworkEngine engine, int threads) {
        this.engine = engine;
        this.threads = threads;
    }

    /**
     * Whether a network runs on a lattice: one with a flatten layer runs on the size that it was trained on alone, whatever
     * its shapes allow.
     */
    public static boolean applies(TrainedEnsemble ensemble, Lattice lattice) {
        return !NetworkShapes.tiedToLattice(ensemble.recipe().network())
                || ensemble.lattice().equals(lattice);
    }

    /** Rows of every network on every test set, in this order: test set, network, seed, output. */
    public EvaluationTable evaluate(List<TrainedEnsemble> ensembles, List<TestSet> sets, Progress progress)
            throws IOException {
        if (ensembles.stream().map(e -> e.recipe().task()).distinct().count() > 1) {
            throw new BadInput("evaluate: the runs are of different tasks; expected runs of one task");
        }
        List<EvaluationRow> rows = new ArrayList<>();
        int done = 0;
        for (TestSet set : sets) {
            progress.update(
                    "evaluating " + set.lattice() + ", mu = " + set.couplings().mu(), done++, sets.size());
            rows.addAll(evaluate(ensembles, set));
        }
        progress.update("evaluated", sets.size(), sets.size());
        return EvaluationTable.of(rows);
    }

    private List<EvaluationRow> evaluate(List<TrainedEnsemble> ensembles, TestSet set) throws IOException {
        Task task = ensembles.getFirst().recipe().task();
        if (task != Task.REGRESSION) {
            throw new IllegalArgumentException(task + " is for ViolationEvaluator");
        }
        LabelStatistics labels = LabelStatistics.of(set, task.outputs().size());
        if (labels.count() == 0) {
            throw new BadInput("evaluate: the test set on " + set.lattice() + " is empty; expected samples");
        }
        List<Candidate> candidates = new ArrayList<>();
        try {
            constants(ensembles, candidates);
            for (TrainedEnsemble ensemble : ensembles) {
                candidates.add(applies(ensemble, set.lattice()) ? compiled(ensemble, set) : absent(ensemble));
            }
            candidates.add(oracle(set, labels));
            set.forEachChunk(chunk -> candidates.forEach(c -> c.add(chunk)));
            return candidates.stream()
                    .flatMap(c -> c.rows(task, set, labels).stream())
                    .toList();
        } finally {
            candidates.forEach(Candidate::close);
        }
    }

    /** One for each training set: networks that were trained on the same one share it. */
    private static void constants(List<TrainedEnsemble> ensembles, List<Candidate> candidates) {
        List<double[]> known = new ArrayList<>();
        for (TrainedEnsemble ensemble : ensembles) {
            if (known.stream().noneMatch(means -> Arrays.equals(means, ensemble.labelMeans()))) {
                String name = known.isEmpty()
                        ? CONSTANT
                        : CONSTANT + ":" + ensemble.recipe().name();
                known.add(ensemble.labelMeans());
                candidates.add(new Constant(name, ensemble.labelMeans()));
            }
        }
    }

    private Candidate compiled(TrainedEnsemble ensemble, TestSet set) {
        List<double[]> parameters =
                ensemble.members().stream().map(TrainedMember::parameters).toList();
        CompiledNetwork network = compile(ensemble.recipe().network(), parameters, set.lattice());
        return new Networks(ensemble.recipe().name(), ensemble.recipe().family(), seeds(ensemble), network);
    }

    private static Candidate absent(TrainedEnsemble ensemble) {
        return new Networks(ensemble.recipe().name(), ensemble.recipe().family(), seeds(ensemble), null);
    }

    private Candidate oracle(TestSet set, LabelStatistics labels) {
        Couplings couplings = set.couplings();
        int largest = Math.max(2, labels.largestF());
        RadialWeights weights = RadialWeights.of(couplings.eta(), couplings.lambda(), largest + 2);
        OracleNetwork oracle = OracleNetwork.of(weights::g, largest);
        CompiledNetwork network = compile(oracle.network(), List.of(oracle.parameters()), set.lattice());
        return new Networks(ORACLE, NetworkFamily.EQ, Collections.singletonList(null), network);
    }

    private CompiledNetwork compile(NetworkSpec network, List<double[]> parameters, Lattice lattice) {
        return compile(engine, threads, network, parameters, lattice);
    }

    /** Networks of one architecture on a lattice, one for each set of raw parameters. */
    static CompiledNetwork compile(
            NetworkEngine engine, int threads, NetworkSpec network, List<double[]> parameters, Lattice lattice) {
        ParameterMap map =
                ParameterMap.identity(ParameterLayout.of(network, lattice).count());
        List<AdamW> unused = Collections.nCopies(parameters.size(), AdamW.amsgrad(1e-2));
        CompiledNetwork compiled = engine.compile(
                new NetworkProblem(network, map, lattice, BATCH, Loss.MEAN_SQUARED_ERROR, unused, threads));
        for (int m = 0; m < parameters.size(); m++) {
            compiled.setParameters(m, parameters.get(m));
        }
        return compiled;
    }

    private static List<Long> seeds(TrainedEnsemble ensemble) {
        return ensemble.members().stream().map(TrainedMember::seed).toList();
    }

    /** Something that answers, with its errors so far. */
    private abstract static class Candidate implements AutoCloseable {
        private final String name;
        private final String family;
        private final List<Long> seeds;
        private final boolean applies;
        private double[][] squares;
        private double[][] largest;

        Candidate(String name, String family, List<Long> seeds, boolean applies) {
            this.name = name;
            this.family = family;
            this.seeds = seeds;
            this.applies = applies;
        }

        /** Outputs of a member for all examples, {@code double[N * K]}. */
        abstract double[] outputs(int member, Examples examples);

        @Override
        public void close() {}

        final void add(Examples chunk) {
            if (!applies) {
                return;
            }
            int width = chunk.outputs();
            if (squares == null) {
                squares = new double[seeds.size()][width];
                largest = new double[seeds.size()][width];
            }
            for (int m = 0; m < seeds.size(); m++) {
                double[] outputs = outputs(m, chunk);
                for (int i = 0; i < outputs.length; i++) {
                    double error = outputs[i] - chunk.targets()[i];
                    squares[m][i % width] += error * error;
                    largest[m][i % width] = Math.max(largest[m][i % width], Math.abs(error));
                }
            }
        }

        final List<EvaluationRow> rows(Task task, TestSet set, LabelStatistics labels) {
            List<EvaluationRow> rows = new ArrayList<>();
            int width = task.outputs().size();
            for (int m = 0; m < seeds.size(); m++) {
                double errors = 0;
                double variances = 0;
                double worst = 0;
                for (int k = 0; k < width; k++) {
                    double mse = applies ? squares[m][k] / labels.count() : 0;
                    double error = applies ? largest[m][k] : 0;
                    rows.add(row(task.outputs().get(k), m, set, labels, mse, labels.variances()[k], error));
                    errors += mse;
                    variances += labels.variances()[k];
                    worst = Math.max(worst, error);
                }
                rows.add(row(BOTH, m, set, labels, errors / width, variances / width, worst));
            }
            return rows;
        }

        private EvaluationRow row(
                String output,
                int member,
                TestSet set,
                LabelStatistics labels,
                double mse,
                double variance,
                double error) {
            return new EvaluationRow(
                    name,
                    family,
                    seeds.get(member),
                    set.lattice().toString(),
                    set.couplings().eta(),
                    set.couplings().lambda(),
                    set.couplings().mu(),
                    output,
                    labels.count(),
                    applies ? mse : null,
                    applies && variance > 0 ? mse / variance : null,
                    applies ? error : null);
        }
    }

    private static final class Constant extends Candidate {
        private final double[] means;

        Constant(String name, double[] means) {
            super(name, CONSTANT, Collections.singletonList(null), true);
            this.means = means;
        }

        @Override
        double[] outputs(int member, Examples examples) {
            double[] outputs = new double[examples.count() * means.length];
            for (int i = 0; i < outputs.length; i++) {
                outputs[i] = means[i % means.length];
            }
            return outputs;
        }
    }

    private static final class Networks extends Candidate {
        private final CompiledNetwork network;

        Networks(String name, NetworkFamily family, List<Long> seeds, CompiledNetwork network) {
            super(name, family.name(), seeds, network != null);
            this.network = network;
        }

        @Override
        double[] outputs(int member, Examples examples) {
            return network.forward(
                    member, examples, IntStream.range(0, examples.count()).toArray());
        }

        @Override
        public void close() {
            if (network != null) {
                network.close();
            }
        }
    }
}
