package org.silverblaze.engine;

import org.silverblaze.BadInput;

/**
 * AdamW with amsgrad as PyTorch defines it (arXiv:1711.05101, arXiv:1904.09237): decoupled weight decay, bias corrections,
 * the running maximum taken of the uncorrected second moment.
 */
public record AdamW(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad) {
    public AdamW {
        if (!(learningRate > 0)
                || !(beta1 >= 0 && beta1 < 1)
                || !(beta2 >= 0 && beta2 < 1)
                || !(epsilon > 0)
                || !(weightDecay >= 0)) {
            throw new BadInput("optimizer: learningRate and epsilon have to be positive, beta1 and beta2 in [0, 1),"
                    + " weightDecay at least 0");
        }
    }

    /** PyTorch's defaults, amsgrad on, no weight decay: experiment A with learningRate = 1e-2. */
    public static AdamW amsgrad(double learningRate) {
        return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0, true);
    }
}
