package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.MANY_REGISTERS;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.silverblaze.network.ActivationKind;

/**
 * A periodic correlation of micro-blocks, as a plan: out[site][o] = bias[o] + sum_{a,b,c} weight[o][c][a][b] *
 * padded[strideT t + a][strideX x + b][c]. The padded input has a halo, filled from the input by {@link #fillHalo}: the
 * kernels never wrap an index, and a window larger than the lattice goes round it as often as needed.
 *
 * <p>Three computations of a convolution layer are correlations: the output; the gradient of its input (stride 1, the
 * halo of the other side, weights flipped and transposed); and a dense layer is the correlation of one site with a window
 * of one site.
 */
final class Correlation {
    private static final int PASS_BYTES = 1 << 17;
    /** Floats of a cache line. */
    private static final int LINE = 16;

    /** Elements of a window packed together, of a dense layer's thousands, so that they stay in the cache. */
    private static final int PACKED = 64;
    /** Groups of channels packed together, for the same reason: of a backward dense layer they are the many. */
    private static final int PACKED_GROUPS = 16;

    private static final int NONE = -1;

    final int inChannels;
    final int outChannels;
    final int kernelT;
    final int kernelX;
    final int outSites;
    private final Halo halo;
    /** {@code int[outSites]}: where in the padded input the window of each output site starts, in floats. */
    final int[] base;
    /**
     * The window: for each of its vectors, {@code [channel][a][b]}, how far it stands from the start of the window, in floats.
     */
    final int[] window;
    /**
     * Floats from one channel of the padded input to the next, from one site to the next, and from one vector of the 16 lanes to the
     * next. With a halo it is {@code [vector of lanes][channel][padded t][padded x][WIDTH]}: what a tile of the weights' gradient takes
     * from neighbouring sites are neighbouring lines; in a map of whole sites they would be a kilobyte or two apart and fall into a few
     * sets of the first-level cache only. And a kernel that works on one vector of the lanes has no others in the cache.
     */
    private final int planeStride;

    private final int siteStride;
    private final int vectorStride;
    /** Sites of the padded input from one row to the next. */
    private final int paddedX;
    /** True where the padded input is the input itself. */
    final boolean direct;
    /** The input and the output, {@code [site][channel][16]}. */
    final MapLayout flatInput;

    final MapLayout flatOutput;
    /**
     * Where in the padded input the input may stand from the start, so that {@link #fillRim} completes it; null where that is not
     * possible.
     */
    final MapLayout homes;
    /** The padded input by padded sites; null where it is the input itself. */
    private final MapLayout padded;
    /**
     * Where the window consists of rows of three neighbours: whether the output sites are neighbours 4 by 4, or 2 by 2; 1 where neither,
     * or the window is another one.
     */
    final int neighbours;
    /** First output channels of the tiles, and the number of output channels after the last: {@link #groups}. */
    private final int[] groups;
    /** Sites with the same vectors in their windows. */
    private final Part[] parts;
    /** Output sites of a pass: their inputs and outputs stay in the second-level cache while all groups of channels pass over them. */
    private final int sitesPerPass;

    /**
     * Output sites that have the same vectors in their windows: all sites and vectors, except in the gradient of the input of a
     * convolution with a stride, where each residue class of sites meets its own places of the kernel.
     *
     * @param sites output sites, row-major
     * @param base where their windows start
     * @param elements numbers of the window's vectors
     * @param window how far they stand from the start
     * @param rows every third of these, where the window consists of rows of three neighbours; else null
     * @param packed where the part's packed weights begin
     */
    private record Part(int[] sites, int[] base, int[] elements, int[] window, int[] rows, int packed) {}

