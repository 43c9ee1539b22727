package org.silverblaze.sampling;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dataset.BlockSink;
import org.silverblaze.dataset.DatasetFolder;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.Provenance;
import org.silverblaze.dataset.ShardId;
import org.silverblaze.dataset.ShardLayout;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;

/**
 * Makes a data set: schedules by pilot runs, then every block of chains at every mu on a thread of its own. The data are the same to
 * the bit whatever the engine and the number of threads. Shards that are there already are not made again; a block that
 * lacks one is run from its beginning.
 */
public final class SamplingRun {
    /** Measurements kept for autocorrelation times, all chains and mu together; longer chains are judged by their first ones. */
    private static final long KEPT = 1 << 23;

    private final SamplingRequest request;
    private final Engine engine;
    private final int threads;
    private final Progress progress;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong made = new AtomicLong();

    private SamplingRun(SamplingRequest request, Engine engine, int threads, Progress progress) {
        this.request = request;
        this.engine = engine;
        this.threads = threads;
        this.progress = progress;
    }

    /**
     * @param folder created, taken up again, or found complete
     * @param threads at most so many blocks run at the same time
     * @param command the command line, for the provenance
     * @throws BadInput where the folder holds something else
     */
    public static SamplingResult run(
            SamplingRequest request, Path folder, Engine engine, int threads, List<String> command, Progress progress)
            throws IOException {
        return new SamplingRun(request, engine, threads, progress).run(folder, command);
    }

    private SamplingResult run(Path out, List<String> command) throws IOException {
        long start = System.nanoTime();
        long cpuStart = cpuNanos();
        List<String> notes = new ArrayList<>();
        Manifest manifest = manifest(notes);
        ShardLayout layout = manifest.layout();
        Series[] series = new Series[manifest.points().size()];
        try (DatasetFolder folder = DatasetFolder.open(out, manifest)) {
            List<Callable<Void>> blocks = new ArrayList<>();
            boolean resumed = folder.missing().size() < manifest.shards().size();
            long total = 0;
            for (int mu = 0; mu < series.length; mu++) {
                series[mu] = new Series(layout, KEPT / series.length);
                for (int block = 0; block < layout.blocks(); block++) {
                    long missing = missing(folder, mu, block);
                    if (missing > 0) {
                        total += missing;
                        blocks.add(block(folder, mu, block, series[mu]));
                    }
                }
            }
            long all = total;
            progress.update("sampling", 0, all);
            onThreads(blocks, () -> progress.update("sampling", Math.min(made.get(), all), all));
            progress.update("sampling", all, all);

            double effective = 0;
            double fewest = Double.POSITIVE_INFINITY;
            String observable = null;
            List<Provenance.Tau> taus = new ArrayList<>();
            for (int mu = 0; mu < series.length; mu++) {
                SlowestObservable slowest = series[mu].slowest();
                if (slowest != null) {
                    double here = series[mu].made() / (2 * slowest.tauInt());
                    effective += here;
                    if (here < fewest) {
                        fewest = here;
                        observable = slowest.name();
                    }
                    taus.add(new Provenance.Tau(
                            manifest.points().get(mu).mu(),
                            slowest.n() == null ? null : slowest.n().tauInt(),
                            slowest.phi2().tauInt()));
                }
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            double cpuSeconds = (cpuNanos() - cpuStart) * 1e-9;
            if (!folder.complete()) {
                folder.finish(Provenance.now(
                        engine.name(), threads, command, seconds, cpuSeconds, folder.written(), resumed, true, taus));
            }
            return new SamplingResult(
                    manifest.samples() * series.length,
                    manifest.chains(),
                    threads,
                    engine.name(),
                    seconds,
                    cpuSeconds,
                    made.get() / seconds,
                    observable == null ? null : effective / seconds,
                    observable,
                    out,
                    made.get(),
                    List.copyOf(notes));
        }
    }

    private Manifest manifest(List<String> notes) throws IOException {
        int stepsPerSweep = request.stepsPerSweep() != null
                ? request.stepsPerSweep()
                : request.lattice().volume();
        boolean given = request.thermalization() != null && request.wormsBetween() != null;
        int count = request.mus().size();
        Schedule[] schedules = new Schedule[count];
        String[] note = new String[count];
        List<Callable<Void>> pilots = new ArrayList<>();
        AtomicLong done = new AtomicLong();
        for (int i = 0; i < count; i++) {
            int mu = i;
            if (given) {
                schedules[i] = new Schedule(stepsPerSweep, request.thermalization(), request.wormsBetween());
                continue;
            }
            pilots.add(() -> {
                Pilot pilot = Pilot.run(
                        engine.sampling(),
                        request.lattice(),
                        new Couplings(
                                request.eta(), request.lambda(), request.mus().get(mu)),
                        request.algorithm(),
                        stepsPerSweep);
                Schedule found = pilot.schedule();
                schedules[mu] = new Schedule(
                        stepsPerSweep,
                        request.thermalization() != null ? request.thermalization() : found.thermalization(),
                        request.wormsBetween() != null ? request.wormsBetween() : found.wormsBetween());
                if (!pilot.resolved()) {
                    note[mu] = "mu = " + request.mus().get(mu) + ": the pilot run was too short for tau_int of "
                            + pilot.observable() + "; samples may be correlated (--worms-between sets their spacing)";
                }
                done.incrementAndGet();
                return null;
            });
        }
        onThreads(pilots, () -> progress.update("pilot runs", done.get(), count));
        List<Manifest.Point> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            points.add(new Manifest.Point(request.mus().get(i), schedules[i]));
            if (note[i] != null) {
                notes.add(note[i]);
            }
        }
        return Manifest.of(
                request.lattice(),
                request.eta(),
                request.lambda(),
                points,
                request.samples(),
                request.resolvedChains(),
                request.seed(),
                request.algorithm());
    }

