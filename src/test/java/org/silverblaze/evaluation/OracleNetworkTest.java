package org.silverblaze.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.reference.ReferenceNetworks;
import org.silverblaze.engine.vector.VectorNetworks;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.ParameterLayout;
import org.silverblaze.network.ParameterMap;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.RadialWeights;
import org.silverblaze.training.SampledData;

/** The oracle on real samples: within 1e-6 of the label (PHYSICS.md section 5), on every engine. */
final class OracleNetworkTest {
    private static final List<NetworkEngine> ENGINES = List.of(new ReferenceNetworks(), new VectorNetworks());

    static List<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (int engine = 0; engine < ENGINES.size(); engine++) {
            for (Lattice lattice : List.of(
                    Lattice.of(1, 1),
                    Lattice.of(1, 5),
                    Lattice.of(5, 1),
                    Lattice.of(2, 2),
                    Lattice.of(7, 3),
                    Lattice.of(60, 4))) {
                for (double mu : new double[] {0.91, 1.05, 1.5}) {
                    cases.add(Arguments.of(engine, lattice, new Couplings(4.01, 1, mu)));
                }
            }
            cases.add(Arguments.of(engine, Lattice.of(6, 4), new Couplings(-1, 0.5, 0.2)));
            cases.add(Arguments.of(engine, Lattice.of(6, 4), new Couplings(4.25, 5, -1.25)));
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void outputsAreTheLabels(int engine, Lattice lattice, Couplings couplings) {
        Examples examples = SampledData.examples(lattice, couplings, 21, 5);
        int largest = LabelStatistics.largestF(examples);
        OracleNetwork oracle =
                OracleNetwork.of(RadialWeights.of(couplings.eta(), couplings.lambda(), oracleF(largest))::g, largest);
        int parameters = ParameterLayout.of(oracle.network(), lattice).count();
        assertThat(oracle.parameters()).hasSize(parameters);
        NetworkProblem problem = new NetworkProblem(
                oracle.network(),
                ParameterMap.identity(parameters),
                lattice,
                8,
                Loss.MEAN_SQUARED_ERROR,
                List.of(AdamW.amsgrad(1)),
                1);
        ObservableMeter meter = ObservableMeter.of(lattice, couplings);
        int links = lattice.links();
        try (CompiledNetwork network = ENGINES.get(engine).compile(problem)) {
            network.setParameters(0, oracle.parameters());
            double[] outputs = network.forward(
                    0, examples, IntStream.range(0, examples.count()).toArray());
            for (int i = 0; i < examples.count(); i++) {
                byte[] k = java.util.Arrays.copyOfRange(examples.inputs(), 2 * i * links, (2 * i + 1) * links);
                byte[] l = java.util.Arrays.copyOfRange(examples.inputs(), (2 * i + 1) * links, (2 * i + 2) * links);
                assertThat(Math.abs(outputs[2 * i] - meter.measure(k, l).n())).isLessThan(1e-6);
                assertThat(Math.abs(outputs[2 * i + 1] - meter.measure(k, l).phi2()))
                        .isLessThan(1e-6);
            }
        }
    }

    private static int oracleF(int largest) {
        return Math.max(2, largest + 1);
    }

    /** f far beyond any sample: the coefficients' rounding does not add up. */
    @ParameterizedTest
    @MethodSource("largest")
    void theHingesAreExactAtEvenF(int largest) {
        RadialWeights weights = RadialWeights.of(4.01, 1, oracleF(largest));
        OracleNetwork oracle = OracleNetwork.of(weights::g, largest);
        double[] p = oracle.parameters();
        int hinges = oracle.largestF() / 2;
        int row = p.length - 2 - (2 + hinges);
        for (int f = 0; f <= largest; f += 2) {
            double g = p[p.length - 1];
            for (int j = 0; j < hinges; j++) {
                g += p[row + 2 + j] * Math.max(f - 2 * j, 0);
            }
            assertThat(Math.abs(g - weights.g(f))).as("f = %d", f).isLessThan(1e-7);
        }
    }

    static List<Integer> largest() {
        return List.of(0, 1, 2, 8, 30, 200);
    }
}
