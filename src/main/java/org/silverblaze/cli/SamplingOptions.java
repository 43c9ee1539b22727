package org.silverblaze.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;
import org.silverblaze.engine.Representation;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import picocli.CommandLine.Option;

/** Options of every command that samples: what the ensemble is. */
final class SamplingOptions {
    /** m^2 of 2103.14686: eta = 4.01 in two dimensions. */
    private static final double DEFAULT_MASS2 = 0.01;

    @Option(
            names = "--lattice",
            required = true,
            paramLabel = "60x4",
            description = "extents, time first; 1 to 4 dimensions")
    String lattice;

    @Option(names = "--eta", paramLabel = "ETA", description = "coefficient of |phi|^2 (default: 2d + 0.01)")
    Double eta;

    @Option(names = "--mass2", paramLabel = "M2", description = "instead of --eta: m^2, eta = 2d + m^2")
    Double mass2;

    @Option(
            names = "--lambda",
            paramLabel = "LAMBDA",
            defaultValue = "1",
            description = "coefficient of |phi|^4 (default: ${DEFAULT-VALUE})")
    double lambda;

    @Option(
            names = "--mu",
            required = true,
            paramLabel = "MU",
            description = "chemical potential: a value, a list 0.91,1.05 or a range 0.91:1.05:0.005")
    String mu;

    @Option(names = "--samples", required = true, paramLabel = "N", description = "samples for each mu")
    long samples;

    @Option(
            names = "--chains",
            paramLabel = "N",
            description = "Markov chains for each mu (default: from lattice and samples)")
    Integer chains;

    @Option(
            names = "--thermalization",
            paramLabel = "WORMS",
            description = "worms before the first sample (default: from a pilot run)")
    Long thermalization;

    @Option(
            names = "--representation",
            paramLabel = "NAME",
            defaultValue = "flux",
            description = {
                "flux, or phi: the field itself, at --mu 0 only, by heat bath and reflections; its --thermalization",
                "counts updates (default: ${DEFAULT-VALUE})"
            })
    private String representation;

    @Option(
            names = "--updates-between",
            paramLabel = "UPDATES",
            description = "phi: updates from one sample to the next (default: from a pilot run, spacing 2 tau_int)")
    Long updatesBetween;

    @Option(
            names = "--reflections",
            paramLabel = "N",
            description = "phi: over-relaxation sweeps after the heat-bath sweep of every update (default: 2)")
    Integer reflections;

    @Option(
            names = "--worms-between",
            paramLabel = "WORMS",
            description = "worms from one sample to the next (default: from a pilot run, spacing 2 tau_int)")
    Long wormsBetween;

    @Option(
            names = "--steps-per-sweep",
            paramLabel = "STEPS",
            description = "worm steps between two sweeps of l (default: from a pilot run)")
    Integer stepsPerSweep;

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            defaultValue = "directed",
            description = "worm algorithm: directed, or metropolis (slower, for checks; default: ${DEFAULT-VALUE})")
    String algorithm;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "seed (default: ${DEFAULT-VALUE})")
    long seed;

    @Option(
            names = "--segment-samples",
            paramLabel = "N",
            description = "samples of each chain from one save to the next (default: 64 MiB or a minute or two)")
    Long segmentSamples;

    Lattice parsedLattice() {
        return Lattice.parse(lattice);
    }

    double resolvedEta() {
        if (mass2 != null && eta != null) {
            throw new BadInput("--eta and --mass2 say the same thing: give one of them");
        }
        if (eta != null) {
            return eta;
        }
        return 2.0 * parsedLattice().dimensions() + (mass2 == null ? DEFAULT_MASS2 : mass2);
    }

    /**
     * What is to be sampled.
     *
     * @param given options on the command line
     * @throws BadInput where one of them belongs to the other representation
     */
    Representation parsedRepresentation(Predicate<String> given) {
        Representation wanted = Representation.parse(representation);
        Map<Representation, List<String>> own = Map.of(
                Representation.FLUX,
                List.of(
                        "--worms-between",
                        "--steps-per-sweep",
                        "--algorithm",
                        "--task",
                        "--worms",
                        "--steps",
                        "--pairs"),
                Representation.PHI,
                List.of("--updates-between", "--reflections"));
        own.forEach((other, options) -> {
            for (String option : options) {
                if (other != wanted && given.test(option)) {
                    throw new BadInput(option + ": an option of --representation " + other.id() + ", not of "
                            + wanted.id() + "; expected none of " + String.join(", ", options));
                }
            }
        });
        return wanted;
    }

    WormAlgorithm parsedAlgorithm() {
        for (WormAlgorithm candidate : WormAlgorithm.values()) {
            if (candidate.id().equals(algorithm)) {
                return candidate;
            }
        }
        String known =
                Arrays.stream(WormAlgorithm.values()).map(WormAlgorithm::id).collect(Collectors.joining(", "));
        throw new BadInput("--algorithm " + algorithm + ": expected " + known);
    }
}
