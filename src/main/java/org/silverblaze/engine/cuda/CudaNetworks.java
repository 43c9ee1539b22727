package org.silverblaze.engine.cuda;

import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;

/** Networks in float32 on a GPU ({@code cuda/src/network.cu}), examples in the lanes, models and micro-blocks over the grid. */
public final class CudaNetworks implements NetworkEngine {
    @Override
    public CompiledNetwork compile(NetworkProblem problem) {
        return new CudaNetwork(problem);
    }
}
