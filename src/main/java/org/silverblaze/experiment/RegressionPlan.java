package org.silverblaze.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.silverblaze.BadInput;
import org.silverblaze.files.Json;

/**
 * Experiment A (regression of n and |phi|^2) at one scale, as data: {@code resources/experiments/regression-SCALE.yaml}.
 *
 * @param experiment "regression"
 * @param scale "smoke", "laptop" or "paper"
 * @param eta coefficient of |phi|^2
 * @param lambda coefficient of |phi|^4
 * @param seed of the training data, and of the first network of each kind; test data, curves and further networks take the next ones
 * @param training what is trained on
 * @param tests what is tested on
 * @param curves ensembles for n(mu) and |phi|^2(mu)
 * @param networks names of recipes
 * @param seeds ensemble members of each network
 * @param epochs length of a training
 */
public record RegressionPlan(
        String experiment,
        String scale,
        double eta,
        double lambda,
        long seed,
        Training training,
        Grid tests,
        Grid curves,
        List<String> networks,
        int seeds,
        Epochs epochs) {
    /** Scales that come with the program. */
    public static final List<String> SCALES = List.of("smoke", "laptop", "paper");

    /**
     * @param lattice the one training lattice
     * @param mu the one training coupling
     * @param sizes numbers of training samples, ascending
     */
    public record Training(String lattice, double mu, List<Integer> sizes) {}

    /**
     * Lattices times chemical potentials.
     *
     * @param lattices as {@code 60x4}
     * @param mu chemical potentials
     * @param samples for each lattice and mu
     */
    public record Grid(List<String> lattices, List<Double> mu, int samples) {
        double[] mus() {
            return mu.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** As in a training recipe: patience counts from epoch {@code minimum}. */
    public record Epochs(int minimum, int maximum, int patience) {}

    /** The plan of a scale that comes with the program. */
    public static RegressionPlan ofScale(String scale) {
        if (!SCALES.contains(scale)) {
            throw new BadInput("--scale " + scale + ": expected " + String.join(", ", SCALES));
        }
        String resource = "/experiments/regression-" + scale + ".yaml";
        try (InputStream in = RegressionPlan.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in the program");
            }
            return Json.readYaml(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8), RegressionPlan.class, Path.of(resource));
        } catch (IOException e) {
            throw new IllegalStateException(resource + " cannot be read", e);
        }
    }

    /** The same plan with other random numbers. */
    public RegressionPlan withSeed(long other) {
        return new RegressionPlan(
                experiment, scale, eta, lambda, other, training, tests, curves, networks, seeds, epochs);
    }

    /** The largest training size, which decides how much training data is made. */
    int largestSize() {
        return training.sizes().stream().mapToInt(Integer::intValue).max().orElseThrow();
    }
}
