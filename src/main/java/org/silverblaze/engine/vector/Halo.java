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
    /** Padded sites with lanes from elsewhere; {@code [site]}, where their steps begin, and the end of all. */
    private final int[] mixed;

    private final int[] firstStep;
    /** {@code [step]}: the source, a site or, first of all, ZERO; {@code [step][16]}: lane 0..15 of what there is so far, 16..31 of the source. */
    private final int[] source;

    private final int[] lanes;
    /** {@code [mixed site][16]}: places, for vectors shorter than a micro-block. */
    private final int[] origin;

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
        this.origin = new int[mixed.size() * BLOCK];
        this.firstStep = new int[mixed.size() + 1];
        List<Integer> sources = new ArrayList<>();
        List<int[]> steps = new ArrayList<>();
        for (int i = 0; i < mixed.size(); i++) {
            System.arraycopy(origin, mixed.get(i) * BLOCK, this.origin, i * BLOCK, BLOCK);
            addSteps(origin, mixed.get(i), sources, steps);
            firstStep[i + 1] = sources.size();
        }
        this.source = array(sources);
        this.lanes = new int[steps.size() * BLOCK];
        for (int i = 0; i < steps.size(); i++) {
            System.arraycopy(steps.get(i), 0, lanes, i * BLOCK, BLOCK);
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

    /** Zeros, where there are any, come first. */
    private static void addSteps(int[] origin, int site, List<Integer> sources, List<int[]> steps) {
        int[] wanted = new int[BLOCK];
        for (int lane = 0; lane < BLOCK; lane++) {
            int from = origin[site * BLOCK + lane];
            wanted[lane] = from < 0 ? from : from / BLOCK;
        }
        int[] distinct = Arrays.stream(wanted)
                .filter(from -> from != ANY)
                .sorted()
                .distinct()
                .toArray();
        for (int from : distinct) {
            int[] step = new int[BLOCK];
            for (int lane = 0; lane < BLOCK; lane++) {
                boolean here = wanted[lane] == from;
                step[lane] = here && from != ZERO ? BLOCK + origin[site * BLOCK + lane] % BLOCK : lane;
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
        if (mixed.length > 0) {
            fillMixed(in, 0, n, padded, 0, n);
        }
        return padded;
    }

    /** Fills {@code [channel][padded site][16]} from {@code at}, {@code stride} floats from a channel to the next. */
    void fillPlanes(float[] in, int channels, float[] padded, int at, int stride) {
        for (int i = 0; i < runs.length; i += 3) {
            int to = at + runs[i] * BLOCK;
            if (runs[i + 1] == ZERO) {
                for (int c = 0; c < channels; c++) {
                    Arrays.fill(padded, to + c * stride, to + c * stride + runs[i + 2] * BLOCK, 0f);
                }
            } else {
                copyToPlanes(in, runs[i + 1] * channels * BLOCK, channels, padded, to, stride, runs[i + 2]);
            }
        }
        for (int c = 0; c < channels && mixed.length > 0; c++) {
            fillMixed(in, c * BLOCK, channels * BLOCK, padded, at + c * stride, BLOCK);
        }
    }

    /** Site by site, so that whole sites are read one after another. */
    private static void copyToPlanes(
            float[] in, int from, int channels, float[] padded, int to, int stride, int sites) {
        int p = from;
        for (int site = 0; site < sites; site++) {
            int q = to + site * BLOCK;
            for (int c = 0; c < channels; c++) {
                for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                    FloatVector.fromArray(Lanes.FLOATS, in, p + lane).intoArray(padded, q + lane);
                }
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

    /** The sites with lanes from elsewhere: {@code n} floats of sites from {@code shift}, {@code step} apart, to padded sites from {@code start}. */
    private void fillMixed(float[] in, int shift, int step, float[] padded, int start, int n) {
        if (WIDTH == BLOCK) {
            mix(in, shift, step, padded, start, n);
        } else {
            mixLaneByLane(in, shift, step, padded, start, n);
        }
    }

    private void mix(float[] in, int shift, int step, float[] padded, int start, int n) {
        for (int i = 0; i < mixed.length; i++) {
            int to = start + mixed[i] * n;
            int first = firstStep[i];
            IntVector index = IntVector.fromArray(INTS, lanes, first * BLOCK);
            if (source[first] == ZERO) {
                Arrays.fill(padded, to, to + n, 0f);
            } else {
                int from = shift + source[first] * step;
                for (int c = 0; c < n; c += BLOCK) {
                    IntVector x =
                            FloatVector.fromArray(Lanes.FLOATS, in, from + c).reinterpretAsInts();
                    index.selectFrom(x).reinterpretAsFloats().intoArray(padded, to + c);
                }
            }
            for (int k = first + 1; k < firstStep[i + 1]; k++) {
                index = IntVector.fromArray(INTS, lanes, k * BLOCK);
                int from = shift + source[k] * step;
                for (int c = 0; c < n; c += BLOCK) {
                    IntVector soFar =
                            FloatVector.fromArray(Lanes.FLOATS, padded, to + c).reinterpretAsInts();
                    IntVector x =
                            FloatVector.fromArray(Lanes.FLOATS, in, from + c).reinterpretAsInts();
                    index.selectFrom(soFar, x).reinterpretAsFloats().intoArray(padded, to + c);
                }
            }
        }
    }

    private void mixLaneByLane(float[] in, int shift, int step, float[] padded, int start, int n) {
        for (int i = 0; i < mixed.length; i++) {
            for (int lane = 0; lane < BLOCK; lane++) {
                int from = origin[i * BLOCK + lane];
                int at = start + mixed[i] * n + lane;
                if (from < 0) {
                    for (int c = 0; c < n; c += BLOCK) {
                        padded[at + c] = 0f;
                    }
                } else {
                    int first = shift + from / BLOCK * step + from % BLOCK;
                    for (int c = 0; c < n; c += BLOCK) {
                        padded[at + c] = in[first + c];
                    }
                }
            }
        }
    }
}
