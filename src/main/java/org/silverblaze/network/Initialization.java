package org.silverblaze.network;

import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;
import org.silverblaze.random.StreamKey;

/**
 * Initial raw parameters as PyTorch draws them by default for convolution and linear layers: weights and biases uniform in
 * [-b, b), b = 1/sqrt(fan_in), fan_in = inputs x kernel.
 */
public final class Initialization {
    private Initialization() {}

    /**
     * Raw parameters in the order of {@link ParameterLayout}, every one a float32 value. Equal arguments give equal bits
     * everywhere.
     *
     * @param key what the run depends on (its seed)
     * @param model number of the model in its ensemble
     */
    public static double[] raw(NetworkSpec network, Lattice lattice, StreamKey key, int model) {
        ParameterLayout layout = ParameterLayout.of(network, lattice);
        RandomSequence random = new RandomSequence(key, model, Purpose.INITIAL_WEIGHTS);
        double[] raw = new double[layout.count()];
        for (ParameterLayout.Block block : layout.blocks()) {
            double bound = 1 / StrictMath.sqrt(block.fanIn());
            for (int i = 0; i < block.parameters(); i++) {
                raw[block.weightOffset() + i] = (float) ((2.0 * random.nextFloat() - 1.0) * bound);
            }
        }
        return raw;
    }
}
