package org.silverblaze.bench;

import java.util.List;
import java.util.function.ToLongFunction;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.LayerTimes;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.PoolingKind;

/** Work of networks: whole steps, forward passes, single convolutions. */
final class NetworkWork {
    private NetworkWork() {}

    static Work step(Engine engine, NetworkSpec spec, Lattice lattice, int batch, int threads) {
        return of(new NetworkLoad(engine.networks(), spec, lattice, batch, threads), load -> {
            load.step();
            return load.stepFlops();
        });
    }

    static Work forward(Engine engine, NetworkSpec spec, Lattice lattice, int batch, int threads) {
        return of(new NetworkLoad(engine.networks(), spec, lattice, batch, threads), load -> {
            load.forward();
            return load.forwardFlops();
        });
    }

    private static Work of(NetworkLoad load, ToLongFunction<NetworkLoad> once) {
        return new Work() {
            @Override
            public long run() {
                return once.applyAsLong(load);
            }

            @Override
            public void close() {
                load.close();
            }
        };
    }

    /** Whether the engine can say how long each of its layers takes. */
    static boolean measuresLayers(Engine engine) {
        try (NetworkLoad load = new NetworkLoad(engine.networks(), convolution(1), Lattice.of(1, 1), 1, 1)) {
            return load.network().measureLayers(null);
        }
    }

    /** Two convolutions of as many channels: the second has all three phases. */
    private static NetworkSpec convolution(int channels) {
        LayerSpec convolution = new LayerSpec.Convolution(channels, 3, 3, 1, 1);
        return new NetworkSpec(
                NetworkSpecs.FLUX_CHANNELS,
                List.of(
                        convolution,
                        convolution,
                        new LayerSpec.GlobalPooling(PoolingKind.AVERAGE),
                        new LayerSpec.Dense(1)));
    }

    /** A phase of a 3x3 convolution with as many output as input channels, within training steps; the rest is not counted. */
    static Work convolution(
            Engine engine, int channels, Lattice lattice, int batch, int threads, LayerTimes.Phase phase) {
        NetworkLoad load = new NetworkLoad(engine.networks(), convolution(channels), lattice, batch, threads);
        LayerTimes times = new LayerTimes(convolution(channels).layers().size());
        load.network().measureLayers(times);
        long flops = batch * load.flops().layers().get(1);
        return new Work() {
            @Override
            public long run() {
                load.step();
                return flops;
            }

            @Override
            public long nanoTime() {
                return times.get(1, phase) / threads;
            }

            @Override
            public void close() {
                load.close();
            }
        };
    }
}
