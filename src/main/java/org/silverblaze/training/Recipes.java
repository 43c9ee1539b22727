package org.silverblaze.training;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.silverblaze.BadInput;

/** Recipes that come with the program, and recipes in files. */
public final class Recipes {
    /** Names of the recipes that come with the program. */
    public static final List<String> NAMES = List.of(
            "regression-eq",
            "regression-st",
            "regression-fl",
            "detection-eq",
            "detection-st",
            "detection-fl",
            "detection-control",
            "counting-eq",
            "counting-st",
            "counting-fl",
            "counting-control");

    private Recipes() {}

    /** A recipe that comes with the program, by its name; otherwise the file of that name. */
    public static Recipe find(String nameOrFile) {
        if (NAMES.contains(nameOrFile)) {
            String resource = "/recipes/" + nameOrFile + ".yaml";
            try (InputStream in = Recipes.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalStateException(resource + " is not in the program");
                }
                return Recipe.read(
                        new String(in.readAllBytes(), StandardCharsets.UTF_8), Path.of(nameOrFile + ".yaml"));
            } catch (IOException e) {
                throw new IllegalStateException(resource + " cannot be read", e);
            }
        }
        Path file = Path.of(nameOrFile);
        if (!Files.isRegularFile(file)) {
            throw new BadInput("recipe " + nameOrFile + ": no such file; expected a YAML file or one of "
                    + String.join(", ", NAMES));
        }
        try {
            return Recipe.read(Files.readString(file), file);
        } catch (IOException e) {
            throw new BadInput("recipe " + nameOrFile + ": cannot be read as text (" + e.getMessage() + ")", e);
        }
    }
}
