package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A plan that fills a padded map from a map, {@code [site][channel][16]} both: every place of the padded map takes its number
 * from one place of the map, any lane's. Most sites are copied as they are, all lanes alike; at the border of a strip lanes
 * take from other lanes, the only place where they do (DESIGN.md).
 *
 * <p>A site with numbers from several sites of the map is put together source by source: a vector takes each lane from what
 * there is so far or from the next source.
 */
final class Halo {
    /** Instead of a place: the number is zero. */
    static final int ZERO = -1;
    /** Instead of a place: nobody reads this number. */
    static final int ANY = -2;

    private static final int MIXED = -3;

    private static final VectorSpecies<Integer> INTS = Lanes.FLOATS.withLanes(int.class);

    /** Runs of sites copied as they are: first padded site, first site (or ZERO), number of sites. */
    private final int[] runs;
    /** Padded sites with lanes from elsewhere; where the steps of each of their vectors begin, and the end of all. */
    private final int[] mixed;

    private final int[] firstStep;
    /**
     * {@code [step]}: the source, the place of a vector's first lane or, first of all, ZERO; {@code [step][WIDTH]}: lane 0 .. WIDTH-1 of
     * what there is so far, WIDTH .. 2 WIDTH-1 of the source.
     */
    private final int[] source;

    private final int[] lanes;

    private final int paddedSites;
    private final boolean identity;

    /**
     * @param origin for each padded site and lane the place {@code site * 16 + lane} in the map, {@link #ZERO} or {@link #ANY}
     * @param sites sites of the map
     */
    Halo(int[] origin, int sites) {
        this.paddedSites = origin.length / BLOCK;
        List<Integer> runs = new ArrayList<>();
        List<Integer> mixed = new ArrayList<>();
        for (int site = 0; site < paddedSites; site++) {
            int common = commonSource(origin, site);
            if (common == ANY) {
                continue;
            }
            if (common == MIXED) {
                mixed.add(site);
                continue;
            }
            int last = runs.size() - 3;
            boolean goesOn = last >= 0
                    && runs.get(last) + runs.get(last + 2) == site
                    && (common == ZERO
                            ? runs.get(last + 1) == ZERO
                            : runs.get(last + 1) != ZERO && runs.get(last + 1) + runs.get(last + 2) == common);
            if (goesOn) {
                runs.set(last + 2, runs.get(last + 2) + 1);
            } else {
                runs.addAll(List.of(site, common, 1));
            }
        }
        this.runs = array(runs);
        this.mixed = array(mixed);
        int vectors = BLOCK / WIDTH;
        this.firstStep = new int[mixed.size() * vectors + 1];
        List<Integer> sources = new ArrayList<>();
        List<int[]> steps = new ArrayList<>();
        for (int i = 0; i < mixed.size() * vectors; i++) {
            addSteps(origin, mixed.get(i / vectors) * BLOCK + i % vectors * WIDTH, sources, steps);
            firstStep[i + 1] = sources.size();
        }
        this.source = array(sources);
        this.lanes = new int[steps.size() * WIDTH];
        for (int i = 0; i < steps.size(); i++) {
            System.arraycopy(steps.get(i), 0, lanes, i * WIDTH, WIDTH);
        }
        this.identity = paddedSites == sites && Arrays.equals(this.runs, new int[] {0, 0, sites});
    }

    private static int[] array(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The site that all lanes take from in their own lane, or ZERO; MIXED where there is none, ANY where nobody reads. */
    private static int commonSource(int[] origin, int site) {
        int common = ANY;
        for (int lane = 0; lane < BLOCK; lane++) {
            int from = origin[site * BLOCK + lane];
            if (from == ANY) {
                continue;
            }
            int candidate = from == ZERO ? ZERO : from / BLOCK;
            boolean fits = (common == ANY || common == candidate) && (from == ZERO || from % BLOCK == lane);
            if (!fits) {
                return MIXED;
            }
            common = candidate;
        }
        return common;
    }

    /** The steps of the vector at {@code origin[at .. at+WIDTH-1]}. Zeros, where there are any, come first; nobody reads a vector without steps. */
    private static void addSteps(int[] origin, int at, List<Integer> sources, List<int[]> steps) {
        int[] wanted = new int[WIDTH];
        for (int lane = 0; lane < WIDTH; lane++) {
            int from = origin[at + lane];
            wanted[lane] = from < 0 ? from : from / WIDTH * WIDTH;
        }
        int[] distinct = Arrays.stream(wanted)
                .filter(from -> from != ANY)
                .sorted()
                .distinct()
                .toArray();
        for (int from : distinct) {
            int[] step = new int[WIDTH];
            for (int lane = 0; lane < WIDTH; lane++) {
                boolean here = wanted[lane] == from;
                step[lane] = here && from != ZERO ? WIDTH + origin[at + lane] % WIDTH : lane;
            }
            sources.add(from);
            steps.add(step);
        }
    }

    int paddedSites() {
        return paddedSites;
    }

    /** Whether the padded map is the map itself. */
    boolean isIdentity() {
        return identity;
    }

    /** For each padded site the site that all lanes take from in their own lane; null where lanes take from others. */
    int[] sources() {
        if (mixed.length > 0) {
            return null;
        }
        int[] sources = new int[paddedSites];
        for (int i = 0; i < runs.length; i += 3) {
            for (int k = 0; k < runs[i + 2]; k++) {
                sources[runs[i] + k] = runs[i + 1] == ZERO ? ZERO : runs[i + 1] + k;
            }
        }
        return sources;
    }

    /** Fills {@code [padded site][channel][16]}; gives the array that holds it: {@code in} where that is the same. */
    float[] fill(float[] in, int channels, float[] padded) {
        if (identity) {
            return in;
        }
        int n = channels * BLOCK;
        for (int i = 0; i < runs.length; i += 3) {
            int to = runs[i] * n;
            if (runs[i + 1] == ZERO) {
                Arrays.fill(padded, to, to + runs[i + 2] * n, 0f);
            } else {
                System.arraycopy(in, runs[i + 1] * n, padded, to, runs[i + 2] * n);
            }
        }
        mix(in, channels, padded, 0, n, BLOCK, WIDTH);
        return padded;
    }

    /**
     * Fills {@code [vector of lanes][channel][padded site][WIDTH]} from {@code at}.
     *
     * @param stride floats from a channel to the next
     * @param vectorStride floats from a vector of lanes to the next
     */
    void fillPlanes(float[] in, int channels, float[] padded, int at, int stride, int vectorStride) {
        for (int i = 0; i < runs.length; i += 3) {
            int to = at + runs[i] * WIDTH;
            int from = runs[i + 1] * channels * BLOCK;
            for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                if (runs[i + 1] == ZERO) {
                    for (int c = 0; c < channels; c++) {
                        Arrays.fill(padded, to + c * stride, to + c * stride + runs[i + 2] * WIDTH, 0f);
                    }
                } else {
                    copyToPlanes(in, from + lane, channels, padded, to, stride, runs[i + 2]);
                }
                to += vectorStride;
            }
        }
        mix(in, channels, padded, at, WIDTH, stride, vectorStride);
    }

