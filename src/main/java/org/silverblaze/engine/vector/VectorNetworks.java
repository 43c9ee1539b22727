package org.silverblaze.engine.vector;

import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.Precision;

/** Networks in float32 with the JDK Vector API, 16 examples in the lanes, on all cores. */
public final class VectorNetworks implements NetworkEngine {
    private final Precision precision;

    public VectorNetworks() {
        this(Precision.FLOAT32);
    }

    public VectorNetworks(Precision precision) {
        this.precision = precision;
    }

    @Override
    public CompiledNetwork compile(NetworkProblem problem) {
        return new VectorNetwork(problem, precision);
    }
}
