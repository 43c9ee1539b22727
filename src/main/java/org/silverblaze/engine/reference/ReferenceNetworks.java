package org.silverblaze.engine.reference;

import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;

/** Networks in float64, one example and one output at a time: what the other engines are held against. */
public final class ReferenceNetworks implements NetworkEngine {
    @Override
    public CompiledNetwork compile(NetworkProblem problem) {
        return new ReferenceNetwork(problem);
    }
}
