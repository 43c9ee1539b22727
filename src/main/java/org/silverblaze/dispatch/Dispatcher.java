package org.silverblaze.dispatch;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import org.silverblaze.engine.cuda.CudaEngine;
import org.silverblaze.engine.reference.ReferenceEngine;
import org.silverblaze.engine.vector.VectorEngine;

/** Gives work to an engine: the one asked for by name, or the one that a slice of the work shows to be the fastest ({@link Chooser}). */
public final class Dispatcher {
    /** The name that leaves the choice to the dispatcher. */
    public static final String AUTO = "auto";

    private static final Engine REFERENCE = new ReferenceEngine();

    /** What {@link #AUTO} chooses from, the usual one first; never {@code reference}, which is there to be right. */
    private static final List<Engine> FAST = List.of(new VectorEngine(), new CudaEngine());

    private static final List<Engine> ENGINES = List.of(FAST.get(0), FAST.get(1), REFERENCE);

    private Dispatcher() {}

    /** All engines that this program was built with. */
    public static List<Engine> engines() {
        return ENGINES;
    }

    /** The engines of this machine that {@link #AUTO} chooses from. */
    public static List<Engine> usable() {
        return chooser().usable();
    }

    /** For a look at the choices that {@link #AUTO} makes on this machine where nothing was measured before. */
    public static Judge judge() {
        return new Judge(chooser(new RateCache(null)));
    }

    private static Chooser chooser() {
        return chooser(RateCache.ofUser(System.getenv(), System.getProperty("user.home")));
    }

    private static Chooser chooser(RateCache cache) {
        String host = Host.name() + ", " + Host.processor() + ", "
                + Runtime.getRuntime().availableProcessors() + " cores";
        return new Chooser(FAST, SliceTimer.REAL, cache, host);
    }

    /**
     * Which of several GPUs engine cuda takes in this process; before anything is chosen.
     *
     * @throws BadInput where there is no such device
     */
    public static void useDevice(int device) {
        CudaEngine.useDevice(device);
    }

    /**
     * The engine called {@code name}, or for {@link #AUTO} the usual one: for work that is short, or of many kinds.
     *
     * @throws BadInput where no engine has that name, or where one asked for by name is not available here
     */
    public static EngineChoice choose(String name) {
        return name.equals(AUTO) ? chooser().usual("the usual one, others by name") : asked(name);
    }

    /** The engine called {@code name}, or for {@link #AUTO} the fastest one for this work. */
    public static EngineChoice choose(String name, Supplier<Demand> demand) {
        return name.equals(AUTO) ? decide(demand.get()).choice() : asked(name);
    }

    /** What {@link #AUTO} makes of this work, with the predictions behind it. */
    public static Decision decide(Demand demand) {
        return chooser().decide(demand);
    }

    /**
     * The engine that a run began with: engines agree to tolerances only, so a run keeps it.
     *
     * @throws BadInput where this machine does not have it
     */
    public static EngineChoice keep(String name) {
        return named(name, "the run was begun with it", "the run was begun with engine " + name + ", which");
    }

    /** What {@link #AUTO} would do on this machine: the rule, then what it has measured. */
    public static List<String> summary() {
        return chooser().summary();
    }

    private static EngineChoice asked(String name) {
        return named(name, "as asked for", "--engine " + name);
    }

    /** @param subject of the sentence that says that the engine is not available */
    private static EngineChoice named(String name, String why, String subject) {
        for (Engine engine : ENGINES) {
            if (engine.name().equals(name)) {
                EngineStatus status = engine.status();
                if (!status.available()) {
                    throw new BadInput(subject + " is not available: " + status.detail());
                }
                return new EngineChoice(engine, "engine " + name + " (" + why + "): " + status.detail());
            }
        }
        String known = ENGINES.stream().map(Engine::name).collect(Collectors.joining(", "));
        throw new BadInput("--engine " + name + ": expected auto, " + known);
    }
}
