package org.silverblaze.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;

final class SplitsTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"2, 0.1, 1", "10, 0.1, 1", "64, 0.1, 6", "3, 0.99, 2", "100, 0.25, 25"})
    void everyChainIsOnOneSide(int chains, double fraction, int held) {
        Splits splits = Splits.byChain(chains, fraction, 3);
        assertThat(splits.validation()).hasSize(held);
        assertThat(IntStream.concat(Arrays.stream(splits.training()), Arrays.stream(splits.validation()))
                        .sorted())
                .containsExactlyElementsOf(IntStream.range(0, chains).boxed().toList());
    }

    @Test
    void theSeedDecidesAndNothingElse() {
        assertThat(Splits.byChain(64, 0.1, 3).training())
                .isEqualTo(Splits.byChain(64, 0.1, 3).training());
        assertThat(Splits.byChain(64, 0.1, 3).training())
                .isNotEqualTo(Splits.byChain(64, 0.1, 4).training());
        // A larger validation fraction only moves chains over.
        int[] few = Splits.byChain(64, 0.1, 3).validation();
        assertThat(Arrays.copyOf(Splits.byChain(64, 0.3, 3).validation(), few.length))
                .isEqualTo(few);
    }

    @Test
    void oneChainCannotBeSplit() {
        assertThatThrownBy(() -> Splits.byChain(1, 0.1, 0))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--chains");
        assertThatThrownBy(() -> Splits.byChain(8, 1.0, 0))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("fraction");
    }

    @Test
    void smallerSubsetsAreTheBeginningOfLargerOnes() throws Exception {
        ShardFiles.write(temp, ShardFiles.manifest("3x2", 103, 20, 2, 1.0));
        Dataset dataset = Dataset.open(temp);
        Splits splits = Splits.byChain(20, 0.2, 11);
        Samples all = dataset.load(0, splits.training(), Long.MAX_VALUE);
        // 103 samples of 20 chains: the first three chains have six draws, the others five.
        long expected =
                Arrays.stream(splits.training()).mapToLong(c -> c < 3 ? 6 : 5).sum();
        assertThat(all.count()).isEqualTo((int) expected);
        for (int limit : new int[] {0, 1, 15, 16, 17, 50, 80, 81, (int) expected, 1000}) {
            Samples some = dataset.load(0, splits.training(), limit);
            int n = Math.min(limit, all.count());
            assertThat(some.count()).isEqualTo(n);
            assertThat(some.chain()).isEqualTo(Arrays.copyOf(all.chain(), n));
            assertThat(some.draw()).isEqualTo(Arrays.copyOf(all.draw(), n));
            assertThat(some.inputs()).isEqualTo(Arrays.copyOf(all.inputs(), some.inputs().length));
            assertThat(some.phi2()).isEqualTo(Arrays.copyOf(all.phi2(), n));
        }
        for (int i = 0; i < 16 * 5; i++) {
            assertThat(all.chain()[i]).isEqualTo(splits.training()[i % 16]);
            assertThat(all.draw()[i]).isEqualTo(i / 16);
        }
    }

    @Test
    void streamedPiecesAreTheSameSamples() throws Exception {
        ShardFiles.write(temp, ShardFiles.manifest("3x2", 103, 20, 2, 1.0));
        Dataset dataset = Dataset.open(temp);
        Samples all = dataset.load(0);
        int[] seen = {0};
        double[] sum = {0};
        dataset.forEach(0, 7, piece -> {
            assertThat(piece.count()).isBetween(1, 7);
            seen[0] += piece.count();
            for (double value : piece.phi2()) {
                sum[0] += value;
            }
            for (int i = 0; i < piece.count(); i++) {
                int at = (int) piece.draw()[i] * 20 + piece.chain()[i];
                int links = piece.lattice().links();
                assertThat(Arrays.copyOfRange(piece.inputs(), 2 * i * links, 2 * (i + 1) * links))
                        .isEqualTo(Arrays.copyOfRange(all.inputs(), 2 * at * links, 2 * (at + 1) * links));
            }
        });
        assertThat(seen[0]).isEqualTo(103);
        assertThat(sum[0]).isCloseTo(Arrays.stream(all.phi2()).sum(), org.assertj.core.data.Offset.offset(1e-9));
    }

    @Test
    void targetsAreTheLabelsInFloat32() throws Exception {
        ShardFiles.write(temp, ShardFiles.manifest("3x2", 9, 3, 9, 1.0));
        Samples samples = Dataset.open(temp).load(0);
        var examples = samples.regression();
        assertThat(examples.channels()).isEqualTo(4);
        for (int i = 0; i < 9; i++) {
            assertThat(examples.targets()[2 * i]).isEqualTo((float) samples.n()[i]);
            assertThat(examples.targets()[2 * i + 1]).isEqualTo((float) samples.phi2()[i]);
        }
        ShardFiles.write(temp.resolve("3d"), ShardFiles.manifest("3x2x2", 9, 3, 9, 1.0));
        assertThatThrownBy(() -> Dataset.open(temp.resolve("3d")).load(0).regression())
                .isInstanceOf(BadInput.class);
    }
}
