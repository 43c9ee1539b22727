package org.silverblaze.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.FieldTables;
import org.silverblaze.engine.reference.ReferenceFields;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/** What needs a JVM of its own: narrower vectors, and compiled code without the history of other tests. */
final class FieldLanesTest {
    private static FieldSpec spec(String lattice) {
        return new FieldSpec(
                Lattice.parse(lattice),
                new Couplings(6.2, 1, 0),
                FieldAlgorithm.HEAT_BATH,
                5,
                new FieldSchedule(1, 0, 1));
    }

    /** The fields of a few chains. */
    private static String sampled(FieldEngine engine) {
        StringBuilder bits = new StringBuilder();
        for (String lattice : new String[] {"5x4x2", "3x1"}) {
            try (FieldBlock block = engine.start(spec(lattice), 3, 19)) {
                block.advance(
                        4,
                        (chain, draw, phi) -> bits.append(Arrays.hashCode(phi)).append(' '));
                for (float value : block.state().phi()) {
                    bits.append(Integer.toHexString(Float.floatToRawIntBits(value)))
                            .append(' ');
                }
            }
        }
        return bits.toString().strip();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32})
    void narrowerVectorsGiveTheSameBits(int bytes) throws Exception {
        String expected = sampled(new ReferenceFields());
        assertThat(OwnJvm.run(Narrow.class, "-XX:MaxVectorSize=" + bytes))
                .containsExactly(Integer.toString(bytes / Float.BYTES), expected);
    }

    /** Prints the lanes of a vector and the state of some chains. */
    static final class Narrow {
        private Narrow() {}

        public static void main(String[] arguments) {
            System.out.println(WormLanes.WIDTH);
            System.out.println(sampled(new VectorFields()));
        }
    }

    /** A vector that were not kept in registers would be an object on the heap. */
    @Test
    void updatesAllocateNothingOnceTheyAreCompiled() throws Exception {
        assertThat(OwnJvm.run(Warm.class)).containsExactly("0 bytes in 20 updates");
    }

    /** Prints what warmed updates allocate. */
    static final class Warm {
        private static final int UPDATES = 20;

        private Warm() {}

        public static void main(String[] arguments) {
            ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            FieldSpec spec = spec("8x4x2");
            LaneField field = new LaneField(spec, FieldTables.of(spec.lattice(), spec.couplings()), 0, 0);
            long least = Long.MAX_VALUE;
            // The compiler works in the background: repeat until it has caught up, half a minute at most.
            long end = System.nanoTime() + 30_000_000_000L;
            while (least > 0 && System.nanoTime() < end) {
                for (int i = 0; i < 2000; i++) {
                    field.update();
                }
                long before = memory.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < UPDATES; i++) {
                    field.update();
                }
                least = Math.min(least, memory.getCurrentThreadAllocatedBytes() - before);
            }
            System.out.println(least + " bytes in " + UPDATES + " updates");
        }
    }
}
