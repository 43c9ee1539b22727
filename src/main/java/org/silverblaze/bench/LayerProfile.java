package org.silverblaze.bench;

import java.util.ArrayList;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.LayerTimes;
import org.silverblaze.engine.LayerTimes.Phase;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.NetworkSpecs;

/**
 * Where the time of a training step goes. Layers with weights are held against the FMA peak, the others against updates of as
 * much memory as a micro-block's maps take. A layer that is computed together with the one before it takes no time and has no line.
 *
 * @param results the whole step and the whole forward pass, then each phase of each layer
 * @param shares fraction of the step's time, in the order of {@code results}; NaN for the forward pass, which is no part of it
 */
public record LayerProfile(List<BenchResult> results, List<Double> shares) {
    /** Below this fraction of the step a phase is nothing but the call. */
    private static final double NEGLIGIBLE = 1e-4;

    private static final int MICRO_BLOCK = 16;

    public LayerProfile {
        results = List.copyOf(results);
        shares = List.copyOf(shares);
    }

    /**
     * Measures training steps of a network.
     *
     * @param name first part of the names of the results
     * @throws BadInput where the network does not fit the lattice, or the engine does not measure its layers
     */
    public static LayerProfile of(
            String name,
            NetworkSpec spec,
            Lattice lattice,
            int batch,
            Engine engine,
            int threads,
            MachineLimits limits,
            Timing timing,
            Progress progress) {
        NetworkShapes shapes = NetworkShapes.of(spec, lattice);
        String place = name + "/" + lattice + "/" + batch + "/";
        List<BenchResult> results = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        try (NetworkLoad load = new NetworkLoad(engine.networks(), spec, lattice, batch, threads)) {
            if (!load.network().measureLayers(null)) {
                throw new BadInput("--engine " + engine.name() + ": does not measure its layers; vector does");
            }
            progress.update("measuring " + name + " on " + lattice, 0, 3);
            LayerTimes[] laps = new LayerTimes[timing.repetitions()];
            for (int i = 0; i < laps.length; i++) {
                laps[i] = new LayerTimes(shapes.layers().size());
            }
            Work step = () -> {
                load.step();
                return load.stepFlops();
            };
            Work forward = () -> {
                load.forward();
                return load.forwardFlops();
            };
            Timing.Rates rates = timing.measure(step);
            results.add(BenchResult.of(engine.name(), place + "step", "FLOP/s", rates, limits.fmaPeak()));
            shares.add(1.0);
            results.add(BenchResult.of(
                    engine.name(), place + "forward", "FLOP/s", timing.measure(forward), limits.fmaPeak()));
            shares.add(Double.NaN);
            progress.update("measuring " + name + " on " + lattice, 1, 3);
            load.network().measureLayers(new LayerTimes(shapes.layers().size()));
            timing.warmUp(step);
            progress.update("measuring " + name + " on " + lattice, 2, 3);
            double[] steps = new double[laps.length];
            double[] nanos = new double[laps.length];
            int done = 0;
            long first = System.nanoTime();
            while (done < laps.length && !timing.enough(done, first)) {
                load.network().measureLayers(laps[done]);
                long begin = System.nanoTime();
                while (System.nanoTime() - begin < timing.slice() * 1e9) {
                    load.step();
                    steps[done]++;
                }
                nanos[done] = System.nanoTime() - begin;
                done++;
            }
            load.network().measureLayers(null);
            for (NetworkShapes.Layer layer : shapes.layers()) {
                for (Phase phase : Phase.values()) {
                    long flops = batch * load.flops().layers().get(layer.index());
                    long bytes = batch * bytes(layer, phase);
                    double[] all = new double[done];
                    double[] share = new double[done];
                    for (int i = 0; i < done; i++) {
                        double busy = laps[i].get(layer.index(), phase) / (double) threads;
                        all[i] = (flops > 0 ? flops : bytes) * steps[i] / (busy * 1e-9);
                        share[i] = busy / nanos[i];
                    }
                    double part = new Timing.Rates(share).median();
                    boolean needless = layer.index() <= load.flops().first() && phase == Phase.INPUT_GRADIENT;
                    if (part < NEGLIGIBLE || needless) {
                        continue;
                    }
                    String line = place + (layer.index() + 1) + " " + NetworkSpecs.text(layer.spec()) + "/"
                            + Suite.text(phase);
                    double limit = flops > 0 ? limits.fmaPeak() : limits.update(MICRO_BLOCK * bytes(layer, phase));
                    results.add(BenchResult.of(
                            engine.name(), line, flops > 0 ? "FLOP/s" : "B/s", new Timing.Rates(all), limit));
                    shares.add(part);
                }
            }
        }
        return new LayerProfile(results, shares);
    }

    /** Bytes that a layer without weights has to read and to write for one example. */
    private static long bytes(NetworkShapes.Layer layer, Phase phase) {
        long maps = (long) layer.input().size() + layer.output().size();
        boolean readsItsValues = phase == Phase.INPUT_GRADIENT && layer.spec() instanceof LayerSpec.Activation;
        return Float.BYTES * (maps + (readsItsValues ? layer.output().size() : 0));
    }
}
