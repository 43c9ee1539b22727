package org.silverblaze.engine.vector;

import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;

/** Networks in float32 with the JDK Vector API, 16 examples in the lanes, on all cores. */
public final class VectorNetworks implements NetworkEngine {
    @Override
    public CompiledNetwork compile(NetworkProblem problem) {
        return new VectorNetwork(problem);
    }
}
