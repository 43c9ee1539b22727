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
    /** Instead of a source: the vector is there already. */
    private static final int HERE = -4;

    private static final VectorSpecies<Integer> INTS = Lanes.FLOATS.withLanes(int.class);

    /** Runs of sites copied as they are: first padded site, first site (or ZERO), number of sites. */
    private final int[] runs;

    private final Mixed mixed;
    /** {@code int[sites]}: the padded site that is each site's own, see {@link #fillRim}; null where there is none. */
    private final int[] homes;
    /** All padded sites but the homes that are copied as they are, and from which home, by turns; and those that are zero. */
    private final int[] rim;

    private final int[] zeroRim;

    private final Mixed mixedRim;

    private final int paddedSites;
    private final boolean identity;

    /**
     * Padded sites with lanes from elsewhere.
     *
     * @param sites padded sites
     * @param firstStep where the steps of each of their vectors begin, and the end of all
     * @param source of each step: the place of a vector's first lane in the map or, first of all, ZERO or HERE
     * @param lanes {@code [step][WIDTH]}: lane 0 .. WIDTH-1 of what there is so far, WIDTH .. 2 WIDTH-1 of the source
     */
    private record Mixed(int[] sites, int[] firstStep, int[] source, int[] lanes) {
        /** @param homes {@code int[padded sites]}: the site whose home it is, or ANY */
        static Mixed of(int[] origin, List<Integer> sites, int[] homes) {
            int vectors = BLOCK / WIDTH;
            int[] firstStep = new int[sites.size() * vectors + 1];
            List<Integer> sources = new ArrayList<>();
            List<int[]> steps = new ArrayList<>();
            for (int i = 0; i < sites.size() * vectors; i++) {
                int site = sites.get(i / vectors);
                int lane = i % vectors * WIDTH;
                int here = homes[site] == ANY ? ANY : homes[site] * BLOCK + lane;
                addSteps(origin, site * BLOCK + lane, here, sources, steps);
                firstStep[i + 1] = sources.size();
            }
            int[] lanes = new int[steps.size() * WIDTH];
            for (int i = 0; i < steps.size(); i++) {
                System.arraycopy(steps.get(i), 0, lanes, i * WIDTH, WIDTH);
            }
            return new Mixed(array(sites), firstStep, array(sources), lanes);
        }

        boolean hasZeros() {
            return Arrays.stream(source).anyMatch(from -> from == ZERO);
        }
    }

    /** A plan without homes. */
    Halo(int[] origin, int sites) {
        this(origin, sites, null);
    }

    /**
     * @param origin for each padded site and lane the place {@code site * 16 + lane} in the map, {@link #ZERO} or {@link #ANY}
     * @param sites sites of the map
     * @param homes for each site the padded site at which all lanes that own it have it; null where it is not wanted or not there
     */
    Halo(int[] origin, int sites, int[] homes) {
        this.paddedSites = origin.length / BLOCK;
        List<Integer> runs = new ArrayList<>();
        List<Integer> mixed = new ArrayList<>();
        List<Integer> rim = new ArrayList<>();
        List<Integer> zeroRim = new ArrayList<>();
        int[] siteAtHome = new int[paddedSites];
        Arrays.fill(siteAtHome, ANY);
        for (int site = 0; homes != null && site < sites; site++) {
            siteAtHome[homes[site]] = site;
        }
        for (int site = 0; site < paddedSites; site++) {
            int common = commonSource(origin, site);
            if (common == ANY) {
                continue;
            }
            if (common == MIXED) {
                mixed.add(site);
                continue;
            }
            if (siteAtHome[site] == ANY && homes != null && common == ZERO) {
                zeroRim.add(site);
            } else if (siteAtHome[site] == ANY && homes != null) {
                rim.add(site);
                rim.add(homes[common]);
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
        int[] nobody = new int[paddedSites];
        Arrays.fill(nobody, ANY);
        this.mixed = Mixed.of(origin, mixed, nobody);
        this.mixedRim = Mixed.of(origin, mixed, siteAtHome);
        // a zero would have to be blended into a home
        this.homes = mixedRim.hasZeros() ? null : homes;
        this.rim = array(rim);
        this.zeroRim = array(zeroRim);
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

    /**
     * The steps of the vector at {@code origin[at .. at+WIDTH-1]}. Zeros, where there are any, come first; nobody reads a vector without steps.
     *
     * @param here the place whose vector is there before the steps, or ANY
     */
    private static void addSteps(int[] origin, int at, int here, List<Integer> sources, List<int[]> steps) {
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
        if (here != ANY) {
            sources.add(HERE);
            steps.add(new int[WIDTH]);
        }
        for (int from : distinct) {
            if (from == here) {
                continue;
            }
            int[] step = new int[WIDTH];
            for (int lane = 0; lane < WIDTH; lane++) {
                boolean taken = wanted[lane] == from;
                step[lane] = taken && from != ZERO ? WIDTH + origin[at + lane] % WIDTH : lane;
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
        if (mixed.sites.length > 0) {
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

    /** The homes; null where there are none. */
    int[] homes() {
        return homes;
    }

    /**
     * Fills {@code [padded site][channel][16]}; gives the array that holds it: {@code in} where that is the same.
     *
     * @param from flat layout of the map
     * @param to flat layout of the padded map
     */
    float[] fill(float[] in, MapLayout from, int channels, float[] padded, MapLayout to) {
        if (identity) {
            return in;
        }
        int n = channels * BLOCK;
        for (int i = 0; i < runs.length; i += 3) {
            int at = runs[i] * n;
            if (runs[i + 1] == ZERO) {
                Arrays.fill(padded, at, at + runs[i + 2] * n, 0f);
            } else {
                System.arraycopy(in, runs[i + 1] * n, padded, at, runs[i + 2] * n);
            }
        }
        mix(mixed, in, from, channels, padded, to);
        return padded;
    }

    /**
     * Fills a padded map in planes, {@code [vector of lanes][channel][padded site][WIDTH]}.
     *
     * @param from flat layout of the map
     * @param to layout of the padded map, by padded sites
     */
    void fillPlanes(float[] in, MapLayout from, int channels, float[] padded, MapLayout to) {
        for (int i = 0; i < runs.length; i += 3) {
            for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                int at = to.sites()[runs[i]] + to.offset(0, lane);
                if (runs[i + 1] == ZERO) {
                    for (int c = 0; c < channels; c++) {
                        Arrays.fill(padded, at, at + runs[i + 2] * WIDTH, 0f);
                        at += to.channel();
                    }
                } else {
                    int first = from.sites()[runs[i + 1]] + lane;
                    copyToPlanes(in, first, channels, padded, at, to.channel(), runs[i + 2]);
                }
            }
        }
        mix(mixed, in, from, channels, padded, to);
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

    /**
     * Fills the rest of a padded map in planes whose {@link #homes} hold the map.
     *
     * @param from layout of the homes, by sites of the map
     * @param to layout of the padded map, by padded sites
     */
    void fillRim(float[] padded, MapLayout from, int channels, MapLayout to) {
        for (int lane = 0; lane < BLOCK; lane += WIDTH) {
            int c = 0;
            for (; c + 4 <= channels; c += 4) {
                copyRim4(padded, to.offset(c, lane), to.channel(), to.sites());
            }
            for (; c < channels; c++) {
                copyRim(padded, to.offset(c, lane), to.sites());
            }
            for (int k = 0; k < channels && zeroRim.length > 0; k++) {
                clearRim(padded, to.offset(k, lane), to.sites());
            }
        }
        mix(mixedRim, padded, from, channels, padded, to);
    }

    /** One vector of lanes of one channel. */
    private void copyRim(float[] padded, int plane, int[] sites) {
        for (int i = 0; i < rim.length; i += 2) {
            FloatVector.fromArray(Lanes.FLOATS, padded, plane + sites[rim[i + 1]])
                    .intoArray(padded, plane + sites[rim[i]]);
        }
    }

    /** One vector of lanes of four channels. */
    private void copyRim4(float[] padded, int plane, int step, int[] sites) {
        for (int i = 0; i < rim.length; i += 2) {
            int from = plane + sites[rim[i + 1]];
            int to = plane + sites[rim[i]];
            FloatVector x0 = FloatVector.fromArray(Lanes.FLOATS, padded, from);
            FloatVector x1 = FloatVector.fromArray(Lanes.FLOATS, padded, from + step);
            FloatVector x2 = FloatVector.fromArray(Lanes.FLOATS, padded, from + 2 * step);
            FloatVector x3 = FloatVector.fromArray(Lanes.FLOATS, padded, from + 3 * step);
            x0.intoArray(padded, to);
            x1.intoArray(padded, to + step);
            x2.intoArray(padded, to + 2 * step);
            x3.intoArray(padded, to + 3 * step);
        }
    }

    private void clearRim(float[] padded, int plane, int[] sites) {
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        for (int site : zeroRim) {
            zero.intoArray(padded, plane + sites[site]);
        }
    }

    /** The sites with lanes from elsewhere. */
    private static void mix(Mixed mixed, float[] in, MapLayout from, int channels, float[] padded, MapLayout to) {
        for (int i = 0; i + 1 < mixed.firstStep.length; i++) {
            int lane = i % (BLOCK / WIDTH) * WIDTH;
            int at = to.sites()[mixed.sites[i / (BLOCK / WIDTH)]] + to.offset(0, lane);
            for (int k = mixed.firstStep[i]; k < mixed.firstStep[i + 1]; k++) {
                int source = mixed.source[k];
                if (source == HERE) {
                    continue;
                }
                if (source == ZERO) {
                    clear(padded, at, to.channel(), channels);
                    continue;
                }
                int first = from.sites()[source / BLOCK] + from.offset(0, source % BLOCK);
                if (k == mixed.firstStep[i]) {
                    take(in, first, from.channel(), mixed.lanes, k, padded, at, to.channel(), channels);
                } else {
                    blend(in, first, from.channel(), mixed.lanes, k, padded, at, to.channel(), channels);
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
    private static void take(
            float[] in,
            int from,
            int inStride,
            int[] lanes,
            int step,
            float[] padded,
            int to,
            int channelStride,
            int channels) {
        IntVector index = IntVector.fromArray(INTS, lanes, step * WIDTH);
        for (int c = 0; c < channels; c++) {
            IntVector x =
                    FloatVector.fromArray(Lanes.FLOATS, in, from + c * inStride).reinterpretAsInts();
            index.selectFrom(x).reinterpretAsFloats().intoArray(padded, to + c * channelStride);
        }
    }

    private static void blend(
            float[] in,
            int from,
            int inStride,
            int[] lanes,
            int step,
            float[] padded,
            int to,
            int channelStride,
            int channels) {
        IntVector index = IntVector.fromArray(INTS, lanes, step * WIDTH);
        for (int c = 0; c < channels; c++) {
            int at = to + c * channelStride;
            IntVector soFar = FloatVector.fromArray(Lanes.FLOATS, padded, at).reinterpretAsInts();
            IntVector x =
                    FloatVector.fromArray(Lanes.FLOATS, in, from + c * inStride).reinterpretAsInts();
            index.selectFrom(soFar, x).reinterpretAsFloats().intoArray(padded, at);
        }
    }
}
