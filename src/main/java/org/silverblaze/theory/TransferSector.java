package org.silverblaze.theory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.silverblaze.BadInput;

/**
 * The transfer matrix in the sector of particle number N: T = K^{1/2} B K^{1/2} in products of site states, K the hop in
 * time (diagonal there), B the links in space. With R = sum_x r_x^2, also M = K^{1/2} R B K^{1/2} and M2 = K^{1/2} R^2 B
 * K^{1/2}, from which the derivatives in eta follow:
 *
 * <pre>
 *   Z_N   = Tr T^Nt
 *   -Z_N' = Nt Tr(M T^{Nt-1})
 *   Z_N'' = Nt [ Tr(M2 T^{Nt-1}) + sum_{tau=1}^{Nt-1} Tr(M T^{tau-1} M T^{Nt-tau-1}) ]
 * </pre>
 *
 * Product states are kept where the product of their kappa is above {@code cut} times the largest one of the sector.
 */
final class TransferSector {
    /** Powers of R that are carried along: 1, R, R^2. */
    private static final int POWERS = 3;

    private static final double NEGLIGIBLE_WEIGHT = 1e-19;

    /**
     * What remains of a sector at fixed N_t.
     *
     * @param logZ ln Z_N
     * @param first -Z_N'/Z_N, derivative in eta
     * @param second Z_N''/Z_N
     * @param states dimension of the sector after truncation
     */
    record Summary(double logZ, double first, double second, int states) {}

    /** A state of one site: charge, number in its charge, kappa. */
    private record SiteState(int charge, int number, double kappa) {}

    /** A state of one half of the ring: indices of site states, in the order in which the half is traversed. */
    private record HalfState(int[] sites, int charge, double kappa) {}

    /** An orbit of the symmetry group: one state stands for it. */
    private record Orbit(
            int left, int right, List<Integer> members, List<Integer> elements, List<Integer> stabilizer) {}

    private final TransferBasis basis;
    private final TransferRing ring;
    private final int number;
    private final int mostStates;
    /** The link that closes the ring, where both halves begin, and the link in the middle, where they end. */
    private final TransferBonds closing;

    private final TransferBonds middle;

    private final List<SiteState> siteStates = new ArrayList<>();
    private final List<HalfState> left;
    private final List<HalfState> right;
    /** States as pairs of left and right half-states. */
    private final List<int[]> states = new ArrayList<>();

    /** s^p / density on the nodes, p = 0, 1, 2. */
    private final double[][] powersOverDensity;

    private double[][][] siteTensors; // [a * n + b][power][k, beta, beta']

    private TransferSector(
            TransferBasis basis, TransferRing ring, int number, double cut, double bondCut, int mostStates) {
        this.basis = basis;
        this.ring = ring;
        this.number = number;
        this.mostStates = mostStates;
        double[][] best = bestProducts();
        double threshold = cut * at(best[ring.sites()], number);
        double[] density = findSiteStates(best[ring.sites() - 1], threshold);
        double share = ring.sites() == 2 ? 1 : 0.5; // of a site's density that goes with its middle link
        middle = ring.sites() == 1
                ? TransferBonds.none(density, share)
                : TransferBonds.of(basis, ring, density, share, bondCut);
        closing = ring.sites() <= 2 ? TransferBonds.none(density, 1 - share) : middle;
        powersOverDensity = new double[POWERS][basis.nodes()];
        for (int i = 0; i < basis.nodes(); i++) {
            powersOverDensity[0][i] = 1 / density[i];
            powersOverDensity[1][i] = basis.s[i] / density[i];
            powersOverDensity[2][i] = basis.s[i] * basis.s[i] / density[i];
        }
        int leftSites = (ring.sites() + 1) / 2;
        left = halves(leftSites, best[ring.sites() - leftSites], threshold);
        right = halves(ring.sites() - leftSites, best[leftSites], threshold);
        findStates(threshold);
    }

