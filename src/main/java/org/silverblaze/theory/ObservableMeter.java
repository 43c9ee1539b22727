package org.silverblaze.theory;

import org.silverblaze.lattice.Lattice;

/**
 * Measures the observables of configurations: one place for all engines. The radial means come from the integer histogram
 * of f, summed over rising f in float64, so they depend on nothing but the configuration. Built once for a lattice and its
 * radial weights; holds scratch memory, so each thread has its own ({@link #copy} shares the tables).
 */
public final class ObservableMeter {
    /** Largest |k| and l of int8 occupations, for the largest f that a configuration can hold. */
    private static final int MOST_PER_LINK = 128 + 2 * 127;

    private final Lattice lattice;
    private final RadialWeights weights;
    /** Scratch {@code [site]}: |k| + 2l of the links of one axis, and f. */
    private final int[] occupation;

    private final int[] f;
    private final int[] histogram;

    private ObservableMeter(Lattice lattice, RadialWeights weights) {
        this.lattice = lattice;
        this.weights = weights;
        this.occupation = new int[lattice.volume()];
        this.f = new int[lattice.volume()];
        this.histogram = new int[weights.maxF() + 1];
    }

    /** Meter for every configuration that int8 occupations can hold. */
    public static ObservableMeter of(Lattice lattice, Couplings couplings) {
        return new ObservableMeter(
                lattice, RadialWeights.of(couplings.eta(), couplings.lambda(), largestF(lattice.dimensions())));
    }

    /** Largest f that int8 occupations can give in this number of dimensions. */
    public static int largestF(int dimensions) {
        return 2 * dimensions * MOST_PER_LINK;
    }

    /** A meter for another thread: the same tables, scratch memory of its own. */
    public ObservableMeter copy() {
        return new ObservableMeter(lattice, weights);
    }

    public Lattice lattice() {
        return lattice;
    }

    public RadialWeights weights() {
        return weights;
    }

    public Observables measure(FluxConfiguration configuration) {
        return measure(configuration.k(), configuration.l());
    }

    /** Observables of raw fluxes, {@code [direction][site]}; open worms are not accounted for. */
    public Observables measure(byte[] k, byte[] l) {
        fillF(k, l);
        int volume = lattice.volume();
        int highest = 0;
        for (int site = 0; site < volume; site++) {
            int value = f[site];
            histogram[value]++;
            highest = Math.max(highest, value);
        }
        double phi2 = 0;
        double phi4 = 0;
        double contact = 0;
        for (int value = 0; value <= highest; value++) {
            int count = histogram[value];
            if (count != 0) {
                phi2 += count * weights.g(value);
                phi4 += count * weights.h(value);
                contact += count * weights.variance(value);
                histogram[value] = 0;
            }
        }
        int temporal = 0;
        for (int site = 0; site < volume; site++) {
            temporal += k[site];
        }
        double v = volume;
        return new Observables(temporal / v, phi2 / v, phi4 / v, contact / v);
    }

    /** f of every site of raw fluxes, {@code int[V]}; the array is scratch memory of this meter. */
    public int[] f(byte[] k, byte[] l) {
        fillF(k, l);
        return f;
    }

    private void fillF(byte[] k, byte[] l) {
        int volume = lattice.volume();
        if (k.length != lattice.links() || l.length != lattice.links()) {
            throw new IllegalArgumentException(
                    "expected " + lattice.links() + " links, got " + k.length + " (k) and " + l.length + " (l)");
        }
        int stride = volume;
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            int extent = lattice.extent(axis);
            int period = stride;
            stride /= extent;
            int base = axis * volume;
            for (int site = 0; site < volume; site++) {
                occupation[site] = Math.abs(k[base + site]) + 2 * l[base + site];
            }
            if (axis == 0) {
                System.arraycopy(occupation, 0, f, 0, volume);
            } else {
                for (int site = 0; site < volume; site++) {
                    f[site] += occupation[site];
                }
            }
            // The link behind a site: one stride back, or from the far end of its line.
            for (int block = 0; block < volume; block += period) {
                int wrap = period - stride;
                for (int i = 0; i < stride; i++) {
                    f[block + i] += occupation[block + wrap + i];
                }
                for (int i = stride; i < period; i++) {
                    f[block + i] += occupation[block + i - stride];
                }
            }
        }
    }
}
