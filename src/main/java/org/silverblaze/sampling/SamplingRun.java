package org.silverblaze.sampling;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.Stop;
import org.silverblaze.Stopped;
import org.silverblaze.dataset.BlockSink;
import org.silverblaze.dataset.DatasetFolder;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.Part;
import org.silverblaze.dataset.Provenance;
import org.silverblaze.dataset.ShardId;
import org.silverblaze.dataset.ShardLayout;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ObservableMeter;

/**
 * Makes a data set: schedules by pilot runs, then every block of chains at every mu on a thread of its own, segment by segment. The
 * data are the same to the bit whatever the engine and the number of threads. Shards that are there already are not made again; a
 * block that lacks one goes on from the last state of its chains before it, or from the beginning.
 */
public final class SamplingRun {
    /** Measurements kept for autocorrelation times, all chains and mu together; longer chains are judged by their first ones. */
    private static final long KEPT = 1 << 23;

    private final SamplingRequest request;
    private final Engine engine;
    private final int threads;
    private final List<String> command;
    private final Stop stop;
    private final Progress progress;
    private final long start = System.nanoTime();
    private final long cpuStart = cpuNanos();
    private final AtomicLong made = new AtomicLong();
    private long samplingNanos;
    private long samplingCpuNanos;

    private SamplingRun(
            SamplingRequest request, Engine engine, int threads, List<String> command, Stop stop, Progress progress) {
        this.request = request;
        this.engine = engine;
        this.threads = threads;
        this.command = List.copyOf(command);
        this.stop = stop;
        this.progress = progress;
    }

    /** As the other one; nobody stops it. */
    public static SamplingResult run(
            SamplingRequest request, Path folder, Engine engine, int threads, List<String> command, Progress progress)
            throws IOException {
        return run(request, folder, Part.WHOLE, engine, threads, command, new Stop(), progress);
    }

    /**
     * @param folder created, taken up again, or found complete
     * @param part the blocks to make
     * @param threads at most so many blocks run at the same time
     * @param command the command line, for the provenance
     * @throws BadInput where the folder holds something else
     * @throws Stopped where the end was asked for; what is whole stays, and the same request goes on from there
     */
    public static SamplingResult run(
            SamplingRequest request,
            Path folder,
            Part part,
            Engine engine,
            int threads,
            List<String> command,
            Stop stop,
            Progress progress)
            throws IOException {
        return new SamplingRun(request, engine, threads, command, stop, progress).run(folder, part);
    }

    private SamplingResult run(Path out, Part part) throws IOException {
        // Before the pilot runs, which take minutes on a large lattice.
        DatasetFolder.refuseOthers(out, draft(), part);
        List<String> notes = new ArrayList<>();
        Manifest manifest = manifest(notes);
        ShardLayout layout = manifest.layout();
        List<RunSeries> series = new ArrayList<>();
        Map<Integer, HotStart> hot = new ConcurrentHashMap<>();
        try (DatasetFolder folder = DatasetFolder.open(out, manifest, part)) {
            boolean resumed = folder.hasStates()
                    || folder.missing().size() < part.shards(manifest).size();
            try {
                sample(folder, series, hot);
            } catch (Stopped stopped) {
                folder.record(provenance(folder, resumed, false, List.of()).withNotes(notes));
                throw stopped;
            }
            double effective = 0;
            double fewest = Double.POSITIVE_INFINITY;
            String observable = null;
            List<Provenance.Tau> taus = new ArrayList<>();
            List<SamplingResult.Point> points = new ArrayList<>();
            for (int mu = 0; mu < series.size(); mu++) {
                SlowestObservable slowest = series.get(mu).slowest();
                if (slowest != null) {
                    notes.addAll(RunChecks.notes(manifest.points().get(mu).mu(), series.get(mu), hot.get(mu)));
                    double here = series.get(mu).made() / (2 * slowest.tauInt());
                    effective += here;
                    if (here < fewest) {
                        fewest = here;
                        observable = slowest.name();
                    }
                    taus.add(new Provenance.Tau(
                            manifest.points().get(mu).mu(),
                            slowest.n() == null ? null : slowest.n().tauInt(),
                            slowest.phi2().tauInt()));
                    points.add(
                            point(manifest.points().get(mu).mu(), series.get(mu).made(), slowest));
                }
            }
            if (!folder.complete()) {
                folder.finish(provenance(folder, resumed, true, taus).withNotes(notes));
            }
            double seconds = seconds();
            return new SamplingResult(
                    part.shards(manifest).stream()
                            .mapToLong(id -> layout.samplesIn(id.block(), id.segment()))
                            .sum(),
                    manifest.chains(),
                    threads,
                    engine.name(),
                    seconds,
                    cpuSeconds(),
                    made.get() / seconds,
                    observable == null ? null : effective / seconds,
                    observable,
                    samplingNanos * 1e-9,
                    samplingCpuNanos * 1e-9,
                    points,
                    out,
                    made.get(),
                    List.copyOf(notes));
        }
    }

