package org.silverblaze.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silverblaze.dataset.ViolationTask;
import org.silverblaze.dataset.ViolationTask.Kind;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.FluxConfiguration;
import org.silverblaze.theory.FluxConservation;
import org.silverblaze.theory.RadialWeights;

/**
 * Open worms against exact distributions on lattices small enough to enumerate. The exact side knows the weights of PHYSICS.md section 1
 * alone: a move is accepted with the ratio of two weights.
 */
final class OpenWormsTest {
    private static final long SEED = 20250807;
    /** Pearson's chi^2 is within so many standard deviations of its mean; seeds are fixed. */
    private static final double BOUND = 4;

    private static final int FEWEST_IN_A_CLASS = 20;

    /** k of every link and the number of frozen ends at every site; head and tail are -1 where no worm is open. */
    private record State(List<Integer> k, List<Integer> ends, int head, int tail) {
        static State of(byte[] k, int volume) {
            return new State(
                    IntStream.range(0, k.length).mapToObj(i -> (int) k[i]).toList(),
                    IntStream.range(0, volume).mapToObj(i -> 0).toList(),
                    -1,
                    -1);
        }

        State with(int newHead, int newTail) {
            return new State(k, ends, newHead, newTail);
        }

        State frozen() {
            Integer[] more = ends.toArray(Integer[]::new);
            more[head]++;
            more[tail]++;
            return new State(k, List.of(more), -1, -1);
        }
    }

    /** One lattice with one l, its weights, and exact propagation. */
    private static final class Exact {
        private final Lattice lattice;
        private final Couplings couplings;
        private final byte[] l;
        private final RadialWeights radial;

        Exact(Lattice lattice, Couplings couplings, byte[] l) {
            this.lattice = lattice;
            this.couplings = couplings;
            this.l = l;
            this.radial = RadialWeights.of(couplings.eta(), couplings.lambda(), 400);
        }

        int[] f(State s) {
            int[] f = new int[lattice.volume()];
            for (int link = 0; link < l.length; link++) {
                int x = link % lattice.volume();
                int m = Math.abs(s.k.get(link)) + 2 * l[link];
                f[x] += m;
                f[lattice.forward(link / lattice.volume(), x)] += m;
            }
            for (int x = 0; x < f.length; x++) {
                f[x] += s.ends.get(x) + (x == s.head ? 1 : 0) + (x == s.tail ? 1 : 0);
            }
            return f;
        }

        double logWeight(State s) {
            double log = 0;
            for (int link = 0; link < l.length; link++) {
                int k = s.k.get(link);
                log += (link < lattice.volume() ? couplings.mu() * k : 0) - logFactorial(Math.abs(k) + l[link]);
            }
            for (int value : f(s)) {
                log += radial.logW(value);
            }
            return log;
        }

        State moved(State s, int leg) {
            int d = lattice.dimensions();
            int axis = leg % d;
            boolean up = leg < d;
            int y = up ? lattice.forward(axis, s.head) : lattice.backward(axis, s.head);
            int link = axis * lattice.volume() + (up ? s.head : y);
            Integer[] k = s.k.toArray(Integer[]::new);
            k[link] += up ? 1 : -1;
            return new State(List.of(k), s.ends, y, s.tail);
        }

        /** Opening at a uniform site, drawn anew while refused with min(1, g). */
        Map<State, Double> opened(State s) {
            Map<State, Double> open = new HashMap<>();
            int[] f = f(s);
            double sum = 0;
            for (int x = 0; x < f.length; x++) {
                double p = Math.min(1, radial.g(f[x]));
                sum += p;
                open.put(s.with(x, x), p);
            }
            double all = sum;
            open.replaceAll((state, p) -> p / all);
            return open;
        }

        Map<State, Double> stepped(Map<State, Double> before) {
            int legs = 2 * lattice.dimensions();
            Map<State, Double> after = new HashMap<>();
            before.forEach((s, p) -> {
                double here = logWeight(s);
                for (int leg = 0; leg < legs; leg++) {
                    State there = moved(s, leg);
                    double accept = Math.min(1, Math.exp(logWeight(there) - here));
                    after.merge(there, p * accept / legs, Double::sum);
                    after.merge(s, p * (1 - accept) / legs, Double::sum);
                }
            });
            return after;
        }

        /** One more worm of so many steps on each state: those that end where they began are drawn anew from that state. */
        Map<State, Double> worm(Map<State, Double> backgrounds, int steps) {
            Map<State, Double> all = new HashMap<>();
            backgrounds.forEach((background, p) -> {
                Map<State, Double> open = opened(background);
                for (int i = 0; i < steps; i++) {
                    open = stepped(open);
                }
                open.keySet().removeIf(s -> s.head == s.tail);
                double kept =
                        open.values().stream().mapToDouble(Double::doubleValue).sum();
                open.forEach((s, q) -> all.merge(s.frozen(), p * q / kept, Double::sum));
            });
            return all;
        }

        private static double logFactorial(int n) {
            return IntStream.rangeClosed(2, n).mapToDouble(Math::log).sum();
        }
    }

