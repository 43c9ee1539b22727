package org.silverblaze.experiment;

import java.util.List;
import org.silverblaze.dataset.ClassCounts;
import org.silverblaze.evaluation.HandMade;
import org.silverblaze.evaluation.ViolationEvaluator;
import org.silverblaze.evaluation.ViolationTable;
import org.silverblaze.theory.FluxConfiguration;

/**
 * Everything that came out of experiment B or C, for the report.
 *
 * @param plan what was asked for
 * @param sets every data set, one entry for each chemical potential
 * @param trainings every training
 * @param table figures of the networks of the largest training size on every test set, of smaller ones at the couplings of the training
 * @param handMade configurations with known violations
 * @param answers of the networks of the largest training size to those
 * @param pictures example configurations
 * @param engine why which engine
 * @param threads threads used
 * @param seconds wall time of the whole
 */
public record ViolationResult(
        ViolationPlan plan,
        List<Set> sets,
        List<RegressionResult.Training> trainings,
        ViolationTable table,
        List<HandMade> handMade,
        List<ViolationEvaluator.Answer> answers,
        List<Picture> pictures,
        String engine,
        int threads,
        double seconds) {
    public ViolationResult {
        sets = List.copyOf(sets);
        trainings = List.copyOf(trainings);
        handMade = List.copyOf(handMade);
        answers = List.copyOf(answers);
        pictures = List.copyOf(pictures);
    }

    /**
     * What a set holds.
     *
     * @param use training, ordinary or pairs
     * @param lattice as {@code 16x16}
     * @param eta coefficient of |phi|^2
     * @param counts samples by number of worms, one chemical potential
     */
    public record Set(String use, String lattice, double eta, List<ClassCounts> counts) {
        public Set {
            counts = List.copyOf(counts);
        }
    }

    /** A configuration worth a look. */
    public record Picture(String title, FluxConfiguration configuration, double eta) {}
}