    private static SamplingResult.Point point(double mu, long made, SlowestObservable slowest) {
        Estimate n = slowest.n();
        Estimate phi2 = slowest.phi2();
        return new SamplingResult.Point(
                mu,
                made,
                n == null ? null : n.tauInt(),
                n == null ? null : n.tauIntError(),
                phi2.tauInt(),
                phi2.tauIntError());
    }

    /** Makes what is missing. */
    private void sample(DatasetFolder folder, List<RunSeries> series, Map<Integer, HotStart> hot) throws IOException {
        Manifest manifest = folder.manifest();
        ShardLayout layout = manifest.layout();
        Crew crew = new Crew(threads, stop);
        List<Callable<Void>> blocks = new ArrayList<>();
        List<Integer> lacking = new ArrayList<>();
        long total = 0;
        for (int mu = 0; mu < manifest.points().size(); mu++) {
            RunSeries here =
                    new RunSeries(layout.chains(), KEPT / manifest.points().size() / layout.chains());
            series.add(here);
            long before = total;
            for (int block = 0; block < layout.blocks(); block++) {
                long missing = missing(folder, mu, block);
                if (missing > 0) {
                    total += missing;
                    blocks.add(block(crew, folder, mu, block, here));
                }
            }
            if (total > before) {
                lacking.add(mu);
            }
        }
        for (int mu : lacking) {
            blocks.add(() -> {
                hot.put(mu, HotStart.run(engine, manifest.chainSpec(mu), crew::check));
                return null;
            });
        }
        if (blocks.isEmpty()) {
            return;
        }
        long all = total;
        long wall = System.nanoTime();
        long cpu = cpuNanos();
        progress.update("sampling", 0, all);
        crew.run(blocks, () -> progress.update("sampling", Math.min(made.get(), all), all));
        progress.update("sampling", all, all);
        samplingNanos = System.nanoTime() - wall;
        samplingCpuNanos = cpuNanos() - cpu;
    }

    private Provenance provenance(DatasetFolder folder, boolean resumed, boolean complete, List<Provenance.Tau> taus) {
        return Provenance.now(
                engine.name(), threads, command, seconds(), cpuSeconds(), folder.written(), resumed, complete, taus);
    }

    private double seconds() {
        return (System.nanoTime() - start) * 1e-9;
    }

    private double cpuSeconds() {
        return (cpuNanos() - cpuStart) * 1e-9;
    }

    private int stepsPerSweep() {
        return request.stepsPerSweep() != null
                ? request.stepsPerSweep()
                : request.lattice().volume();
    }

    /** The request before its schedules and segments are known. */
    private Manifest draft() {
        Schedule any = new Schedule(stepsPerSweep(), 0, 1);
        return Manifest.of(
                        request.lattice(),
                        request.eta(),
                        request.lambda(),
                        request.mus().stream()
                                .map(mu -> new Manifest.Point(mu, any))
                                .toList(),
                        request.samples(),
                        request.resolvedChains(),
                        request.seed(),
                        request.algorithm())
                .withTask(request.task());
    }