    static Summary solve(
            TransferBasis basis, TransferRing ring, int number, int times, double cut, double bondCut, int mostStates) {
        return new TransferSector(basis, ring, number, cut, bondCut, mostStates).summarize(times);
    }

    private BadInput tooLarge() {
        return new BadInput("the exact transfer matrix cannot reach N = " + number + " at these couplings: more than "
                + mostStates + " states a sector or charges above " + basis.maxCharge()
                + " are needed; use a smaller |mu| or larger eta");
    }

    // States
    // -----------------------------------------------------------------------------------------------------------

    /** {@code [m][charge + offset]}: the largest product of kappa of m sites with this total charge. */
    private double[][] bestProducts() {
        int q = basis.maxCharge();
        int span = q * ring.sites();
        double[][] best = new double[ring.sites() + 1][2 * span + 1];
        best[0][span] = 1;
        for (int m = 1; m <= ring.sites(); m++) {
            for (int total = -span; total <= span; total++) {
                for (int charge = -q; charge <= q; charge++) {
                    int rest = total - charge;
                    if (Math.abs(rest) <= span) {
                        best[m][total + span] =
                                Math.max(best[m][total + span], basis.kappa(charge) * best[m - 1][rest + span]);
                    }
                }
            }
        }
        return best;
    }

    private static double at(double[] best, int charge) {
        int span = best.length / 2;
        return Math.abs(charge) > span ? 0 : best[charge + span];
    }

    /**
     * Site states that take part in some state of the sector. Returns the weight of each node: sum over site states of psi^2
     * times the largest kappa product that the state takes part in, so no matrix element on a node exceeds it.
     */
    private double[] findSiteStates(double[] bestRest, double threshold) {
        double[] density = new double[basis.nodes()];
        for (int charge = -basis.maxCharge(); charge <= basis.maxCharge(); charge++) {
            double[] kappa = basis.states(charge).values();
            double rest = at(bestRest, number - charge);
            for (int n = 0; n < kappa.length && kappa[n] * rest > threshold; n++) {
                if (Math.abs(charge) == basis.maxCharge()) {
                    throw tooLarge();
                }
                siteStates.add(new SiteState(charge, n, kappa[n]));
                double[] psi = basis.states(charge).vectors()[n];
                for (int i = 0; i < psi.length; i++) {
                    density[i] += kappa[n] * rest * psi[i] * psi[i];
                }
            }
        }
        return density;
    }

    private List<HalfState> halves(int sites, double[] bestOther, double threshold) {
        List<HalfState> list = List.of(new HalfState(new int[0], 0, 1));
        for (int m = 0; m < sites; m++) {
            List<HalfState> longer = new ArrayList<>();
            for (HalfState half : list) {
                for (int a = 0; a < siteStates.size(); a++) {
                    SiteState site = siteStates.get(a);
                    int charge = half.charge + site.charge;
                    double kappa = half.kappa * site.kappa;
                    if (m < sites - 1 || kappa * at(bestOther, number - charge) > threshold) {
                        int[] joined = Arrays.copyOf(half.sites, m + 1);
                        joined[m] = a;
                        longer.add(new HalfState(joined, charge, kappa));
                    }
                }
            }
            list = longer;
        }
        return list;
    }

    private void findStates(double threshold) {
        Map<Integer, List<Integer>> rightByCharge = byCharge(right);
        for (int l = 0; l < left.size(); l++) {
            for (int r : rightByCharge.getOrDefault(number - left.get(l).charge, List.of())) {
                if (left.get(l).kappa * right.get(r).kappa > threshold) {
                    states.add(new int[] {l, r});
                    if (states.size() > mostStates) {
                        throw tooLarge();
                    }
                }
            }
        }
    }