    /** @param origin of the padded sites, where some may be zero in all lanes; null where none is */
    private Correlation(
            int inChannels,
            int outChannels,
            int kernelT,
            int kernelX,
            int paddedX,
            Halo halo,
            int inSites,
            int[] firstSite,
            int[] origin) {
        this.inChannels = inChannels;
        this.outChannels = outChannels;
        this.kernelT = kernelT;
        this.kernelX = kernelX;
        this.outSites = firstSite.length;
        this.halo = halo;
        this.paddedX = paddedX;
        this.direct = halo.isIdentity();
        this.planeStride = direct ? BLOCK : planeFloats(halo.paddedSites());
        this.siteStride = direct ? inChannels * BLOCK : WIDTH;
        this.vectorStride = direct ? WIDTH : planeStride * inChannels;
        Math.multiplyExact(halo.paddedSites() + 2, inChannels * BLOCK);
        this.flatInput = MapLayout.flat(inSites, inChannels);
        this.flatOutput = MapLayout.flat(outSites, outChannels);
        this.padded =
                direct ? null : planes(IntStream.range(0, halo.paddedSites()).toArray());
        this.homes = direct || halo.homes() == null ? null : planes(halo.homes());
        this.base = firstSite.clone();
        for (int i = 0; i < base.length; i++) {
            base[i] = base[i] * siteStride + (direct ? 0 : Lanes.FIRST);
        }
        this.window = new int[kernelT * kernelX * inChannels];
        for (int c = 0; c < inChannels; c++) {
            for (int a = 0; a < kernelT; a++) {
                for (int b = 0; b < kernelX; b++) {
                    window[element(c, a, b)] = offset(c, a, b);
                }
            }
        }
        int site = (inChannels + outChannels) * BLOCK * Float.BYTES;
        this.sitesPerPass = Math.max(16, PASS_BYTES / site & ~3);
        this.groups = groups(outChannels);
        this.parts = parts(firstSite, origin);
        boolean rows = parts.length == 1 && parts[0].rows != null;
        this.neighbours = rows && areNeighbours(4) ? 4 : rows && areNeighbours(2) ? 2 : 1;
    }

    /** Whether the output sites are neighbours in the padded input, so many by so many. */
    private boolean areNeighbours(int together) {
        return outSites % together == 0
                && IntStream.range(0, outSites).allMatch(i -> base[i] == base[i - i % together] + i % together * WIDTH);
    }

    /** The layout of padded sites. */
    private MapLayout planes(int[] sites) {
        int[] places =
                IntStream.of(sites).map(site -> Lanes.FIRST + site * siteStride).toArray();
        return new MapLayout(places, planeStride, vectorStride);
    }

    private Part[] parts(int[] firstSite, int[] origin) {
        Map<BitSet, List<Integer>> sites = new LinkedHashMap<>();
        for (int site = 0; site < firstSite.length; site++) {
            sites.computeIfAbsent(places(firstSite[site], origin), key -> new ArrayList<>())
                    .add(site);
        }
        List<Part> list = new ArrayList<>();
        int packed = 0;
        for (Map.Entry<BitSet, List<Integer>> entry : sites.entrySet()) {
            int[] members =
                    entry.getValue().stream().mapToInt(Integer::intValue).toArray();
            int places = kernelT * kernelX;
            int[] elements = IntStream.range(0, window.length)
                    .filter(element -> entry.getKey().get(element % places))
                    .toArray();
            int[] vectors =
                    IntStream.of(elements).map(element -> window[element]).toArray();
            list.add(new Part(
                    members,
                    IntStream.of(members).map(site -> base[site]).toArray(),
                    elements,
                    vectors,
                    direct ? null : rowsOfThree(vectors),
                    packed));
            packed += outChannels * elements.length;
        }
        return list.toArray(Part[]::new);
    }

