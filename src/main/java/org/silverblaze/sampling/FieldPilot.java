package org.silverblaze.sampling;

import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSink;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.FieldState;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.statistics.Estimate;
import org.silverblaze.statistics.GammaMethod;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.FieldMeter;
import org.silverblaze.theory.FieldObservables;

/**
 * A short run that finds the schedule of an ensemble in the phi representation: samples 2 tau_int apart, tau_int that of the
 * slower of |phi|^2 and the zero mode. As {@link Pilot} it has a seed and chain numbers of its own and depends on lattice, couplings,
 * algorithm and reflections alone: 256 updates from the cold start, then M measurements of each of 16 chains, M between 256 and
 * 2048 by the size of the lattice, every update; where M is below 64 tau_int, once more twice as far apart, at most eight
 * times in all.
 *
 * @param schedule 20 tau_int of thermalization (at least 100 updates) and 2 tau_int between samples
 * @param observable the slower one, {@code phi2} or {@code zero_mode}
 * @param tauInt its integrated autocorrelation time in updates
 * @param resolved whether the pilot was long enough for it
 */
public record FieldPilot(FieldSchedule schedule, String observable, double tauInt, boolean resolved) {
    private static final long SEED = 210314686;
    /** Beyond the chains of every ensemble. */
    private static final int FIRST_CHAIN = 1 << 30;

    private static final int CHAINS = 16;
    private static final int THERMALIZATION = 256;
    private static final int MOST_MEASUREMENTS = 2048;
    private static final int FEWEST_MEASUREMENTS = 256;
    private static final int SITES_MEASURED = 1 << 22;
    private static final int TAUS_PER_CHAIN = 64;
    private static final int ROUNDS = 8;
    private static final long LEAST_THERMALIZATION = 100;

    /**
     * The schedule for updates with so many reflections.
     *
     * @param check called now and then; throws to give up
     */
    public static FieldPilot run(
            FieldEngine engine,
            Lattice lattice,
            Couplings couplings,
            FieldAlgorithm algorithm,
            int reflections,
            Runnable check) {
        int measurements = Math.clamp(SITES_MEASURED / lattice.volume(), FEWEST_MEASUREMENTS, MOST_MEASUREMENTS);
        FieldMeter meter = new FieldMeter(lattice, couplings);
        FieldState state = null;
        long spacing = 1;
        for (int round = 1; ; round++, spacing *= 2) {
            long before = state == null ? THERMALIZATION : state.clock();
            FieldSpec spec =
                    new FieldSpec(lattice, couplings, algorithm, SEED, new FieldSchedule(reflections, before, spacing));
            double[][] phi2 = new double[CHAINS][measurements];
            double[][] zeroMode = new double[CHAINS][measurements];
            try (FieldBlock block =
                    state == null ? engine.start(spec, FIRST_CHAIN, CHAINS) : engine.resume(spec, state)) {
                block.advance(measurements, FieldSink.checked(check, (chain, draw, phi) -> {
                    FieldObservables observables = meter.measure(phi);
                    phi2[chain - FIRST_CHAIN][(int) draw] = observables.phi2();
                    zeroMode[chain - FIRST_CHAIN][(int) draw] = observables.zeroMode();
                }));
                state = block.state();
            }
            Estimate ofPhi2 = GammaMethod.mean(phi2);
            Estimate ofZeroMode = GammaMethod.mean(zeroMode);
            boolean second = ofZeroMode.tauInt() > ofPhi2.tauInt();
            Estimate slower = second ? ofZeroMode : ofPhi2;
            double tau = Math.max(0.5, slower.tauInt());
            boolean resolved = slower.resolved() && measurements >= TAUS_PER_CHAIN * tau;
            if (resolved || round == ROUNDS) {
                double updates = (resolved ? tau : Math.max(tau, measurements / (double) TAUS_PER_CHAIN)) * spacing;
                long between = (long) StrictMath.ceil(2 * updates);
                return new FieldPilot(
                        new FieldSchedule(reflections, Math.max(LEAST_THERMALIZATION, 10 * between), between),
                        second ? "zero_mode" : "phi2",
                        updates,
                        resolved);
            }
        }
    }
}
