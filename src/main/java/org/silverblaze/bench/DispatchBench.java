package org.silverblaze.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.silverblaze.Progress;
import org.silverblaze.Version;
import org.silverblaze.dataset.ShardLayout;
import org.silverblaze.dispatch.Demand;
import org.silverblaze.dispatch.Judge;
import org.silverblaze.dispatch.SamplingDemand;
import org.silverblaze.dispatch.TrainingDemand;
import org.silverblaze.dispatch.Trial;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.theory.Couplings;

/**
 * Is the engine that {@code --engine auto} takes the right one? A mixed list of workloads, each of an hour by the dispatcher's guess: few and
 * many chains on small and large lattices; one model and ensembles, small and large batches.
 *
 * @param judge lets the dispatcher choose and measures
 * @param threads of every workload
 */
public record DispatchBench(Judge judge, int threads) {
    private static final double HOUR = 3600;

    private record Sampling(String lattice, double mu, int chains) {}

    private record Training(NamedNetwork network, String lattice, int batch, int models) {}

    private static final List<Sampling> SAMPLING = List.of(
            new Sampling("8x8", 1.0, 16),
            new Sampling("8x8", 1.0, 4096),
            new Sampling("8x8", 1.25, 65536),
            new Sampling("60x4", 0.91, 64),
            new Sampling("60x4", 1.05, 256),
            new Sampling("60x4", 1.05, 16384),
            new Sampling("200x10", 1.0, 64),
            new Sampling("200x10", 1.0, 4096),
            new Sampling("64x64", 1.0, 16),
            new Sampling("64x64", 1.0, 2048));

    private static final List<Training> TRAINING = List.of(
            new Training(NamedNetwork.EQ_SMALL, "60x4", 1, 1),
            new Training(NamedNetwork.EQ_SMALL, "60x4", 16, 1),
            new Training(NamedNetwork.EQ_SMALL, "60x4", 100, 1),
            new Training(NamedNetwork.EQ_SMALL, "60x4", 100, 10),
            new Training(NamedNetwork.EQ_SMALL, "8x8", 32, 1),
            new Training(NamedNetwork.EQ_SMALL, "8x8", 100, 64),
            new Training(NamedNetwork.ST, "60x4", 100, 1),
            new Training(NamedNetwork.FL, "60x4", 100, 10),
            new Training(NamedNetwork.EQ_LARGE, "60x4", 64, 1),
            new Training(NamedNetwork.EQ_LARGE, "64x64", 16, 1));

    /**
     * What came out.
     *
     * @param right workloads whose engine is the fastest one or within 10 % of it
     * @param of how many; 0 where there was nothing to choose
     * @param longestChoice seconds
     * @param verdict all that in one line
     */
    public record Report(
            String machine,
            String revision,
            int threads,
            List<EngineLine> engines,
            List<Trial> workloads,
            int right,
            int of,
            @JsonProperty("longest_choice_seconds") double longestChoice,
            String verdict) {}

    /** A workload and what it is called. */
    record Named(String name, Demand demand) {}

    List<Named> workloads() {
        List<Named> all = new ArrayList<>();
        for (Sampling one : SAMPLING) {
            all.add(new Named(
                    "sampling/" + one.lattice() + "/mu " + one.mu() + "/" + one.chains() + " chains", demand(one)));
        }
        for (Training one : TRAINING) {
            all.add(new Named(
                    "training/" + one.network().id() + "/" + one.lattice() + "/batch " + one.batch() + "/"
                            + one.models() + (one.models() == 1 ? " model" : " models"),
                    demand(one)));
        }
        return all;
    }

    private Demand demand(Sampling one) {
        Lattice lattice = Lattice.parse(one.lattice());
        ShardLayout layout = ShardLayout.of(lattice, one.chains(), one.chains());
        return anHour(samples -> new SamplingDemand(
                lattice,
                new Couplings(2 * lattice.dimensions() + 0.01, 1, one.mu()),
                WormAlgorithm.DIRECTED,
                lattice.volume(),
                null,
                layout.chainsIn(0),
                layout.blocks(),
                samples,
                threads));
    }

    private Demand demand(Training one) {
        NetworkSpec network = one.network().spec(one.network().channels());
        Lattice lattice = Lattice.parse(one.lattice());
        NetworkProblem problem = new NetworkProblem(
                network,
                ParameterMap.identity(ParameterLayout.of(network, lattice).count()),
                lattice,
                one.batch(),
                Loss.MEAN_SQUARED_ERROR,
                Collections.nCopies(one.models(), NetworkLoad.OPTIMIZER),
                threads);
        return anHour(examples -> new TrainingDemand(problem, examples));
    }

    /** So much of it that it takes an hour by the dispatcher's guess. */
    private static Demand anHour(DoubleFunction<Demand> ofSize) {
        return ofSize.apply(HOUR / ofSize.apply(1).guessedSeconds());
    }

    /** Goes through the list, where there is a choice at all. */
    public Report measure(Progress progress) {
        List<EngineLine> engines = judge.usable().stream().map(EngineLine::of).toList();
        List<Trial> trials = new ArrayList<>();
        if (engines.size() > 1) {
            List<Named> workloads = workloads();
            for (int i = 0; i < workloads.size(); i++) {
                progress.update(workloads.get(i).name(), i, workloads.size());
                trials.add(judge.judge(workloads.get(i).name(), workloads.get(i).demand()));
            }
            progress.update("done", workloads.size(), workloads.size());
        }
        int right = (int) trials.stream().filter(Trial::right).count();
        double longest = trials.stream().mapToDouble(Trial::choiceSeconds).max().orElse(0);
        String verdict = trials.isEmpty()
                ? "nothing to choose: " + judge.choices()
                : String.format(
                        Locale.ROOT,
                        "%d of %d right or within %.0f %%; the longest choice took %.1f s",
                        right,
                        trials.size(),
                        100 * (Trial.MARGIN - 1),
                        longest);
        return new Report(
                Machine.description(),
                Version.revision(),
                threads,
                engines,
                trials,
                right,
                trials.size(),
                longest,
                verdict);
    }
}