    private static long missing(DatasetFolder folder, int mu, int block) {
        ShardLayout layout = folder.manifest().layout();
        long samples = 0;
        for (int segment = 0; segment < layout.segments(block); segment++) {
            if (!folder.has(new ShardId(mu, block, segment))) {
                samples += layout.samplesIn(block, segment);
            }
        }
        return samples;
    }

    private Callable<Void> block(DatasetFolder folder, int mu, int block, Series series) {
        return () -> {
            Manifest manifest = folder.manifest();
            ShardLayout layout = manifest.layout();
            ObservableMeter meter = ObservableMeter.of(manifest.lattice(), manifest.couplings(mu));
            BlockSink shards = new BlockSink(folder, mu, block, meter);
            try (ChainBlock chains =
                    engine.sampling().start(manifest.chainSpec(mu), layout.firstChain(block), layout.chainsIn(block))) {
                chains.advance(layout.samplesIn(block), (chain, draw, k, l) -> {
                    if (stopped.get()) {
                        throw new CancellationException();
                    }
                    if (draw < layout.samplesOf(chain)) {
                        shards.accept(chain, draw, k, l);
                        series.take(chain, draw, meter.measure(k, l));
                        made.incrementAndGet();
                    }
                });
            }
            return null;
        };
    }

    /** Runs all tasks; the first failure stops the others and is thrown. {@code tick} is called now and then. */
    private void onThreads(List<Callable<Void>> tasks, Runnable tick) throws IOException {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "sampling");
            thread.setDaemon(true);
            return thread;
        })) {
            List<Future<Void>> futures = new ArrayList<>();
            for (Callable<Void> task : tasks) {
                futures.add(pool.submit(() -> {
                    try {
                        return stopped.get() ? null : task.call();
                    } catch (Exception | Error e) {
                        if (stopped.compareAndSet(false, true)) {
                            throw e;
                        }
                        return null; // stopped because of another task, whose failure is the one to report
                    }
                }));
            }
            for (Future<Void> future : futures) {
                get(future, tick);
            }
        }
    }

    private void get(Future<Void> future, Runnable tick) throws IOException {
        while (true) {
            try {
                future.get(200, TimeUnit.MILLISECONDS);
                tick.run();
                return;
            } catch (TimeoutException e) {
                tick.run();
            } catch (InterruptedException e) {
                stopped.set(true);
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case UncheckedIOException io -> throw io.getCause();
                    case IOException io -> throw io;
                    case RuntimeException failure -> throw failure;
                    case Error failure -> throw failure;
                    default -> throw new IllegalStateException(e.getCause());
                }
            }
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /** n and |phi|^2 of the samples that this run makes at one mu. Each chain is filled by one thread. */
    private static final class Series {
        private final double[][] n;
        private final double[][] phi2;
        private final AtomicLong made = new AtomicLong();

        Series(ShardLayout layout, long kept) {
            long perChain = Math.max(1, kept / layout.chains());
            this.n = new double[layout.chains()][];
            this.phi2 = new double[layout.chains()][];
            for (int chain = 0; chain < n.length; chain++) {
                n[chain] = new double[0];
                phi2[chain] = new double[(int) Math.min(layout.samplesOf(chain), perChain)];
            }
        }

        void take(int chain, long draw, Observables observables) {
            made.incrementAndGet();
            if (draw < phi2[chain].length) {
                if (n[chain].length == 0) {
                    n[chain] = new double[phi2[chain].length];
                }
                n[chain][(int) draw] = observables.n();
                phi2[chain][(int) draw] = observables.phi2();
            }
        }

        long made() {
            return made.get();
        }

        /** Null where no chain was run. */
        SlowestObservable slowest() {
            List<double[]> ofN = new ArrayList<>();
            List<double[]> ofPhi2 = new ArrayList<>();
            for (int chain = 0; chain < n.length; chain++) {
                if (n[chain].length > 0) {
                    ofN.add(n[chain]);
                    ofPhi2.add(phi2[chain]);
                }
            }
            return ofN.isEmpty()
                    ? null
                    : SlowestObservable.of(ofN.toArray(new double[0][]), ofPhi2.toArray(new double[0][]));
        }
    }
}
