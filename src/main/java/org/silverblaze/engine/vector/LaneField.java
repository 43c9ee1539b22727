package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.WormLanes.FLOATS;
import static org.silverblaze.engine.vector.WormLanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.FieldTables;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.Philox;
import org.silverblaze.random.Purpose;
import org.silverblaze.random.StreamKey;

/**
 * The field of as many consecutive chains as a vector has lanes, memory {@code [site][component][lane]}: sites are visited one after
 * another as in the reference engine, every lane doing the same for its own chain, so periodic boundaries never shuffle
 * inside a vector and every extent runs at full width. The checkerboard order makes consecutive sites independent of each
 * other, which keeps the processor's pipelines full. The arithmetic is the reference's, operation for operation.
 *
 * <p>Each kernel is one method and keeps vectors in no field: see {@link LaneWorm}.
 */
final class LaneField {
    /** Floats of one site. */
    private static final int SITE = 2 * WIDTH;
    /** Sites whose random numbers are made at a time: a multiple of 4, as 4 sites take 3 blocks; small enough for the cache. */
    private static final int BATCH = 32;

    private final int volume;
    private final int legs;
    private final FieldTables tables;
    private final StreamKey key;
    private final int firstChain;
    private final int reflections;
    /** Where the site at each position of a sweep begins. */
    private final int[] places;
    /** Where its neighbours begin, {@code [position][leg]}: forward and backward for each axis of extent above 1. */
    private final int[] neighbours;

    private final float[] phi;
    private final int[] bits = new int[FieldAlgorithm.WORDS_PER_SITE * BATCH * WIDTH];
    private final float[] random = new float[bits.length];
    private long clock;

