package org.silverblaze.dispatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.silverblaze.BadInput;
import org.silverblaze.Version;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;

/**
 * Finds the fastest engine for a workload by slices of it. The first engine gets all work that is short, that no other one can do, and
 * that no other one does clearly faster.
 *
 * @param engines the ones to choose from, the usual one first
 * @param timer measures
 * @param cache remembers
 * @param host this machine
 */
record Chooser(List<Engine> engines, SliceTimer timer, RateCache cache, String host) {
    /** Predicted seconds on the first engine up to which nothing else is thought of. */
    static final double SHORT = 60;
    /** Seconds that all slices of a workload may take together. */
    static final double BUDGET = 9;
    /**
     * How many times slower than guessed the first engine may be: small batches are some ten times slower, code that the JIT of a busy
     * machine did not compile in time a hundred times. From such a rate nothing is learnt, and it is not remembered.
     */
    static final double DOUBTFUL = 60;

    /** Rates of slices that differ by less are equal. */
    static final double CLEARLY = 1.05;

    Chooser {
        engines = List.copyOf(engines);
    }

    /** An engine that works here, and what it is. */
    private record Usable(Engine engine, String detail) {
        String name() {
            return engine.name();
        }
    }

    /** Engines that work here; {@code reasons} receives why the others do not. */
    private List<Usable> usable(List<String> reasons) {
        List<Usable> usable = new ArrayList<>();
        for (Engine engine : engines) {
            EngineStatus status = engine.status();
            if (status.available()) {
                usable.add(new Usable(engine, status.detail()));
            } else {
                reasons.add(engine.name() + " is not available: " + status.detail());
            }
        }
        if (usable.isEmpty()) {
            throw new BadInput("--engine auto: no engine works here (" + String.join("; ", reasons)
                    + "); --engine reference works everywhere, slowly");
        }
        return usable;
    }

    /** Names of the engines that work here. */
    List<Engine> usable() {
        return usable(new ArrayList<>()).stream().map(Usable::engine).toList();
    }

    /** For work that nobody can say the size of. */
    EngineChoice usual(String why) {
        List<String> notes = new ArrayList<>();
        List<Usable> usable = usable(notes);
        return choice(usable.getFirst(), usable.size() == 1 ? "the only one here" : why, notes);
    }

