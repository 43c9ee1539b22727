package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.CHAINS;

import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Threefry;
import org.silverblaze.random.Uniform;

/**
 * Where the worms of 16 consecutive chains open ({@link WormAlgorithm#opening}), drawn for many worms of all lanes at once: where worms are
 * short, a draw for each would take as long as the worm.
 */
final class LaneOpenings {
    /** Draws of a lane at once, of four openings each. */
    private static final int DRAWS = 16;

    private final ThreefryLanes random;
    private final int halfLinks;
    /** {@code [worm][lane]}. */
    private final int[] words = new int[DRAWS * Threefry.WORDS * CHAINS];
    /** Where in {@link #words} the next opening of a lane is. */
    private final int[] at = new int[CHAINS];
    /** Number of the next worm of a lane. */
    private final long[] next = new long[CHAINS];

    private final long[] draw = new long[CHAINS];

    LaneOpenings(StreamKey key, int firstChain, int halfLinks) {
        this.random = new ThreefryLanes(key, firstChain);
        this.halfLinks = halfLinks;
    }

    /** @param worms number of each lane's open worm */
    void start(long[] worms) {
        for (int lane = 0; lane < CHAINS; lane++) {
            next[lane] = worms[lane] + 1;
        }
        fill();
    }

    /** Half-link at which the next worm of this lane opens. */
    int next(int lane) {
        if (at[lane] >= words.length) {
            fill();
        }
        int half = Uniform.below(words[at[lane]], halfLinks);
        at[lane] += CHAINS;
        next[lane]++;
        return half;
    }

    /** Draws anew in all lanes, also what other lanes have not used yet. */
    private void fill() {
        for (int lane = 0; lane < CHAINS; lane++) {
            draw[lane] = next[lane] / Threefry.WORDS;
            at[lane] = (int) (next[lane] % Threefry.WORDS) * CHAINS + lane;
        }
        random.fill(Purpose.WORM_OPENING, draw, DRAWS, words);
    }
}
