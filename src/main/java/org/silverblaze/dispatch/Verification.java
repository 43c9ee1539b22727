package org.silverblaze.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import org.silverblaze.engine.reference.ReferenceEngine;

/**
 * Compares every engine of this host with {@code reference}: chains to the bit, networks to {@link NetworkChecks#TOLERANCE}, and
 * training with itself (threads, ensembles, repetition) to the bit. What a user runs first on a new machine.
 */
public final class Verification {
    private Verification() {}

    /**
     * One comparison.
     *
     * @param name what was compared
     * @param passed whether it agreed
     * @param detail the fault in one line; null where it passed
     */
    public record Check(String name, boolean passed, String detail) {}

    /**
     * What came out for an engine.
     *
     * @param name of the engine
     * @param available whether it can run here
     * @param reason its own line on that
     * @param passed number of checks that passed
     * @param failed number of checks that did not
     * @param checks all of them, in order
     * @param leftOut what the engine does not offer, in its own words
     */
    public record Result(
            String name,
            boolean available,
            String reason,
            int passed,
            int failed,
            List<Check> checks,
            List<String> leftOut) {}

    /** A comparison to be made: returns the fault in one line, or null. */
    record Comparison(String name, Fault fault) {}

    @FunctionalInterface
    interface Fault {
        String find();
    }

    /** @param started hears the name of each check before it runs */
    public static Result verify(Engine engine, Consumer<String> started) {
        EngineStatus status = engine.status();
        List<Check> checks = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        if (status.available()) {
            Engine reference = new ReferenceEngine();
            for (Comparison comparison : comparisons(engine, reference, leftOut)) {
                started.accept(engine.name() + ": " + comparison.name());
                checks.add(run(comparison));
            }
        }
        int passed = (int) checks.stream().filter(Check::passed).count();
        return new Result(
                engine.name(),
                status.available(),
                status.detail(),
                passed,
                checks.size() - passed,
                List.copyOf(checks),
                List.copyOf(leftOut));
    }

    private static List<Comparison> comparisons(Engine engine, Engine reference, List<String> leftOut) {
        List<Comparison> all = new ArrayList<>();
        part(leftOut, () -> all.addAll(ChainChecks.of(engine.sampling(), reference.sampling(), leftOut)));
        part(leftOut, () -> all.addAll(FieldChecks.of(engine.fields(), reference.fields())));
        part(leftOut, () -> all.addAll(NetworkChecks.of(engine.networks(), reference.networks())));
        return all;
    }

    /** An engine says by {@link BadInput} what it does not offer. */
    static void part(List<String> leftOut, Runnable part) {
        try {
            part.run();
        } catch (BadInput e) {
            leftOut.add(e.getMessage());
        }
    }

    private static Check run(Comparison comparison) {
        String fault;
        try {
            fault = comparison.fault().find();
        } catch (RuntimeException e) {
            fault = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        return new Check(comparison.name(), fault == null, fault);
    }
}
