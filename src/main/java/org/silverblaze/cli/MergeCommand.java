package org.silverblaze.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.silverblaze.dataset.Merge;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code silverblaze merge}. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        description = {
            "Joins the parts of a job array (generate --shard) into the data set that one run would have made: equal",
            "manifest, shards and checksums. Every shard is verified on the way; the parts stay as they are."
        },
        footer = {
            "",
            "Examples:",
            "  silverblaze merge data/part-1 data/part-2 data/part-3 --out data/60x4",
            "  silverblaze merge data/part-* --out data/60x4 --json"
        })
final class MergeCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    @Parameters(arity = "1..*", paramLabel = "DATA", description = "folders of the parts")
    private List<Path> parts;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "folder of the whole data set")
    private Path out;

    @Spec
    private CommandSpec spec;

    /** JSON object of the command. */
    record Result(int parts, int shards, long samples, String out) {}

    @Override
    public Integer call() throws IOException {
        Merge.Result result = Merge.merge(parts, out, GenerateCommand.commandLine(spec), common.progress());
        common.print(
                new Result(result.parts(), result.shards(), result.samples(), out.toString()),
                out + ": " + result.samples() + " samples in " + result.shards() + " shards of " + result.parts()
                        + " parts" + (result.copied() == 0 ? "; complete already" : ""));
        return ExitCode.DONE;
    }
}
