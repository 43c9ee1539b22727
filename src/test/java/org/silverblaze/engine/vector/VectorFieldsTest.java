package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.FieldMath;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSink;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.reference.ReferenceFields;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;
import org.silverblaze.random.StreamKey;
import org.silverblaze.theory.Couplings;

/** The chains of the vector engine are those of the reference engine, bit for bit. */
final class VectorFieldsTest {
    private static FieldSink into(List<String> lines) {
        return (chain, draw, phi) -> {
            int[] bits = new int[phi.length];
            for (int i = 0; i < phi.length; i++) {
                bits[i] = Float.floatToRawIntBits(phi[i]);
            }
            lines.add(chain + " " + draw + " " + Arrays.toString(bits));
        };
    }

    /** lattice, eta, lambda, reflections, first chain, chains, samples. */
    @ParameterizedTest
    @CsvSource({
        "12x4, 4.01, 1, 2, 0, 16, 8", // checkerboard, more than one batch of random numbers
        "60x4, 4.01, 1, 1, 0, 16, 3",
        "8x8, 3.0, 1, 3, 16, 32, 3", // two batches to the site
        "5x3, 4.01, 1, 1, 0, 16, 20", // odd extents
        "33x1, 4.01, 1, 1, 0, 16, 10", // one site more than a batch
        "7x2, 4.01, 1, 0, 0, 16, 20", // extent 2: the one neighbour twice; no reflections
        "2x2, 4.01, 1, 2, 0, 16, 40",
        "3x1, 4.01, 1, 1, 0, 16, 40", // extent 1: a site is its own neighbour
        "1x1, 4.01, 1, 1, 0, 16, 40", // b = 0: no reflection has a direction
        "1, -1.5, 0.7, 1, 0, 3, 40",
        "9, 2.3, 0, 1, 0, 16, 20", // free field: every proposal is accepted
        "6x3, 1.0, 5, 1, 3, 5, 20", // fewer chains than lanes; broken phase, many refusals
        "6x3, -20, 30, 1, 2147483640, 35, 8", // full groups and a rest; chain numbers that turn negative
        "3x2x2, 6.01, 1, 2, 0, 16, 10",
        "2x1x2x2, 8.01, 1, 1, 0, 4, 10",
        "3x2x4x2, 8.5, 0.3, 1, 0, 17, 4",
    })
    void chainsAreThoseOfTheReference(
            String lattice, double eta, double lambda, int reflections, int firstChain, int chains, int samples) {
        FieldSpec spec = new FieldSpec(
                Lattice.parse(lattice),
                new Couplings(eta, lambda, 0),
                FieldAlgorithm.HEAT_BATH,
                17,
                new FieldSchedule(reflections, 3, 2));
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        FieldBlock reference = new ReferenceFields().start(spec, firstChain, chains);
        FieldBlock vector = new VectorFields().start(spec, firstChain, chains);
        for (int wanted : new int[] {samples / 3, samples / 3, samples}) {
            reference.advance(wanted, into(expected));
            vector.advance(wanted, into(actual));
            assertThat(vector.clock()).isEqualTo(reference.clock()).isEqualTo(3 + 2L * wanted);
            assertThat(vector.state().phi()).isEqualTo(reference.state().phi());
        }
        assertThat(actual).hasSize(chains * samples).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(expected.stream().distinct().count()).isEqualTo(expected.size());
        // Resumed in the middle, on the other engine.
        for (FieldEngine[] engines : new FieldEngine[][] {
            {new ReferenceFields(), new VectorFields()}, {new VectorFields(), new ReferenceFields()}
        }) {
            List<String> resumed = new ArrayList<>();
            FieldBlock first = engines[0].start(spec, firstChain, chains);
            first.advance(samples / 2, into(resumed));
            FieldBlock second = engines[1].resume(spec, first.state());
            second.advance(samples, into(resumed));
            assertThat(resumed).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(second.state()).usingRecursiveComparison().isEqualTo(reference.state());
        }
    }

    @Test
    void randomNumbersInLanesAreThoseOfTheScalarFunctions() {
        RandomSequence words = new RandomSequence(StreamKey.of("normal lanes"), 0, Purpose.BOOTSTRAP);
        int sites = 500;
        int[] bits = new int[3 * sites * WormLanes.WIDTH];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = words.nextBits();
        }
        // The ends of the range, and both sides of sqrt(1/2).
        int[] edges = {0, -1, 1, 255, 256, 0x4AFB0C00, 0x4AFB0D00, Integer.MIN_VALUE, Integer.MAX_VALUE};
        System.arraycopy(edges, 0, bits, 0, edges.length);
        float[] out = new float[bits.length];
        float[] normal = new float[2];
        NormalLanes.fill(bits, out, sites);
        for (int site = 0; site < sites; site++) {
            for (int lane = 0; lane < WormLanes.WIDTH; lane++) {
                int at = 3 * site * WormLanes.WIDTH + lane;
                FieldMath.normal(bits[at], bits[at + WormLanes.WIDTH], normal);
                float exponential = FieldMath.exponential(bits[at + 2 * WormLanes.WIDTH]);
                assertThat(Float.floatToRawIntBits(out[at])).isEqualTo(Float.floatToRawIntBits(normal[0]));
                assertThat(Float.floatToRawIntBits(out[at + WormLanes.WIDTH]))
                        .isEqualTo(Float.floatToRawIntBits(normal[1]));
                assertThat(Float.floatToRawIntBits(out[at + 2 * WormLanes.WIDTH]))
                        .isEqualTo(Float.floatToRawIntBits(exponential));
            }
        }
    }
}
