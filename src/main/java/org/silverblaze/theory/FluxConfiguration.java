package org.silverblaze.theory;

import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;

/**
 * One configuration of the flux representation. Arrays are row-major {@code [direction][site]}, direction 0 = time.
 *
 * @param lattice the lattice, V sites, d dimensions
 * @param k conserved flux, {@code byte[d * V]}
 * @param l free flux, at least 0, {@code byte[d * V]}
 */
public record FluxConfiguration(Lattice lattice, byte[] k, byte[] l) {
    public FluxConfiguration {
        if (k.length != lattice.links() || l.length != lattice.links()) {
            throw new BadInput("a configuration on " + lattice + " has " + lattice.links() + " links, not " + k.length
                    + " (k) and " + l.length + " (l)");
        }
    }

    /** The empty configuration: k = l = 0, a cold start. */
    public static FluxConfiguration empty(Lattice lattice) {
        return new FluxConfiguration(lattice, new byte[lattice.links()], new byte[lattice.links()]);
    }

    public int k(int axis, int site) {
        return k[axis * lattice.volume() + site];
    }

    public int l(int axis, int site) {
        return l[axis * lattice.volume() + site];
    }

    /** Flux divergence d_x = sum_nu (k_{x,nu} - k_{x-nu,nu}); zero everywhere on a closed configuration. */
    public int divergence(int site) {
        int sum = 0;
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            sum += k(axis, site) - k(axis, lattice.backward(axis, site));
        }
        return sum;
    }

    /** f_x = sum_nu [ |k_{x,nu}| + |k_{x-nu,nu}| + 2 (l_{x,nu} + l_{x-nu,nu}) ]; even where flux is conserved. */
    public int f(int site) {
        int sum = 0;
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            int back = lattice.backward(axis, site);
            sum += Math.abs(k(axis, site)) + Math.abs(k(axis, back)) + 2 * (l(axis, site) + l(axis, back));
        }
        return sum;
    }

    /** The configuration moved by {@code shift[axis]} sites along each axis: new(x + shift) = old(x). */
    public FluxConfiguration translated(int... shift) {
        FluxConfiguration moved = empty(lattice);
        int volume = lattice.volume();
        for (int site = 0; site < volume; site++) {
            int target = lattice.shifted(site, shift);
            for (int axis = 0; axis < lattice.dimensions(); axis++) {
                moved.k[axis * volume + target] = k[axis * volume + site];
                moved.l[axis * volume + target] = l[axis * volume + site];
            }
        }
        return moved;
    }
}
