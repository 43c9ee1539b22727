package org.silverblaze.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import org.silverblaze.Progress;
import org.silverblaze.files.Json;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Options of every command. */
final class Common {
    @Option(names = "--json", description = "one JSON object on standard output instead of text")
    boolean json;

    @Option(names = "--debug", description = "show stack traces")
    boolean debug;

    /** Prints the result: the JSON object with --json, the text otherwise. */
    void print(Object object, String text) {
        if (json) {
            System.out.println(Json.line(object));
        } else {
            System.out.print(text.endsWith("\n") ? text : text + "\n");
        }
    }

    /** A line for people, to standard error. */
    void say(String line) {
        System.err.println(line);
    }

    Progress progress() {
        return new ConsoleProgress(System.err);
    }

    /** As {@link #progress()}, and says {@code line} when work begins: bad input before that is answered in one line. */
    Progress progress(String line) {
        AtomicBoolean said = new AtomicBoolean();
        Progress console = progress();
        return (stage, done, total) -> {
            if (said.compareAndSet(false, true)) {
                say(line);
            }
            console.update(stage, done, total);
        };
    }

    /** Whether --debug was given to the command that failed. */
    static boolean debug(CommandLine command) {
        return command.getParseResult() != null && command.getParseResult().hasMatchedOption("--debug");
    }
}
