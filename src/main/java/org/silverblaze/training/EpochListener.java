package org.silverblaze.training;

import java.util.List;

/** Hears of every epoch. */
@FunctionalInterface
public interface EpochListener {
    EpochListener NONE = metrics -> {};

    /** @param metrics one entry for each member that is still trained */
    void epoch(List<EpochMetrics> metrics);
}
