package org.silverblaze.engine;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;

/** The two forms of the theory whose configurations can be sampled (PHYSICS.md section 1); equal at mu = 0. */
public enum Representation {
    /** Fluxes k and l on the links: positive weights at every mu. */
    FLUX("flux"),
    /** The complex field itself on the sites: at mu = 0 only. */
    PHI("phi");

    private final String id;

    Representation(String id) {
        this.id = id;
    }

    /** Name on the command line and in manifests. */
    public String id() {
        return id;
    }

    /** @throws BadInput where there is no such representation */
    public static Representation parse(String text) {
        for (Representation candidate : values()) {
            if (candidate.id.equals(text)) {
                return candidate;
            }
        }
        throw new BadInput("--representation " + text + ": expected "
                + Arrays.stream(values()).map(Representation::id).collect(Collectors.joining(" or ")));
    }
}
