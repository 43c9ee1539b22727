package org.silverblaze.sampling;

/**
 * What a run calls things when it speaks to people.
 *
 * @param first the observable beside |phi|^2 that is watched
 * @param spacingOption option that sets the spacing of samples
 * @param clock what the clock of its chains counts
 */
record RunWords(String first, String spacingOption, String clock) {
    static final RunWords FLUX = new RunWords("n", "--worms-between", "worms");
    static final RunWords PHI = new RunWords("zero_mode", "--updates-between", "updates");
}
