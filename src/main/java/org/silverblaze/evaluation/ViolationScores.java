package org.silverblaze.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Figures of merit of detection and counting from all outputs of one network on one test set, float64.
 *
 * @param outputs logits (detection) or numbers (counting)
 * @param labels 0 and 1 (detection), or numbers of violations (counting)
 */
record ViolationScores(double[] outputs, double[] labels) {
    private static final double TRUE_POSITIVES = 0.99;

    static double logistic(double z) {
        double small = StrictMath.exp(-Math.abs(z));
        return z >= 0 ? 1 / (1 + small) : small / (1 + small);
    }

    /** Probabilities for logits. */
    double[] probabilities() {
        return Arrays.stream(outputs).map(ViolationScores::logistic).toArray();
    }

    static double meanSquare(double[] answers, double[] labels) {
        return mean(answers.length, i -> (answers[i] - labels[i]) * (answers[i] - labels[i]));
    }

    static double largest(double[] answers, double[] labels) {
        return IntStream.range(0, answers.length)
                .mapToDouble(i -> Math.abs(answers[i] - labels[i]))
                .max()
                .orElseThrow();
    }

    double accuracy() {
        return mean(outputs.length, i -> (outputs[i] > 0) == (labels[i] > 0) ? 1 : 0);
    }

    /** Null where one of the classes is empty. By ranks: the mean over all pairs of an open and a closed sample. */
    Double auc() {
        Integer[] order = order();
        long open = Arrays.stream(labels).filter(y -> y > 0).count();
        long closed = labels.length - open;
        if (open == 0 || closed == 0) {
            return null;
        }
        double wins = 0;
        long closedBelow = 0;
        for (int i = 0; i < order.length; ) {
            long openHere = 0;
            long closedHere = 0;
            double value = outputs[order[i]];
            for (; i < order.length && outputs[order[i]] == value; i++) {
                if (labels[order[i]] > 0) {
                    openHere++;
                } else {
                    closedHere++;
                }
            }
            wins += openHere * (closedBelow + 0.5 * closedHere);
            closedBelow += closedHere;
        }
        return wins / ((double) open * closed);
    }

    /** At the largest threshold that at least 99 % of the open samples reach; null where one of the classes is empty. */
    Double falsePositives() {
        double[] open = IntStream.range(0, labels.length)
                .filter(i -> labels[i] > 0)
                .mapToDouble(i -> outputs[i])
                .sorted()
                .toArray();
        int closed = labels.length - open.length;
        if (open.length == 0 || closed == 0) {
            return null;
        }
        int needed = (int) Math.ceil(TRUE_POSITIVES * open.length);
        double threshold = open[open.length - needed];
        long above = IntStream.range(0, labels.length)
                .filter(i -> labels[i] <= 0 && outputs[i] >= threshold)
                .count();
        return above / (double) closed;
    }

    double exact() {
        return mean(outputs.length, i -> Math.rint(outputs[i]) == labels[i] ? 1 : 0);
    }

    double meanError() {
        return mean(outputs.length, i -> Math.abs(outputs[i] - labels[i]));
    }

    List<ViolationRow.Count> byNumber() {
        TreeMap<Integer, double[]> sums = new TreeMap<>();
        for (int i = 0; i < labels.length; i++) {
            double[] here = sums.computeIfAbsent((int) labels[i], n -> new double[3]);
            here[0]++;
            here[1] += Math.rint(outputs[i]) == labels[i] ? 1 : 0;
            here[2] += Math.abs(outputs[i] - labels[i]);
        }
        List<ViolationRow.Count> numbers = new ArrayList<>();
        sums.forEach((n, here) ->
                numbers.add(new ViolationRow.Count(n, (long) here[0], here[1] / here[0], here[2] / here[0])));
        return List.copyOf(numbers);
    }

    /** Examples 2j and 2j + 1 are a pair. */
    double ordered() {
        return mean(
                outputs.length / 2,
                j -> outputs[2 * j] > outputs[2 * j + 1] ? 1 : outputs[2 * j] == outputs[2 * j + 1] ? 0.5 : 0);
    }

    double differences() {
        return mean(
                outputs.length / 2,
                j -> Math.rint(outputs[2 * j] - outputs[2 * j + 1]) == labels[2 * j] - labels[2 * j + 1] ? 1 : 0);
    }

    private Integer[] order() {
        Integer[] order = IntStream.range(0, outputs.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> outputs[i]));
        return order;
    }

    private static double mean(int count, java.util.function.IntToDoubleFunction value) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += value.applyAsDouble(i);
        }
        return sum / count;
    }
}
