package org.silverblaze.engine.cuda;

import java.util.Optional;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Device;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.SamplingEngine;

/** NVIDIA GPUs: sampling of fluxes by the directed worm, and networks. */
public final class CudaEngine implements Engine {
    /**
     * From now on this process computes on another device than the first; before it gave work to any.
     *
     * @throws BadInput where there is no such device
     */
    public static void useDevice(int device) {
        Cuda.use(device);
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public EngineStatus status() {
        return new EngineStatus(Cuda.available(), Cuda.description());
    }

    @Override
    public Optional<Device> device() {
        return Optional.of(new CudaDevice(Cuda.device()));
    }

    @Override
    public SamplingEngine sampling() {
        return new CudaSampler();
    }

    @Override
    public FieldEngine fields() {
        throw new BadInput(
                "--engine cuda: samples fluxes only; the phi representation needs --engine vector or reference");
    }

    @Override
    public NetworkEngine networks() {
        return new CudaNetworks();
    }
}
