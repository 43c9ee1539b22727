package org.silverblaze.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.silverblaze.BadInput;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.files.Json;

/** The output folder of an experiment: it keeps its plan, so that the same plan goes on and another one is refused. */
final class PlanFolder {
    private static final String PLAN = "plan.json";

    private PlanFolder() {}

    /**
     * Takes a folder that is new, empty, or holds the same plan.
     *
     * @throws BadInput where it holds anything else
     */
    static void claim(Path out, Object plan) throws IOException {
        Path file = out.resolve(PLAN);
        String text = Json.canonical(plan);
        if (Files.exists(file)) {
            if (!Files.readString(file).equals(text)) {
                throw new BadInput(out + ": holds a run of another plan (" + PLAN + "); expected a new --out");
            }
            return;
        }
        if (Files.isDirectory(out)) {
            try (var entries = Files.list(out)) {
                Optional<Path> foreign = entries.findFirst();
                if (foreign.isPresent()) {
                    throw new BadInput(out + ": holds '" + foreign.get().getFileName() + "' and no " + PLAN
                            + "; expected a new or empty --out");
                }
            }
        } else if (Files.exists(out)) {
            throw new BadInput(out + ": is a file; expected a folder for --out");
        }
        Files.createDirectories(out);
        AtomicFiles.write(file, text);
    }
}
