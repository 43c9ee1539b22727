package org.silverblaze.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.silverblaze.Version;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code silverblaze info}. */
@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        description =
                "Shows what this machine offers: Java, SIMD shape, engines, and what the dispatcher would choose.",
        footer = {"", "Examples:", "  silverblaze info", "  silverblaze info --json"})
final class InfoCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    /** JSON object of the command. */
    record InfoReport(
            String version,
            String revision,
            String java,
            int cores,
            String simd,
            List<EngineLine> engines,
            String dispatch,
            @JsonProperty("dispatch_measured") List<String> dispatchMeasured) {}

    record EngineLine(String name, boolean available, String reason) {}

    @Override
    public Integer call() {
        Map<String, EngineStatus> statuses = new LinkedHashMap<>();
        for (Engine engine : Dispatcher.engines()) {
            statuses.put(engine.name(), engine.status());
        }
        List<EngineLine> engines = statuses.entrySet().stream()
                .map(e -> new EngineLine(
                        e.getKey(), e.getValue().available(), e.getValue().detail()))
                .toList();
        List<String> choices = Dispatcher.summary();
        InfoReport info = new InfoReport(
                Version.NUMBER,
                Version.revision(),
                System.getProperty("java.runtime.version") + " (" + System.getProperty("java.vendor") + ")",
                Runtime.getRuntime().availableProcessors(),
                statuses.get("vector").detail(),
                engines,
                choices.getFirst(),
                choices.subList(1, choices.size()));
        StringBuilder text = new StringBuilder();
        line(text, "silverblaze", info.version() + " (" + info.revision() + ")");
        line(text, "java", info.java());
        line(text, "cores", String.valueOf(info.cores()));
        for (EngineLine engine : engines) {
            line(text, engine.name(), (engine.available() ? "" : "not available: ") + engine.reason());
        }
        choices.forEach(choice -> line(text, "dispatch", choice));
        common.print(info, text.toString());
        return ExitCode.DONE;
    }

    private static void line(StringBuilder text, String label, String value) {
        text.append(String.format(java.util.Locale.ROOT, "%-12s %s%n", label, value));
    }
}
