package org.silverblaze.sampling;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;

/**
 * A short run that finds the schedule of an ensemble: samples 2 tau_int apart, tau_int that of the slower of n and |phi|^2.
 *
 * <p>Its 16 chains have a seed and chain numbers of their own, so it depends on lattice, couplings, algorithm and P alone, and
 * shares no random number with any ensemble; as chains are the same on all engines and the Gamma method is the same everywhere, so is
 * the schedule. It costs a bounded number of steps:
 * <ol>
 *   <li>from the cold start 512 V steps or somewhat more;
 *   <li>M measurements of each chain about V steps apart, M between 256 and 2048 by the size of the lattice. Where the window of the
 *       Gamma method is found and M >= 64 tau_int, that is the answer (1000 tau_int in all, good to about 15 %);
 *   <li>otherwise once more from there, twice as far apart, at most five times in all. Where the last is too short as well, the
 *       answer is its tau_int, but at least M/64 of its spacings, and is marked as not resolved.
 * </ol>
 *
 * @param schedule P, 20 tau_int of thermalization (at least 100 worms) and 2 tau_int between samples
 * @param observable the slower one, {@code n} or {@code phi2}
 * @param tauInt its integrated autocorrelation time in worms
 * @param resolved whether the pilot was long enough for it
 * @param stepsPerWorm steps of a worm on average
 */
record Pilot(Schedule schedule, String observable, double tauInt, boolean resolved, double stepsPerWorm) {
    private static final long SEED = 210314686;
    /** Beyond the chains of every ensemble. */
    private static final int FIRST_CHAIN = 1 << 30;

    private static final int CHAINS = 16;
    private static final long THERMAL_SWEEPS = 512;
    private static final long ROUGH_SWEEPS = 16;
    private static final int FIRST_WORMS = 16;
    private static final int MOST_MEASUREMENTS = 2048;
    private static final int FEWEST_MEASUREMENTS = 256;
    private static final int SITES_MEASURED = 1 << 22;
    private static final int TAUS_PER_CHAIN = 64;
    private static final int ROUNDS = 5;
    private static final long LEAST_THERMALIZATION = 100;

    /** What a pilot depends on. */
    private record Question(Lattice lattice, Couplings couplings, WormAlgorithm algorithm, int stepsPerSweep) {}

    /** Pilots of this process: the data sets of an experiment share couplings. */
    private static final Map<Question, Pilot> FOUND = new ConcurrentHashMap<>();

    /** Where the thermal part of a pilot ended, and the steps and worms of all chains in about the last half of it. */
    private record Thermal(ChainState state, long steps, long worms) {
        double stepsPerWorm() {
            return steps / (double) worms;
        }
    }

    /** Steps of a worm on average, from the first part of a pilot alone: good enough to predict the length of a run. */
    static double stepsPerWorm(
            SamplingEngine engine,
            Lattice lattice,
            Couplings couplings,
            WormAlgorithm algorithm,
            int stepsPerSweep,
            Runnable check) {
        return thermalized(engine, lattice, couplings, algorithm, stepsPerSweep, ROUGH_SWEEPS, check)
                .stepsPerWorm();
    }

    private static Thermal thermalized(
            SamplingEngine engine,
            Lattice lattice,
            Couplings couplings,
            WormAlgorithm algorithm,
            int stepsPerSweep,
            long sweeps,
            Runnable check) {
        long[] one = new long[CHAINS];
        Arrays.fill(one, 1);
        // Worms are short in an empty lattice: their number doubles until the steps are made.
        ChainState state = ChainState.cold(spec(lattice, couplings, algorithm, stepsPerSweep, 1), FIRST_CHAIN, CHAINS);
        long worms = FIRST_WORMS;
        long stepsBefore = 0;
        long wormsBefore = 0;
        while (state.clock() < sweeps * lattice.volume()) {
            stepsBefore = state.clock();
            wormsBefore = Arrays.stream(state.worms()).sum();
            state = advance(engine, spec(lattice, couplings, algorithm, stepsPerSweep, worms), state, one, null, check);
            worms *= 2;
        }
        long steps = CHAINS * (state.clock() - stepsBefore);
        return new Thermal(state, steps, Arrays.stream(state.worms()).sum() - wormsBefore);
    }

