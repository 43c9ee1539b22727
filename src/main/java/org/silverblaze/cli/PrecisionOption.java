package org.silverblaze.cli;

import java.util.function.Supplier;
import org.silverblaze.BadInput;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.dispatch.EngineChoice;
import org.silverblaze.engine.Precision;
import picocli.CommandLine.Option;

/** {@code --precision}, of every command that runs networks. */
final class PrecisionOption {
    @Option(
            names = "--precision",
            paramLabel = "NAME",
            defaultValue = "float32",
            description = {
                "float32, or fast: Winograd's convolutions on the vector engine, whose roundings are larger and which are",
                "equivariant up to them only (default: ${DEFAULT-VALUE})"
            })
    private String name;

    /** @throws BadInput where there is no such precision */
    Precision precision() {
        return Precision.of(name)
                .orElseThrow(() -> new BadInput("--precision " + name + ": expected " + Precision.names()));
    }

    /**
     * An engine with this precision: the one that {@code choose} gives, or, where nobody named one, one that has it.
     *
     * @throws BadInput where the engine asked for does not have it
     */
    EngineChoice apply(EngineOptions engines, Supplier<EngineChoice> choose) {
        Precision precision = precision();
        if (precision == Precision.FLOAT32) {
            return choose.get();
        }
        boolean free = engines.engine.equals(Dispatcher.AUTO);
        EngineChoice choice = free ? Dispatcher.choose("vector") : choose.get();
        return new EngineChoice(
                choice.engine().with(precision),
                free
                        ? "engine vector: the one with --precision " + precision.id()
                        : choice.reason() + ", --precision " + precision.id());
    }
}
