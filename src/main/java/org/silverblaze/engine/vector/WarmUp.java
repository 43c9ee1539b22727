package org.silverblaze.engine.vector;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Says when to turn to the lanes: once this process has made so many steps of single chains, all samplers together, since what is
 * waited for is compiled code, which they share; or at once where a block has that much work before it anyway.
 */
final class WarmUp {
    private static final AtomicLong MADE = new AtomicLong();
    /** Worms of a block, of about 50 steps or more, that take longer chain by chain than the compiler takes for the lanes. */
    private static final double MANY_WORMS = 1 << 18;
    /** As long as the compiler takes for the lanes, step by step of single chains. */
    private static final double MANY_STEPS = 1 << 25;
    /** Sites of all chains of a block: whatever is asked of so many takes a thousand sweeps. */
    private static final double MANY_SITES = 1 << 14;

    private final long stepsAlone;
    private volatile boolean muchToDo;

    /** @param stepsAlone the number of steps */
    WarmUp(long stepsAlone) {
        this.stepsAlone = stepsAlone;
    }

    static long soFar() {
        return MADE.get();
    }

    boolean over() {
        return muchToDo || soFar() >= stepsAlone;
    }

    void made(long steps) {
        MADE.addAndGet(steps);
    }

    /** So many steps are to come, of all blocks. */
    void expectSteps(double steps) {
        muchToDo |= steps >= MANY_STEPS;
    }

    /** A block of so many sites, all chains together, is about to close that many worms. */
    void expect(double sites, double worms) {
        muchToDo |= sites >= MANY_SITES || worms >= MANY_WORMS;
    }
}