    /** As {@link #run}, once in a process. */
    static Pilot find(
            SamplingEngine engine,
            Lattice lattice,
            Couplings couplings,
            WormAlgorithm algorithm,
            int stepsPerSweep,
            Runnable check) {
        Question question = new Question(lattice, couplings, algorithm, stepsPerSweep);
        Pilot found = FOUND.get(question);
        if (found == null) {
            found = run(engine, lattice, couplings, algorithm, stepsPerSweep, check);
            FOUND.put(question, found);
        }
        return found;
    }

    /**
     * @param stepsPerSweep P
     * @param check called now and then; throws to give up
     */
    static Pilot run(
            SamplingEngine engine,
            Lattice lattice,
            Couplings couplings,
            WormAlgorithm algorithm,
            int stepsPerSweep,
            Runnable check) {
        long volume = lattice.volume();
        Thermal thermal = thermalized(engine, lattice, couplings, algorithm, stepsPerSweep, THERMAL_SWEEPS, check);
        ChainState state = thermal.state();
        long spacing = Math.max(1, thermal.worms() * volume / thermal.steps());

        int measurements = Math.clamp(SITES_MEASURED / volume, FEWEST_MEASUREMENTS, MOST_MEASUREMENTS);
        ObservableMeter meter = ObservableMeter.of(lattice, couplings);
        long[] all = new long[CHAINS];
        Arrays.fill(all, measurements);
        for (int round = 1; ; round++, spacing *= 2) {
            Measured measured = new Measured(measurements, meter);
            state = advance(
                    engine, spec(lattice, couplings, algorithm, stepsPerSweep, spacing), state, all, measured, check);
            SlowestObservable slowest = SlowestObservable.of("n", measured.n, measured.phi2);
            double tau = slowest.tauInt();
            boolean resolved = slowest.estimate().resolved() && measurements >= TAUS_PER_CHAIN * tau;
            if (resolved || round == ROUNDS) {
                double inWorms = (resolved ? tau : Math.max(tau, measurements / (double) TAUS_PER_CHAIN)) * spacing;
                long between = (long) StrictMath.ceil(2 * inWorms);
                Schedule schedule = new Schedule(stepsPerSweep, Math.max(LEAST_THERMALIZATION, 10 * between), between);
                return new Pilot(schedule, slowest.name(), inWorms, resolved, thermal.stepsPerWorm());
            }
        }
    }

    private static ChainSpec spec(
            Lattice lattice, Couplings couplings, WormAlgorithm algorithm, int stepsPerSweep, long wormsBetween) {
        return new ChainSpec(lattice, couplings, algorithm, SEED, new Schedule(stepsPerSweep, 0, wormsBetween));
    }

    /** Goes on from {@code state} as if no sample had been taken yet. */
    private static ChainState advance(
            SamplingEngine engine,
            ChainSpec spec,
            ChainState state,
            long[] samples,
            Measured measured,
            Runnable check) {
        ChainState fresh = new ChainState(
                state.firstChain(),
                state.clock(),
                state.legs(),
                state.worms(),
                new long[CHAINS],
                state.headSite(),
                state.headLeg(),
                state.tailSite(),
                state.tailLeg());
        try (ChainBlock block = engine.resume(spec, fresh)) {
            block.advance(samples, SampleSink.checked(check, (chain, draw, k, l) -> {
                if (measured != null) {
                    measured.take(chain - FIRST_CHAIN, draw, k, l);
                }
            }));
            return block.state();
        }
    }

    /** The first measurements of each chain. */
    private static final class Measured {
        private final ObservableMeter meter;
        private final double[][] n;
        private final double[][] phi2;

        Measured(int measurements, ObservableMeter meter) {
            this.meter = meter;
            this.n = new double[CHAINS][measurements];
            this.phi2 = new double[CHAINS][measurements];
        }

        void take(int chain, long draw, byte[] k, byte[] l) {
            if (draw < n[chain].length) {
                Observables observables = meter.measure(k, l);
                n[chain][(int) draw] = observables.n();
                phi2[chain][(int) draw] = observables.phi2();
            }
        }
    }
}
