package org.silverblaze.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.silverblaze.BadInput;
import org.silverblaze.dataset.ViolationTask;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.files.Json;
import org.silverblaze.network.PoolingKind;
import org.silverblaze.training.Recipe;
import org.silverblaze.training.Recipes;

/**
 * Experiment B (detection) or C (counting of flux violations) at one scale, as data: {@code resources/experiments/EXPERIMENT-SCALE.yaml}.
 *
 * @param experiment "detection" or "counting"
 * @param scale "smoke", "laptop" or "paper"
 * @param lambda coefficient of |phi|^4
 * @param seed of the training data, and of the first network of each kind; test data and further networks take the next ones
 * @param steps fewest and most steps of an open worm
 * @param training what is trained on
 * @param tests what is tested on
 * @param networks recipes with the global poolings that are tried
 * @param seeds ensemble members of each network
 * @param epochs length of a training
 * @param updates steps of the optimizer after which a training ends though its epochs are not over
 */
public record ViolationPlan(
        String experiment,
        String scale,
        double lambda,
        long seed,
        List<Integer> steps,
        Training training,
        Tests tests,
        List<Network> networks,
        int seeds,
        RegressionPlan.Epochs epochs,
        int updates) {
    /**
     * @param lattice the one training lattice
     * @param eta the one coefficient of |phi|^2
     * @param mu the one chemical potential
     * @param worms numbers of open worms, as many samples of each
     * @param sizes numbers of training samples, ascending
     */
    public record Training(String lattice, double eta, double mu, List<Integer> worms, List<Integer> sizes) {}

    /**
     * Lattices times couplings; the first lattice and the first couplings are those of the training.
     *
     * @param lattices as {@code 16x16}
     * @param eta coefficients of |phi|^2
     * @param mu chemical potentials
     * @param worms numbers of open worms, as many samples of each
     * @param samples of each ordinary set
     * @param pairs samples of each set of matched pairs, twice the number of pairs; those have every number of worms but 0
     */
    public record Tests(
            List<String> lattices, List<Double> eta, List<Double> mu, List<Integer> worms, int samples, int pairs) {}

    /**
     * @param recipe name of a recipe
     * @param pooling global poolings; empty for the recipe as it is
     */
    public record Network(String recipe, List<String> pooling) {}

    public ViolationPlan {
        if (!tests.lattices().getFirst().equals(training.lattice())
                || tests.eta().getFirst() != training.eta()
                || tests.mu().getFirst() != training.mu()) {
            throw new IllegalArgumentException("the first test set has to be of the training's lattice and couplings");
        }
    }

    /** The plan of a scale that comes with the program. */
    public static ViolationPlan ofScale(Kind kind, String scale) {
        if (!RegressionPlan.SCALES.contains(scale)) {
            throw new BadInput("--scale " + scale + ": expected " + String.join(", ", RegressionPlan.SCALES));
        }
        String resource = "/experiments/" + kind.id() + "-" + scale + ".yaml";
        try (InputStream in = ViolationPlan.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in the program");
            }
            return Json.readYaml(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8), ViolationPlan.class, Path.of(resource));
        } catch (IOException e) {
            throw new IllegalStateException(resource + " cannot be read", e);
        }
    }

    /** The same plan with other random numbers. */
    public ViolationPlan withSeed(long other) {
        return new ViolationPlan(
                experiment, scale, lambda, other, steps, training, tests, networks, seeds, epochs, updates);
    }

    Kind kind() {
        return Kind.parse(experiment);
    }

    /** Open worms of a set. */
    ViolationTask task(List<Integer> worms, boolean pairs) {
        List<Integer> numbers = pairs ? worms.stream().filter(m -> m > 0).toList() : worms;
        return ViolationTask.of(kind(), numbers, new int[] {steps.getFirst(), steps.getLast()}, pairs);
    }

    /** Every network with every pooling at a training size. */
    List<Recipe> recipes(int size) {
        return variants().stream()
                .map(r -> r.withName(named(r.name(), size))
                        .withMu(training.mu())
                        .withSamples(size)
                        .withSeeds(seed, seeds)
                        .withEpochs(epochs(r.batch().of(size), size)))
                .toList();
    }

    private Recipe.Epochs epochs(int batch, int size) {
        int most = Math.clamp(updates / Math.ceilDiv(size, batch), 1, epochs.maximum());
        return new Recipe.Epochs(Math.min(epochs.minimum(), most), most, epochs.patience());
    }

    private List<Recipe> variants() {
        return networks.stream()
                .flatMap(n -> {
                    Recipe base = Recipes.find(n.recipe());
                    return n.pooling().isEmpty()
                            ? List.of(base).stream()
                            : n.pooling().stream()
                                    .map(p -> base.withPooling(PoolingKind.valueOf(p.toUpperCase(Locale.ROOT))));
                })
                .toList();
    }

    /** Names of the networks, whatever the training size. */
    List<String> names() {
        return variants().stream().map(Recipe::name).toList();
    }

    /** Name of a network at a training size. */
    String named(String network, int size) {
        return training.sizes().size() == 1 ? network : network + "-" + size;
    }

    /** The largest training size, which decides how much training data is made. */
    int largestSize() {
        return training.sizes().stream().mapToInt(Integer::intValue).max().orElseThrow();
    }
}
