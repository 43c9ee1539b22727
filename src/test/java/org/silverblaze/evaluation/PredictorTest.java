package org.silverblaze.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.jhdf.HdfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.vector.VectorNetworks;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.training.EpochListener;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.SampledData;
import org.silverblaze.training.Task;
import org.silverblaze.training.TrainedEnsemble;
import org.silverblaze.training.Trainer;
import org.silverblaze.training.TrainingData;

/** Predictions are what the networks answer, sample by sample, in the order of the data set. */
final class PredictorTest {
    private static final String EQ =
            "[convolution: {channels: 3, kernel: 2}, activation: tanh, global_pooling: average, dense: 2]";
    private static final String FL = "[pooling: {kind: average, size: 2}, flatten: {}, dense: 2]";

    /** More than one piece of 1024 samples in a shard, two chemical potentials, an odd extent. */
    private static final int SAMPLES = 1310;

    @TempDir
    static Path place;

    private static Dataset dataset;

    @BeforeAll
    static void sample() throws IOException {
        SampledData.dataset(place.resolve("data"), Lattice.of(3, 2), SAMPLES, 5, 0.9, 1.1);
        dataset = Dataset.open(place.resolve("data"));
    }

    private static TrainedEnsemble trained(String layers, int seeds) throws IOException {
        Recipe recipe = Recipe.read(
                "{name: t, task: regression, network: {layers: " + layers
                        + "}, epochs: {maximum: 2}, training: {mu: 1.1, samples: 60}, seeds: " + seeds + "}",
                Path.of("t.yaml"));
        TrainingData data = TrainingData.load(dataset, Task.REGRESSION, recipe.training());
        return new Trainer("vector", new VectorNetworks(), 1)
                .train(recipe, data, EpochListener.NONE)
                .ensemble();
    }

    private static Predictor.Result predict(TrainedEnsemble ensemble, int threads, Path out) throws IOException {
        return new Predictor(ensemble, dataset, new VectorNetworks(), threads).run(out, Progress.NONE);
    }

    @Test
    void answersAreThoseOfTheNetworksInTheOrderOfTheDataSet() throws IOException {
        TrainedEnsemble ensemble = trained(EQ, 3);
        Path out = place.resolve("eq.h5");
        Predictor.Result result = predict(ensemble, 2, out);
        assertThat(result.samples()).isEqualTo(2 * SAMPLES);
        assertThat(result.members()).isEqualTo(3);
        try (HdfFile file = new HdfFile(out);
                CompiledNetwork network =
                        new VectorNetworks().compile(Trainer.problem(ensemble.recipe(), Lattice.of(3, 2), 64, 1, 1))) {
            float[][][] answers =
                    (float[][][]) file.getDatasetByPath("predictions").getData();
            float[][] mean = (float[][]) file.getDatasetByPath("mean").getData();
            float[][] spread = (float[][]) file.getDatasetByPath("spread").getData();
            float[][] labels = (float[][]) file.getDatasetByPath("labels").getData();
            double[] mu = (double[]) file.getDatasetByPath("mu").getData();
            int[] chain = (int[]) file.getDatasetByPath("chain").getData();
            long[] draw = (long[]) file.getDatasetByPath("draw").getData();
            assertThat(file.getAttribute("seeds").getData()).isEqualTo("0,1,2");
            assertThat(file.getAttribute("outputs").getData()).isEqualTo("n,phi2");
            int[] at = {0};
            for (int point = 0; point < 2; point++) {
                double wanted = dataset.manifest().points().get(point).mu();
                dataset.forEach(point, 97, samples -> {
                    Examples examples = samples.regression();
                    int[] all = IntStream.range(0, samples.count()).toArray();
                    for (int m = 0; m < 3; m++) {
                        network.setParameters(0, ensemble.members().get(m).parameters());
                        double[] one = network.forward(0, examples, all);
                        for (int i = 0; i < samples.count(); i++) {
                            assertThat(answers[at[0] + i][m])
                                    .containsExactly((float) one[2 * i], (float) one[2 * i + 1]);
                        }
                    }
                    for (int i = 0; i < samples.count(); i++, at[0]++) {
                        assertThat(mu[at[0]]).isEqualTo(wanted);
                        assertThat(chain[at[0]]).isEqualTo(samples.chain()[i]);
                        assertThat(draw[at[0]]).isEqualTo(samples.draw()[i]);
                        assertThat(labels[at[0]])
                                .containsExactly(examples.targets()[2 * i], examples.targets()[2 * i + 1]);
                        double sum = 0;
                        double squares = 0;
                        for (int m = 0; m < 3; m++) {
                            sum += answers[at[0]][m][1];
                            squares += (double) answers[at[0]][m][1] * answers[at[0]][m][1];
                        }
                        assertThat(mean[at[0]][1]).isCloseTo((float) (sum / 3), within(1e-6f));
                        assertThat(spread[at[0]][1] * spread[at[0]][1])
                                .isCloseTo((float) ((squares - sum * sum / 3) / 2), within(1e-6f));
                    }
                });
            }
            assertThat(at[0]).isEqualTo(answers.length).isEqualTo(2 * SAMPLES);

            assertThat(result.rows()).hasSize(2 * 4 * 2);
            for (Predictor.Row row : result.rows()) {
                int first = row.mu() == 0.9 ? 0 : SAMPLES;
                int k = row.output().equals("n") ? 0 : 1;
                double sum = 0;
                for (int i = first; i < first + SAMPLES; i++) {
                    double answer = row.seed() == null
                            ? mean[i][k]
                            : answers[i][row.seed().intValue()][k];
                    sum += (answer - labels[i][k]) * (answer - labels[i][k]);
                }
                assertThat(row.value()).as(row.toString()).isCloseTo(sum / SAMPLES, within(1e-6 * (1 + row.value())));
            }
        }
    }

