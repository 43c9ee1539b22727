package org.silverblaze.engine.vector;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Says when to turn to the lanes: after that many steps of single chains in this process, all samplers together, since what is
 * waited for is compiled code, which they share.
 *
 * @param stepsAlone the number of steps
 */
record WarmUp(long stepsAlone) {
    private static final AtomicLong MADE = new AtomicLong();

    static long soFar() {
        return MADE.get();
    }

    boolean over() {
        return soFar() >= stepsAlone;
    }

    void made(long steps) {
        MADE.addAndGet(steps);
    }
}
