package org.silverblaze.theory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;

/**
 * The exact oracle: the transfer matrix in time, in the charge basis, for time slices of at most 4 sites (PHYSICS.md
 * section 3): any N_t for one and two sites, N_t of at least 4 for three and 24 for four, where fewer states count. The
 * spectrum does not depend on mu, so one object serves a whole curve n(mu).
 *
 * <p>The hop in time is exp(2 r r' cos(theta' - theta)) = sum_q I_q(2 r r') e^{iq(theta' - theta)}, so the charge q on a link
 * in time labels states of a site and e^{mu N} factors out of a sector of total charge N; hops in space move charge between
 * neighbours with I_k(2 r_x r_y). The radii stand on Gauss nodes of their own measure.
 *
 * <p>Every value is computed at two resolutions (nodes, states, ranks of the links); {@link ExactValues#estimatedError} is
 * the difference, which is the error of the coarser one (the values themselves are better), or a floor set by the cut.
 */
public final class TransferMatrix {
    /** Beyond this the result is refused. */
    private static final double LARGEST_ERROR = 1e-4;

    /**
     * Floor of the error estimate in units of the fine cut: near lambda = 0 states come in shells and both cuts may keep the
     * same ones. Largest ratio seen against the free field: 0.023.
     */
    private static final double ERROR_PER_CUT = 0.05;

    /** {@code [sites]}: kappa products below this, in units of the sector's largest, are left out. */
    private static final double[] FINE_CUT = {0, 1e-8, 1e-8, 1e-5, 1e-4};

    private static final double[] COARSE_CUT = {0, 1e-6, 1e-6, 1e-4, 1e-3};
    /** Times the cut of the states. */
    private static final double NEGLIGIBLE_SECTOR = 1e-5;

    private static final int MAX_CHARGE = 60;
    private static final int MOST_STATES = 12000;
    /** |mu| at which e^{mu N N_t} is far from anything that a sector sum could hold. */
    private static final int MOST_SECTORS = 120;

    /** One resolution, with the sectors met so far, N = 0, 1, 2, .. */
    private static final class Level {
        private final TransferBasis basis;
        private final double cut;
        private final double bondCut;
        private final List<TransferSector.Summary> sectors = new ArrayList<>();

        Level(double eta, double lambda, TransferRing ring, int nodes, double cut) {
            this.basis = new TransferBasis(eta, lambda, ring, nodes, MAX_CHARGE);
            this.cut = cut;
            this.bondCut = 0.1 * cut;
        }
    }

    private record Request(Lattice lattice, double eta, double lambda) {}

    private static final int KEPT = 8;

    private static final Map<Request, TransferMatrix> LATEST = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Request, TransferMatrix> eldest) {
            return size() > KEPT;
        }
    };

    private final Lattice lattice;
    private final TransferRing ring;
    private final double eta;
    private final double lambda;
    private final Level fine;
    private final Level coarse;

    private TransferMatrix(Lattice lattice, double eta, double lambda) {
        this.lattice = lattice;
        this.ring = TransferRing.of(lattice);
        this.eta = eta;
        this.lambda = lambda;
        int sites = ring.sites();
        this.fine = new Level(eta, lambda, ring, sites <= 2 ? 24 : 16, FINE_CUT[sites]);
        this.coarse = new Level(eta, lambda, ring, sites <= 2 ? 20 : 14, COARSE_CUT[sites]);
    }

    /** Whether the oracle reaches this lattice (couplings may still be out of reach). */
    public static boolean reaches(Lattice lattice) {
        return TransferRing.fits(lattice);
    }

    /**
     * The transfer matrix for all mu; sectors are computed when a mu needs them, once. The same request gives the same object
     * while it is among the latest few, so that tables and figures of one run share the work (a minute of one core and less).
     */
    public static TransferMatrix of(Lattice lattice, double eta, double lambda) {
        FreeField.validate(lattice, new Couplings(eta, lambda, 0));
        synchronized (LATEST) {
            return LATEST.computeIfAbsent(
                    new Request(lattice, eta, lambda), r -> new TransferMatrix(r.lattice, r.eta, r.lambda));
        }
    }

    /** Exact values at one point. */
    public static ExactValues exact(Lattice lattice, Couplings couplings) {
        return of(lattice, couplings.eta(), couplings.lambda()).at(couplings.mu());
    }

    /**
     * Exact values at this chemical potential.
     *
     * @throws BadInput in one line where truncation cannot be controlled at these couplings
     */
    public synchronized ExactValues at(double mu) {
        FreeField.validate(lattice, new Couplings(eta, lambda, mu));
        ExactValues best = sum(fine, mu);
        ExactValues check = sum(coarse, mu);
        double error = Math.max(Math.abs(best.n() - check.n()), Math.abs(best.phi2() - check.phi2()));
        error = Math.max(error, ERROR_PER_CUT * fine.cut);
        if (!(error <= LARGEST_ERROR)) {
            throw new BadInput(
                    "--eta " + eta + " --lambda " + lambda + " --mu " + mu + ": the exact transfer matrix on " + lattice
                            + " is good to " + error + " only at these couplings, expected " + LARGEST_ERROR);
        }
        return new ExactValues(best.n(), best.phi2(), best.chiN(), best.chiPhi2(), error);
    }

    private ExactValues sum(Level level, double mu) {
        int times = lattice.extent(0);
        // ln of e^{mu N Nt} Z_N; sectors until they are negligible against the largest N >= 1
        List<Double> logs = new ArrayList<>();
        double largest = Double.NEGATIVE_INFINITY;
        double tilt = Math.abs(mu) * times;
        for (int number = 0; ; number++) {
            double log = sector(level, number).logZ() + tilt * number;
            logs.add(log);
            if (number >= 1) {
                largest = Math.max(largest, log);
            }
            if (number >= 2 && log < largest + StrictMath.log(NEGLIGIBLE_SECTOR * level.cut)) {
                break;
            }
            if (number >= MOST_SECTORS) {
                throw new BadInput("--mu " + mu + ": the exact transfer matrix on " + lattice + " would need more than "
                        + MOST_SECTORS + " sectors of the particle number");
            }
        }
        double top = Math.max(largest, logs.get(0));
        double z = 0;
        double number1 = 0;
        double number2 = 0;
        double first = 0;
        double second = 0;
        for (int number = 0; number < logs.size(); number++) {
            TransferSector.Summary sector = level.sectors.get(number);
            double weight = StrictMath.exp(logs.get(number) - top);
            double mirror = number == 0 ? 0 : StrictMath.exp(logs.get(number) - 2 * tilt * number - top);
            z += weight + mirror;
            // weight - mirror without cancellation at small mu
            number1 += number * -StrictMath.expm1(-2 * tilt * number) * weight;
            number2 += (double) number * number * (weight + mirror);
            first += (weight + mirror) * sector.first();
            second += (weight + mirror) * sector.second();
        }
        double volume = lattice.volume();
        double particles = number1 / z;
        double radius = first / z;
        return new ExactValues(
                Math.signum(mu) * particles / ring.sites(),
                radius / volume,
                times * (number2 / z - particles * particles) / ring.sites(),
                (second / z - radius * radius) / volume,
                0);
    }

    private TransferSector.Summary sector(Level level, int number) {
        while (level.sectors.size() <= number) {
            level.sectors.add(TransferSector.solve(
                    level.basis, ring, level.sectors.size(), lattice.extent(0), level.cut, level.bondCut, MOST_STATES));
        }
        return level.sectors.get(number);
    }
}
