package org.silverblaze.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.ViolationTask;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.engine.reference.ReferenceEngine;
import org.silverblaze.engine.vector.VectorEngine;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.PoolingKind;
import org.silverblaze.sampling.SamplingRequest;
import org.silverblaze.sampling.SamplingRun;
import org.silverblaze.theory.Couplings;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.Recipes;
import org.silverblaze.training.Task;
import org.silverblaze.training.TrainedEnsemble;
import org.silverblaze.training.Trainer;
import org.silverblaze.training.TrainingData;

/** Networks of detection and counting on real open worms. */
final class ViolationEvaluatorTest {
    @TempDir
    Path temp;

    private Dataset data(String name, String lattice, Kind kind, boolean pairs, int samples) throws IOException {
        SamplingRequest request = SamplingRequest.of(
                        Lattice.parse(lattice), 4.04, 1, new double[] {1.25}, samples, WormAlgorithm.DIRECTED, 5)
                .withChains(20)
                .withSchedule(64, 50L, 5L)
                .withTask(ViolationTask.of(kind, null, new int[] {1, 30}, pairs));
        Path folder = temp.resolve(name);
        SamplingRun.run(request, folder, new VectorEngine(), 1, List.of("test"), Progress.NONE);
        return Dataset.open(folder);
    }

    private static TrainedEnsemble trained(String recipe, Dataset data) throws IOException {
        Recipe small = Recipes.find(recipe).withSamples(60).withSeeds(1, 2).withEpochs(new Recipe.Epochs(1, 2, 1));
        return Trainer.on(new VectorEngine(), 1)
                .train(small, TrainingData.load(data, small.task(), small.training()), lines -> {})
                .ensemble();
    }

    private static Double only(List<ViolationRow> rows, ViolationTable.Metric metric) {
        assertThat(rows).hasSize(1);
        return metric.of(rows.getFirst());
    }

    @ParameterizedTest
    @CsvSource({"8x8, false", "5x3, false", "2x7, false", "2x1, false", "1x4, true", "6x5, true"})
    void theOracleIsExact(String lattice, boolean pairs) throws IOException {
        for (Engine engine : List.of(new ReferenceEngine(), new VectorEngine())) {
            for (Kind kind : Kind.values()) {
                Task task = kind == Kind.DETECTION ? Task.DETECTION : Task.COUNTING;
                Dataset data = data(kind + "-" + engine.name(), lattice, kind, pairs, 80);
                TrainedEnsemble any = trained(kind.id() + "-eq", data);
                ViolationTable table = new ViolationEvaluator(engine.networks(), 1)
                        .evaluate(List.of(any), TestSet.of(data, task), Progress.NONE);
                List<ViolationRow> oracle = table.rows().stream()
                        .filter(r -> r.network().equals("oracle"))
                        .toList();
                assertThat(oracle.getFirst().largestError())
                        .as("%s on %s", kind, lattice)
                        .isLessThan(1e-6);
                assertThat(oracle.getFirst().set()).isEqualTo(pairs ? "pairs" : "ordinary");
                if (kind == Kind.DETECTION) {
                    assertThat(only(oracle, ViolationTable.Metric.AUC)).isEqualTo(1);
                    assertThat(only(oracle, ViolationTable.Metric.ACCURACY)).isEqualTo(1);
                    assertThat(only(oracle, ViolationTable.Metric.FALSE_POSITIVES))
                            .isZero();
                    assertThat(oracle.getFirst().ordered()).isEqualTo(pairs ? 1.0 : null);
                    assertThat(oracle.getFirst().exact()).isNull();
                } else {
                    assertThat(only(oracle, ViolationTable.Metric.EXACT)).isEqualTo(1);
                    assertThat(oracle.getFirst().differences()).isEqualTo(pairs ? 1.0 : null);
                    assertThat(oracle.getFirst().byNumber().stream()
                                    .mapToLong(ViolationRow.Count::samples)
                                    .sum())
                            .isEqualTo(80);
                    assertThat(oracle.getFirst().auc()).isNull();
                }
            }
        }
    }

