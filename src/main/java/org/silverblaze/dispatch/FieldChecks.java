package org.silverblaze.dispatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.silverblaze.dispatch.Verification.Comparison;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/** Chains of the field phi at mu = 0: every sample and the whole state, to the bit. */
final class FieldChecks {
    private static final long SEED = 20261;

    private FieldChecks() {}

    static List<Comparison> of(FieldEngine engine, FieldEngine reference) {
        List<Comparison> all = new ArrayList<>();
        for (String lattice : List.of("8x8", "7x3", "2x1", "5", "4x2x3", "2x3x2x2")) {
            for (FieldAlgorithm algorithm : FieldAlgorithm.values()) {
                Lattice shape = Lattice.parse(lattice);
                FieldSpec spec = new FieldSpec(
                        shape,
                        new Couplings(2 * shape.dimensions() + 0.01, 1, 0),
                        algorithm,
                        SEED,
                        new FieldSchedule(2, 3, 2));
                all.add(new Comparison(
                        "phi on " + lattice + " (" + algorithm.id() + "), to the bit",
                        () -> fault(engine, reference, spec)));
            }
        }
        return all;
    }

    private static String fault(FieldEngine engine, FieldEngine reference, FieldSpec spec) {
        TreeMap<String, float[]> expected = new TreeMap<>();
        TreeMap<String, float[]> actual = new TreeMap<>();
        try (FieldBlock ours = engine.start(spec, 5, 19);
                FieldBlock theirs = reference.start(spec, 5, 19)) {
            ours.advance(4, (chain, draw, phi) -> actual.put(chain + " " + draw, phi.clone()));
            theirs.advance(4, (chain, draw, phi) -> expected.put(chain + " " + draw, phi.clone()));
            if (!expected.keySet().equals(actual.keySet())) {
                return actual.size() + " samples, reference has " + expected.size();
            }
            for (String sample : expected.keySet()) {
                if (!Arrays.equals(expected.get(sample), actual.get(sample))) {
                    return "chain and sample " + sample + " differs from reference's";
                }
            }
            return ours.clock() == theirs.clock()
                            && Arrays.equals(ours.state().phi(), theirs.state().phi())
                    ? null
                    : "the state of the chains differs from reference's";
        }
    }
}
