package org.silverblaze.engine;

import java.util.Optional;
import org.silverblaze.BadInput;

/**
 * The contract of reference, vector and cuda. An engine is handed whole pieces of work: advance a block of chains, one
 * training step of a compiled network. Nothing finer crosses this border.
 */
public interface Engine {
    /** {@code reference}, {@code vector} or {@code cuda}. */
    String name();

    EngineStatus status();

    /** The device that it computes on; empty: the host's processors. Asked only where it is available. */
    default Optional<Device> device() {
        return Optional.empty();
    }

    /** Sampler of flux configurations; chains are the same bit for bit on every engine. */
    SamplingEngine sampling();

    /** Sampler of the field phi itself, mu = 0; chains are the same bit for bit on every engine. */
    FieldEngine fields();

    /** Networks; engines agree with {@code reference} to stated tolerances. */
    NetworkEngine networks();

    /** What {@link #networks} compute with. */
    default Precision precision() {
        return Precision.FLOAT32;
    }

    /**
     * This engine with networks of another precision.
     *
     * @throws BadInput where it does not have it
     */
    default Engine with(Precision precision) {
        if (precision != precision()) {
            throw new BadInput("--precision " + precision.id() + ": engine " + name()
                    + " does not have it; expected --precision " + precision().id() + ", or --engine vector");
        }
        return this;
    }
}
