package org.silverblaze.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.LayerTimes;
import org.silverblaze.lattice.Lattice;

/**
 * The named workloads of an engine on some lattices, with some batch sizes, and their measurement.
 *
 * @param engine does the work
 * @param threads of every workload and every limit
 * @param lattices two-dimensional
 * @param batches examples of a step
 * @param chains of the worm, all threads together; null: 16 for each thread, on a device as many as keep it busy
 * @param timing of each measurement
 */
public record Suite(
        Engine engine, int threads, List<Lattice> lattices, List<Integer> batches, Integer chains, Timing timing) {
    /** One and a half seconds, and what the JIT needs. Slices are short, so that some of them are undisturbed on a machine that is shared. */
    public static final Timing TIMING = new Timing(1.0, 0.02, 25);
    /** A site of phi: real and imaginary part, each read once and written once. */
    private static final int FIELD_BYTES = 4 * Float.BYTES;

    private static final List<Integer> CONVOLUTIONS = List.of(16, 32);

    /** With as many chains as suit the engine. */
    public Suite(Engine engine, int threads, List<Lattice> lattices, List<Integer> batches, Timing timing) {
        this(engine, threads, lattices, batches, null, timing);
    }

    public Suite {
        lattices = List.copyOf(lattices);
        batches = List.copyOf(batches);
    }

    /** All workloads that the engine offers, in the order in which they are measured. */
    public List<Workload> workloads() {
        List<Workload> all = new ArrayList<>();
        boolean layers = NetworkWork.measuresLayers(engine);
        for (Lattice lattice : lattices) {
            for (int batch : batches) {
                for (int channels : layers ? CONVOLUTIONS : List.<Integer>of()) {
                    convolutions(all, channels, lattice, batch);
                }
                for (NamedNetwork network : NamedNetwork.values()) {
                    String place = "/" + network.id() + "/" + lattice + "/" + batch;
                    var spec = network.spec(network.channels());
                    all.add(flops("step" + place, () -> NetworkWork.step(engine, spec, lattice, batch, threads)));
                    all.add(flops("forward" + place, () -> NetworkWork.forward(engine, spec, lattice, batch, threads)));
                }
            }
        }
        lattices.forEach(lattice -> sampling(all, lattice));
        return all;
    }

    private void convolutions(List<Workload> all, int channels, Lattice lattice, int batch) {
        for (LayerTimes.Phase phase : LayerTimes.Phase.values()) {
            String name = "convolution/" + channels + "/" + lattice + "/" + batch + "/" + text(phase);
            all.add(flops(name, () -> NetworkWork.convolution(engine, channels, lattice, batch, threads, phase)));
        }
    }

    private void sampling(List<Workload> all, Lattice lattice) {
        int volume = lattice.volume();
        all.add(new Workload(
                "worm/" + lattice,
                "steps/s",
                () -> SamplingWork.worm(engine, lattice, threads, chainsOn(lattice)),
                limits -> limits.walk(volume)));
        all.add(new Workload(
                "links/" + lattice,
                "updates/s",
                () -> SamplingWork.links(engine, lattice, threads, chainsOn(lattice)),
                EngineLimits::randomWords));
        if (samplesFields()) {
            all.add(new Workload(
                    "field/" + lattice,
                    "updates/s",
                    () -> SamplingWork.field(engine, lattice, threads),
                    limits -> limits.update((long) SamplingWork.CHAINS * volume * 2 * Float.BYTES) / FIELD_BYTES));
        }
    }

    private int chainsOn(Lattice lattice) {
        return chains != null ? chains : SamplingWork.chains(engine, lattice, threads);
    }

    /** An engine says by {@link BadInput} what it does not offer. */
    private boolean samplesFields() {
        try {
            return engine.fields() != null;
        } catch (BadInput e) {
            return false;
        }
    }

    private static Workload flops(String name, Supplier<Work> start) {
        return new Workload(name, "FLOP/s", start, EngineLimits::fmaPeak);
    }

    static String text(LayerTimes.Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a workload answers to the name. */
    boolean has(String name) {
        return workloads().stream().anyMatch(workload -> workload.answersTo(name));
    }

    /**
     * The workloads that answer to one of the names; all where there are no names.
     *
     * @throws BadInput where nothing answers to a name
     */
    public List<Workload> workloads(List<String> names) {
        List<Workload> all = workloads();
        for (String name : names) {
            if (!has(name)) {
                throw new BadInput("--only " + name + ": no such workload; there are "
                        + all.stream()
                                .map(workload -> workload.name()
                                        .substring(0, workload.name().indexOf('/')))
                                .distinct()
                                .collect(Collectors.joining(", "))
                        + ", or more of a name, such as " + all.getFirst().name());
            }
        }
        return all.stream()
                .filter(workload -> names.isEmpty() || names.stream().anyMatch(workload::answersTo))
                .toList();
    }

    /** Measures limits and workloads, one after the other. */
    public List<BenchResult> measure(List<Workload> workloads, EngineLimits limits, Progress progress) {
        progress.update("limits of the machine", 0, 1);
        limits.results();
        List<BenchResult> alone = measureAlone(workloads, limits, progress);
        List<BenchResult> results = new ArrayList<>(limits.results());
        results.addAll(alone);
        return results;
    }

    /** Measures workloads, and limits where they are asked for the first time. */
    List<BenchResult> measureAlone(List<Workload> workloads, EngineLimits limits, Progress progress) {
        String stage = "measuring engine " + engine.name();
        List<Timing.Rates> rates = new ArrayList<>();
        for (Workload workload : workloads) {
            progress.update(stage, rates.size(), workloads.size());
            try (Work work = workload.start().get()) {
                rates.add(timing.measure(work));
            }
            limits.again();
        }
        progress.update(stage, workloads.size(), workloads.size());
        List<BenchResult> results = new ArrayList<>();
        for (int i = 0; i < workloads.size(); i++) {
            Workload workload = workloads.get(i);
            Double limit = workload.limit().apply(limits);
            results.add(BenchResult.of(engine.name(), workload.name(), workload.unit(), rates.get(i), limit));
        }
        return results;
    }
}
