package org.silverblaze.dispatch;

import java.util.Map;

/**
 * What the dispatcher made of a workload.
 *
 * @param choice the engine and why
 * @param seconds predicted for the whole workload, of each engine with a measured rate; empty where nothing was measured
 */
public record Decision(EngineChoice choice, Map<String, Double> seconds) {
    static Decision unmeasured(EngineChoice choice) {
        return new Decision(choice, Map.of());
    }
}
