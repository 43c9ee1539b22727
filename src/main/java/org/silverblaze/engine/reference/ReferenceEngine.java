package org.silverblaze.engine.reference;

import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.SamplingEngine;

/** The definition of right; runs everywhere. */
public final class ReferenceEngine implements Engine {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public EngineStatus status() {
        return new EngineStatus(true, "plain scalar Java, the definition of right; networks in float64 on one thread");
    }

    @Override
    public SamplingEngine sampling() {
        return new ReferenceSampler();
    }

    @Override
    public FieldEngine fields() {
        return new ReferenceFields();
    }

    @Override
    public NetworkEngine networks() {
        return new ReferenceNetworks();
    }
}
