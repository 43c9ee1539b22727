package org.silverblaze.engine.vector;

import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.Precision;
import org.silverblaze.engine.SamplingEngine;

/** The JDK Vector API on all cores. This class itself touches no vector, so that it loads without the incubator module. */
public final class VectorEngine implements Engine {
    private final Precision precision;

    public VectorEngine() {
        this(Precision.FLOAT32);
    }

    private VectorEngine(Precision precision) {
        this.precision = precision;
    }

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public EngineStatus status() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new EngineStatus(
                    false,
                    "the JVM was started without --add-modules jdk.incubator.vector (scripts/silverblaze adds it)");
        }
        return new EngineStatus(true, Lanes.description());
    }

    @Override
    public SamplingEngine sampling() {
        return new VectorSampler();
    }

    @Override
    public FieldEngine fields() {
        return new VectorFields();
    }

    @Override
    public NetworkEngine networks() {
        return new VectorNetworks(precision);
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public Engine with(Precision other) {
        return new VectorEngine(other);
    }
}