    private Manifest manifest(List<String> notes) throws IOException {
        int stepsPerSweep = stepsPerSweep();
        boolean given = request.thermalization() != null && request.wormsBetween() != null;
        int count = request.mus().size();
        Schedule[] schedules = new Schedule[count];
        double[] stepsPerSample = new double[count];
        String[] note = new String[count];
        List<Callable<Void>> pilots = new ArrayList<>();
        AtomicLong done = new AtomicLong();
        for (int i = 0; i < count; i++) {
            int mu = i;
            pilots.add(() -> {
                Couplings couplings = new Couplings(
                        request.eta(), request.lambda(), request.mus().get(mu));
                if (given) {
                    schedules[mu] = new Schedule(stepsPerSweep, request.thermalization(), request.wormsBetween());
                    if (request.segmentSamples() == null) {
                        stepsPerSample[mu] = request.wormsBetween()
                                * Pilot.stepsPerWorm(
                                        engine.sampling(),
                                        request.lattice(),
                                        couplings,
                                        request.algorithm(),
                                        stepsPerSweep);
                    }
                } else {
                    Pilot pilot = Pilot.run(
                            engine.sampling(), request.lattice(), couplings, request.algorithm(), stepsPerSweep);
                    Schedule found = pilot.schedule();
                    schedules[mu] = new Schedule(
                            stepsPerSweep,
                            request.thermalization() != null ? request.thermalization() : found.thermalization(),
                            request.wormsBetween() != null ? request.wormsBetween() : found.wormsBetween());
                    stepsPerSample[mu] = schedules[mu].wormsBetween() * pilot.stepsPerWorm();
                    if (!pilot.resolved()) {
                        note[mu] = "mu = " + request.mus().get(mu)
                                + ": the pilot run was too short for tau_int of " + pilot.observable()
                                + "; samples may be correlated (--worms-between sets their spacing)";
                    }
                }
                done.incrementAndGet();
                return null;
            });
        }
        new Crew(threads, stop).run(pilots, () -> progress.update("pilot runs", done.get(), count));
        List<Manifest.Point> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            points.add(new Manifest.Point(request.mus().get(i), schedules[i]));
            if (note[i] != null) {
                notes.add(note[i]);
            }
        }
        Manifest manifest = Manifest.of(
                        request.lattice(),
                        request.eta(),
                        request.lambda(),
                        points,
                        request.samples(),
                        request.resolvedChains(),
                        request.seed(),
                        request.algorithm(),
                        Arrays.stream(stepsPerSample).max().orElseThrow())
                .withTask(request.task());
        return request.segmentSamples() == null ? manifest : manifest.withSegmentSamples(request.segmentSamples());
    }

    private static long missing(DatasetFolder folder, int mu, int block) {
        Manifest manifest = folder.manifest();
        ShardLayout layout = manifest.layout();
        long samples = 0;
        for (int segment = 0; segment < layout.segments(block); segment++) {
            ShardId id = new ShardId(mu, block, segment);
            if (folder.part().holds(manifest, id) && !folder.has(id)) {
                samples += layout.samplesIn(block, segment);
            }
        }
        return samples;
    }

    private Callable<Void> block(Crew crew, DatasetFolder folder, int mu, int block, RunSeries series) {
        return () -> {
            Manifest manifest = folder.manifest();
            ShardLayout layout = manifest.layout();
            ObservableMeter meter = ObservableMeter.of(manifest.lattice(), manifest.couplings(mu));
            OpenWorms worms = manifest.task() == null ? null : new OpenWorms(manifest.chainSpec(mu), manifest.task());
            BlockSink shards = new BlockSink(folder, mu, block, meter, worms, (chain, draw, observables, missing) -> {
                series.take(chain, draw, observables, missing);
                if (missing) {
                    made.incrementAndGet();
                }
            });
            try (ChainBlock chains = chains(manifest.chainSpec(mu), layout, block, shards.resume())) {
                while (!shards.complete()) {
                    chains.advance(layout.samplesUntil(block, shards.segment()), (chain, draw, k, l) -> {
                        crew.check();
                        shards.accept(chain, draw, k, l);
                    });
                    crew.check();
                    shards.segmentDone(chains::state);
                }
            }
            return null;
        };
    }

    private ChainBlock chains(ChainSpec spec, ShardLayout layout, int block, Optional<ChainState> state) {
        return state.isPresent()
                ? engine.sampling().resume(spec, state.get())
                : engine.sampling().start(spec, layout.firstChain(block), layout.chainsIn(block));
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
