package org.silverblaze.sampling;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silverblaze.Progress;
import org.silverblaze.dataset.DatasetFolder;
import org.silverblaze.dataset.FieldBlockSink;
import org.silverblaze.dataset.FieldShard;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.ShardData;
import org.silverblaze.dataset.ShardLayout;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSink;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.FieldState;
import org.silverblaze.theory.Couplings;

/** Configurations of the field phi itself at mu = 0. */
final class FieldEnsemble implements Ensemble {
    private static final FieldAlgorithm ALGORITHM = FieldAlgorithm.HEAT_BATH;

    private final FieldRequest request;
    private final FieldEngine engine;

    FieldEnsemble(FieldRequest request, FieldEngine engine) {
        this.request = request;
        this.engine = engine;
    }

    @Override
    public RunWords words() {
        return RunWords.PHI;
    }

    @Override
    public String request() {
        return request.toString();
    }

    @Override
    public Manifest draft() {
        return manifest(new FieldSchedule(request.resolvedReflections(), 0, 1));
    }

    private Manifest manifest(FieldSchedule schedule) {
        return Manifest.ofField(
                request.lattice(),
                request.eta(),
                request.lambda(),
                0,
                schedule,
                request.samples(),
                request.resolvedChains(),
                request.seed(),
                ALGORITHM);
    }

    @Override
    public Manifest manifest(Crew crew, Progress progress, List<String> notes) throws IOException {
        Long thermalization = request.thermalization();
        Long updatesBetween = request.updatesBetween();
        if (thermalization == null || updatesBetween == null) {
            List<FieldPilot> pilot = new ArrayList<>();
            crew.run(
                    List.of(() -> {
                        pilot.add(FieldPilot.run(
                                engine,
                                request.lattice(),
                                new Couplings(request.eta(), request.lambda(), 0),
                                ALGORITHM,
                                request.resolvedReflections(),
                                crew::check));
                        return null;
                    }),
                    () -> progress.update("pilot runs", pilot.size(), 1));
            FieldPilot found = pilot.getFirst();
            if (!found.resolved()) {
                notes.add("the pilot run was too short for tau_int of " + found.observable()
                        + "; samples may be correlated (--updates-between sets their spacing)");
            }
            thermalization = thermalization != null
                    ? thermalization
                    : Long.valueOf(found.schedule().thermalization());
            updatesBetween = updatesBetween != null
                    ? updatesBetween
                    : Long.valueOf(found.schedule().updatesBetween());
        }
        Manifest manifest = manifest(new FieldSchedule(request.resolvedReflections(), thermalization, updatesBetween));
        return request.segmentSamples() == null ? manifest : manifest.withSegmentSamples(request.segmentSamples());
    }

    @Override
    public void make(DatasetFolder folder, int mu, int block, Measured measured, Runnable check) throws IOException {
        Manifest manifest = folder.manifest();
        FieldBlockSink shards = new FieldBlockSink(
                folder,
                block,
                (chain, draw, observables, missing) ->
                        measured.take(chain, draw, observables.zeroMode(), observables.phi2(), missing));
        try (FieldBlock chains = chains(manifest.fieldSpec(), manifest.layout(), block, shards.resume())) {
            while (!shards.complete()) {
                chains.advance(shards.samplesUntil(), FieldSink.checked(check, shards::accept));
                check.run();
                shards.segmentDone(chains::state);
            }
        }
    }

    @Override
    public void observed(ShardData shard, Measured measured) {
        FieldShard fields = (FieldShard) shard;
        for (int i = 0; i < fields.count(); i++) {
            measured.take(fields.chain()[i], fields.draw()[i], fields.zeroMode()[i], fields.phi2()[i], false);
        }
    }

    private FieldBlock chains(FieldSpec spec, ShardLayout layout, int block, Optional<FieldState> state) {
        return state.isPresent()
                ? engine.resume(spec, state.get())
                : engine.start(spec, layout.firstChain(block), layout.chainsIn(block));
    }

    @Override
    public HotStart hot(Manifest manifest, int mu, Runnable check) {
        return HotStart.run(engine, manifest.fieldSpec(), check);
    }
}
