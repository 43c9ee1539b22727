package org.silverblaze.training;

import java.util.Collections;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.silverblaze.BadInput;
import org.silverblaze.Stop;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.Precision;
import org.silverblaze.files.Json;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.random.StreamKey;

/**
 * Trains the members of an ensemble together. A member depends on its own seed alone: its bits are those of a solo run,
 * whoever else is trained, and an early-stopped member is frozen.
 */
public final class Trainer {
    /** Raised whenever the same request gives other bits: a run that was begun by another revision is not taken up. */
    public static final int REVISION = 3;

    private final String engineName;
    private final Precision precision;
    private final NetworkEngine engine;
    private final IntSupplier threads;

    /** On networks of {@link Precision#FLOAT32}. */
    public Trainer(String engineName, NetworkEngine engine, int threads) {
        this(engineName, Precision.FLOAT32, engine, () -> threads);
    }

    /** @param threads asked before each epoch: how many threads the training may use now */
    private Trainer(String engineName, Precision precision, NetworkEngine engine, IntSupplier threads) {
        this.engineName = engineName;
        this.precision = precision;
        this.engine = engine;
        this.threads = threads;
    }

    public static Trainer on(Engine engine, int threads) {
        return new Trainer(engine.name(), engine.precision(), engine.networks(), () -> threads);
    }

    String engineName() {
        return engineName;
    }

    Precision precision() {
        return precision;
    }

    /** This trainer with another number of threads, asked for before each epoch. */
    Trainer withThreads(IntSupplier others) {
        return new Trainer(engineName, precision, engine, others);
    }

    /** Philox key of initial weights and shuffles of the member with this seed. */
    static StreamKey key(Recipe recipe, long seed) {
        return StreamKey.of(
                "silverblaze training;seed=" + seed + ";network=" + Json.line(NetworkSpecs.toJson(recipe.network())));
    }

    /** What an engine compiles to train this recipe, or to run its networks on another lattice. */
    public static NetworkProblem problem(Recipe recipe, Lattice lattice, int batch, int models, int threads) {
        int parameters = ParameterLayout.of(recipe.network(), lattice).count();
        return new NetworkProblem(
                recipe.network(),
                ParameterMap.identity(parameters),
                lattice,
                batch,
                recipe.task().loss(),
                Collections.nCopies(models, recipe.optimizer()),
                threads);
    }

    /**
     * Trains every seed of the recipe on the data.
     *
     * @throws BadInput where the network does not fit the data
     * @throws TrainingFailedException where a member has no finite validation loss after its first epoch
     */
    public TrainingRun train(Recipe recipe, TrainingData data, EpochListener listener) {
        TrainingSession session = session(recipe, data, Optional.empty());
        session.run(Checkpoints.NONE, new Stop(), listener);
        return session.result();
    }

    /** A training from the beginning or from a checkpoint. */
    TrainingSession session(Recipe recipe, TrainingData data, Optional<Checkpoint> checkpoint) {
        requireFit(recipe, data.examples());
        return new TrainingSession(engineName, engine, threads, recipe, data, checkpoint);
    }

    /** @throws BadInput where the network does not fit the data */
    static void requireFit(Recipe recipe, Examples examples) {
        int outputs =
                NetworkShapes.of(recipe.network(), examples.lattice()).output().size();
        if (outputs != examples.outputs()) {
            throw new BadInput("recipe " + recipe.name() + ": the network has " + outputs + " outputs; task "
                    + recipe.task().id() + " needs " + examples.outputs() + " ("
                    + recipe.task().outputs() + ")");
        }
        if (recipe.network().inputChannels() != examples.channels()) {
            throw new BadInput("recipe " + recipe.name() + ": the network has "
                    + recipe.network().inputChannels() + " input channels; the data has " + examples.channels());
        }
    }
}