    /** Chains firstChain .. firstChain + WIDTH - 1 with phi = 0. */
    LaneField(FieldSpec spec, FieldTables tables, int firstChain, long clock) {
        Lattice lattice = spec.lattice();
        this.volume = lattice.volume();
        this.tables = tables;
        this.key = spec.key();
        this.firstChain = firstChain;
        this.reflections = spec.schedule().reflections();
        this.clock = clock;
        int[] axes = new int[lattice.dimensions()];
        int count = 0;
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
            if (lattice.extent(axis) > 1) {
                axes[count++] = axis;
            }
        }
        this.legs = 2 * count;
        this.places = FieldAlgorithm.order(lattice);
        this.neighbours = new int[volume * legs];
        for (int position = 0; position < volume; position++) {
            int site = places[position];
            for (int i = 0; i < count; i++) {
                neighbours[position * legs + 2 * i] = SITE * lattice.forward(axes[i], site);
                neighbours[position * legs + 2 * i + 1] = SITE * lattice.backward(axes[i], site);
            }
            places[position] = SITE * site;
        }
        this.phi = new float[volume * SITE];
    }

    /** Whether an int reaches all numbers of a lattice. */
    static boolean fits(Lattice lattice) {
        return (long) lattice.volume() * SITE <= Integer.MAX_VALUE - 8 && 2L * lattice.links() <= Integer.MAX_VALUE - 8;
    }

    long clock() {
        return clock;
    }

    void update() {
        heatBathSweep();
        for (int i = 0; i < reflections; i++) {
            reflectionSweep();
        }
        clock++;
    }

    void heatBathSweep() {
        for (int from = 0; from < volume; from += BATCH) {
            int sites = Math.min(BATCH, volume - from);
            fillRandom(from, sites);
            heatBath(from, sites);
        }
    }

    /** The random numbers of a heat-bath sweep alone, for benchmarks. */
    void randomSweep() {
        for (int from = 0; from < volume; from += BATCH) {
            fillRandom(from, Math.min(BATCH, volume - from));
        }
    }

    private void fillRandom(int from, int sites) {
        int blocks = (FieldAlgorithm.WORDS_PER_SITE * volume + Philox.WORDS - 1) / Philox.WORDS;
        int words = FieldAlgorithm.WORDS_PER_SITE * sites;
        long draw = clock * blocks + FieldAlgorithm.WORDS_PER_SITE * (long) from / Philox.WORDS;
        int draws = (words + Philox.WORDS - 1) / Philox.WORDS;
        PhiloxLanes.fill(key, firstChain, Purpose.FIELD_UPDATE, draw, draws, bits, null);
        NormalLanes.fill(bits, random, sites);
    }

    private void heatBath(int from, int sites) {
        float[] memory = phi;
        for (int i = 0; i < sites; i++) {
            FloatVector bx = FloatVector.zero(FLOATS);
            FloatVector by = FloatVector.zero(FLOATS);
            for (int leg = (from + i) * legs; leg < (from + i + 1) * legs; leg += 2) {
                int forward = neighbours[leg];
                int backward = neighbours[leg + 1];
                bx = bx.add(FloatVector.fromArray(FLOATS, memory, forward)
                        .add(FloatVector.fromArray(FLOATS, memory, backward)));
                by = by.add(FloatVector.fromArray(FLOATS, memory, forward + WIDTH)
                        .add(FloatVector.fromArray(FLOATS, memory, backward + WIDTH)));
            }
            int at = places[from + i];
            int row = FieldAlgorithm.WORDS_PER_SITE * WIDTH * i;
            FloatVector x = FloatVector.fromArray(FLOATS, memory, at);
            FloatVector y = FloatVector.fromArray(FLOATS, memory, at + WIDTH);
            FloatVector width =
                    bx.mul(bx).add(by.mul(by)).mul(tables.widthSlope()).add(tables.widthAtZero());
            FloatVector scale = FloatVector.broadcast(FLOATS, 1).div(width.lanewise(VectorOperators.SQRT));
            FloatVector newX = scale.mul(scale.mul(bx).add(FloatVector.fromArray(FLOATS, random, row)));
            FloatVector newY = scale.mul(scale.mul(by).add(FloatVector.fromArray(FLOATS, random, row + WIDTH)));
            FloatVector square = x.mul(x).add(y.mul(y));
            FloatVector newSquare = newX.mul(newX).add(newY.mul(newY));
            FloatVector d = newSquare
                    .sub(square)
                    .mul(newSquare.add(square).mul(tables.lambda()).sub(width.sub(tables.eta())));
            VectorMask<Float> accepted =
                    FloatVector.fromArray(FLOATS, random, row + 2 * WIDTH).compare(VectorOperators.GE, d);
            x.blend(newX, accepted).intoArray(memory, at);
            y.blend(newY, accepted).intoArray(memory, at + WIDTH);
        }
    }

    void reflectionSweep() {
        float[] memory = phi;
        for (int position = 0; position < volume; position++) {
            FloatVector bx = FloatVector.zero(FLOATS);
            FloatVector by = FloatVector.zero(FLOATS);
            for (int leg = position * legs; leg < (position + 1) * legs; leg += 2) {
                int forward = neighbours[leg];
                int backward = neighbours[leg + 1];
                bx = bx.add(FloatVector.fromArray(FLOATS, memory, forward)
                        .add(FloatVector.fromArray(FLOATS, memory, backward)));
                by = by.add(FloatVector.fromArray(FLOATS, memory, forward + WIDTH)
                        .add(FloatVector.fromArray(FLOATS, memory, backward + WIDTH)));
            }
            int at = places[position];
            FloatVector x = FloatVector.fromArray(FLOATS, memory, at);
            FloatVector y = FloatVector.fromArray(FLOATS, memory, at + WIDTH);
            FloatVector field = bx.mul(bx).add(by.mul(by));
            FloatVector along = bx.mul(x).add(by.mul(y));
            FloatVector twice = along.add(along).div(field);
            VectorMask<Float> turned = field.compare(VectorOperators.GE, Float.MIN_NORMAL);
            x.blend(twice.mul(bx).sub(x), turned).intoArray(memory, at);
            y.blend(twice.mul(by).sub(y), turned).intoArray(memory, at + WIDTH);
        }
    }

    /** Takes the field of lane {@code lane} from {@code source[from ..]}, {@code [component][site]}. */
    void load(int lane, float[] source, int from) {
        for (int site = 0; site < volume; site++) {
            phi[SITE * site + lane] = source[from + site];
            phi[SITE * site + WIDTH + lane] = source[from + volume + site];
        }
    }

    /** Writes the field of lane {@code lane} to {@code target[to ..]}, {@code [component][site]}. */
    void store(int lane, float[] target, int to) {
        for (int site = 0; site < volume; site++) {
            target[to + site] = phi[SITE * site + lane];
            target[to + volume + site] = phi[SITE * site + WIDTH + lane];
        }
    }
}
