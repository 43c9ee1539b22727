package org.silverblaze.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The limits of the host's processors, each the best of several repetitions. */
public final class MachineLimits implements EngineLimits {
    /** Larger than the caches of a core and its share of the last one. */
    private static final int MEMORY = 256 << 20;

    private static final int L1 = 16 << 10;
    private static final int L2 = 512 << 10;

    private final Limits limits;
    private final Map<String, Timing.Rates> known = new HashMap<>();

    public MachineLimits(Limits limits) {
        this.limits = limits;
    }

    private double once(String name, Supplier<Timing.Rates> measure) {
        Timing.Rates found = known.get(name);
        if (found == null) {
            found = measure.get();
            known.put(name, found);
        }
        return found.most();
    }

    @Override
    public Double fmaPeak() {
        return once("fma", () -> limits.fmaPeak());
    }

    @Override
    public void again() {
        known.merge("fma", limits.fmaPeak(), Timing.Rates::and);
    }

    /** Bytes per second, read and written together, of updates of the main memory. */
    private double memory() {
        return update(MEMORY);
    }

    /**
     * Bytes per second, read and written together, of updates of {@code bytes} for each thread, whichever cache holds
     * them.
     */
    @Override
    public Double update(long bytes) {
        int size = 1 << 14;
        while (size < bytes && size < MEMORY) {
            size *= 2;
        }
        int rounded = size;
        return once("update " + rounded, () -> limits.update(rounded));
    }

    /** Bytes per second read from {@code bytes} for each thread. */
    private double read(int bytes) {
        return once("read " + bytes, () -> limits.read(bytes));
    }

    @Override
    public Double randomWords() {
        return once("random", () -> limits.randomWords());
    }

    @Override
    public Double walk(int places) {
        return once("walk " + places, () -> limits.walk(places));
    }

    /** Arithmetic, memory, caches. */
    @Override
    public List<BenchResult> results() {
        fmaPeak();
        memory();
        read(L1);
        read(L2);
        return List.of(
                BenchResult.limit(null, "limit/fma", "FLOP/s", known.get("fma")),
                BenchResult.limit(null, "limit/memory-update", "B/s", known.get("update " + MEMORY)),
                BenchResult.limit(null, "limit/L1-read", "B/s", known.get("read " + L1)),
                BenchResult.limit(null, "limit/L2-read", "B/s", known.get("read " + L2)));
    }
}