    /** A path of unit flux from a site: t and x go forward, T and X back. */
    private static void path(byte[] k, Lattice lattice, int from, String legs) {
        int here = from;
        for (int i = 0; i < legs.length(); i++) {
            char leg = legs.charAt(i);
            int axis = Character.toLowerCase(leg) == 't' ? 0 : 1;
            boolean forward = Character.isLowerCase(leg);
            int next = forward ? lattice.forward(axis, here) : lattice.backward(axis, here);
            k[axis * lattice.volume() + (forward ? here : next)] += (byte) (forward ? 1 : -1);
            here = next;
        }
    }

    @ParameterizedTest
    @CsvSource({"8x8, DETECTION", "8x8, COUNTING", "16x5, DETECTION", "16x5, COUNTING"})
    void theOracleKnowsHandMadeConfigurations(String extents, Task task) throws IOException {
        Lattice lattice = Lattice.parse(extents);
        // Paths by their first sites, and the violations that they make together.
        List<List<String>> paths = List.of(
                List.of(),
                List.of("9 txTX"), // a single plaquette loop
                List.of("3 " + "t".repeat(lattice.extent(0))), // a closed worm that winds
                List.of("3 " + "t".repeat(lattice.extent(0)) + "tx"), // an open worm that winds
                List.of("0 t"),
                List.of("7 tt", "7 xxx"), // two worms with one tail
                List.of("0 tt", "0 xttX"), // with one tail and one head
                List.of("0 tt", "0 xttX", "9 txTX", "20 ttt"));
        double[] violations = {0, 0, 0, 1, 1, 2, 2, 3};
        byte[] inputs = new byte[paths.size() * 2 * lattice.links()];
        float[] targets = new float[paths.size()];
        for (int i = 0; i < targets.length; i++) {
            byte[] k = new byte[lattice.links()];
            for (String path : paths.get(i)) {
                path(k, lattice, Integer.parseInt(path.split(" ")[0]), path.split(" ")[1]);
            }
            System.arraycopy(k, 0, inputs, 2 * i * lattice.links(), k.length);
            targets[i] = (float) (task == Task.DETECTION ? Math.min(1, violations[i]) : violations[i]);
        }
        Examples examples = new Examples(lattice, 4, targets.length, inputs, 1, targets);
        TrainedEnsemble any = trained(task.id() + "-eq", data("any", "4x4", Kind.parse(task.id()), false, 80));
        ViolationTable table = new ViolationEvaluator(new VectorEngine().networks(), 1)
                .evaluate(List.of(any), List.of(TestSet.of(new Couplings(4.01, 1, 1), examples)), Progress.NONE);
        assertThat(table.rows().getLast().network()).isEqualTo("oracle");
        assertThat(table.rows().getLast().largestError()).isLessThan(1e-6);
    }

    @ParameterizedTest
    @CsvSource({"8x8, DETECTION", "8x8, COUNTING", "6x9, DETECTION", "6x9, COUNTING"})
    void whatNetworksSayAboutHandMadeConfigurations(String extents, Task task) throws IOException {
        Lattice lattice = Lattice.parse(extents);
        List<HandMade> all = HandMade.on(lattice);
        for (HandMade made : all) {
            int sum = 0;
            for (int site = 0; site < lattice.volume(); site++) {
                sum += Math.abs(made.configuration().divergence(site));
            }
            assertThat(sum).as(made.name()).isEqualTo(2 * made.violations());
        }
        assertThat(all.stream().map(HandMade::name)).doesNotHaveDuplicates();
        assertThat(all.stream().map(HandMade::violations)).contains(0, 1, 2, 3);
        TrainedEnsemble any = trained(task.id() + "-eq", data("any", extents, Kind.parse(task.id()), false, 80));
        List<ViolationEvaluator.Answer> answers =
                new ViolationEvaluator(new VectorEngine().networks(), 1).answers(List.of(any), all);
        // constant, two seeds, oracle
        assertThat(answers).hasSize(4 * all.size());
        for (ViolationEvaluator.Answer answer : answers) {
            int violations = all.get(answer.configuration()).violations();
            if (answer.network().equals("oracle")) {
                assertThat(answer.answer())
                        .isCloseTo(task == Task.DETECTION ? Math.min(1, violations) : violations, within(1e-6));
            }
            if (task == Task.DETECTION) {
                assertThat(answer.answer()).isBetween(0.0, 1.0);
            }
        }
    }

