package org.silverblaze.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The limits of this machine, each the best of several repetitions, measured when it is first asked for. Used by
 * one thread.
 */
public final class MachineLimits {
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

    /** FLOP/s of fused multiply-adds on registers alone. */
    public double fmaPeak() {
        return once("fma", () -> limits.fmaPeak());
    }

    /** Bytes per second, read and written together, of updates of the main memory. */
    public double memory() {
        return update(MEMORY);
    }

    /**
     * Bytes per second, read and written together, of updates of {@code bytes} for each thread, whichever cache holds
     * them.
     */
    public double update(long bytes) {
        int size = 1 << 14;
        while (size < bytes && size < MEMORY) {
            size *= 2;
        }
        int rounded = size;
        return once("update " + rounded, () -> limits.update(rounded));
    }

    /** Bytes per second read from {@code bytes} for each thread. */
    public double read(int bytes) {
        return once("read " + bytes, () -> limits.read(bytes));
    }

    /** Random words per second if Philox were nothing but its multiplications. */
    public double randomWords() {
        return once("random", () -> limits.randomWords());
    }

    /** Steps per second of walks of which each knows its next place only from where it stands, among {@code places} places. */
    public double walk(int places) {
        return once("walk " + places, () -> limits.walk(places));
    }

    /** The machine's own numbers: arithmetic, memory, caches. */
    List<BenchResult> machine() {
        fmaPeak();
        memory();
        read(L1);
        read(L2);
        return List.of(
                result("limit/fma", "FLOP/s", "fma"),
                result("limit/memory-update", "B/s", "update " + MEMORY),
                result("limit/L1-read", "B/s", "read " + L1),
                result("limit/L2-read", "B/s", "read " + L2));
    }

    private BenchResult result(String name, String unit, String key) {
        return new BenchResult(name, known.get(key).most(), unit, known.get(key).spread(), null, null);
    }
}
