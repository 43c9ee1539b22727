package org.silverblaze.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands from end to end, in this process: exit codes, what goes where, the JSON keys that scripts rely on. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
final class CommandLineTest {
    @TempDir
    private Path folder;

    private record Run(int code, String out, String err) {
        JsonNode json() {
            assertThat(out.strip().lines()).hasSize(1);
            return JsonMapper.shared().readTree(out);
        }
    }

    private static Run run(String... args) {
        PrintStream stdout = System.out;
        PrintStream stderr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            int code = Main.run(args);
            return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(stdout);
            System.setErr(stderr);
        }
    }

    private Run generate(String name, String... more) {
        List<String> args = new java.util.ArrayList<>(List.of(
                "generate", "--lattice", "4x4", "--mu", "0.9,1.1", "--samples", "320", "--chains", "32", "--json"));
        args.addAll(List.of("--worms-between", "4", "--thermalization", "40", "--steps-per-sweep", "16"));
        args.addAll(
                List.of("--engine", "reference", "--out", folder.resolve(name).toString()));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    @Test
    void everyCommandHasHelpWithExamples() {
        assertThat(run("--help").out()).contains("Examples:");
        for (String command : Main.line().getSubcommands().keySet()) {
            if (!command.equals("help")) {
                Run help = run(command, "--help");
                assertThat(help.code()).as(command).isZero();
                assertThat(help.out()).as(command).contains("Examples:").contains("silverblaze " + command);
            }
        }
    }

    @Test
    void infoNamesTheEngines() {
        JsonNode info = run("info", "--json").json();
        assertThat(info.propertyNames()).contains("java", "simd", "engines", "dispatch");
        assertThat(info.get("engines").findValuesAsString("name")).containsExactly("vector", "cuda", "reference");
    }

    @Test
    void generateTrainEvaluateInspect() throws Exception {
        Run generated = generate("data");
        assertThat(generated.code()).as(generated.err()).isZero();
        assertThat(generated.json().propertyNames())
                .contains(
                        "samples",
                        "chains",
                        "threads",
                        "engine",
                        "seconds",
                        "cpu_seconds",
                        "samples_per_second",
                        "effective_samples_per_second",
                        "long_run_samples_per_cpu_second",
                        "observable",
                        "out");
        String data = folder.resolve("data").toString();

        Run inspected = run("inspect", data, "--check", "--json");
        assertThat(inspected.code()).as(inspected.err()).isZero();
        assertThat(inspected.json().propertyNames())
                .contains("lattice", "couplings", "samples", "observables", "checks");

        Files.writeString(folder.resolve("recipe.yaml"), """
                name: tiny
                task: regression
                network:
                  layers:
                    - convolution: {channels: 3, kernel: 1}
                    - activation: relu
                    - global_pooling: average
                    - dense: 2
                optimizer: {learning_rate: 0.01}
                batch: {size: 50, small_size: 50, small_below: 0}
                epochs: {minimum: 2, maximum: 4, patience: 2}
                training: {mu: 1.1, samples: 200, validation_fraction: 0.1}
                seeds: 2
                """);
        String recipe = folder.resolve("recipe.yaml").toString();
        String runFolder = folder.resolve("run").toString();
        Run trained = run("train", recipe, "--data", data, "--out", runFolder, "--engine", "reference", "--json");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.json().propertyNames())
                .contains(
                        "recipe",
                        "engine",
                        "parameters",
                        "epochs",
                        "best_validation_loss",
                        "seconds",
                        "seconds_per_epoch");
        assertThat(trained.json().get("engine").asString()).isEqualTo("reference");

        Run again = run("train", recipe, "--data", data, "--out", runFolder, "--json");
        assertThat(again.code()).isZero();
        assertThat(again.err()).contains("complete already");
        Run other = run("train", recipe, "--data", data, "--out", runFolder, "--samples", "100");
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.err().strip().lines()).hasSize(1);

        // What is wrong with a network shows when it meets the data: one line still.
        Files.writeString(
                folder.resolve("three.yaml"), Files.readString(Path.of(recipe)).replace("dense: 2", "dense: 3"));
        Run unfit = run(
                "train",
                folder.resolve("three.yaml").toString(),
                "--data",
                data,
                "--out",
                folder.resolve("x").toString());
        assertThat(unfit.code()).isEqualTo(2);
        assertThat(unfit.err().strip().lines()).as(unfit.err()).hasSize(1);
        Files.writeString(
                folder.resolve("wild.yaml"), Files.readString(Path.of(recipe)).replace("0.01", "1e300"));
        Run wild = run(
                "train",
                folder.resolve("wild.yaml").toString(),
                "--data",
                data,
                "--out",
                folder.resolve("x").toString(),
                "--engine",
                "reference");
        assertThat(wild.code()).isEqualTo(1);
        assertThat(wild.err()).contains("diverged").doesNotContain("internal error");
        assertThat(folder.resolve("x")).doesNotExist();
        String deep = folder.resolve("deep").toString();
        run(
                "generate",
                "--lattice",
                "2x2x2",
                "--mu",
                "1",
                "--samples",
                "16",
                "--worms-between",
                "1",
                "--thermalization",
                "1",
                "--out",
                deep);
        Run tooDeep = run("evaluate", runFolder, "--data", deep);
        assertThat(tooDeep.code()).isEqualTo(2);
        assertThat(tooDeep.err().strip().lines()).as(tooDeep.err()).hasSize(1);

        String predictions = folder.resolve("predictions.csv").toString();
        Run predicted = run("predict", runFolder, data, "--out", predictions, "--latency", "--json");
        assertThat(predicted.code()).as(predicted.err()).isZero();
        assertThat(predicted.json().get("samples").intValue()).isEqualTo(640);
        assertThat(predicted.json().get("losses")).hasSize(2 * 3 * 2);
        assertThat(predicted.json().get("latency").get("median_us").doubleValue())
                .isPositive();
        assertThat(Files.readAllLines(Path.of(predictions))).hasSize(641);

        String many = folder.resolve("many").toString();
        Files.writeString(
                folder.resolve("other.yaml"), Files.readString(Path.of(recipe)).replace("name: tiny", "name: other"));
        Run both =
                run("train", recipe, folder.resolve("other.yaml").toString(), "--data", data, "--out", many, "--json");
        assertThat(both.code()).as(both.err()).isZero();
        assertThat(both.json().get("runs").findValuesAsString("recipe")).containsExactly("tiny", "other");
        assertThat(run("predict", many + "/other", data).out()).contains("mean of all");

        Run evaluated = run("evaluate", runFolder, "--data", data, "--json");
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        JsonNode rows = evaluated.json().get("rows");
        assertThat(rows.findValuesAsString("network")).contains("constant", "tiny", "oracle");
        assertThat(rows.get(0).propertyNames())
                .contains("network", "seed", "lattice", "mu", "output", "mse", "mse_over_variance");
    }

    @Test
    void partsAreInspectedAndMerged() throws Exception {
        assertThat(generate("whole").code()).isZero();
        for (String shard : List.of("1/3", "2/3", "3/3")) {
            Run part = generate("part" + shard.charAt(0), "--shard", shard);
            assertThat(part.code()).as(part.err()).isZero();
            Run inspected =
                    run("inspect", folder.resolve("part" + shard.charAt(0)).toString(), "--check", "--json");
            assertThat(inspected.code()).as(inspected.err()).isZero();
            assertThat(inspected.json().get("part").asString()).isEqualTo(shard);
            assertThat(inspected.json().get("samples").asLong())
                    .isEqualTo(part.json().get("samples").asLong());
        }
        String merged = folder.resolve("merged").toString();
        Run tooFew = run("merge", folder.resolve("part1").toString(), "--out", merged);
        assertThat(tooFew.code()).isEqualTo(2);
        assertThat(tooFew.err().strip().lines()).hasSize(1);
        Run merge = run(
                "merge",
                folder.resolve("part1").toString(),
                folder.resolve("part3").toString(),
                folder.resolve("part2").toString(),
                "--out",
                merged,
                "--json");
        assertThat(merge.code()).as(merge.err()).isZero();
        assertThat(merge.json().propertyNames()).contains("parts", "shards", "samples", "out");
        assertThat(folder.resolve("merged/SHA256SUMS")).hasSameTextualContentAs(folder.resolve("whole/SHA256SUMS"));
        assertThat(run("inspect", merged, "--check").code()).isZero();
    }

    @Test
    void theSameRequestIsCompleteAndAnotherOneIsRefused() throws Exception {
        assertThat(generate("data").code()).isZero();
        String before = Files.readString(folder.resolve("data/SHA256SUMS"));
        assertThat(generate("data").code()).isZero();
        Run refused = generate("data", "--seed", "2");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err().strip().lines()).hasSize(1);
        assertThat(refused.err()).contains("seed");
        assertThat(Files.readString(folder.resolve("data/SHA256SUMS"))).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "frobnicate",
                "generate",
                "generate --lattice 0x4 --mu 1 --samples 10 --out OUT",
                "generate --lattice 4x4 --mu NaN --samples 10 --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 0 --out OUT",
                "generate --lattice 4x4 --mu 1 --samples x --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --eta NaN --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --lambda -1 --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --eta 4 --mass2 0 --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --lambda 0 --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --chains 11 --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --threads 0 --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --threads 100000000 --out OUT",
                "generate --lattice 4x4 --mu 1e300 --samples 10 --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --engine abacus --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --algorithm snake --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --shard 2/2 --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --shard half --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --time-limit soon --out OUT",
                "generate --lattice 4x4 --mu 1 --samples 10 --segment-samples 0 --out OUT",
                "merge OUT --out OUT",
                "inspect OUT",
                "train regression-eq --data OUT --out OUT",
                "train no-such-recipe --data OUT --out OUT",
                "evaluate OUT --data OUT",
                "reproduce --scale enormous --out OUT",
                "reproduce --experiment alchemy --out OUT"
            })
    void badInputIsOneLineExitCode2AndNoFile(String args) {
        Path out = folder.resolve("out");
        Run run =
                args.isEmpty() ? run() : run(args.replace("OUT", out.toString()).split(" "));
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err().strip().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).startsWith("silverblaze: ");
        assertThat(run.out()).isEmpty();
        assertThat(out).doesNotExist();
    }

    @Test
    void anEmptyNameIsNoFolder() {
        Run run = run("generate", "--lattice", "4x4", "--mu", "1", "--samples", "10", "--out", "");
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).startsWith("silverblaze: ").contains("--out").contains("empty name");
        assertThat(run.err().strip().lines()).hasSize(1);
    }

    @Test
    void wantOfMemoryIsOneLine() {
        assertThat(Main.outOfMemory(new OutOfMemoryError("Java heap space")))
                .startsWith("silverblaze: out of memory (Java heap space)")
                .contains("MiB")
                .contains("-Xmx")
                .doesNotContain("\n");
    }

    @Test
    void theCommandInTheReportCanBePastedIntoAShell() {
        assertThat(ReproduceCommand.quoted(List.of("reproduce", "--scale=smoke", "--out", "/a/it's here", "")))
                .isEqualTo("reproduce --scale=smoke --out '/a/it'\\''s here' ''");
    }
}
