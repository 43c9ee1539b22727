package org.silverblaze.report;

import java.util.stream.IntStream;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.FluxConfiguration;
import org.silverblaze.theory.RadialWeights;

/** Pictures of configurations as the theory has them. */
public final class FluxPictures {
    private FluxPictures() {}

    /** The fluxes, sites shaded by g(f) = W(f+2)/W(f), the site's part of |phi|^2. Two dimensions only. */
    public static FluxPicture of(String title, FluxConfiguration configuration, double eta, double lambda) {
        Lattice lattice = configuration.lattice();
        if (lattice.dimensions() != 2) {
            throw new BadInput("lattice " + lattice + ": pictures are for two dimensions, N_t x N_x");
        }
        int[] f = IntStream.range(0, lattice.volume()).map(configuration::f).toArray();
        RadialWeights weights =
                RadialWeights.of(eta, lambda, IntStream.of(f).max().orElse(0) + 2);
        double[] g = IntStream.of(f).mapToDouble(weights::g).toArray();
        return FluxPicture.of(title, lattice.extent(0), lattice.extent(1), configuration.k(), configuration.l())
                .shaded("g(f)", g);
    }
}
