package org.silverblaze.sampling;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.silverblaze.dataset.DatasetFolder;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.Part;
import org.silverblaze.dataset.Provenance;
import org.silverblaze.dataset.ShardId;
import org.silverblaze.dataset.ShardLayout;
import org.silverblaze.engine.Engine;
import org.silverblaze.statistics.Estimate;

/**
 * Makes a data set: schedules by pilot runs, then every block of chains at every mu on a thread of its own, segment by segment. The
 * data are the same to the bit whatever the engine and the number of threads. Shards that are there already are not made again; a
 * block that lacks one goes on from the last state of its chains before it, or from the beginning.
 */
public final class SamplingRun {
    /** Measurements kept for autocorrelation times, all chains and mu together; longer chains are judged by their first ones. */
    private static final long KEPT = 1 << 23;

    private final Ensemble ensemble;
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
    // processor time when half of the samples that are missing were made, and when all were
    private final AtomicLong halfCpuNanos = new AtomicLong();
    private final AtomicLong allCpuNanos = new AtomicLong();
    private long toMake;

    private SamplingRun(
            Ensemble ensemble, Engine engine, int threads, List<String> command, Stop stop, Progress progress) {
        this.ensemble = ensemble;
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
        return new SamplingRun(new FluxEnsemble(request, engine.sampling()), engine, threads, command, stop, progress)
                .run(folder, part);
    }

    /** As the other one, of the field phi itself. */
    public static SamplingResult run(
            FieldRequest request,
            Path folder,
            Part part,
            Engine engine,
            int threads,
            List<String> command,
            Stop stop,
            Progress progress)
            throws IOException {
        return new SamplingRun(new FieldEnsemble(request, engine.fields()), engine, threads, command, stop, progress)
                .run(folder, part);
    }

    private SamplingResult run(Path out, Part part) throws IOException {
        // Before the pilot runs, which take minutes on a large lattice.
        DatasetFolder.refuseOthers(out, ensemble.draft(), part);
        List<String> notes = new ArrayList<>();
        Optional<Provenance> settled = settled(out);
        settled.ifPresent(line -> notes.addAll(line.notes()));
        Manifest manifest = settled.isPresent()
                ? Manifest.read(out.resolve(Manifest.FILE))
                : ensemble.manifest(new Crew(threads, stop), progress, notes);
        ShardLayout layout = manifest.layout();
        List<RunSeries> series = new ArrayList<>();
        Map<Integer, HotStart> hot = new ConcurrentHashMap<>();
        try (DatasetFolder folder = DatasetFolder.open(out, manifest, part)) {
            boolean resumed = folder.hasStates()
                    || folder.missing().size() < part.shards(manifest).size();
            if (settled.isEmpty() && !folder.complete()) {
                folder.record(provenance(folder, resumed, false, List.of())
                        .withNotes(notes, List.of())
                        .settling(ensemble.request(), manifest));
            }
            try {
                sample(folder, series, hot);
            } catch (Stopped stopped) {
                folder.record(provenance(folder, resumed, false, List.of()).withNotes(notes, List.of()));
                throw stopped;
            }
            if (!folder.complete()) {
                folder.verifyEarlier(shard -> ensemble.observed(
                        shard,
                        (chain, draw, first, phi2, missing) ->
                                series.get(shard.id().mu()).take(chain, draw, first, phi2, missing)));
            }
            double effective = 0;
            double fewest = Double.POSITIVE_INFINITY;
            String observable = null;
            List<Provenance.Tau> taus = new ArrayList<>();
            List<SamplingResult.Point> points = new ArrayList<>();
            List<Double> notThermalized = new ArrayList<>();
            for (int mu = 0; mu < series.size(); mu++) {
                SlowestObservable slowest = series.get(mu).slowest();
                if (slowest != null) {
                    double at = manifest.points().get(mu).mu();
                    RunChecks.Verdict verdict = RunChecks.of(at, series.get(mu), hot.get(mu));
                    notes.addAll(verdict.notes());
                    if (!verdict.thermalized()) {
                        notThermalized.add(at);
                    }
                    taus.add(tau(at, slowest));
                    if (series.get(mu).made() == 0) {
                        continue;
                    }
                    double here = series.get(mu).made() / (2 * slowest.tauInt());
                    effective += here;
                    if (here < fewest) {
                        fewest = here;
                        observable = slowest.name();
                    }
                    points.add(point(at, series.get(mu).made(), slowest));
                }
            }
            if (!folder.complete()) {
                folder.finish(provenance(folder, resumed, true, taus).withNotes(notes, notThermalized));
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
                    longRunRate(),
                    points,
                    out,
                    made.get(),
                    List.copyOf(notes));
        }
    }

    /**
     * The line in which an earlier run on this folder said what manifest the same request leads to: its pilot runs need not run again.
     * Empty where there is none.
     */
    private Optional<Provenance> settled(Path out) throws IOException {
        Path file = out.resolve(Manifest.FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Manifest found = Manifest.read(file);
        try {
            return Provenance.read(out).stream()
                    .filter(line -> line.settles(ensemble.request(), found))
                    .findFirst();
        } catch (BadInput unreadable) {
            return Optional.empty(); // Provenance is no part of the data.
        }
    }

    private SamplingResult.Point point(double mu, long made, SlowestObservable slowest) {
        Estimate n = ensemble.words().equals(RunWords.FLUX) ? slowest.first() : null;
        Estimate phi2 = slowest.phi2();
        return new SamplingResult.Point(
                mu,
                made,
                n == null ? null : n.tauInt(),
                n == null ? null : n.tauIntError(),
                phi2.tauInt(),
                phi2.tauIntError());
    }

    private Provenance.Tau tau(double mu, SlowestObservable slowest) {
        Double first = slowest.first() == null ? null : slowest.first().tauInt();
        boolean fluxes = ensemble.words().equals(RunWords.FLUX);
        return new Provenance.Tau(mu, fluxes ? first : null, slowest.phi2().tauInt(), fluxes ? null : first);
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
            RunSeries here = new RunSeries(
                    ensemble.words(), layout.chains(), KEPT / manifest.points().size() / layout.chains());
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
        // Not where nothing is missing: short jobs one after another would never get beyond the hot starts.
        for (int mu : lacking) {
            blocks.add(() -> {
                hot.put(mu, ensemble.hot(manifest, mu, crew::check));
                return null;
            });
        }
        if (blocks.isEmpty()) {
            return;
        }
        long all = total;
        toMake = total;
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
            ensemble.make(
                    folder,
                    mu,
                    block,
                    (chain, draw, first, phi2, missing) -> {
                        series.take(chain, draw, first, phi2, missing);
                        if (missing) {
                            countSample();
                        }
                    },
                    crew::check);
            return null;
        };
    }

    private void countSample() {
        long count = made.incrementAndGet();
        if (count == toMake / 2) {
            halfCpuNanos.set(cpuNanos());
        }
        if (count == toMake) {
            allCpuNanos.set(cpuNanos());
        }
    }

    /** Samples of the second half of the run per second of processor time; null where the clock did not see it pass. */
    private Double longRunRate() {
        long nanos = allCpuNanos.get() - halfCpuNanos.get();
        return halfCpuNanos.get() == 0 || nanos <= 0 ? null : (toMake - toMake / 2) / (nanos * 1e-9);
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
