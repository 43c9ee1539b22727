package org.silverblaze.theory;

import java.util.ArrayList;
import java.util.List;
import org.silverblaze.lattice.Lattice;

/**
 * The flux representation summed out on tiny lattices (1x1, 2x1, 1x2, 2x2, short rings): an oracle that shares nothing with
 * samplers or the transfer matrix but the weights W(f). All links between the same two sites form a bundle, whose sum over k
 * and l is a table over the flux J that it carries and its occupation m = sum (|k| + 2l); what remains is a sum over (J, m)
 * of the bundles with the J conserved and f the sum of m around a site.
 */
public final class Enumeration {
    /**
     * Exact values up to truncation.
     *
     * @param logZ ln Z
     * @param n mean particle density
     * @param phi2 mean of |phi|^2 per site
     * @param phi4 mean of |phi|^4 per site
     * @param chiN V Var(n)
     * @param chiPhi2 V Var(|phi|^2) + mean contact term
     */
    public record Result(double logZ, double n, double phi2, double phi4, double chiN, double chiPhi2) {}

    /** Links between two sites, or from a site to itself (from = to). Tables are {@code [J + most][m][power of K]}. */
    private record Bundle(int from, int to, double[][][] table) {}

    private final Lattice lattice;
    private final RadialWeights weights;
    private final int most;
    private final List<Bundle> bundles = new ArrayList<>();
    private final int[] f;
    private final int[] divergence;

    /** Sums over configurations: 1, phi2, phi2^2, phi4, contact, K, K^2, K the sum of all k_t. */
    private final double[] sums = new double[7];

    private Enumeration(Lattice lattice, Couplings couplings, int most) {
        this.lattice = lattice;
        this.most = most;
        this.weights = RadialWeights.of(couplings.eta(), couplings.lambda(), 2 * most * 2 * lattice.dimensions() + 4);
        this.f = new int[lattice.volume()];
        this.divergence = new int[lattice.volume()];
        boolean[] done = new boolean[lattice.links()];
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            for (int site = 0; site < lattice.volume(); site++) {
                if (!done[axis * lattice.volume() + site]) {
                    bundles.add(bundle(site, lattice.forward(axis, site), done, couplings.mu()));
                }
            }
        }
    }

    /**
     * Sums with every bundle's occupation m up to {@code most}. 30 is enough for eta >= 4, lambda = 1, mu <= 1; compare two
     * values of it elsewhere.
     */
    public static Result of(Lattice lattice, Couplings couplings, int most) {
        Enumeration e = new Enumeration(lattice, couplings, most);
        e.sum(0, 1, 0, 0);
        double v = lattice.volume();
        double z = e.sums[0];
        double n = e.sums[5] / z / v;
        double phi2 = e.sums[1] / z / v;
        return new Result(
                Math.log(z) + v * e.weights.logW(0),
                n,
                phi2,
                e.sums[3] / z / v,
                e.sums[6] / z / v - v * n * n,
                e.sums[2] / z / v - v * phi2 * phi2 + e.sums[4] / z / v);
    }

    private Bundle bundle(int from, int to, boolean[] done, double mu) {
        double[][][] table = new double[2 * most + 1][most + 1][3];
        table[most][0][0] = 1;
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            for (int site : from == to ? new int[] {from} : new int[] {from, to}) {
                int end = site == from ? to : from;
                int link = axis * lattice.volume() + site;
                if (!done[link] && lattice.forward(axis, site) == end) {
                    done[link] = true;
                    int sign = from == to ? 0 : site == from ? 1 : -1;
                    table = withLink(table, sign, axis == 0, mu);
                }
            }
        }
        return new Bundle(from, to, table);
    }

    private double[][][] withLink(double[][][] table, int sign, boolean temporal, double mu) {
        double[][][] more = new double[2 * most + 1][most + 1][3];
        double[] factorial = new double[most + 1];
        factorial[0] = 1;
        for (int i = 1; i <= most; i++) {
            factorial[i] = i * factorial[i - 1];
        }
        for (int k = -most; k <= most; k++) {
            for (int l = 0; Math.abs(k) + 2 * l <= most; l++) {
                double weight = Math.exp(temporal ? mu * k : 0) / (factorial[Math.abs(k) + l] * factorial[l]);
                double charge = temporal ? k : 0;
                int occupation = Math.abs(k) + 2 * l;
                for (int j = -most; j <= most; j++) {
                    int to = j + sign * k;
                    if (Math.abs(to) > most) {
                        continue;
                    }
                    for (int m = 0; m + occupation <= most; m++) {
                        double[] old = table[j + most][m];
                        double[] sum = more[to + most][m + occupation];
                        sum[0] += weight * old[0];
                        sum[1] += weight * (old[1] + charge * old[0]);
                        sum[2] += weight * (old[2] + 2 * charge * old[1] + charge * charge * old[0]);
                    }
                }
            }
        }
        return more;
    }

    /** Adds all configurations of bundle {@code b} and later ones; (z0, z1, z2) are weight and moments of K so far. */
    private void sum(int b, double z0, double z1, double z2) {
        if (b == bundles.size()) {
            leaf(z0, z1, z2);
            return;
        }
        Bundle bundle = bundles.get(b);
        for (int j = -most; j <= most; j++) {
            divergence[bundle.from] += j;
            divergence[bundle.to] -= j;
            if (possible(b)) {
                for (int m = Math.abs(j); m <= most; m++) {
                    double[] w = bundle.table[j + most][m];
                    if (w[0] * z0 > 1e-40) {
                        f[bundle.from] += m;
                        f[bundle.to] += m;
                        sum(b + 1, z0 * w[0], z0 * w[1] + z1 * w[0], z0 * w[2] + 2 * z1 * w[1] + z2 * w[0]);
                        f[bundle.from] -= m;
                        f[bundle.to] -= m;
                    }
                }
            }
            divergence[bundle.from] -= j;
            divergence[bundle.to] += j;
        }
    }

    /** No site whose bundles are all chosen has a divergence. */
    private boolean possible(int b) {
        for (int site = 0; site < f.length; site++) {
            if (divergence[site] != 0) {
                boolean open = false;
                for (int later = b + 1; later < bundles.size(); later++) {
                    Bundle other = bundles.get(later);
                    open |= other.from != other.to && (other.from == site || other.to == site);
                }
                if (!open) {
                    return false;
                }
            }
        }
        return true;
    }

    private void leaf(double z0, double z1, double z2) {
        double log = 0;
        double phi2 = 0;
        double phi4 = 0;
        double contact = 0;
        for (int value : f) {
            log += weights.logW(value) - weights.logW(0);
            phi2 += weights.g(value);
            phi4 += weights.h(value);
            contact += weights.h(value) - weights.g(value) * weights.g(value);
        }
        double w = Math.exp(log);
        sums[0] += w * z0;
        sums[1] += w * z0 * phi2;
        sums[2] += w * z0 * phi2 * phi2;
        sums[3] += w * z0 * phi4;
        sums[4] += w * z0 * contact;
        sums[5] += w * z1;
        sums[6] += w * z2;
    }
}
