package org.silverblaze.evaluation;

import org.silverblaze.dataset.Samples;

/**
 * What the networks of a run answer to some samples, N of them.
 *
 * @param first number of the first sample, counted over the whole data set
 * @param mu number of the samples' chemical potential
 * @param samples the samples
 * @param answers {@code float[N * M * K]}, {@code [sample][member][output]}
 * @param targets {@code float[N * K]}, {@code [sample][output]}; null where the data has no labels of the task
 */
record Prediction(long first, int mu, Samples samples, float[] answers, float[] targets) {
    int count() {
        return samples.count();
    }

    /** Outputs of the networks, K. */
    int outputs(int members) {
        return answers.length / (count() * members);
    }

    /** Mean over the members, in float64: {@code double[N * K]}. */
    double[] mean(int members) {
        int width = outputs(members);
        double[] mean = new double[count() * width];
        for (int i = 0; i < count(); i++) {
            for (int m = 0; m < members; m++) {
                for (int k = 0; k < width; k++) {
                    mean[i * width + k] += answers[(i * members + m) * width + k];
                }
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= members;
        }
        return mean;
    }

    /** Standard deviation of the members about their mean, with M - 1: {@code double[N * K]}; two members or more. */
    double[] spread(int members, double[] mean) {
        int width = outputs(members);
        double[] squares = new double[mean.length];
        for (int i = 0; i < count(); i++) {
            for (int m = 0; m < members; m++) {
                for (int k = 0; k < width; k++) {
                    double d = answers[(i * members + m) * width + k] - mean[i * width + k];
                    squares[i * width + k] += d * d;
                }
            }
        }
        for (int i = 0; i < squares.length; i++) {
            squares[i] = Math.sqrt(squares[i] / (members - 1));
        }
        return squares;
    }
}
