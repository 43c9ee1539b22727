package org.silverblaze.evaluation;

import java.io.IOException;
import org.silverblaze.engine.Examples;
import org.silverblaze.lattice.Lattice;

/**
 * What a test set is like, from two passes over it in float64.
 *
 * @param count examples
 * @param means mean of each label
 * @param variances mean squared deviation of each label from its mean
 * @param largestF largest f_x of all sites (PHYSICS.md section 1), 0 where the examples are no fluxes
 */
public record LabelStatistics(long count, double[] means, double[] variances, int largestF) {
    private static final int FLUX_CHANNELS = 4;

    static LabelStatistics of(TestSet set, int outputs) throws IOException {
        Sums first = new Sums(outputs);
        set.forEachChunk(chunk -> first.add(chunk, new double[outputs], false));
        double[] means = first.divided();
        Sums second = new Sums(outputs);
        set.forEachChunk(chunk -> second.add(chunk, means, true));
        return new LabelStatistics(first.count, means, second.divided(), first.largestF);
    }

    private static final class Sums {
        final double[] sums;
        long count;
        int largestF;

        Sums(int outputs) {
            sums = new double[outputs];
        }

        void add(Examples chunk, double[] centre, boolean squared) {
            for (int example = 0; example < chunk.count(); example++) {
                for (int k = 0; k < sums.length; k++) {
                    double deviation = chunk.targets()[example * sums.length + k] - centre[k];
                    sums[k] += squared ? deviation * deviation : deviation;
                }
            }
            count += chunk.count();
            if (!squared && chunk.channels() == FLUX_CHANNELS) {
                largestF = Math.max(largestF, largestF(chunk));
            }
        }

        double[] divided() {
            double[] means = sums.clone();
            for (int k = 0; k < means.length; k++) {
                means[k] /= count;
            }
            return means;
        }
    }

    /** Largest f_x = sum_nu [ |k_{x,nu}| + |k_{x-nu,nu}| + 2 (l_{x,nu} + l_{x-nu,nu}) ] of channels (k_t, k_x, l_t, l_x). */
    static int largestF(Examples examples) {
        Lattice lattice = examples.lattice();
        int volume = lattice.volume();
        byte[] in = examples.inputs();
        int largest = 0;
        for (int example = 0; example < examples.count(); example++) {
            int base = example * FLUX_CHANNELS * volume;
            for (int site = 0; site < volume; site++) {
                int f = 0;
                for (int axis = 0; axis < 2; axis++) {
                    int k = base + axis * volume;
                    int l = base + (2 + axis) * volume;
                    int back = lattice.backward(axis, site);
                    f += Math.abs(in[k + site]) + Math.abs(in[k + back]) + 2 * (in[l + site] + in[l + back]);
                }
                largest = Math.max(largest, f);
            }
        }
        return largest;
    }
}