    /** One vector of lanes, site by site, so that whole sites are read one after another. */
    private static void copyToPlanes(
            float[] in, int from, int channels, float[] padded, int to, int stride, int sites) {
        int p = from;
        for (int site = 0; site < sites; site++) {
            int q = to + site * WIDTH;
            for (int c = 0; c < channels; c++) {
                FloatVector.fromArray(Lanes.FLOATS, in, p).intoArray(padded, q);
                p += BLOCK;
                q += stride;
            }
        }
    }

    /** Copies one vector of lanes of {@code channels} channels of each of {@code sites} sites, {@code step} floats apart, one after another. */
    static void copySites(float[] in, int from, int step, float[] out, int to, int channels, int sites) {
        int p = from;
        int q = to;
        for (int site = 0; site < sites; site++) {
            for (int c = 0; c < channels; c++) {
                FloatVector.fromArray(Lanes.FLOATS, in, p + c * BLOCK).intoArray(out, q);
                q += WIDTH;
            }
            p += step;
        }
    }

    /**
     * The sites with lanes from elsewhere.
     *
     * @param siteStride floats from a padded site to the next, which begin at {@code start}
     * @param channelStride from a channel to the next
     * @param vectorStride from a vector of lanes to the next
     */
    private void mix(
            float[] in, int channels, float[] padded, int start, int siteStride, int channelStride, int vectorStride) {
        for (int i = 0; i + 1 < firstStep.length; i++) {
            int to = start + mixed[i / (BLOCK / WIDTH)] * siteStride + i % (BLOCK / WIDTH) * vectorStride;
            for (int k = firstStep[i]; k < firstStep[i + 1]; k++) {
                int from = source[k] / BLOCK * channels * BLOCK + source[k] % BLOCK;
                if (source[k] == ZERO) {
                    clear(padded, to, channelStride, channels);
                } else if (k == firstStep[i]) {
                    take(in, from, k, padded, to, channelStride, channels);
                } else {
                    blend(in, from, k, padded, to, channelStride, channels);
                }
            }
        }
    }

    private static void clear(float[] padded, int to, int channelStride, int channels) {
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        for (int c = 0; c < channels; c++) {
            zero.intoArray(padded, to + c * channelStride);
        }
    }

    /** The first step of a vector: lanes that the source does not have get any number. */
    private void take(float[] in, int from, int step, float[] padded, int to, int channelStride, int channels) {
        IntVector index = IntVector.fromArray(INTS, lanes, step * WIDTH);
        for (int c = 0; c < channels; c++) {
            IntVector x =
                    FloatVector.fromArray(Lanes.FLOATS, in, from + c * BLOCK).reinterpretAsInts();
            index.selectFrom(x).reinterpretAsFloats().intoArray(padded, to + c * channelStride);
        }
    }

    private void blend(float[] in, int from, int step, float[] padded, int to, int channelStride, int channels) {
        IntVector index = IntVector.fromArray(INTS, lanes, step * WIDTH);
        for (int c = 0; c < channels; c++) {
            int at = to + c * channelStride;
            IntVector soFar = FloatVector.fromArray(Lanes.FLOATS, padded, at).reinterpretAsInts();
            IntVector x =
                    FloatVector.fromArray(Lanes.FLOATS, in, from + c * BLOCK).reinterpretAsInts();
            index.selectFrom(soFar, x).reinterpretAsFloats().intoArray(padded, at);
        }
    }
}
