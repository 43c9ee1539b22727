package org.silverblaze.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.silverblaze.engine.Precision;
import org.silverblaze.files.Json;

/**
 * What a training run was asked to be: two runs with equal requests are the same run.
 *
 * @param recipe the recipe, with all overrides
 * @param data lattice, couplings and the hash of the data set's manifest
 * @param engine name of the engine; part of the request, since engines agree to tolerances only
 * @param precision of the engine's networks; part of the request, since bits differ
 */
public record RunRequest(Recipe recipe, Data data, String engine, Precision precision) {
    /** The key of the precision; where it is missing, the precision is float32. */
    static final String PRECISION = "precision";

    /**
     * The training data.
     *
     * @param manifest SHA-256 of the data set's manifest
     * @param lattice as {@code 60x4}
     */
    public record Data(String manifest, String lattice, double eta, double lambda, double mu) {
        public static Data of(TrainingData data) {
            return new Data(
                    data.source(),
                    data.examples().lattice().toString(),
                    data.couplings().eta(),
                    data.couplings().lambda(),
                    data.couplings().mu());
        }
    }

    Map<String, Object> resolved() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("recipe", recipe.resolved());
        map.put("data", data);
        map.put("engine", engine);
        if (precision != Precision.FLOAT32) {
            map.put(PRECISION, precision.id());
        }
        return map;
    }

    /** SHA-256 of the request, hexadecimal. */
    String sha256() {
        return RunFiles.sha256(RunFiles.utf8(Json.canonical(resolved())));
    }
}
