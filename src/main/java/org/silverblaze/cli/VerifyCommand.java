package org.silverblaze.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.dispatch.Verification;
import org.silverblaze.engine.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code silverblaze verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Compares every engine of this machine with `reference`: chains to the bit, networks to a stated tolerance,",
            "training with itself (threads, ensembles, repetition) to the bit. The first thing to run on a new node."
        },
        footer = {"", "Examples:", "  silverblaze verify", "  silverblaze verify --engine vector --json"})
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "one engine alone; an error where it is not available here (default: all)")
    private String engine;

    @Option(names = "--device", paramLabel = "N", description = "which GPU engine cuda takes, from 0 (default: 0)")
    private Integer device;

    /** JSON object of the command. */
    record Verified(List<Verification.Result> engines) {}

    @Override
    public Integer call() {
        if (device != null) {
            Dispatcher.useDevice(device);
        }
        List<Engine> engines = engine == null
                ? Dispatcher.engines()
                : List.of(Dispatcher.choose(engine).engine());
        List<Verification.Result> results = new ArrayList<>();
        for (Engine e : engines) {
            results.add(Verification.verify(e, check -> common.progress().update(check, 0, 1)));
        }
        common.print(new Verified(results), text(results));
        return results.stream().allMatch(r -> r.failed() == 0) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String text(List<Verification.Result> results) {
        StringBuilder text = new StringBuilder();
        for (Verification.Result r : results) {
            String outcome = r.available() ? r.passed() + " passed, " + r.failed() + " failed" : "not available";
            text.append(String.format(Locale.ROOT, "%-12s %s: %s%n", r.name(), outcome, r.reason()));
            for (Verification.Check check : r.checks()) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %-6s %s%s%n",
                        check.passed() ? "ok" : "FAILED",
                        check.name(),
                        check.passed() ? "" : ": " + check.detail()));
            }
            for (String line : r.leftOut()) {
                text.append("  left out: ").append(line).append(System.lineSeparator());
            }
        }
        return text.toString();
    }
}
