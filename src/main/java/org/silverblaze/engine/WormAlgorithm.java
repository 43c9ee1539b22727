package org.silverblaze.engine;

/** Sampling algorithms. Name and revision are part of a data set's identity. */
public enum WormAlgorithm {
    /**
     * The directed half-turn worm of PHYSICS.md section 2: the head sits in the middle of a link, enters a site by one leg
     * and leaves by another without rejection, with least bounce; l sweeps at fixed step counts.
     */
    DIRECTED("directed", 1);

    private final String id;
    private final int revision;

    WormAlgorithm(String id, int revision) {
        this.id = id;
        this.revision = revision;
    }

    /** Name on the command line and in manifests. */
    public String id() {
        return id;
    }

    /** Changes whenever the same request would give other bits. */
    public int revision() {
        return revision;
    }
}
