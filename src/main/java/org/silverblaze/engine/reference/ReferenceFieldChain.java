package org.silverblaze.engine.reference;

import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldMath;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.FieldTables;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Philox;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;

/**
 * One Markov chain of the field phi at mu = 0, written to be read.
 *
 * <p><b>Weight.</b> At fixed neighbours, with b their sum, a site has the weight exp(-eta r^2 - lambda r^4 + 2 Re(phi* b)), r = |phi|, eta less
 * 2 for every axis of extent 1 ({@link FieldTables}).
 *
 * <p><b>Heat bath with one try.</b> Propose phi' = b/A + g/sqrt(A), g complex normal, A > 0 a function of |b|^2: density exp(-A |phi' -
 * b/A|^2). It does not depend on phi, so Metropolis and Hastings accept with min(1, e^{-D}), where e^{-D} is the ratio of
 * weight over density at phi' to that at phi,
 * <pre>  D = (r'^2 - r^2) (lambda (r'^2 + r^2) - (A - eta)).</pre>
 * With u uniform, -ln(1 - u) >= D has that probability. For lambda = 0 A = eta, D = 0: every proposal is accepted.
 *
 * <p><b>Reflection.</b> phi' = 2 Re(phi* b)/|b|^2 b - phi, the mirror image about the direction of b, keeps r and Re(phi* b), so
 * it keeps the weight; it is its own inverse and keeps areas. It is left out where |b|^2 is 0 or too small for a float to
 * divide by, which it does not change. Reflections alone stay on a surface of constant action; with the heat bath, which
 * reaches every value of phi from every other, the chain is ergodic.
 *
 * <p>Each visit to a site keeps the weight of the theory, so any sequence of visits that is fixed beforehand does.
 */
final class ReferenceFieldChain {
    private final Lattice lattice;
    private final FieldSpec spec;
    private final FieldTables tables;
    private final StreamKey key;
    private final int chain;
    private final int[] order;
    /** Field {@code [component][site]}. */
    final float[] phi;

    long clock;
    private float bx;
    private float by;
    private final float[] normal = new float[2];

    ReferenceFieldChain(FieldSpec spec, FieldTables tables, int chain, float[] phi, long clock) {
        this.lattice = spec.lattice();
        this.spec = spec;
        this.tables = tables;
        this.key = spec.key();
        this.chain = chain;
        this.order = FieldAlgorithm.order(lattice);
        this.phi = phi;
        this.clock = clock;
    }

    /** Number of the chain in the ensemble. */
    int number() {
        return chain;
    }

    void update() {
        heatBathSweep();
        for (int i = 0; i < spec.schedule().reflections(); i++) {
            reflectionSweep();
        }
        clock++;
    }

    private void heatBathSweep() {
        int words = FieldAlgorithm.WORDS_PER_SITE * order.length;
        int blocks = (words + Philox.WORDS - 1) / Philox.WORDS;
        int[] bits = new int[blocks * Philox.WORDS];
        for (int block = 0; block < blocks; block++) {
            key.block(clock * blocks + block, chain, Purpose.FIELD_UPDATE, bits, block * Philox.WORDS);
        }
        for (int position = 0; position < order.length; position++) {
            int word = FieldAlgorithm.WORDS_PER_SITE * position;
            FieldMath.normal(bits[word], bits[word + 1], normal);
            heatBath(order[position], normal[0], normal[1], FieldMath.exponential(bits[word + 2]));
        }
    }

    void heatBath(int site, float gx, float gy, float exponential) {
        sumNeighbours(site);
        float x = phi[site];
        float y = phi[lattice.volume() + site];
        float width = (bx * bx + by * by) * tables.widthSlope() + tables.widthAtZero();
        float scale = 1 / (float) Math.sqrt(width);
        float newX = scale * (scale * bx + gx);
        float newY = scale * (scale * by + gy);
        float square = x * x + y * y;
        float newSquare = newX * newX + newY * newY;
        float d = (newSquare - square) * (tables.lambda() * (newSquare + square) - (width - tables.eta()));
        if (exponential >= d) {
            phi[site] = newX;
            phi[lattice.volume() + site] = newY;
        }
    }

    void reflectionSweep() {
        for (int site : order) {
            sumNeighbours(site);
            float x = phi[site];
            float y = phi[lattice.volume() + site];
            float field = bx * bx + by * by;
            float along = bx * x + by * y;
            if (field >= Float.MIN_NORMAL) {
                float twice = (along + along) / field;
                phi[site] = twice * bx - x;
                phi[lattice.volume() + site] = twice * by - y;
            }
        }
    }

    /** b, the sum of the neighbours; a site that is its own neighbour does not count. */
    private void sumNeighbours(int site) {
        int volume = lattice.volume();
        bx = 0;
        by = 0;
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            if (lattice.extent(axis) > 1) {
                int forward = lattice.forward(axis, site);
                int backward = lattice.backward(axis, site);
                bx += phi[forward] + phi[backward];
                by += phi[volume + forward] + phi[volume + backward];
            }
        }
    }
}
