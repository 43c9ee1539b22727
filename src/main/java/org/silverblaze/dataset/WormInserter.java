package org.silverblaze.dataset;

/** Puts open worms into closed configurations; a function of chain, draw and background alone. Used by one thread at a time. */
@FunctionalInterface
public interface WormInserter {
    /**
     * @param chain chain number of the sample
     * @param draw number of the sample within its chain
     * @param k conserved flux of the background, {@code [direction][site]}; replaced by that with the worms
     * @param l free flux, same shape; not changed
     * @return steps of each worm, in the order in which they were inserted
     */
    int[] insert(int chain, long draw, byte[] k, byte[] l);
}