    private static Map<Integer, List<Integer>> byCharge(List<HalfState> halves) {
        Map<Integer, List<Integer>> map = new HashMap<>();
        for (int i = 0; i < halves.size(); i++) {
            map.computeIfAbsent(halves.get(i).charge, c -> new ArrayList<>()).add(i);
        }
        return map;
    }

    /** Site states of a state in ring order. The right half is traversed backwards: its first site is the ring's last. */
    private int[] ringOrder(int[] state) {
        int[] l = left.get(state[0]).sites;
        int[] r = right.get(state[1]).sites;
        int[] sites = Arrays.copyOf(l, ring.sites());
        for (int i = 0; i < r.length; i++) {
            sites[ring.sites() - 1 - i] = r[i];
        }
        return sites;
    }

    // Symmetry
    // ---------------------------------------------------------------------------------------------------------

    private List<Orbit> orbits(int generators) {
        Map<List<Integer>, Integer> index = new HashMap<>();
        for (int i = 0; i < states.size(); i++) {
            index.put(boxed(ringOrder(states.get(i))), i);
        }
        int[] conjugate = number == 0 ? conjugates() : null;
        List<int[]> involutions = ring.involutions();
        boolean[] seen = new boolean[states.size()];
        List<Orbit> orbits = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            if (seen[i]) {
                continue;
            }
            int[] state = states.get(i);
            Orbit orbit = new Orbit(state[0], state[1], new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int element = 0; element < 1 << generators; element++) {
                int[] sites = ringOrder(state);
                for (int g = 0; g < generators; g++) {
                    if ((element >> g & 1) == 1) {
                        sites = g < involutions.size()
                                ? permuted(sites, involutions.get(g))
                                : Arrays.stream(sites).map(a -> conjugate[a]).toArray();
                    }
                }
                int image = index.get(boxed(sites));
                if (image == i) {
                    orbit.stabilizer.add(element);
                }
                if (!seen[image]) {
                    seen[image] = true;
                    orbit.members.add(image);
                    orbit.elements.add(element);
                }
            }
            orbits.add(orbit);
        }
        return orbits;
    }

    private int[] conjugates() {
        Map<List<Integer>, Integer> index = new HashMap<>();
        for (int a = 0; a < siteStates.size(); a++) {
            index.put(List.of(siteStates.get(a).charge, siteStates.get(a).number), a);
        }
        return siteStates.stream()
                .mapToInt(site -> index.get(List.of(-site.charge, site.number)))
                .toArray();
    }

    private static int[] permuted(int[] sites, int[] permutation) {
        int[] image = new int[sites.length];
        for (int x = 0; x < sites.length; x++) {
            image[permutation[x]] = sites[x];
        }
        return image;
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static int sign(int irrep, int element) {
        return (Integer.bitCount(irrep & element) & 1) == 0 ? 1 : -1;
    }

    // Matrix elements
    // --------------------------------------------------------------------------------------------------

    /** The tensors of one site between states a and b, {@code [power][k, beta, beta']}, the link's k rising by q_a - q_b. */
    private double[][] siteTensor(int a, int b) {
        int key = a * siteStates.size() + b;
        if (siteTensors[key] == null) {
            SiteState left = siteStates.get(a);
            SiteState right = siteStates.get(b);
            int change = left.charge - right.charge;
            double[] psi = basis.states(left.charge).vectors()[left.number];
            double[] chi = basis.states(right.charge).vectors()[right.number];
            double root = StrictMath.sqrt(left.kappa * right.kappa);
            double[][] powers = powersOverDensity;
            double[][] tensor = new double[POWERS][length(change)];
            int nodes = basis.nodes();
            double[] product = new double[nodes];
            for (int p = 0; p < POWERS; p++) {
                int at = 0;
                for (int k = -closing.maxK; k <= closing.maxK; k++) {
                    if (middle.rank(k + change) == 0) {
                        continue;
                    }
                    for (double[] from : closing.vectors[k + closing.maxK]) {
                        for (int i = 0; i < nodes; i++) {
                            product[i] = root * psi[i] * chi[i] * powers[p][i] * from[i];
                        }
                        for (double[] to : middle.vectors[k + change + middle.maxK]) {
                            double sum = 0;
                            for (int i = 0; i < nodes; i++) {
                                sum += product[i] * to[i];
                            }
                            tensor[p][at++] = sum;
                        }
                    }
                }
            }
            siteTensors[key] = tensor;
        }
        return siteTensors[key];
    }

    /** The tensors of a half between its states, sites contracted along the way. */
    private double[][] halfTensor(int[] a, int[] b, boolean backwards) {
        if (a.length == 0) {
            return new double[][] {{1}, {0}, {0}};
        }
        double[][] tensor = backwards ? siteTensor(b[0], a[0]) : siteTensor(a[0], b[0]);
        int change = change(a[0], b[0], backwards);
        for (int m = 1; m < a.length; m++) {
            double[][] next = backwards ? siteTensor(b[m], a[m]) : siteTensor(a[m], b[m]);
            int step = change(a[m], b[m], backwards);
            double[][] joined = new double[POWERS][length(change + step)];
            contract(tensor[0], change, next[0], step, 1, joined[0]);
            contract(tensor[1], change, next[0], step, 1, joined[1]);
            contract(tensor[0], change, next[1], step, 1, joined[1]);
            contract(tensor[2], change, next[0], step, 1, joined[2]);
            contract(tensor[1], change, next[1], step, 2, joined[2]);
            contract(tensor[0], change, next[2], step, 1, joined[2]);
            tensor = joined;
            change += step;
        }
        return tensor;
    }

    private int change(int a, int b, boolean backwards) {
        int change = siteStates.get(a).charge - siteStates.get(b).charge;
        return backwards ? -change : change;
    }

    /** Only for halves of two sites, on rings where all links are alike: out(k, beta, beta'') += factor sum_beta' first(k, beta, beta') second(k + change, beta', beta''). */
    private void contract(double[] first, int change, double[] second, int step, double factor, double[] out) {
        int[] firstAt = offsets(change);
        int[] secondAt = offsets(step);
        int[] outAt = offsets(change + step);
        int maxK = closing.maxK;
        for (int k = -maxK; k <= maxK; k++) {
            int from = closing.rank(k);
            int between = closing.rank(k + change);
            int to = closing.rank(k + change + step);
            if (between == 0 || to == 0) {
                continue;
            }
            int at1 = firstAt[k + maxK];
            int at2 = secondAt[k + change + maxK];
            int at3 = outAt[k + maxK];
            for (int i = 0; i < from; i++) {
                for (int j = 0; j < between; j++) {
                    double value = factor * first[at1 + i * between + j];
                    for (int l = 0; l < to; l++) {
                        out[at3 + i * to + l] += value * second[at2 + j * to + l];
                    }
                }
            }
        }
    }

    private final Map<Integer, int[]> offsetsByChange = new HashMap<>();

    private int[] offsets(int change) {
        return offsetsByChange.computeIfAbsent(change, c -> {
            int[] offsets = new int[2 * closing.maxK + 1];
            int at = 0;
            for (int k = -closing.maxK; k <= closing.maxK; k++) {
                offsets[k + closing.maxK] = at;
                at += closing.rank(k) * middle.rank(k + c);
            }
            return offsets;
        });
    }

    /** Numbers in a tensor (k, beta, beta') where the charge of the link changes from k to k + change. */
    private int length(int change) {
        int sum = 0;
        for (int k = -closing.maxK; k <= closing.maxK; k++) {
            sum += closing.rank(k) * middle.rank(k + change);
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    // The blocks and their traces
    // --------------------------------------------------------------------------------------

    private Summary summarize(int times) {
        int n = siteStates.size();
        siteTensors = new double[n * n][][];
        int generators = ring.involutions().size() + (number == 0 ? 1 : 0);
        List<Orbit> orbits = orbits(generators);
        int irreps = 1 << generators;
        // [irrep][power][orbit][orbit], only the orbits that the irrep has
        int[][] place = new int[irreps][orbits.size()];
        double[][][][] blocks = new double[irreps][POWERS][][];
        for (int j = 0; j < irreps; j++) {
            int size = 0;
            for (int o = 0; o < orbits.size(); o++) {
                int irrep = j;
                boolean there = orbits.get(o).stabilizer.stream().allMatch(e -> sign(irrep, e) == 1);
                place[j][o] = there ? size++ : -1;
            }
            for (int p = 0; p < POWERS; p++) {
                blocks[j][p] = new double[size][size];
            }
        }
        fill(orbits, place, blocks);
        return traces(blocks, times);
    }

    private void fill(List<Orbit> orbits, int[][] place, double[][][][] blocks) {
        int irreps = blocks.length;
        // Work by charges of the left half of a and of b: the half tensors of one pair of charges at a time.
        Map<Integer, List<Integer>> orbitsByCharge = new HashMap<>();
        Map<Integer, List<int[]>> membersByCharge = new HashMap<>(); // {orbit, number of the member}
        for (int o = 0; o < orbits.size(); o++) {
            Orbit orbit = orbits.get(o);
            orbitsByCharge
                    .computeIfAbsent(left.get(orbit.left).charge, c -> new ArrayList<>())
                    .add(o);
            for (int m = 0; m < orbit.members.size(); m++) {
                int charge = left.get(states.get(orbit.members.get(m))[0]).charge;
                membersByCharge.computeIfAbsent(charge, c -> new ArrayList<>()).add(new int[] {o, m});
            }
        }
        double[] element = new double[POWERS];
        for (var rows : orbitsByCharge.entrySet()) {
            for (var columns : membersByCharge.entrySet()) {
                Map<Long, double[][]> leftTensors = new HashMap<>();
                Map<Long, double[][]> rightTensors = new HashMap<>();
                for (int o : rows.getValue()) {
                    Orbit row = orbits.get(o);
                    for (int[] column : columns.getValue()) {
                        Orbit other = orbits.get(column[0]);
                        int[] state = states.get(other.members.get(column[1]));
                        double[][] l = leftTensors.computeIfAbsent(
                                key(row.left, state[0]),
                                x -> halfTensor(left.get(row.left).sites, left.get(state[0]).sites, false));
                        double[][] r = rightTensors.computeIfAbsent(
                                key(row.right, state[1]),
                                x -> halfTensor(right.get(row.right).sites, right.get(state[1]).sites, true));
                        join(l, r, element);
                        double norm = StrictMath.sqrt((double) other.stabilizer.size() / row.stabilizer.size());
                        for (int j = 0; j < irreps; j++) {
                            int at = place[j][o];
                            int to = place[j][column[0]];
                            if (at >= 0 && to >= 0) {
                                double factor = norm * sign(j, other.elements.get(column[1]));
                                for (int p = 0; p < POWERS; p++) {
                                    blocks[j][p][at][to] += factor * element[p];
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /** Elements of 1, R and R^2, R = R_left + R_right: one pass over the six tensors. */
    private static void join(double[][] left, double[][] right, double[] element) {
        double[] l0 = left[0];
        double[] l1 = left[1];
        double[] l2 = left[2];
        double[] r0 = right[0];
        double[] r1 = right[1];
        double[] r2 = right[2];
        double e0 = 0;
        double e1 = 0;
        double e2 = 0;
        for (int i = 0; i < l0.length; i++) {
            e0 += l0[i] * r0[i];
            e1 += l1[i] * r0[i] + l0[i] * r1[i];
            e2 += l2[i] * r0[i] + 2 * (l1[i] * r1[i]) + l0[i] * r2[i];
        }
        element[0] = e0;
        element[1] = e1;
        element[2] = e2;
    }

    private static long key(int a, int b) {
        return (long) a << 32 | b;
    }

    private Summary traces(double[][][][] blocks, int times) {
        LeadingStates[] leading = new LeadingStates[blocks.length];
        double largest = 0;
        for (int j = 0; j < blocks.length; j++) {
            for (double[][] matrix : blocks[j]) {
                symmetrize(matrix);
            }
            if (blocks[j][0].length > 0) {
                leading[j] = LeadingStates.of(blocks[j][0], times);
                largest = Math.max(largest, leading[j].values()[0]);
            }
        }
        double z = 0;
        double first = 0;
        double second = 0;
        for (int j = 0; j < blocks.length; j++) {
            if (leading[j] == null) {
                continue;
            }
            double[] values = leading[j].values();
            if (leading[j].neglected(times, largest) > LeadingStates.NEGLECTED) {
                throw new BadInput("the exact transfer matrix with " + ring.sites() + " sites and " + states.size()
                        + " states in the sector N = " + number + " needs a longer time extent than " + times
                        + "; fewer sites or more time slices");
            }
            int count = 0;
            while (count < values.length
                    && StrictMath.pow(Math.max(0, values[count] / largest), Math.max(0, times - 2))
                            > NEGLIGIBLE_WEIGHT) {
                count++;
            }
            for (int i = 0; i < count; i++) {
                double ratio = Math.max(0, values[i] / largest);
                double[] v = leading[j].vectors()[i];
                double[] mv = times(blocks[j][1], v);
                double[] m2v = times(blocks[j][2], v);
                double weight = StrictMath.pow(ratio, times - 1);
                z += weight * ratio;
                first += weight * dot(v, mv) / largest;
                second += weight * dot(v, m2v) / largest;
                if (times < 2) {
                    continue;
                }
                // Pairs (i, o) of eigenstates: those with o beyond count are met here only, and stand for (o, i) as
                // well.
                double inside = 0;
                for (int o = 0; o < count; o++) {
                    double element = dot(leading[j].vectors()[o], mv) / largest;
                    inside += element * element * pairWeight(ratio, Math.max(0, values[o] / largest), times);
                }
                double all = inside;
                if (count < v.length) {
                    // sum over all o without their eigenvectors: w T^{tau-1} w, w = M v
                    all = 0;
                    double[] power = mv;
                    for (int tau = 1; tau < times; tau++) {
                        all += dot(mv, power) / largest / largest * StrictMath.pow(ratio, times - tau - 1);
                        if (tau < times - 1) {
                            power = times(blocks[j][0], power);
                            for (int x = 0; x < power.length; x++) {
                                power[x] /= largest;
                            }
                        }
                    }
                }
                second += 2 * all - inside;
            }
        }
        return new Summary(
                times * (StrictMath.log(largest) + ring.sites() * basis.logScale) + StrictMath.log(z),
                times * first / z,
                times * second / z,
                states.size());
    }

    /** sum_{tau=1}^{times-1} a^{tau-1} b^{times-tau-1}. */
    private static double pairWeight(double a, double b, int times) {
        if (times < 2) {
            return 0;
        }
        double high = Math.max(a, b);
        double x = high == 0 ? 0 : Math.min(a, b) / high;
        double sum =
                x == 1 ? times - 1 : x == 0 ? 1 : -StrictMath.expm1((times - 1) * StrictMath.log1p(x - 1)) / (1 - x);
        return StrictMath.pow(high, times - 2) * sum;
    }

    private static double[] times(double[][] matrix, double[] v) {
        double[] out = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            out[i] = dot(matrix[i], v);
        }
        return out;
    }

    private static void symmetrize(double[][] matrix) {
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < i; j++) {
                double mean = 0.5 * (matrix[i][j] + matrix[j][i]);
                matrix[i][j] = mean;
                matrix[j][i] = mean;
            }
        }
    }
}
