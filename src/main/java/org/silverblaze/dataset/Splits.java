package org.silverblaze.dataset;

import java.util.Arrays;
import org.silverblaze.BadInput;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.RandomSequence;
import org.silverblaze.random.StreamKey;

/**
 * Splits by chain, never by sample: samples of one chain are correlated, so that validation samples from a training chain
 * would be known half-way.
 *
 * <p>The rule. The chains are shuffled by the seed (Philox, purpose SPLITTING, key from seed and number of chains). The first
 * round(fraction * chains), at least one, are the validation chains; the others, in shuffled order, are the training chains. So
 * a larger fraction only moves chains from training to validation. The samples of a list of chains have one fixed order: all
 * first draws in the order of the list, then all second draws, and so on ({@link Dataset#load(int, int[], long)}); a subset of n
 * samples is the first n of that order, so smaller subsets are contained in larger ones and touch as many chains as they can.
 *
 * @param training training chains, in the order in which samples are taken from them
 * @param validation validation chains, likewise
 */
public record Splits(int[] training, int[] validation) {
    /**
     * @param chains number of chains, at least 2
     * @param fraction fraction of the chains that validate, in (0, 1)
     * @param seed the user's seed
     */
    public static Splits byChain(int chains, double fraction, long seed) {
        if (!(fraction > 0 && fraction < 1)) {
            throw new BadInput("validation fraction " + fraction + ": expected a number between 0 and 1");
        }
        if (chains < 2) {
            throw new BadInput(
                    "the data set has one chain; a split into training and validation is by chain and needs 2 or"
                            + " more (generate with --chains)");
        }
        StreamKey key = StreamKey.of("silverblaze split;seed=" + seed + ";chains=" + chains);
        int[] order = new RandomSequence(key, 0, Purpose.SPLITTING).permutation(chains);
        int held = Math.clamp(Math.round(fraction * chains), 1, chains - 1);
        return new Splits(Arrays.copyOfRange(order, held, chains), Arrays.copyOf(order, held));
    }
}
