package org.silverblaze.engine;

import java.util.Arrays;
import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;
import org.silverblaze.theory.RadialWeights;

/**
 * The float32 numbers of the worm and of the l sweep, made once on the host for all engines: computed in float64 by
 * StrictMath and rounded once (DESIGN.md, "What is identical"). Engines multiply, add and compare them in one stated order.
 *
 * <p>The tables reach as far as the occupations do: A and B of a leg are at most {@link #MAX_OCCUPATION}, so f is at most
 * 2d * 254. That is the one capacity of all engines; beyond it a run stops with {@link OccupationLimitException}.
 */
public final class WormTables {
    /** Largest A = l + max(J, 0) and B = l + max(-J, 0) of a leg: they are stored as int8. */
    public static final int MAX_OCCUPATION = 127;

    private final int dimensions;
    private final float[] g;
    private final float[][] grow;
    private final float[][] shrink;
    private final float[] inverse;
    private final float[] fugacity;

    private WormTables(int dimensions, float[] g, float[][] grow, float[][] shrink, float[] inverse, float[] fugacity) {
        this.dimensions = dimensions;
        this.g = g;
        this.grow = grow;
        this.shrink = shrink;
        this.inverse = inverse;
        this.fugacity = fugacity;
    }

    /** @throws BadInput where a weight leaves the range of float32 */
    public static WormTables of(Lattice lattice, Couplings couplings) {
        int legs = 2 * lattice.dimensions();
        int maxF = legs * 2 * MAX_OCCUPATION;
        RadialWeights weights = RadialWeights.of(couplings.eta(), couplings.lambda(), maxF + 6);
        float[] g = new float[maxF / 2 + 3];
        for (int i = 0; i < g.length; i++) {
            g[i] = checked((float) weights.g(2 * i), couplings);
        }
        float[][] grow = new float[legs][MAX_OCCUPATION + 1];
        float[][] shrink = new float[legs][MAX_OCCUPATION + 1];
        for (int leg = 0; leg < legs; leg++) {
            double fugacity = leg == 0
                    ? StrictMath.exp(couplings.mu() / 2)
                    : leg == lattice.dimensions() ? StrictMath.exp(-couplings.mu() / 2) : 1;
            for (int n = 0; n <= MAX_OCCUPATION; n++) {
                grow[leg][n] = checked((float) (fugacity / StrictMath.sqrt(n + 1.0)), couplings);
                shrink[leg][n] = n == 0 ? 0 : checked((float) (fugacity * StrictMath.sqrt(n)), couplings);
            }
        }
        float[] inverse = new float[MAX_OCCUPATION + 2];
        for (int n = 1; n < inverse.length; n++) {
            inverse[n] = (float) (1.0 / n);
        }
        float[] fugacity = new float[legs];
        Arrays.fill(fugacity, 1);
        fugacity[0] = (float) StrictMath.exp(couplings.mu());
        fugacity[lattice.dimensions()] = (float) StrictMath.exp(-couplings.mu());
        return new WormTables(lattice.dimensions(), g, grow, shrink, inverse, fugacity);
    }

    private static float checked(float weight, Couplings couplings) {
        if (!(weight >= 0x1p-60f && weight <= 0x1p60f)) {
            throw new BadInput(
                    "--eta " + couplings.eta() + " --lambda " + couplings.lambda() + " --mu " + couplings.mu()
                            + ": a weight leaves the range of float32; |mu| below 80 and an eta of order 1 to 100"
                            + " are possible");
        }
        return weight;
    }

    /** Number of dimensions d. */
    public int dimensions() {
        return dimensions;
    }

    /** g(f) = W(f+2)/W(f) for even f, 0 to 2d * 254 + 4: end points of a worm add at most 2, and a link from a site to itself asks for f + 2. */
    public float g(int f) {
        return g[f >> 1];
    }

    /**
     * e^{+-mu/2} / sqrt(n+1), n = |J|+l before the step: how the square root of the link weight changes where |J| grows by
     * J := J+1 on this leg; +mu on leg +t, -mu on leg -t, without mu on the others.
     */
    public float grow(int leg, int n) {
        return grow[leg][n];
    }

    /** e^{+-mu/2} sqrt(n), n = |J|+l before the step: the same where |J| shrinks by J := J+1. */
    public float shrink(int leg, int n) {
        return shrink[leg][n];
    }

    /** e^{+-mu}: the weight of a unit of flux along this leg; +mu on leg +t, -mu on leg -t, 1 on the others. */
    public float fugacity(int leg) {
        return fugacity[leg];
    }

    /** 1/n for n = 1 to 128. */
    public float inverse(int n) {
        return inverse[n];
    }
}
