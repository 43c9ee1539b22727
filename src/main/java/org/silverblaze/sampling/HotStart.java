package org.silverblaze.sampling;

import java.util.Arrays;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.FieldBlock;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.FieldSink;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.FieldState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.theory.FieldMeter;
import org.silverblaze.theory.FieldObservables;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;

/**
 * Sixteen chains of an ensemble from a hot start, with its schedule: their first samples have to agree with those of the ensemble,
 * whose chains start cold, if its thermalization is long enough. They have a seed of their own and leave no trace in the data.
 *
 * @param first particle density or zero mode, mean over the first samples of each chain
 * @param phi2 |phi|^2, likewise
 */
record HotStart(double[] first, double[] phi2) {
    private static final long SEED = 20361129;
    private static final int CHAINS = 16;
    private static final int SAMPLES = 8;

    /** @param check called now and then; throws to give up */
    static HotStart run(SamplingEngine engine, ChainSpec ensemble, Runnable check) {
        ChainSpec spec = new ChainSpec(
                ensemble.lattice(), ensemble.couplings(), ensemble.algorithm(), SEED, ensemble.schedule());
        ObservableMeter meter = ObservableMeter.of(spec.lattice(), spec.couplings());
        double[] n = new double[CHAINS];
        double[] phi2 = new double[CHAINS];
        long[] wanted = new long[CHAINS];
        Arrays.fill(wanted, SAMPLES);
        try (ChainBlock chains = engine.resume(spec, ChainState.hot(spec, 0, CHAINS))) {
            chains.advance(wanted, SampleSink.checked(check, (chain, draw, k, l) -> {
                if (draw < SAMPLES) {
                    Observables measured = meter.measure(k, l);
                    n[chain] += measured.n() / SAMPLES;
                    phi2[chain] += measured.phi2() / SAMPLES;
                }
            }));
        }
        return new HotStart(n, phi2);
    }

    /** As the other one, for the field: components uniform in [-2, 2), which is hotter than any equilibrium of interest. */
    static HotStart run(FieldEngine engine, FieldSpec ensemble, Runnable check) {
        FieldSpec spec = new FieldSpec(
                ensemble.lattice(), ensemble.couplings(), ensemble.algorithm(), SEED, ensemble.schedule());
        FieldMeter meter = new FieldMeter(spec.lattice(), spec.couplings());
        double[] zeroMode = new double[CHAINS];
        double[] phi2 = new double[CHAINS];
        try (FieldBlock chains = engine.resume(spec, FieldState.hot(spec, 0, CHAINS))) {
            chains.advance(SAMPLES, FieldSink.checked(check, (chain, draw, phi) -> {
                FieldObservables measured = meter.measure(phi);
                zeroMode[chain] += measured.zeroMode() / SAMPLES;
                phi2[chain] += measured.phi2() / SAMPLES;
            }));
        }
        return new HotStart(zeroMode, phi2);
    }
}
