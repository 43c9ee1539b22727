package org.silverblaze.engine;

/** Network half of an engine. */
public interface NetworkEngine {
    /** @throws org.silverblaze.BadInput where the network does not fit the lattice or the parameter map */
    CompiledNetwork compile(NetworkProblem problem);
}
