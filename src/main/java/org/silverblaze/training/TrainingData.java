package org.silverblaze.training;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.silverblaze.BadInput;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.Samples;
import org.silverblaze.dataset.Splits;
import org.silverblaze.engine.Examples;
import org.silverblaze.theory.Couplings;

/**
 * Labelled configurations of one lattice and one set of couplings, split for training.
 *
 * @param couplings the theory
 * @param examples training and validation examples
 * @param training numbers of the training examples
 * @param validation numbers of the validation examples; they come from other chains
 * @param source what the examples come from: SHA-256 of the data set's manifest
 */
public record TrainingData(Couplings couplings, Examples examples, int[] training, int[] validation, String source) {
    public TrainingData {
        if (training.length == 0 || validation.length == 0) {
            throw new IllegalArgumentException("training and validation need at least one example each");
        }
    }

    /**
     * Reads what a recipe trains on. A fraction v / (1 + v) of the chains validates, v the validation fraction, so that training
     * and validation samples last equally long; where the chains cannot be divided like that there may be fewer validation
     * samples than asked for, never fewer training samples. Subsets are nested (see {@link Splits}).
     *
     * @param task decides the targets
     * @throws BadInput where the data set has no such point, no such labels or too few training samples
     */
    public static TrainingData load(Dataset dataset, Task task, Recipe.Training wanted) throws IOException {
        dataset.requireFluxes();
        Manifest manifest = dataset.manifest();
        int mu = point(dataset, wanted.mu());
        double held = wanted.validationFraction() / (1 + wanted.validationFraction());
        Splits splits = Splits.byChain(manifest.chains(), held, wanted.splitSeed());
        Samples training = dataset.load(mu, splits.training(), wanted.samples());
        if (training.count() < wanted.samples()) {
            throw new BadInput(dataset.path() + ": its training chains have " + training.count() + " samples, "
                    + wanted.samples() + " are asked for; expected fewer (--samples) or a larger data set");
        }
        Samples validation = dataset.load(mu, splits.validation(), wanted.validationSamples());
        return new TrainingData(
                manifest.couplings(mu),
                joined(task.examples(training), task.examples(validation)),
                IntStream.range(0, training.count()).toArray(),
                IntStream.range(training.count(), training.count() + validation.count())
                        .toArray(),
                manifest.sha256());
    }

    private static int point(Dataset dataset, Double mu) {
        Manifest manifest = dataset.manifest();
        if (mu == null && manifest.points().size() > 1) {
            throw new BadInput(dataset.path() + ": has " + manifest.points().size()
                    + " chemical potentials; expected a mu in the recipe's training entry");
        }
        return mu == null ? 0 : manifest.indexOf(mu);
    }

    private static Examples joined(Examples a, Examples b) {
        byte[] inputs = Arrays.copyOf(a.inputs(), Math.addExact(a.inputs().length, b.inputs().length));
        System.arraycopy(b.inputs(), 0, inputs, a.inputs().length, b.inputs().length);
        float[] targets = Arrays.copyOf(a.targets(), a.targets().length + b.targets().length);
        System.arraycopy(b.targets(), 0, targets, a.targets().length, b.targets().length);
        return new Examples(a.lattice(), a.channels(), a.count() + b.count(), inputs, a.outputs(), targets);
    }

    /** Mean labels of the training examples, float64: what the constant predictor answers. */
    public double[] labelMeans() {
        double[] means = new double[examples.outputs()];
        for (int output = 0; output < means.length; output++) {
            double sum = 0;
            for (int example : training) {
                sum += examples.targets()[example * means.length + output];
            }
            means[output] = sum / training.length;
        }
        return means;
    }
}
