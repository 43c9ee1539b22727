package org.silverblaze.dataset;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;

/**
 * Which open worms a data set has (PHYSICS.md section 5, experiments B and C; the protocol is ours, the papers do not say). Sample
 * {@code draw} of chain {@code chain} has as many as entry (chain + draw) mod size of the list, so that the classes are balanced in the
 * whole and in every subset of many chains.
 *
 * <p>Matched pairs: draws 2j and 2j + 1 of a chain share the background of draw 2j and the worms, entry (chain + j) mod size of the list;
 * draw 2j has all of them open, in draw 2j + 1 the last one was run on until it closed.
 *
 * @param kind detection or counting
 * @param worms numbers of open worms, one class each
 * @param fewestSteps least number of steps of a worm, at least 1
 * @param mostSteps largest number of steps of a worm; each number in between is as likely
 * @param pairs whether samples come as matched pairs
 */
public record ViolationTask(Kind kind, List<Integer> worms, int fewestSteps, int mostSteps, boolean pairs) {
    /** Changes whenever the same request would give other bits. */
    public static final int REVISION = 1;

    /** A divergence has to fit into int8. */
    private static final int MOST_WORMS = 100;

    private static final int MOST_STEPS = 1_000_000;
    /** Steps of a worm where none are asked for. */
    private static final int[] STEPS = {1, 100};

    static final String WORMS = "worms";
    public static final String VIOLATIONS = "violations";
    static final String VIOLATED_SITES = "violated_sites";
    static final String PAIR = "pair";
    static final String MEMBER = "member";

    /** What the labels are for. */
    public enum Kind {
        /** Closed or open. */
        DETECTION(0, 1),
        /** How many violations. */
        COUNTING(0, 10);

        private final int fewest;
        private final int most;

        Kind(int fewest, int most) {
            this.fewest = fewest;
            this.most = most;
        }

        /** Name on the command line and in manifests. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws BadInput where there is no such task */
        public static Kind parse(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.id().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new BadInput("--task " + text + ": expected "
                            + Arrays.stream(values()).map(Kind::id).collect(Collectors.joining(" or "))));
        }
    }

    /** @throws BadInput where there are no such worms */
    public ViolationTask {
        worms = List.copyOf(worms);
        if (worms.isEmpty() || worms.stream().distinct().count() < worms.size()) {
            throw new BadInput("--worms " + text(worms) + ": expected one or more distinct numbers, such as 0,5");
        }
        int fewest = pairs ? 1 : 0;
        for (int number : worms) {
            if (number < fewest || number > MOST_WORMS) {
                throw new BadInput("--worms " + text(worms) + ": expected numbers from " + fewest + " to " + MOST_WORMS
                        + (pairs ? " (--pairs closes one of the worms)" : ""));
            }
        }
        if (fewestSteps < 1 || mostSteps < fewestSteps || mostSteps > MOST_STEPS) {
            throw new BadInput("--steps " + fewestSteps + ":" + mostSteps + ": expected a range within 1:" + MOST_STEPS
                    + ", such as 1:100");
        }
    }

    /**
     * @param worms null for the usual ones: 0 and 1 (detection), 0 to 10 (counting), without 0 for pairs
     * @param steps fewest and most steps; null for 1 to 100
     */
    public static ViolationTask of(Kind kind, List<Integer> worms, int[] steps, boolean pairs) {
        int[] range = steps == null ? STEPS : steps;
        List<Integer> numbers = worms != null
                ? worms
                : IntStream.rangeClosed(pairs ? 1 : kind.fewest, kind.most)
                        .boxed()
                        .toList();
        return new ViolationTask(kind, numbers, range[0], range[1], pairs);
    }

    /** Number of worms that are inserted into a sample; of a closed partner the last one is run on until it closes. */
    public int worms(int chain, long draw) {
        long place = chain + (pairs ? draw / 2 : draw);
        return worms.get((int) (place % worms.size()));
    }

    /** The draw of the chain whose closed configuration is the background of a sample. */
    public long background(long draw) {
        return pairs ? draw - draw % 2 : draw;
    }

    /** Whether the last worm of a sample is run on until it closes. */
    public boolean closes(long draw) {
        return pairs && draw % 2 == 1;
    }

    /** The largest number of worms. */
    public int mostWorms() {
        return worms.stream().max(Comparator.naturalOrder()).orElseThrow();
    }

    /** A length of segments that parts no pair. */
    long wholePairs(long segmentSamples) {
        return pairs ? segmentSamples + segmentSamples % 2 : segmentSamples;
    }

    /** @throws BadInput where these worms do not go with the request */
    void check(Lattice lattice, long samples, int chains, long segmentSamples) {
        if (lattice.volume() < 2) {
            throw new BadInput("--lattice " + lattice + ": an open worm needs two sites or more");
        }
        if (pairs && (samples % chains != 0 || samples / chains % 2 != 0)) {
            throw new BadInput("--samples " + samples + ": pairs need the same even number of samples of each of "
                    + chains + " chains; expected a multiple of " + 2L * chains + " (or another --chains)");
        }
        if (pairs && segmentSamples % 2 != 0) {
            throw new BadInput(
                    "--segment-samples " + segmentSamples + ": expected an even number, so that no pair is parted");
        }
    }

    /** Meaning of the labels, float64 {@code [sample]}, by name. */
    SortedMap<String, String> labels() {
        SortedMap<String, String> labels = new TreeMap<>();
        labels.put(WORMS, "open worms inserted into the closed configuration");
        labels.put(VIOLATIONS, "number of flux violations, sum_x |d_x| / 2; less than worms where end points cancel");
        labels.put(VIOLATED_SITES, "number of sites with d_x != 0; end points may coincide");
        if (pairs) {
            labels.put(PAIR, "number of the matched pair within its chain: both members have the same background");
            labels.put(MEMBER, "0: all worms open; 1: the last of the same worms was run on until it closed");
        }
        return labels;
    }

    private static String text(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return kind.id() + (pairs ? " in pairs" : "") + " with " + text(worms) + " worms of " + fewestSteps + ":"
                + mostSteps + " steps";
    }

    /** The JSON form. */
    record Form(
            String id,
            int revision,
            List<Integer> worms,
            @JsonProperty("steps") List<Integer> steps,
            boolean pairs,
            String meaning) {
        ViolationTask task() {
            if (revision != REVISION) {
                throw new BadInput("made by revision " + revision + " of task " + id + ", this program has revision "
                        + REVISION + ": use the program that made it");
            }
            if (worms == null || steps == null || steps.size() != 2) {
                throw new BadInput("task " + id + ": expected worms and two numbers of steps");
            }
            return new ViolationTask(Kind.parse(id), worms, steps.getFirst(), steps.getLast(), pairs);
        }
    }

    Form form() {
        return new Form(
                kind.id(),
                REVISION,
                worms,
                List.of(fewestSteps, mostSteps),
                pairs,
                "open worms in the closed configurations of the chains: opened at a uniform site (drawn anew while refused with"
                        + " min(1, g(f_x))), then s Metropolis steps without closing moves, s uniform in steps, drawn anew where"
                        + " the worm ends where it began, frozen with +1 in f at both ends; sample draw of chain chain has"
                        + " worms[(chain + draw) mod size], both members of pair j worms[(chain + j) mod size]");
    }
}
