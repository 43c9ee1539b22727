package org.silverblaze.sampling;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.silverblaze.Progress;
import org.silverblaze.dataset.BlockSink;
import org.silverblaze.dataset.DatasetFolder;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.Shard;
import org.silverblaze.dataset.ShardData;
import org.silverblaze.dataset.ShardLayout;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ObservableMeter;

/** Flux configurations by worms, at any number of mu. */
final class FluxEnsemble implements Ensemble {
    /** Samples 2 tau_int apart are seldom fewer sweeps apart. */
    private static final int LEAST_SWEEPS_BETWEEN = 8;

    private final SamplingRequest request;
    private final SamplingEngine engine;

    FluxEnsemble(SamplingRequest request, SamplingEngine engine) {
        this.request = request;
        this.engine = engine;
    }

    @Override
    public RunWords words() {
        return RunWords.FLUX;
    }

    private int stepsPerSweep() {
        return request.stepsPerSweep() != null
                ? request.stepsPerSweep()
                : request.lattice().volume();
    }

    @Override
    public String request() {
        return request.toString();
    }

    @Override
    public Manifest draft() {
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

    @Override
    public Manifest manifest(Crew crew, Progress progress, List<String> notes) throws IOException {
        int stepsPerSweep = stepsPerSweep();
        boolean given = request.thermalization() != null && request.wormsBetween() != null;
        int count = request.mus().size();
        if (request.wormsBetween() == null) {
            engine.expect((double) request.samples()
                    * count
                    * LEAST_SWEEPS_BETWEEN
                    * request.lattice().volume());
        }
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
                                        engine,
                                        request.lattice(),
                                        couplings,
                                        request.algorithm(),
                                        stepsPerSweep,
                                        crew::check);
                    }
                } else {
                    Pilot pilot = Pilot.find(
                            engine, request.lattice(), couplings, request.algorithm(), stepsPerSweep, crew::check);
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
        crew.run(pilots, () -> progress.update("pilot runs", done.get(), count));
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

    @Override
    public void make(DatasetFolder folder, int mu, int block, Measured measured, Runnable check) throws IOException {
        Manifest manifest = folder.manifest();
        ShardLayout layout = manifest.layout();
        ObservableMeter meter = ObservableMeter.of(manifest.lattice(), manifest.couplings(mu));
        OpenWorms worms = manifest.task() == null ? null : new OpenWorms(manifest.chainSpec(mu), manifest.task());
        BlockSink shards = new BlockSink(
                folder,
                mu,
                block,
                meter,
                worms,
                (chain, draw, observables, missing) ->
                        measured.take(chain, draw, observables.n(), observables.phi2(), missing));
        try (ChainBlock chains = chains(manifest.chainSpec(mu), layout, block, shards.resume())) {
            while (!shards.complete()) {
                chains.advance(layout.samplesUntil(block, shards.segment()), SampleSink.checked(check, shards));
                check.run();
                shards.segmentDone(chains::state);
            }
        }
    }

    @Override
    public void observed(ShardData shard, Measured measured) {
        Shard fluxes = (Shard) shard;
        for (int i = 0; i < fluxes.count(); i++) {
            measured.take(fluxes.chain()[i], fluxes.draw()[i], fluxes.n()[i], fluxes.phi2()[i], false);
        }
    }

    private ChainBlock chains(ChainSpec spec, ShardLayout layout, int block, Optional<ChainState> state) {
        return state.isPresent()
                ? engine.resume(spec, state.get())
                : engine.start(spec, layout.firstChain(block), layout.chainsIn(block));
    }

    @Override
    public HotStart hot(Manifest manifest, int mu, Runnable check) {
        return HotStart.run(engine, manifest.chainSpec(mu), check);
    }
}