    @Test
    void networksOfAllKindsOnTheirLatticeAndOnAnother() throws IOException {
        Dataset home = data("home", "8x8", Kind.DETECTION, false, 200);
        List<TrainedEnsemble> ensembles = new ArrayList<>();
        for (String recipe : List.of("detection-eq", "detection-st", "detection-fl", "detection-control")) {
            ensembles.add(trained(recipe, home));
        }
        List<TestSet> sets = new ArrayList<>(TestSet.of(home, Task.DETECTION));
        sets.addAll(TestSet.of(data("away", "12x6", Kind.DETECTION, true, 80), Task.DETECTION));
        ViolationTable table =
                new ViolationEvaluator(new VectorEngine().networks(), 2).evaluate(ensembles, sets, Progress.NONE);
        // constant, oracle, and four networks of two seeds, on each of two sets.
        assertThat(table.rows()).hasSize(2 * (1 + 1 + 4 * 2));
        assertThat(table.rows())
                .filteredOn(r -> r.network().equals("detection-fl"))
                .allSatisfy(
                        r -> assertThat(r.auc() == null).isEqualTo(r.lattice().equals("12x6")));
        List<ViolationRow> constant = table.rows().stream()
                .filter(r -> r.network().equals("constant"))
                .toList();
        assertThat(constant).allSatisfy(r -> assertThat(r.auc()).isEqualTo(0.5));
        assertThat(constant.getLast().ordered()).isEqualTo(0.5);
        double mean = ensembles.getFirst().labelMeans()[0];
        assertThat(constant.getLast().mse())
                .as("half of the labels are 1, and the answer is the mean of the training")
                .isCloseTo(0.5 * mean * mean + 0.5 * (1 - mean) * (1 - mean), within(1e-6));
        assertThat(table.csv().lines()).hasSize(1 + table.rows().size());
        assertThat(table.text()).contains("n/a").contains("pairs in order");
        assertThat(table.json()).startsWith("{\"rows\":[{\"network\":\"constant\"");
        // A 1x1 window cannot tell the members of a pair of the same multiset of links apart; it runs on every lattice.
        assertThat(table.rows())
                .filteredOn(r -> r.network().equals("detection-control"))
                .allSatisfy(r -> assertThat(r.auc()).isBetween(0.0, 1.0));
    }

    @Test
    void closedDataAreRefused() throws IOException {
        Dataset home = data("home", "8x8", Kind.DETECTION, false, 200);
        TrainedEnsemble any = trained("detection-eq", home);
        SamplingRequest closed = SamplingRequest.of(
                        Lattice.of(4, 4), 4.04, 1, new double[] {1.25}, 40, WormAlgorithm.DIRECTED, 5)
                .withSchedule(64, 50L, 5L);
        SamplingRun.run(closed, temp.resolve("closed"), new VectorEngine(), 1, List.of("test"), Progress.NONE);
        List<TestSet> sets = TestSet.of(Dataset.open(temp.resolve("closed")), Task.DETECTION);
        ViolationEvaluator evaluator = new ViolationEvaluator(new VectorEngine().networks(), 1);
        assertThatThrownBy(() -> evaluator.evaluate(List.of(any), sets, Progress.NONE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--task");
    }

    @Test
    void everyPoolingIsAVariantOfTheRecipe() {
        for (String task : List.of("detection", "counting")) {
            for (String kind : List.of("eq", "st", "fl", "control")) {
                Recipe base = Recipes.find(task + "-" + kind);
                List<String> names = Arrays.stream(PoolingKind.values())
                        .map(kindOfPooling -> base.withPooling(kindOfPooling).name())
                        .toList();
                if (kind.equals("fl")) {
                    assertThat(names).containsOnly("" + base.name());
                } else {
                    assertThat(names)
                            .containsExactly(base.name() + "-average", base.name() + "-sum", base.name() + "-max");
                }
                assertThat(Recipe.read(
                                org.silverblaze.files.Json.canonical(
                                        base.withPooling(PoolingKind.MAX).resolved()),
                                Path.of("x")))
                        .isEqualTo(base.withPooling(PoolingKind.MAX));
            }
        }
    }
}
