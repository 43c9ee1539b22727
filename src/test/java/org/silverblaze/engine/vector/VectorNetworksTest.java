package org.silverblaze.engine.vector;

import org.silverblaze.engine.NetworkContract;
import org.silverblaze.engine.NetworkEngine;

final class VectorNetworksTest extends NetworkContract {
    @Override
    protected NetworkEngine engine() {
        return new VectorNetworks();
    }
}
