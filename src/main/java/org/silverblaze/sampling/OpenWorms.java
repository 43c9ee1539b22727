package org.silverblaze.sampling;

import static org.silverblaze.engine.ChainState.NO_WORM;

import org.silverblaze.BadInput;
import org.silverblaze.dataset.ViolationTask;
import org.silverblaze.dataset.WormInserter;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.MetropolisWorm;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.engine.WormTables;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Philox;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;
import org.silverblaze.random.Uniform;

/**
 * Inserts open worms into closed configurations (PHYSICS.md section 5), behind all engines and whatever algorithm made the background.
 * m worms come one after another; each opens at a uniform site x, drawn anew while refused with min(1, g(f_x)), makes s Metropolis steps
 * without closing moves (p_c = 0; a refused move is a step), and is frozen with its +1 in f at both ends, which later worms see. s is
 * uniform in the task's range. A worm whose head is at its tail after s steps is drawn anew, site and steps, with the same s and from the
 * same background. At finite s this is a transient, not the open ensemble.
 *
 * <p>The closed member of a matched pair has the same worms, with the same random numbers, but the last one is not frozen: it makes
 * steps with closing moves (p_c = 1/2) until it has closed.
 *
 * <p>Random words are those of {@link Purpose#VIOLATION} in blocks (2^32 background + 0, 1, ..) of the chain, background the draw
 * whose closed configuration it is, in this order: for each worm one for s; then for each try two for every opening (site, acceptance)
 * and two for every step (leg, acceptance).
 */
final class OpenWorms implements WormInserter {
    private static final float P_CLOSE = 0.5f;
    /** Openings and worms that may be tried in a row; reached only where a worm has practically no chance. */
    private static final int MOST_TRIES = 1 << 24;

    private final ChainSpec spec;
    private final ViolationTask task;
    private final boolean keepsClosed;
    private final WormTables tables;
    private final StreamKey key;
    private final int links;
    private final int[] words = new int[Philox.WORDS];
    private int chain;
    private long block;
    private int word;
    private MetropolisWorm worm;

    OpenWorms(ChainSpec spec, ViolationTask task) {
        this(spec, task, false);
    }

    /** @param keepsClosed whether a worm whose head is at its tail stays: for tests against exact sums */
    OpenWorms(ChainSpec spec, ViolationTask task, boolean keepsClosed) {
        this.spec = spec;
        this.task = task;
        this.keepsClosed = keepsClosed;
        this.tables = WormTables.of(spec.lattice(), spec.couplings());
        this.key = spec.key();
        this.links = spec.lattice().links();
    }

    @Override
    public int[] insert(int ofChain, long draw, byte[] k, byte[] l) {
        chain = ofChain;
        block = task.background(draw) << 32;
        word = Philox.WORDS;
        worm = new MetropolisWorm(spec.lattice(), tables);
        for (int link = 0; link < links; link++) {
            worm.k()[link] = k[link];
            worm.l()[link] = l[link];
        }
        int[] steps = new int[task.worms(ofChain, draw)];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = task.fewestSteps() + below(task.mostSteps() - task.fewestSteps() + 1);
            open(steps[i]);
            if (i == steps.length - 1 && task.closes(draw)) {
                steps[i] = Math.addExact(steps[i], runOn());
            } else {
                worm.freeze();
            }
        }
        for (int link = 0; link < links; link++) {
            k[link] = (byte) worm.k()[link];
        }
        return steps;
    }

    /** The worm of the last {@link #insert}; its ends are those of all worms. */
    MetropolisWorm last() {
        return worm;
    }

    private void open(int steps) {
        int[] before = worm.k().clone();
        for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
            openAnywhere();
            for (int step = 0; step < steps; step++) {
                move(below(2 * spec.lattice().dimensions()), 0);
            }
            if (worm.head() != worm.tail() || keepsClosed) {
                return;
            }
            worm.place(NO_WORM, NO_WORM);
            System.arraycopy(before, 0, worm.k(), 0, links);
        }
        throw new BadInput("--steps " + task.fewestSteps() + ":" + task.mostSteps() + ": worms of " + steps
                + " steps on " + spec.lattice() + " end where they begin; expected other numbers of steps");
    }

    private void openAnywhere() {
        Lattice lattice = spec.lattice();
        for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
            int site = below(lattice.volume());
            if (worm.opens(site, Uniform.toFloat(next()))) {
                worm.place(site, site);
                return;
            }
        }
        throw new BadInput("--eta " + spec.couplings().eta() + " --lambda "
                + spec.couplings().lambda() + ": worms have no chance to open; expected smaller numbers");
    }

    /** Steps with closing moves until the worm has closed; returns their number. */
    private int runOn() {
        int legs = 2 * spec.lattice().dimensions();
        for (int steps = 1; ; steps = Math.addExact(steps, 1)) {
            int leg = below(worm.head() == worm.tail() ? 2 * legs : legs);
            if (leg < legs) {
                move(leg, P_CLOSE);
            } else if (worm.closes(Uniform.toFloat(next()))) {
                worm.place(NO_WORM, NO_WORM);
                return steps;
            }
        }
    }

    private void move(int leg, float close) {
        if (worm.moves(leg, Uniform.toFloat(next()), close) && worm.move(leg) > WormTables.MAX_OCCUPATION) {
            throw OccupationLimitException.of(spec, chain);
        }
    }

    private int below(int bound) {
        return Uniform.below(next(), bound);
    }

    private int next() {
        if (word == Philox.WORDS) {
            key.block(block, chain, Purpose.VIOLATION, words, 0);
            block++;
            word = 0;
        }
        return words[word++];
    }
}
