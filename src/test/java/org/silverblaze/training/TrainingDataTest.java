package org.silverblaze.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.Samples;
import org.silverblaze.dataset.Splits;
import org.silverblaze.engine.Examples;
import org.silverblaze.lattice.Lattice;

final class TrainingDataTest {
    @TempDir
    static Path place;

    private static Manifest manifest;
    private static Dataset dataset;

    @BeforeAll
    static void sample() throws IOException {
        manifest = SampledData.dataset(place.resolve("data"), Lattice.of(5, 3), 110, 22, 0.91, 1.05);
        dataset = Dataset.open(place.resolve("data"));
    }

    private static Recipe.Training wanted(Double mu, int samples) {
        return new Recipe.Training(mu, samples, 0.1, 0);
    }

    private static byte[] input(Examples examples, int i) {
        int size = 4 * examples.lattice().volume();
        return Arrays.copyOfRange(examples.inputs(), i * size, (i + 1) * size);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 1", "37, 4", "100, 10"})
    void countsAreThoseAskedFor(int training, int validation) throws IOException {
        TrainingData data = TrainingData.load(dataset, Task.REGRESSION, wanted(1.05, training));
        assertThat(data.training()).hasSize(training);
        assertThat(data.validation()).hasSize(validation);
        assertThat(data.examples().count()).isEqualTo(training + validation);
        assertThat(data.couplings()).isEqualTo(manifest.couplings(1));
        assertThat(data.source()).isEqualTo(manifest.sha256());
    }

    @Test
    void smallerSubsetsAreContainedInLargerOnes() throws IOException {
        TrainingData small = TrainingData.load(dataset, Task.REGRESSION, wanted(1.05, 13));
        TrainingData large = TrainingData.load(dataset, Task.REGRESSION, wanted(1.05, 90));
        for (int i = 0; i < 13; i++) {
            assertThat(input(small.examples(), small.training()[i]))
                    .isEqualTo(input(large.examples(), large.training()[i]));
        }
        for (int i = 0; i < small.validation().length; i++) {
            assertThat(input(small.examples(), small.validation()[i]))
                    .isEqualTo(input(large.examples(), large.validation()[i]));
        }
    }

    @Test
    void trainingAndValidationComeFromDifferentChains() throws IOException {
        TrainingData data = TrainingData.load(dataset, Task.REGRESSION, wanted(1.05, 100));
        Splits splits = Splits.byChain(22, 0.1 / 1.1, 0);
        assertThat(splits.training()).doesNotContain(splits.validation());
        Samples training = dataset.load(1, splits.training(), 100);
        Samples validation = dataset.load(1, splits.validation(), 10);
        for (int i = 0; i < 100; i++) {
            assertThat(input(data.examples(), data.training()[i])).isEqualTo(input(training.regression(), i));
        }
        for (int i = 0; i < 10; i++) {
            assertThat(input(data.examples(), data.validation()[i])).isEqualTo(input(validation.regression(), i));
        }
        assertThat(data.labelMeans()[0])
                .isCloseTo(Arrays.stream(training.n()).average().orElseThrow(), within(1e-7));
        assertThat(data.labelMeans()[1])
                .isCloseTo(Arrays.stream(training.phi2()).average().orElseThrow(), within(1e-7));
    }

    @Test
    void whatTheDataSetLacksIsBadInput() {
        assertThatThrownBy(() -> TrainingData.load(dataset, Task.REGRESSION, wanted(1.05, 101)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("100 samples, 101 are asked for");
        assertThatThrownBy(() -> TrainingData.load(dataset, Task.REGRESSION, wanted(1.0, 10)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("mu = 1.0");
        assertThatThrownBy(() -> TrainingData.load(dataset, Task.REGRESSION, wanted(null, 10)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("mu");
    }
}
