package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.reference.ReferenceSampler;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/**
 * Both forms of the worm in lanes, whichever of them this machine prefers, have the chains of the reference: each in a JVM of its own, since
 * a JVM has one species. Where the machine has no such vectors Java computes them without, slowly.
 */
final class SamplerLanesTest {
    /** Samples and final state of 16 chains each, on lattices for every part of the kernels. */
    private static String sampled(SamplingEngine sampler) {
        StringBuilder bits = new StringBuilder();
        for (String ensemble : new String[] {
            "5x3 0.9 7",
            "3x1 0.9 4",
            "1x2 0.4 3",
            "2x2 1.3 7",
            "4x2 1.9 8",
            "3x2x4 0.7 5",
            "2x1x2x3 0.7 6",
            "9 0.5 6",
            "2x2x2 1.1 8"
        }) {
            String[] parts = ensemble.split(" ");
            Lattice lattice = Lattice.parse(parts[0]);
            ChainSpec spec = new ChainSpec(
                    lattice,
                    new Couplings(Math.max(4, 2 * lattice.dimensions()) + 0.01, 1, Double.parseDouble(parts[1])),
                    WormAlgorithm.DIRECTED,
                    17,
                    new Schedule(Integer.parseInt(parts[2]), 4, 3));
            try (ChainBlock block = sampler.start(spec, 16, 16)) {
                long[] wanted = new long[16];
                Arrays.fill(wanted, 10);
                int[] samples = new int[16];
                block.advance(
                        wanted,
                        (chain, draw, k, l) -> samples[chain - 16] =
                                31 * samples[chain - 16] + Arrays.hashCode(k) - Arrays.hashCode(l));
                bits.append(Arrays.hashCode(samples))
                        .append(' ')
                        .append(block.clock())
                        .append(' ');
                bits.append(Arrays.hashCode(block.state().legs())).append(' ');
            }
        }
        return bits.toString().strip();
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 512})
    void bothFormsHaveTheChainsOfTheReference(int bits) throws Exception {
        assertThat(OwnJvm.run(Lane.class, "-Dsilverblaze.vector.bits=" + bits))
                .containsExactly(Integer.toString(bits / Float.SIZE), sampled(new ReferenceSampler()));
    }

    /** Prints the lanes of a vector and what {@link #sampled} says of the vector engine. */
    static final class Lane {
        private Lane() {}

        public static void main(String[] arguments) {
            System.out.println(WormLanes.WIDTH);
            System.out.println(sampled(new VectorSampler(0)));
        }
    }
}