    /** Closed k and some l, from a random walk of loops. */
    private static byte[][] background(Lattice lattice, Random random) {
        byte[] k = new byte[lattice.links()];
        byte[] l = new byte[lattice.links()];
        int volume = lattice.volume();
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            int site = random.nextInt(volume);
            int winding = random.nextInt(3) - 1;
            int here = site;
            do {
                k[axis * volume + here] += (byte) winding;
                here = lattice.forward(axis, here);
            } while (here != site);
        }
        for (int link = 0; link < l.length; link++) {
            l[link] = (byte) random.nextInt(2);
        }
        assertThat(FluxConservation.firstFault(new FluxConfiguration(lattice, k, l)))
                .isEmpty();
        return new byte[][] {k, l};
    }

    private static ChainSpec spec(Lattice lattice, Couplings couplings) {
        return new ChainSpec(lattice, couplings, WormAlgorithm.DIRECTED, SEED, new Schedule(1, 0, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "3, 1, 1, 1.0",
        "3, 2, 1, 0.6",
        "3, 3, 1, 1.25",
        "2x2, 1, 1, 1.0",
        "2x2, 2, 1, 1.5",
        "2x2, 3, 1, 1.0",
        "3x1, 3, 1, -0.8",
        "2x1x2, 2, 1, 0.7",
        "3, 1, 2, 1.0",
        "3, 2, 2, 1.0",
        "2x2, 1, 2, 1.0",
        "2, 1, 3, 0.4"
    })
    void fewStepsFollowThePowersOfTheTransitionMatrix(String extents, int steps, int worms, double mu) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(4.01, 1, mu);
        byte[][] background = background(lattice, new Random(SEED));
        Exact exact = new Exact(lattice, couplings, background[1]);
        Map<State, Double> expected = Map.of(State.of(background[0], lattice.volume()), 1.0);
        for (int i = 0; i < worms; i++) {
            expected = exact.worm(expected, steps);
        }
        OpenWorms inserter = new OpenWorms(
                spec(lattice, couplings), new ViolationTask(Kind.COUNTING, List.of(worms), steps, steps, false));
        int samples = 30_000;
        Map<State, Integer> counts = new HashMap<>();
        for (int i = 0; i < samples; i++) {
            byte[] k = background[0].clone();
            int[] made = inserter.insert(i % 300, i / 300, k, background[1].clone());
            assertThat(made).hasSize(worms).containsOnly(steps);
            State state = State.of(k, lattice.volume());
            List<Integer> ends = Arrays.stream(inserter.last().frozen()).boxed().toList();
            counts.merge(new State(state.k, ends, -1, -1), 1, Integer::sum);
        }
        assertThat(expected.keySet()).as("states that can be reached").containsAll(counts.keySet());
        compare(expected, counts, samples, extents + " after " + steps + " steps, seed " + SEED);
    }

    /** k is unbounded: what is enumerated has |k| up to 4, which leaves out less than 1e-4 of the weight. */
    @ParameterizedTest
    @CsvSource({"3, 1.0", "2x2, 0.8", "3x1, 0.5"})
    void manyStepsFollowTheOpenWeights(String extents, double mu) {
        Lattice lattice = Lattice.parse(extents);
        Couplings couplings = new Couplings(4.25, 1, mu);
        byte[][] background = background(lattice, new Random(SEED + 1));
        Exact exact = new Exact(lattice, couplings, background[1]);
        Map<String, Double> expected = new TreeMap<>();
        exact.opened(State.of(background[0], lattice.volume())).forEach((start, chance) -> {
            Map<State, Double> weights = reachable(exact, start, 4);
            double sum =
                    weights.values().stream().mapToDouble(Double::doubleValue).sum();
            weights.forEach((s, w) -> expected.merge(look(s), chance * w / sum, Double::sum));
        });
        OpenWorms inserter = new OpenWorms(
                spec(lattice, couplings), new ViolationTask(Kind.COUNTING, List.of(1), 200, 259, false), true);
        int samples = 20_000;
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < samples; i++) {
            byte[] k = background[0].clone();
            inserter.insert(i % 200, i / 200, k, background[1].clone());
            List<Integer> ends = Arrays.stream(inserter.last().frozen()).boxed().toList();
            counts.merge(look(new State(State.of(k, lattice.volume()).k, ends, -1, -1)), 1, Integer::sum);
        }
        compare(expected, counts, samples, extents + " after many steps, seed " + SEED);
    }

    /** Where the ends are and how much flux there is, in time and in all. */
    private static String look(State s) {
        List<Integer> ends = s.head < 0 ? s.ends : s.frozen().ends;
        int all = s.k.stream().mapToInt(Math::abs).sum();
        int temporal = s.k.subList(0, s.ends.size()).stream()
                .mapToInt(Integer::intValue)
                .sum();
        return ends + " " + all + " " + temporal;
    }

    private static Map<State, Double> reachable(Exact exact, State start, int most) {
        Map<State, Double> weights = new HashMap<>();
        Set<State> seen = new HashSet<>(Set.of(start));
        Deque<State> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            State s = open.remove();
            weights.put(s, Math.exp(exact.logWeight(s) - exact.logWeight(start)));
            for (int leg = 0; leg < 2 * exact.lattice.dimensions(); leg++) {
                State next = exact.moved(s, leg);
                if (next.k.stream().allMatch(k -> Math.abs(k) <= most) && seen.add(next)) {
                    open.add(next);
                }
            }
        }
        return weights;
    }

    private static <T> void compare(Map<T, Double> expected, Map<T, Integer> counts, int samples, String what) {
        double chi2 = 0;
        int classes = 0;
        double restExpected = 0;
        int restCount = counts.entrySet().stream()
                .filter(e -> !expected.containsKey(e.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
        for (Map.Entry<T, Double> e : expected.entrySet()) {
            double mean = samples * e.getValue();
            int count = counts.getOrDefault(e.getKey(), 0);
            if (mean < FEWEST_IN_A_CLASS) {
                restExpected += mean;
                restCount += count;
            } else {
                chi2 += (count - mean) * (count - mean) / mean;
                classes++;
            }
        }
        if (restExpected >= 1) {
            chi2 += (restCount - restExpected) * (restCount - restExpected) / restExpected;
            classes++;
        } else {
            assertThat(restCount).as(what + ": rare classes").isLessThan(10);
        }
        assertThat(classes).as(what + ": classes").isGreaterThan(2);
        double normal = (chi2 - (classes - 1)) / Math.sqrt(2.0 * (classes - 1));
        assertThat(normal)
                .as("%s: chi^2 = %f for %d classes", what, chi2, classes)
                .isBetween(-BOUND, BOUND);
    }

    @ParameterizedTest
    @CsvSource({"8x8, 1", "5x3, 2", "2x1, 1", "7, 3", "3x2x2, 1"})
    void theClosedMemberOfAPairIsTheSameWormRunOn(String extents, int worms) {
        Lattice lattice = Lattice.parse(extents);
        Random random = new Random(SEED);
        ViolationTask task = new ViolationTask(Kind.DETECTION, List.of(worms), 1, 20, true);
        OpenWorms inserter = new OpenWorms(spec(lattice, new Couplings(4.04, 1, 1)), task);
        OpenWorms alone = new OpenWorms(
                spec(lattice, new Couplings(4.04, 1, 1)),
                new ViolationTask(Kind.DETECTION, List.of(worms), 1, 20, false));
        for (int trial = 0; trial < 50; trial++) {
            byte[][] background = background(lattice, random);
            byte[] open = background[0].clone();
            int[] steps = inserter.insert(trial, 2, open, background[1]);
            byte[] plain = background[0].clone();
            assertThat(alone.insert(trial, 2, plain, background[1])).isEqualTo(steps);
            assertThat(plain).isEqualTo(open);
            byte[] closed = background[0].clone();
            int[] ranOn = inserter.insert(trial, 3, closed, background[1]);
            assertThat(Arrays.copyOf(ranOn, worms - 1)).isEqualTo(Arrays.copyOf(steps, worms - 1));
            assertThat(ranOn[worms - 1]).isGreaterThan(steps[worms - 1]);
            FluxConfiguration opened = new FluxConfiguration(lattice, open, background[1]);
            FluxConfiguration run = new FluxConfiguration(lattice, closed, background[1]);
            int difference = IntStream.range(0, lattice.volume())
                    .map(x -> Math.abs(opened.divergence(x) - run.divergence(x)))
                    .sum();
            assertThat(difference).as("the ends of one worm, seed %d", SEED).isEqualTo(2);
            if (worms == 1) {
                assertThat(FluxConservation.firstFault(run)).isEmpty();
            }
        }
    }

    @Test
    void aSampleDependsOnItsChainItsDrawAndItsBackgroundAlone() {
        Lattice lattice = Lattice.of(6, 5);
        byte[][] background = background(lattice, new Random(SEED));
        ViolationTask task = ViolationTask.of(Kind.COUNTING, null, null, false);
        OpenWorms one = new OpenWorms(spec(lattice, new Couplings(4.01, 1, 1.5)), task);
        OpenWorms other = new OpenWorms(spec(lattice, new Couplings(4.01, 1, 1.5)), task);
        Set<List<Integer>> seen = new HashSet<>();
        byte[][] made = new byte[40][];
        for (int i = 0; i < made.length; i++) {
            made[i] = background[0].clone();
            int[] steps = one.insert(i % 4, i / 4, made[i], background[1]);
            assertThat(steps).hasSize((i % 4 + i / 4) % 11);
            assertThat(Arrays.stream(steps).boxed()).allMatch(s -> s >= 1 && s <= 100);
            if (steps.length > 2) {
                assertThat(seen.add(Arrays.stream(steps).boxed().toList()))
                        .as("no two samples share numbers")
                        .isTrue();
            }
        }
        for (int i = made.length - 1; i >= 0; i--) {
            byte[] k = background[0].clone();
            other.insert(i % 4, i / 4, k, background[1]);
            assertThat(k).isEqualTo(made[i]);
        }
    }
}
