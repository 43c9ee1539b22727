package org.silverblaze.engine;

/** How chains are sampled. Name and revision are part of a data set's identity. */
public sealed interface SamplingAlgorithm permits WormAlgorithm, FieldAlgorithm {
    /** Name on the command line and in manifests. */
    String id();

    /** Changes whenever the same request would give other bits. */
    int revision();

    /** What the chains consist of. */
    Representation representation();
}
