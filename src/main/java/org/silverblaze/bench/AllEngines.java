package org.silverblaze.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.Version;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Precision;
import org.silverblaze.lattice.Lattice;

/**
 * The same workloads on every engine that works here, in one run, each engine beside the limits of what it computes on.
 *
 * @param engines in the order of the report; rates are divided by those of the first one that works
 * @param threads of every workload and every limit of the processors
 * @param lattices two-dimensional
 * @param batches examples of a step
 * @param chains of the worm; null: as many as suit each engine
 * @param timing of each measurement but those of {@code reference}
 * @param limitTiming of each limit
 */
public record AllEngines(
        List<Engine> engines,
        int threads,
        List<Lattice> lattices,
        List<Integer> batches,
        Integer chains,
        Timing timing,
        Timing limitTiming) {
    /** What {@code --engine} is called for all of them. */
    public static final String NAME = "all";

    private static final String REFERENCE = "reference";
    /** For an engine that is there to be right: a run of it may take seconds. */
    private static final Timing SLOW = new Timing(0, 0.05, 3);

    public AllEngines {
        engines = List.copyOf(engines);
    }

    private Suite suite(Engine engine) {
        Timing its = engine.name().equals(REFERENCE) ? SLOW : timing;
        return new Suite(engine, threads, lattices, batches, chains, its);
    }

    /**
     * Measures workloads of these names; all where there are none.
     *
     * @throws BadInput where no engine has one of a name
     */
    public BenchReport measure(List<String> only, Progress progress) {
        List<Engine> usable =
                engines.stream().filter(engine -> engine.status().available()).toList();
        Map<Engine, List<Workload>> plan = new LinkedHashMap<>();
        for (String name : only) {
            // One that answers is enough: an engine need not offer what another does.
            if (usable.stream().noneMatch(engine -> suite(engine).has(name))) {
                suite(usable.getFirst()).workloads(List.of(name));
            }
        }
        for (Engine engine : usable) {
            Suite suite = suite(engine);
            List<String> offered = only.stream().filter(suite::has).toList();
            plan.put(engine, only.isEmpty() || !offered.isEmpty() ? suite.workloads(offered) : List.of());
        }
        EngineLimits processors = new MachineLimits(new Limits(threads, limitTiming));
        progress.update("limits of the machine", 0, 1);
        processors.results();
        List<BenchResult> results = new ArrayList<>();
        plan.forEach((engine, workloads) -> {
            Optional<EngineLimits> device = engine.device().map(d -> new DeviceLimits(engine.name(), d, limitTiming));
            device.ifPresent(limits -> results.addAll(limits.results()));
            results.addAll(suite(engine).measureAlone(workloads, device.orElse(processors), progress));
        });
        results.addAll(0, processors.results());
        return new BenchReport(
                Machine.description(),
                Version.revision(),
                NAME,
                Precision.FLOAT32.id(),
                threads,
                engines.stream().map(EngineLine::of).toList(),
                results,
                ratios(results, usable.getFirst().name()),
                List.of());
    }

    /** Of every result to the one of the same name by engine {@code to}. */
    static List<EngineRatio> ratios(List<BenchResult> results, String to) {
        Map<String, Double> rates = new LinkedHashMap<>();
        for (BenchResult result : results) {
            if (to.equals(result.engine())) {
                rates.put(result.name(), result.value());
            }
        }
        List<EngineRatio> ratios = new ArrayList<>();
        for (BenchResult result : results) {
            Double rate = rates.get(result.name());
            if (result.engine() != null && !to.equals(result.engine()) && rate != null) {
                ratios.add(new EngineRatio(result.name(), result.engine(), to, result.value() / rate));
            }
        }
        return ratios;
    }
}