    /** The first vector of each row of three; null where the window does not consist of such rows. */
    private static int[] rowsOfThree(int[] window) {
        int[] rows = new int[window.length / 3];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = window[3 * i];
        }
        boolean all = window.length % 3 == 0
                && IntStream.range(0, window.length).allMatch(i -> window[i] == rows[i / 3] + i % 3 * WIDTH);
        return all ? rows : null;
    }

    /** The places of the kernel at which a window may meet a number other than zero. */
    private BitSet places(int firstSite, int[] origin) {
        BitSet places = new BitSet();
        for (int place = 0; place < kernelT * kernelX; place++) {
            int padded = firstSite + place / kernelX * paddedX + place % kernelX;
            boolean zero = origin != null;
            for (int lane = 0; zero && lane < BLOCK; lane++) {
                zero = origin[padded * BLOCK + lane] < 0;
            }
            places.set(place, !zero);
        }
        return places;
    }

    /** An odd number of lines of 64 bytes, so that the channels of a site fall into different sets of the cache. */
    private static int planeFloats(int paddedSites) {
        return (Math.ceilDiv(paddedSites * WIDTH, LINE) | 1) * LINE;
    }

    /** How far the vector that begins with a lane stands from that of lane 0 in the padded input, in floats. */
    int vector(int lane) {
        return lane / WIDTH * vectorStride;
    }

    /** Number of a vector in the window; also that of its weight in an output channel, {@code [in][kernelT][kernelX]}. */
    private int element(int c, int a, int b) {
        return (c * kernelT + a) * kernelX + b;
    }

    /** Where a vector of the window stands, in floats from its start. */
    private int offset(int c, int a, int b) {
        return c * planeStride + (a * paddedX + b) * siteStride;
    }

    /** The forward pass of a convolution on whole lattices of T x X sites. */
    static Correlation forward(
            int inChannels, int outChannels, int kernelT, int kernelX, int strideT, int strideX, int t, int x) {
        Strips in = Strips.whole(t, x);
        Strips out = Strips.whole(Math.ceilDiv(t, strideT), Math.ceilDiv(x, strideX));
        return forward(inChannels, outChannels, kernelT, kernelX, strideT, strideX, in, out);
    }

    /** The gradient of that convolution's input. */
    static Correlation backward(
            int inChannels, int outChannels, int kernelT, int kernelX, int strideT, int strideX, int t, int x) {
        Strips in = Strips.whole(t, x);
        Strips out = Strips.whole(Math.ceilDiv(t, strideT), Math.ceilDiv(x, strideX));
        return backward(inChannels, outChannels, kernelT, kernelX, strideT, strideX, in, out);
    }

    /** The forward pass of a convolution from strips to strips. */
    static Correlation forward(
            int inChannels,
            int outChannels,
            int kernelT,
            int kernelX,
            int strideT,
            int strideX,
            Strips in,
            Strips out) {
        int paddedX = (out.width - 1) * strideX + kernelX;
        int[] origin = in.windows(out, kernelT, kernelX, strideT, strideX, (kernelT - 1) / 2, (kernelX - 1) / 2);
        int[] first = new int[out.sites()];
        for (int i = 0; i < first.length; i++) {
            first[i] = i / out.width * strideT * paddedX + i % out.width * strideX;
        }
        int[] homes = in.homes(origin, paddedX, 1, 1, (kernelT - 1) / 2, (kernelX - 1) / 2);
        return new Correlation(
                inChannels,
                outChannels,
                kernelT,
                kernelX,
                paddedX,
                new Halo(origin, in.sites(), homes),
                in.sites(),
                first,
                null);
    }

    /**
     * The gradient of the input of that convolution: a correlation of the output's gradient with the flipped kernel,
     * reaching k/2 sites to the left and (k-1)/2 to the right. With a stride, the output's gradient stands on every
     * stride-th site; the zeros between are left out of the windows.
     */
    static Correlation backward(
            int inChannels,
            int outChannels,
            int kernelT,
            int kernelX,
            int strideT,
            int strideX,
            Strips in,
            Strips out) {
        int paddedT = in.height - 1 + kernelT;
        int paddedX = in.width - 1 + kernelX;
        int[] origin = new int[Math.multiplyExact(paddedT * paddedX, BLOCK)];
        for (int i = 0; i < origin.length; i++) {
            int lane = i % BLOCK;
            int a = i / BLOCK / paddedX;
            int b = i / BLOCK % paddedX;
            if (in.rows(lane) == 0 || a >= in.rows(lane) - 1 + kernelT || b >= in.columns(lane) - 1 + kernelX) {
                origin[i] = Halo.ANY;
                continue;
            }
            int row = Math.floorMod(in.firstRow(lane) + a - kernelT / 2, in.extentT);
            int column = Math.floorMod(in.firstColumn(lane) + b - kernelX / 2, in.extentX);
            origin[i] = row % strideT == 0 && column % strideX == 0
                    ? out.place(out.example(lane), row / strideT, column / strideX)
                    : Halo.ZERO;
        }
        int[] first = new int[in.sites()];
        for (int i = 0; i < first.length; i++) {
            first[i] = i / in.width * paddedX + i % in.width;
        }
        return new Correlation(
                outChannels,
                inChannels,
                kernelT,
                kernelX,
                paddedX,
                new Halo(origin, out.sites(), out.homes(origin, paddedX, strideT, strideX, kernelT / 2, kernelX / 2)),
                out.sites(),
                first,
                strideT * strideX > 1 ? origin : null);
    }

    /** Floats of the padded input of a micro-block; 0 where none is needed. */
    int paddedSize() {
        return direct ? 0 : Lanes.FIRST + BLOCK / WIDTH * vectorStride;
    }

    /** Floats of the packed weights. */
    int packedSize() {
        Part last = parts[parts.length - 1];
        return last.packed + outChannels * last.elements.length;
    }

    /** Fills the padded input; gives the array that holds it. */
    float[] fillHalo(float[] in, float[] padded) {
        if (direct) {
            return in;
        }
        halo.fillPlanes(in, flatInput, inChannels, padded, this.padded);
        return padded;
    }

    /** Completes the padded input where the input stands in {@link #homes}. */
    void fillRim(float[] padded) {
        halo.fillRim(padded, homes, inChannels, this.padded);
    }

    /**
     * Packs weights for the tiles: channels in groups, each {@code [window][o]}.
     *
     * @param raw weights {@code [outChannels][inChannels][kernelT][kernelX]} from {@code offset}
     * @param packed receives {@link #packedSize()} floats from {@code at}
     */
    void pack(float[] raw, int offset, float[] packed, int at) {
        for (Part part : parts) {
            int[] elements = part.elements;
            for (int g = 0; g + 1 < groups.length; g++) {
                int group = groups[g + 1] - groups[g];
                int first = at + part.packed + groups[g] * elements.length;
                for (int begin = 0; begin < elements.length; begin += PACKED) {
                    int end = Math.min(elements.length, begin + PACKED);
                    for (int k = 0; k < group; k++) {
                        int from = offset + (groups[g] + k) * window.length;
                        for (int i = begin; i < end; i++) {
                            packed[first + i * group + k] = raw[from + elements[i]];
                        }
                    }
                }
            }
        }
    }

    /**
     * Packs the weights of a convolution for this correlation, its backward one: flipped and transposed.
     *
     * @param raw weights of the convolution, {@code [inChannels][outChannels][kernelT][kernelX]} in this one's channels
     */
    void packTransposed(float[] raw, int offset, float[] packed) {
        int places = kernelT * kernelX;
        for (Part part : parts) {
            int[] elements = part.elements;
            for (int begin = 0; begin + 1 < groups.length; begin += PACKED_GROUPS) {
                int end = Math.min(groups.length - 1, begin + PACKED_GROUPS);
                for (int i = 0; i < elements.length; i++) {
                    int channel = elements[i] / places;
                    int from = offset + (channel * outChannels + groups[begin] + 1) * places - 1 - elements[i] % places;
                    for (int g = begin; g < end; g++) {
                        int group = groups[g + 1] - groups[g];
                        int to = part.packed + groups[g] * elements.length + i * group;
                        for (int k = 0; k < group; k++) {
                            packed[to + k] = raw[from];
                            from += places;
                        }
                    }
                }
            }
        }
    }

    /**
     * Output channels in groups of four, and what is left one by one; with few registers in groups of 3 to 6, as equal in number as they
     * can be. It follows from the channels alone: packed weights serve all plans of a network.
     */
    private static int[] groups(int outChannels) {
        int[] starts = new int[outChannels + 1];
        int n = 0;
        for (int o = 0; o < outChannels; o = starts[n]) {
            int group = MANY_REGISTERS || outChannels < PairTiles.LEAST
                    ? o + 4 <= outChannels ? 4 : 1
                    : Lanes.share(o, outChannels, PairTiles.MOST);
            starts[++n] = o + group;
        }
        return Arrays.copyOf(starts, n + 1);
    }

    /** The correlation alone, its output site by site. */
    void run(float[] padded, float[] packed, int at, float[] bias, int firstBias, float[] out) {
        run(padded, packed, at, bias, firstBias, out, flatOutput, null, null, null);
    }

    /**
     * Computes the correlation of a micro-block and, pass by pass, while the result is in the cache, what comes after it.
     *
     * @param padded what {@link #fillHalo} gave
     * @param packed packed weights, from {@code at}
     * @param bias {@code float[outChannels]} from {@code firstBias}
     * @param out receives the output
     * @param layout of the output
     * @param activation applied to the result; null for none
     * @param value null for the activation itself; else the result is a gradient, multiplied by the activation's derivative at that
     *     output of it
     * @param valueLayout of value
     */
    void run(
            float[] padded,
            float[] packed,
            int at,
            float[] bias,
            int firstBias,
            float[] out,
            MapLayout layout,
            ActivationKind activation,
            float[] value,
            MapLayout valueLayout) {
        for (Part part : parts) {
            for (int from = 0; from < part.sites.length; from += sitesPerPass) {
                int to = Math.min(part.sites.length, from + sitesPerPass);
                for (int g = 0; g + 1 < groups.length; g++) {
                    int o = groups[g];
                    int group = groups[g + 1] - o;
                    if (group > 1 && !MANY_REGISTERS) {
                        pairs(part, group, padded, packed, at, bias, firstBias, out, layout, o, from, to);
                        continue;
                    }
                    for (int lane = 0; lane < BLOCK; lane += WIDTH) {
                        if (group == 1) {
                            oneChannel(part, padded, packed, at, bias, firstBias, out, layout, o, lane, from, to);
                        } else {
                            fourChannels(part, padded, packed, at, bias, firstBias, out, layout, o, lane, from, to);
                        }
                    }
                }
                if (activation != null && parts.length == 1) {
                    finish(activation, value, valueLayout, out, layout, from, to);
                }
            }
        }
        if (activation != null && parts.length > 1) {
            finish(activation, value, valueLayout, out, layout, 0, outSites);
        }
    }

    private void finish(
            ActivationKind activation,
            float[] value,
            MapLayout valueLayout,
            float[] out,
            MapLayout layout,
            int from,
            int to) {
        if (value != null && !layout.equals(valueLayout)) {
            ActivationKernels.backward(activation, value, valueLayout, out, layout, from, to, outChannels);
            return;
        }
        // in one run, with the places of a rim that it contains, whose numbers do not matter yet
        int begin = layout.sites()[from];
        int end = layout.sites()[to - 1];
        if (layout.siteBySite()) {
            finish(activation, value, out, begin, end + outChannels * BLOCK);
            return;
        }
        for (int lane = 0; lane < BLOCK; lane += WIDTH) {
            for (int o = 0; o < outChannels; o++) {
                int offset = layout.offset(o, lane);
                finish(activation, value, out, begin + offset, end + offset + WIDTH);
            }
        }
    }

    private static void finish(ActivationKind activation, float[] value, float[] out, int begin, int end) {
        if (value == null) {
            ActivationKernels.forward(activation, out, out, begin, end);
        } else {
            ActivationKernels.backward(activation, value, out, begin, end);
        }
    }

    private void fourChannels(
            Part part,
            float[] in,
            float[] packed,
            int at,
            float[] bias,
            int firstBias,
            float[] out,
            MapLayout layout,
            int o,
            int lane,
            int from,
            int to) {
        int[] places = layout.sites();
        int channel = layout.offset(o, lane);
        int step = layout.channel();
        int first = vector(lane);
        int[] base = part.base;
        int[] sites = part.sites;
        int[] vectors = part.window;
        int n = vectors.length;
        int w = at + part.packed + o * n;
        int i = from;
        for (; i + 4 <= to; i += 4) {
            CorrelationTiles.tile4x4(
                    in,
                    base[i] + first,
                    base[i + 1] + first,
                    base[i + 2] + first,
                    base[i + 3] + first,
                    vectors,
                    0,
                    n,
                    packed,
                    w,
                    bias,
                    firstBias + o,
                    out,
                    places[sites[i]] + channel,
                    places[sites[i + 1]] + channel,
                    places[sites[i + 2]] + channel,
                    places[sites[i + 3]] + channel,
                    step);
        }
        for (; i < to; i++) {
            CorrelationTiles.tile4x1(
                    in,
                    base[i] + first,
                    vectors,
                    0,
                    n,
                    packed,
                    w,
                    bias,
                    firstBias + o,
                    out,
                    places[sites[i]] + channel,
                    step);
        }
    }

    /**
     * A group of channels where there are few registers: neighbours of a row two by two, then what is alone in its row; of a last one
     * two vectors of its lanes.
     */
    private void pairs(
            Part part,
            int group,
            float[] in,
            float[] packed,
            int at,
            float[] bias,
            int firstBias,
            float[] out,
            MapLayout layout,
            int o,
            int from,
            int to) {
        int[] places = layout.sites();
        int step = layout.channel();
        int[] base = part.base;
        int[] sites = part.sites;
        int w = at + part.packed + o * part.window.length;
        int b = firstBias + o;
        int alone = NONE;
        for (int lane = 0; lane < BLOCK; lane += WIDTH) {
            int channel = layout.offset(o, lane);
            int first = vector(lane);
            alone = NONE;
            for (int i = from; i < to; i++) {
                int q = places[sites[i]] + channel;
                if (part.rows != null && i + 1 < to && base[i + 1] - base[i] == WIDTH) {
                    int q1 = places[sites[i + 1]] + channel;
                    neighbours(group, in, base[i] + first, part.rows, packed, w, bias, b, out, q, q1, step);
                    i++;
                } else if (alone == NONE) {
                    alone = i;
                } else {
                    int next = base[i] - base[alone];
                    int q0 = places[sites[alone]] + channel;
                    pair(group, in, base[alone] + first, next, part.window, packed, w, bias, b, out, q0, q, step);
                    alone = NONE;
                }
            }
        }
        for (int lane = 0; lane < BLOCK && alone != NONE; lane += 2 * WIDTH) {
            int i = base[alone] + vector(lane);
            int q = places[sites[alone]] + layout.offset(o, lane);
            int q1 = q + layout.vector();
            pair(group, in, i, vectorStride, part.window, packed, w, bias, b, out, q, q1, step);
        }
    }

    private static void neighbours(
            int group,
            float[] in,
            int i,
            int[] rows,
            float[] packed,
            int w,
            float[] bias,
            int b,
            float[] out,
            int q0,
            int q1,
            int step) {
        switch (group) {
            case 6 -> PairTiles.rows6x2(in, i, rows, packed, w, bias, b, out, q0, q1, step);
            case 5 -> PairTiles.rows5x2(in, i, rows, packed, w, bias, b, out, q0, q1, step);
            case 4 -> PairTiles.rows4x2(in, i, rows, packed, w, bias, b, out, q0, q1, step);
            default -> PairTiles.rows3x2(in, i, rows, packed, w, bias, b, out, q0, q1, step);
        }
    }

    private static void pair(
            int group,
            float[] in,
            int i,
            int next,
            int[] window,
            float[] packed,
            int w,
            float[] bias,
            int b,
            float[] out,
            int q0,
            int q1,
            int step) {
        switch (group) {
            case 6 -> PairTiles.any6x2(in, i, next, window, packed, w, bias, b, out, q0, q1, step);
            case 5 -> PairTiles.any5x2(in, i, next, window, packed, w, bias, b, out, q0, q1, step);
            case 4 -> PairTiles.any4x2(in, i, next, window, packed, w, bias, b, out, q0, q1, step);
            default -> PairTiles.any3x2(in, i, next, window, packed, w, bias, b, out, q0, q1, step);
        }
    }

    private void oneChannel(
            Part part,
            float[] in,
            float[] packed,
            int at,
            float[] bias,
            int firstBias,
            float[] out,
            MapLayout layout,
            int o,
            int lane,
            int from,
            int to) {
        int[] places = layout.sites();
        int channel = layout.offset(o, lane);
        int first = vector(lane);
        int[] base = part.base;
        int[] sites = part.sites;
        int[] vectors = part.window;
        int n = vectors.length;
        int w = at + part.packed + o * n;
        int i = from;
        for (; i + 4 <= to; i += 4) {
            CorrelationTiles.tile1x4(
                    in,
                    base[i] + first,
                    base[i + 1] + first,
                    base[i + 2] + first,
                    base[i + 3] + first,
                    vectors,
                    0,
                    n,
                    packed,
                    w,
                    bias,
                    firstBias + o,
                    out,
                    places[sites[i]] + channel,
                    places[sites[i + 1]] + channel,
                    places[sites[i + 2]] + channel,
                    places[sites[i + 3]] + channel);
        }
        for (; i < to; i++) {
            CorrelationTiles.tile1x1(
                    in,
                    base[i] + first,
                    vectors,
                    0,
                    n,
                    packed,
                    w,
                    bias,
                    firstBias + o,
                    out,
                    places[sites[i]] + channel);
        }
    }
}
