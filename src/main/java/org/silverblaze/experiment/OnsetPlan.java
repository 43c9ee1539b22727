package org.silverblaze.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.files.Json;

/**
 * The onset of the particle density at one scale, as data: {@code resources/experiments/onset-SCALE.yaml}.
 *
 * @param experiment "onset"
 * @param scale "smoke" or "laptop"
 * @param eta coefficient of |phi|^2
 * @param lambda coefficient of |phi|^4
 * @param seed of the data
 * @param ensembles lattices and chemical potentials; several of one lattice give one curve
 * @param below |phi|^2 is compared with a constant up to this mu
 * @param fit where n is taken for a straight line
 */
public record OnsetPlan(
        String experiment,
        String scale,
        double eta,
        double lambda,
        long seed,
        List<Ensemble> ensembles,
        double below,
        Range fit) {
    /** Scales that come with the program. */
    public static final List<String> SCALES = List.of("smoke", "laptop");

    /**
     * One lattice at some mu. Its schedule is given, since pilot runs at every mu would cost more than the data; the run says where it
     * turns out too short. Worms are many times longer above the onset than below it.
     *
     * @param lattice as {@code 64x4x4x4}
     * @param mu chemical potentials
     * @param samples for each mu
     * @param chains for each mu
     * @param stepsPerSweep worm steps between two l sweeps
     * @param thermalization worms before sampling starts
     * @param wormsBetween worms from one sample to the next; errors take autocorrelations into account
     */
    public record Ensemble(
            String lattice,
            List<Double> mu,
            long samples,
            int chains,
            int stepsPerSweep,
            long thermalization,
            long wormsBetween) {}

    /** Chemical potentials from one to another, both included. */
    public record Range(double from, double to) {}

    /** The plan of a scale that comes with the program. */
    public static OnsetPlan ofScale(String scale) {
        if (!SCALES.contains(scale)) {
            throw new BadInput("--scale " + scale + ": expected " + String.join(", ", SCALES) + " for the onset");
        }
        String resource = "/experiments/onset-" + scale + ".yaml";
        try (InputStream in = OnsetPlan.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in the program");
            }
            return Json.readYaml(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8), OnsetPlan.class, Path.of(resource));
        } catch (IOException e) {
            throw new IllegalStateException(resource + " cannot be read", e);
        }
    }

    /** The lattices, each once, in order. */
    List<String> lattices() {
        return ensembles.stream().map(Ensemble::lattice).distinct().toList();
    }

    /** The same plan with other random numbers. */
    public OnsetPlan withSeed(long other) {
        return new OnsetPlan(experiment, scale, eta, lambda, other, ensembles, below, fit);
    }
}