    Decision decide(Demand demand) {
        List<String> notes = new ArrayList<>();
        List<Usable> usable = usable(notes);
        Usable first = usable.getFirst();
        if (usable.size() == 1) {
            return Decision.unmeasured(choice(first, "the only one here, nothing to measure", notes));
        }
        String machine = machine(usable);
        Map<String, Double> rates = new LinkedHashMap<>(cache.of(machine).getOrDefault(demand.kind(), Map.of()));
        rates.keySet().retainAll(usable.stream().map(Usable::name).toList());
        boolean known = rates.size() == usable.size();
        double expected =
                rates.containsKey(first.name()) ? demand.units() / rates.get(first.name()) : demand.guessedSeconds();
        if (expected <= SHORT) {
            String why = String.format(
                    Locale.ROOT, "about %.2g s of work, not worth a choice below %.0f s", expected, SHORT);
            return Decision.unmeasured(choice(first, why, notes));
        }
        double begin = timer.now();
        if (!known) {
            try {
                measure(demand, usable, rates, notes);
            } catch (SliceTimer.LateException e) {
                return Decision.unmeasured(
                        choice(first, e.getMessage() + ", the machine is busy: no comparison", notes));
            }
            double measured = demand.units() / rates.getOrDefault(first.name(), Double.POSITIVE_INFINITY);
            if (measured > DOUBTFUL * demand.guessedSeconds()) {
                String why = String.format(
                        Locale.ROOT,
                        "its slice was %.0f times slower than expected, so its code was not compiled in time: no comparison",
                        measured / demand.guessedSeconds());
                return Decision.unmeasured(choice(first, why, notes));
            }
            cache.put(machine, demand.kind(), rates);
        }
        double spent = timer.now() - begin;
        if (rates.size() < 2) {
            return Decision.unmeasured(choice(first, "the only one that can do this work", notes));
        }
        Usable best = best(usable, rates);
        if (known && !best.equals(first)) {
            // What was measured long ago may fail today, for want of memory for one.
            try {
                demand.slice(best.engine(), Double.MAX_VALUE).close();
            } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
                notes.add(best.name() + " failed: " + oneLine(e));
                return Decision.unmeasured(choice(first, "the faster one failed", notes));
            }
        }
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (Usable engine : usable) {
            if (rates.containsKey(engine.name())) {
                seconds.put(engine.name(), demand.units() / rates.get(engine.name()));
            }
        }
        List<String> words = new ArrayList<>();
        seconds.forEach((name, value) -> words.add(name + " " + duration(value)));
        String how = known ? "measured before" : String.format(Locale.ROOT, "measured on slices in %.1f s", spent);
        return new Decision(choice(best, "predicted: " + String.join(", ", words) + "; " + how, notes), seconds);
    }

    /** The others first: where none of them can do the work, nothing is left to be compared. */
    private void measure(Demand demand, List<Usable> usable, Map<String, Double> rates, List<String> notes) {
        double end = timer.now() + BUDGET;
        List<Usable> order = new ArrayList<>(usable.subList(1, usable.size()));
        order.add(usable.getFirst());
        order.removeIf(engine -> rates.containsKey(engine.name()));
        for (int i = 0; i < order.size(); i++) {
            Usable engine = order.get(i);
            if (engine.equals(usable.getFirst()) && rates.isEmpty()) {
                return;
            }
            try {
                double share = (end - timer.now()) / (order.size() - i);
                rates.put(engine.name(), timer.rate(engine.engine(), demand, share, !engine.equals(usable.getFirst())));
            } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
                if (engine.equals(usable.getFirst())) {
                    throw e;
                }
                notes.add(engine.name() + " failed: " + oneLine(e));
            }
        }
    }

    private static Usable best(List<Usable> usable, Map<String, Double> rates) {
        Usable best = usable.getFirst();
        double toBeat = rates.getOrDefault(best.name(), 0.0) * CLEARLY;
        for (Usable engine : usable.subList(1, usable.size())) {
            double rate = rates.getOrDefault(engine.name(), 0.0);
            if (rate > toBeat) {
                best = engine;
                toBeat = rate;
            }
        }
        return best;
    }

    private static EngineChoice choice(Usable engine, String why, List<String> notes) {
        String more = notes.isEmpty() ? "" : " (" + String.join("; ", notes) + ")";
        return new EngineChoice(
                engine.engine(), "engine " + engine.name() + " (auto): " + engine.detail() + "; " + why + more);
    }

    static String oneLine(Throwable failure) {
        String text = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return text.lines().findFirst().orElse("");
    }

    private static String duration(double seconds) {
        return seconds < 1000
                ? String.format(Locale.ROOT, "%.3g s", seconds)
                : String.format(Locale.ROOT, "%.3g h", seconds / 3600);
    }

    /** What rates hold for: node, processors, engines with their devices, program, Java. */
    private String machine(List<Usable> usable) {
        List<String> parts = new ArrayList<>();
        parts.add(host);
        usable.forEach(engine -> parts.add(engine.name() + " " + engine.detail()));
        parts.add(Version.NUMBER + " " + Version.revision());
        parts.add("Java " + Runtime.version());
        return String.join("; ", parts);
    }

    /** What it would do, line by line: the rule, then every kind of work that was measured on this machine. */
    List<String> summary() {
        List<String> notes = new ArrayList<>();
        List<Usable> usable = usable(notes);
        List<String> lines = new ArrayList<>();
        if (usable.size() == 1) {
            lines.add(choice(usable.getFirst(), "the only one here, nothing to measure", notes)
                    .reason());
            return lines;
        }
        String others = String.join(
                ", ",
                usable.subList(1, usable.size()).stream().map(Usable::name).toList());
        lines.add(String.format(
                Locale.ROOT,
                "engine %s (auto) for work of less than %.0f s; otherwise the faster of it and %s, by slices of the work",
                usable.getFirst().name(),
                SHORT,
                others));
        cache.of(machine(usable)).forEach((kind, rates) -> {
            if (rates.size() > 1) {
                List<String> words = new ArrayList<>();
                rates.forEach((name, rate) -> words.add(String.format(Locale.ROOT, "%s %.3g/s", name, rate)));
                lines.add(kind + ": " + best(usable, rates).name() + " (" + String.join(", ", words) + ")");
            }
        });
        return lines;
    }
}
