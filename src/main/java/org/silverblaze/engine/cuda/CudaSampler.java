package org.silverblaze.engine.cuda;

import org.silverblaze.BadInput;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.WormAlgorithm;

/** Sampling on a GPU: one chain in each thread of the device ({@code cuda/src/directed_worm.cu}). */
public final class CudaSampler implements SamplingEngine {
    private final WormShape shape;

    CudaSampler() {
        this(WormShape.DEFAULT);
    }

    CudaSampler(WormShape shape) {
        this.shape = shape;
    }

    @Override
    public ChainBlock start(ChainSpec spec, int firstChain, int chains) {
        return resume(spec, ChainState.cold(spec, firstChain, chains));
    }

    @Override
    public ChainBlock resume(ChainSpec spec, ChainState state) {
        if (spec.algorithm() != WormAlgorithm.DIRECTED) {
            throw new BadInput("--algorithm " + spec.algorithm().id()
                    + ": engine cuda has the directed worm only; --engine vector or reference has both");
        }
        return new CudaBlock(spec, state, shape);
    }
}