    @Test
    void theFileDependsOnRunAndDataAlone() throws IOException {
        for (int seeds : new int[] {1, 2}) {
            TrainedEnsemble ensemble = trained(FL, seeds);
            for (String ending : List.of("h5", "csv")) {
                Path one = place.resolve("one." + ending);
                List<Predictor.Row> rows = predict(ensemble, 1, one).rows();
                for (int threads = 2; threads <= 9; threads += 7) {
                    Path other = place.resolve("other." + ending);
                    assertThat(predict(ensemble, threads, other).rows()).isEqualTo(rows);
                    assertThat(Files.mismatch(one, other)).isEqualTo(-1);
                }
            }
            List<String> lines = Files.readAllLines(place.resolve("one.csv"));
            assertThat(lines).hasSize(1 + 2 * SAMPLES);
            assertThat(lines.getFirst())
                    .isEqualTo(
                            seeds == 1
                                    ? "mu,chain,draw,label:n,label:phi2,seed-0:n,seed-0:phi2,mean:n,mean:phi2"
                                    : "mu,chain,draw,label:n,label:phi2,seed-0:n,seed-0:phi2,seed-1:n,seed-1:phi2,"
                                            + "mean:n,mean:phi2,spread:n,spread:phi2");
            try (HdfFile file = new HdfFile(place.resolve("one.h5"))) {
                float[][][] answers =
                        (float[][][]) file.getDatasetByPath("predictions").getData();
                String[] cells = lines.get(1 + 1500).split(",");
                assertThat(Float.parseFloat(cells[5])).isEqualTo(answers[1500][0][0]);
                assertThat(file.getChildren().containsKey("spread")).isEqualTo(seeds > 1);
            }
        }
    }

    @Test
    void badInput() throws IOException {
        TrainedEnsemble flat = trained(FL, 1);
        Path data = place.resolve("larger");
        SampledData.dataset(data, Lattice.of(4, 2), 20, 2, 1.1);
        Dataset larger = Dataset.open(data);
        assertThatThrownBy(() -> new Predictor(flat, larger, new VectorNetworks(), 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("4x2")
                .hasMessageContaining("3x2");
        assertThatThrownBy(() -> predict(flat, 1, place.resolve("x.txt")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(".csv");

        TrainedEnsemble eq = trained(EQ, 1);
        Predictor predictor = new Predictor(eq, larger, new VectorNetworks(), 3);
        try (Stream<Path> files = Files.list(data)) {
            Path shard =
                    files.filter(f -> f.toString().endsWith(".h5")).findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(shard);
            bytes[bytes.length / 2] ^= 1;
            Files.write(shard, bytes);
        }
        for (String name : List.of("x.h5", "x.csv")) {
            assertThatThrownBy(() -> predictor.run(place.resolve(name), Progress.NONE))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("SHA256SUMS");
            assertThat(place.resolve(name)).doesNotExist();
        }
        try (Stream<Path> files = Files.list(place)) {
            assertThat(files.filter(f -> f.toString().endsWith(".part"))).isEmpty();
        }
    }
}
