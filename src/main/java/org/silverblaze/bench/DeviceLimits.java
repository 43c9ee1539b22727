package org.silverblaze.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.silverblaze.engine.Device;
import org.silverblaze.engine.DeviceLimit;
import org.silverblaze.engine.LimitLoop;

/** The limits of a device: arithmetic and memory. What limits a worm there is not known, so walks and random words have none. */
public final class DeviceLimits implements EngineLimits {
    private final String engine;
    private final Device device;
    private final Timing timing;
    private final Map<DeviceLimit, Timing.Rates> known = new EnumMap<>(DeviceLimit.class);

    /**
     * @param engine that computes on it
     * @param timing of each measurement
     */
    public DeviceLimits(String engine, Device device, Timing timing) {
        this.engine = engine;
        this.device = device;
        this.timing = timing;
    }

    private Timing.Rates rates(DeviceLimit limit) {
        return known.computeIfAbsent(limit, wanted -> {
            try (LimitLoop loop = device.loop(wanted)) {
                return timing.measure(loop::run);
            }
        });
    }

    @Override
    public Double fmaPeak() {
        return rates(DeviceLimit.MULTIPLY_ADDS).most();
    }

    /** Of its memory, however little is updated. */
    @Override
    public Double update(long bytes) {
        return rates(DeviceLimit.MEMORY).most();
    }

    @Override
    public Double randomWords() {
        return null;
    }

    @Override
    public Double walk(int places) {
        return null;
    }

    @Override
    public List<BenchResult> results() {
        return List.of(
                BenchResult.limit(engine, "limit/fma", "FLOP/s", rates(DeviceLimit.MULTIPLY_ADDS)),
                BenchResult.limit(engine, "limit/memory-update", "B/s", rates(DeviceLimit.MEMORY)));
    }
}
