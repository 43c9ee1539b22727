package org.silverblaze.bench;

import java.util.List;

/** The limits of what an engine computes on, each measured when it is first asked for; null where it has none to show. Used by one thread. */
public interface EngineLimits {
    /** FLOP/s of fused multiply-adds on registers alone. */
    Double fmaPeak();

    /** Bytes per second, read and written together, of updates of {@code bytes}, for each thread where there are threads. */
    Double update(long bytes);

    /** Random words per second if Philox were nothing but its multiplications. */
    Double randomWords();

    /** Steps per second of walks of which each knows its next place only from where it stands, among {@code places} places. */
    Double walk(int places);

    /** Looks once more at the multiply-adds: between workloads, so that a limit need not come from one disturbed moment. */
    default void again() {}

    /** Its own numbers, as results. */
    List<BenchResult> results();
}
