package org.silverblaze.bench;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.Initialization;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.random.StreamKey;

/**
 * One model and one batch that an engine trains on again and again: small random fluxes, random labels, weights as PyTorch
 * draws them, AdamW with amsgrad and weight decay 0.01. The same arguments give the same numbers everywhere.
 */
public final class NetworkLoad implements AutoCloseable {
    /** Small, so that thousands of steps on one batch change nothing about the arithmetic. */
    public static final AdamW OPTIMIZER = new AdamW(1e-4, 0.9, 0.999, 1e-8, 0.01, true);

    private static final int LARGEST_FLUX = 2;
    private static final StreamKey KEY = StreamKey.of("silverblaze bench");

    private final CompiledNetwork network;
    private final Examples examples;
    private final double[] start;
    private final int[] selection;
    private final int[][] selections;
    private final double[] losses = new double[1];
    private final NetworkFlops flops;

    /** @throws org.silverblaze.BadInput where the network does not fit the lattice */
    public NetworkLoad(NetworkEngine engine, NetworkSpec spec, Lattice lattice, int batch, int threads) {
        int parameters = ParameterLayout.of(spec, lattice).count();
        int outputs = NetworkShapes.of(spec, lattice).output().size();
        flops = NetworkFlops.of(spec, lattice);
        start = Initialization.raw(spec, lattice, KEY, 0);
        selection = IntStream.range(0, batch).toArray();
        selections = new int[][] {selection};
        examples = examples(spec, lattice, batch, outputs);
        network = engine.compile(new NetworkProblem(
                spec,
                ParameterMap.identity(parameters),
                lattice,
                batch,
                Loss.MEAN_SQUARED_ERROR,
                List.of(OPTIMIZER),
                threads));
        network.setParameters(0, start);
    }

    private static Examples examples(NetworkSpec spec, Lattice lattice, int batch, int outputs) {
        SplittableRandom random = new SplittableRandom(1);
        byte[] inputs = new byte[Math.multiplyExact(batch, spec.inputChannels() * lattice.volume())];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (byte) random.nextInt(-LARGEST_FLUX, LARGEST_FLUX + 1);
        }
        float[] targets = new float[batch * outputs];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = (float) random.nextDouble(-1, 1);
        }
        return new Examples(lattice, spec.inputChannels(), batch, inputs, outputs, targets);
    }

    /** The batch. */
    public Examples examples() {
        return examples;
    }

    /** Parameters that training started from, every one a float32 value; in the order of {@link ParameterLayout}. */
    public double[] startParameters() {
        return start.clone();
    }

    /** Mean loss and its gradient at the parameters that hold now. */
    public double gradient(double[] gradient) {
        return network.gradient(0, examples, selection, gradient);
    }

    /** One training step; returns the loss before it. */
    public double step() {
        network.trainStep(examples, selections, losses);
        return losses[0];
    }

    /** Outputs of the whole batch, row-major {@code [example][output]}. */
    public double[] forward() {
        return network.forward(0, examples, selection);
    }

    /** The network as compiled. */
    public CompiledNetwork network() {
        return network;
    }

    /** Operations of one example. */
    public NetworkFlops flops() {
        return flops;
    }

    /** Operations of one step of the whole batch. */
    public long stepFlops() {
        return selection.length * flops.step();
    }

    /** Operations of one forward pass of the whole batch. */
    public long forwardFlops() {
        return selection.length * flops.forward();
    }

    @Override
    public void close() {
        network.close();
    }
}
