package org.silverblaze;

/** Where long work says how far it is. Implementations are thread-safe and cheap to call often. */
@FunctionalInterface
public interface Progress {
    /** Nobody looks. */
    Progress NONE = (stage, done, total) -> {};

    /**
     * @param stage what is being done, a few words
     * @param done units done so far
     * @param total units in all
     */
    void update(String stage, long done, long total);
}
