package org.silverblaze.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Precision;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.ParameterLayout;

/**
 * How far an engine's numbers are from right, on the random weights and fluxes of {@link NetworkLoad}.
 *
 * @param network its name
 * @param lattice as {@code 60x4}
 * @param precision of the engine
 * @param output largest difference of an output from {@code reference}, relative to the largest output
 * @param gradient the same of the loss' gradient in the weights of one layer, of the worst layer
 * @param equivariance largest change of an output when the input is shifted, relative to the largest output; exact arithmetic has
 *     none
 */
public record PrecisionError(
        String network,
        String lattice,
        String precision,
        @JsonProperty("output_error") double output,
        @JsonProperty("gradient_error") double gradient,
        @JsonProperty("equivariance_error") double equivariance) {
    private static final int BATCH = 16;
    /** Along t and x; multiples of no tile among them, and one that is. */
    private static final int[][] SHIFTS = {{1, 0}, {0, 1}, {2, 1}, {3, 2}, {5, 3}, {4, 4}};

    private static final List<NamedNetwork> NETWORKS = List.of(NamedNetwork.EQ_SMALL, NamedNetwork.EQ_LARGE);

    /** The equivariant networks on each lattice, with float32 and with the engine's own precision. */
    public static List<PrecisionError> of(Engine engine, List<Lattice> lattices) {
        List<PrecisionError> errors = new ArrayList<>();
        for (Lattice lattice : lattices) {
            for (NamedNetwork network : NETWORKS) {
                for (Precision precision : List.of(Precision.FLOAT32, engine.precision())) {
                    errors.add(of(network, engine.with(precision), lattice));
                }
            }
        }
        return errors;
    }

    private static PrecisionError of(NamedNetwork named, Engine engine, Lattice lattice) {
        NetworkSpec spec = named.spec(named.channels());
        Engine right = Dispatcher.choose("reference").engine();
        try (NetworkLoad load = new NetworkLoad(engine.networks(), spec, lattice, BATCH, 1);
                NetworkLoad reference = new NetworkLoad(right.networks(), spec, lattice, BATCH, 1)) {
            double[] outputs = load.forward();
            double[] gradient = new double[load.startParameters().length];
            double[] expected = new double[gradient.length];
            load.gradient(gradient);
            reference.gradient(expected);
            double moved = 0;
            for (int[] shift : SHIFTS) {
                moved = Math.max(moved, difference(outputs, shifted(load, shift[0], shift[1])));
            }
            return new PrecisionError(
                    named.id(),
                    lattice.toString(),
                    engine.precision().id(),
                    difference(reference.forward(), outputs),
                    gradientError(ParameterLayout.of(spec, lattice), expected, gradient),
                    moved);
        }
    }

    /** Outputs for inputs that are shifted round the lattice. */
    private static double[] shifted(NetworkLoad load, int dt, int dx) {
        CompiledNetwork network = load.network();
        Examples from = load.examples();
        int volume = from.lattice().volume();
        byte[] inputs = new byte[from.inputs().length];
        for (int i = 0; i < inputs.length; i++) {
            int site = i % volume;
            inputs[i - site + from.lattice().shifted(site, dt, dx)] = from.inputs()[i];
        }
        Examples to =
                new Examples(from.lattice(), from.channels(), from.count(), inputs, from.outputs(), from.targets());
        return network.forward(0, to, IntStream.range(0, to.count()).toArray());
    }

    private static double gradientError(ParameterLayout layout, double[] expected, double[] actual) {
        double worst = 0;
        for (ParameterLayout.Block block : layout.blocks()) {
            int from = block.weightOffset();
            int to = block.biasOffset();
            if (from < to) {
                worst = Math.max(
                        worst,
                        difference(Arrays.copyOfRange(expected, from, to), Arrays.copyOfRange(actual, from, to)));
            }
        }
        return worst;
    }

    private static double difference(double[] expected, double[] actual) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        return IntStream.range(0, expected.length)
                        .mapToDouble(i -> Math.abs(expected[i] - actual[i]))
                        .max()
                        .orElse(0)
                / largest;
    }
}
