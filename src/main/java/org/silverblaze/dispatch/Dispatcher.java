package org.silverblaze.dispatch;

import java.util.List;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import org.silverblaze.engine.cuda.CudaEngine;
import org.silverblaze.engine.reference.ReferenceEngine;
import org.silverblaze.engine.vector.VectorEngine;

/** Gives work to an engine: the one asked for by name, or the first one that this machine has. */
public final class Dispatcher {
    /** The name that leaves the choice to the dispatcher. */
    public static final String AUTO = "auto";

    /** In the order in which {@link #AUTO} takes them. A GPU is taken by name only, as long as nothing measures which is faster. */
    private static final List<Engine> ENGINES = List.of(new VectorEngine(), new CudaEngine(), new ReferenceEngine());

    private Dispatcher() {}

    /** All engines that this program was built with. */
    public static List<Engine> engines() {
        return ENGINES;
    }

    /**
     * The engine called {@code name}, or for {@link #AUTO} the first available one.
     *
     * @throws BadInput where no engine has that name, or where one asked for by name is not available here
     */
    public static EngineChoice choose(String name) {
        if (name.equals(AUTO)) {
            return automatic();
        }
        for (Engine engine : ENGINES) {
            if (engine.name().equals(name)) {
                EngineStatus status = engine.status();
                if (!status.available()) {
                    throw new BadInput("--engine " + name + " is not available: " + status.detail());
                }
                return new EngineChoice(engine, "engine " + name + " (as asked for): " + status.detail());
            }
        }
        String known = ENGINES.stream().map(Engine::name).collect(Collectors.joining(", "));
        throw new BadInput("--engine " + name + ": expected auto, " + known);
    }

    private static EngineChoice automatic() {
        String passedOver = "";
        for (Engine engine : ENGINES) {
            EngineStatus status = engine.status();
            if (status.available()) {
                return new EngineChoice(engine, "engine " + engine.name() + " (auto): " + status.detail() + passedOver);
            }
            passedOver += "; " + engine.name() + " is not available: " + status.detail();
        }
        throw new IllegalStateException("no engine is available" + passedOver);
    }
}
