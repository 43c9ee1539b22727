package org.silverblaze.dispatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silverblaze.engine.Engine;

/** Lets a dispatcher that remembers nothing choose, and then every engine do a larger piece of the work. */
public final class Judge {
    /** Of a piece, before it counts: caches, clocks, and what the compiler still has to do. */
    private static final double WARM_UP = 1;
    /** Of a piece that counts. */
    private static final double PIECE = 2;
    /** Pieces of which a run is made, where work can be divided at will. */
    private static final double PART = 0.25;

    private final Chooser chooser;

    Judge(Chooser chooser) {
        this.chooser = chooser;
    }

    /** The engines among which there is a choice on this machine, the usual one first. */
    public List<Engine> usable() {
        return chooser.usable();
    }

    /** What there is to choose from, and why not more, in one line. */
    public String choices() {
        return chooser.summary().getFirst();
    }

    /**
     * Chooses and measures.
     *
     * @param name of the workload, for people
     */
    public Trial judge(String name, Demand demand) {
        SliceTimer timer = chooser.timer();
        double begin = timer.now();
        Decision decision = chooser.decide(demand);
        double choiceSeconds = timer.now() - begin;
        Map<String, Double> measured = new LinkedHashMap<>();
        List<String> failed = new ArrayList<>();
        for (Engine engine : chooser.usable()) {
            Double predicted = decision.seconds().get(engine.name());
            double rate = demand.units() / (predicted == null ? demand.guessedSeconds() : predicted);
            try (Slice piece = demand.piece(engine, rate * PART)) {
                timer.lap(piece, WARM_UP);
                measured.put(engine.name(), demand.units() / timer.lap(piece, PIECE));
            } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
                failed.add(engine.name() + " failed: " + Chooser.oneLine(e));
            }
        }
        return Trial.of(name, demand, decision, measured, failed, choiceSeconds);
    }
}
