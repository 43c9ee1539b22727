package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

import java.util.Arrays;

/**
 * How a micro-block of 1, 2, 4, 8 or 16 examples stands in the 16 lanes: each lattice is cut into 16, 8, 4, 2 or 1 strips
 * (rectangles of a {@link Partition}), lane = example * strips + strip. A lane's memory is a small lattice of {@link #height}
 * x {@link #width} sites, the same for all lanes: as large as the largest strip.
 *
 * <p>Where a strip is smaller, or empty, the places that are left hold no site of the lane: nobody reads them. After the
 * forward pass they hold numbers without a meaning; {@link #fillBeyond} puts zeros there where a sum goes over all places.
 */
final class Strips {
    final int extentT;
    final int extentX;
    /** Examples in the lanes. */
    final int examples;
    /** Strips of one example. */
    final int count;

    final int height;
    final int width;
    private final int gridX;
    private final int[] startT;
    private final int[] startX;
    /** {@code int[T]}, {@code int[X]}: which strip along t a row belongs to, along x a column. */
    private final int[] stripOfRow;

    private final int[] stripOfColumn;
    /** Places {@code site * 16 + lane} that hold no site of the lattice. */
    private final int[] beyond;

    private Strips(int[] startT, int[] startX, int examples) {
        this.startT = startT;
        this.startX = startX;
        this.examples = examples;
        this.gridX = startX.length - 1;
        this.count = (startT.length - 1) * gridX;
        this.stripOfRow = owners(startT);
        this.stripOfColumn = owners(startX);
        this.extentT = stripOfRow.length;
        this.extentX = stripOfColumn.length;
        this.height = largest(startT);
        this.width = largest(startX);
        int[] places = new int[sites() * BLOCK];
        int n = 0;
        for (int site = 0; site < sites(); site++) {
            for (int lane = 0; lane < BLOCK; lane++) {
                if (!owns(lane, site)) {
                    places[n++] = site * BLOCK + lane;
                }
            }
        }
        this.beyond = Arrays.copyOf(places, n);
    }

    /** @param examples 1, 2, 4, 8 or 16 */
    static Strips of(Partition partition, int examples) {
        int[] t = partition.startT();
        int[] x = partition.startX();
        for (int strips = BLOCK; strips * examples > BLOCK; strips /= 2) {
            if (x.length > 2) {
                x = joined(x);
            } else {
                t = joined(t);
            }
        }
        return new Strips(t, x, examples);
    }

    /** Sixteen examples, each lattice whole. */
    static Strips whole(int t, int x) {
        return new Strips(new int[] {0, t}, new int[] {0, x}, BLOCK);
    }

    private static int[] joined(int[] starts) {
        int[] every = new int[starts.length / 2 + 1];
        for (int i = 0; i < every.length; i++) {
            every[i] = starts[2 * i];
        }
        return every;
    }

    private static int[] owners(int[] starts) {
        int[] owner = new int[starts[starts.length - 1]];
        for (int strip = 0; strip + 1 < starts.length; strip++) {
            Arrays.fill(owner, starts[strip], starts[strip + 1], strip);
        }
        return owner;
    }

    private static int largest(int[] starts) {
        int largest = 0;
        for (int i = 1; i < starts.length; i++) {
            largest = Math.max(largest, starts[i] - starts[i - 1]);
        }
        return largest;
    }

    /** Sites of a lane's memory. */
    int sites() {
        return height * width;
    }

    /** Whether the strips are equally large: every place of every lane holds a site. */
    boolean equal() {
        return beyond.length == 0;
    }

    /** Number of the example in a lane. */
    int example(int lane) {
        return lane / count;
    }

    /** First row of the lane's strip. */
    int firstRow(int lane) {
        return startT[lane % count / gridX];
    }

    /** First column of the lane's strip. */
    int firstColumn(int lane) {
        return startX[lane % gridX];
    }

    /** Rows of the lane's strip; 0 where it is empty. */
    int rows(int lane) {
        int t = lane % count / gridX;
        return columnsAlone(lane) == 0 ? 0 : startT[t + 1] - startT[t];
    }

    /** Columns of the lane's strip; 0 where it is empty. */
    int columns(int lane) {
        int t = lane % count / gridX;
        return startT[t + 1] == startT[t] ? 0 : columnsAlone(lane);
    }

    private int columnsAlone(int lane) {
        int x = lane % gridX;
        return startX[x + 1] - startX[x];
    }

    /** Whether place {@code site} of a lane holds a site of its strip. */
    boolean owns(int lane, int site) {
        return site / width < rows(lane) && site % width < columns(lane);
    }

    /** The site of the lattice, {@code t * X + x}, at a place of a lane; beyond the strip the lattice goes on, periodic. */
    int latticeSite(int lane, int site) {
        return (firstRow(lane) + site / width) % extentT * extentX + (firstColumn(lane) + site % width) % extentX;
    }

    /** Where site (row, column) of an example stands: {@code place * 16 + lane}. */
    int place(int example, int row, int column) {
        int t = stripOfRow[row];
        int x = stripOfColumn[column];
        int site = (row - startT[t]) * width + column - startX[x];
        return site * BLOCK + example * count + t * gridX + x;
    }

    /**
     * The padded map that the windows of another map's sites stand in, lane by lane: origins for a {@link Halo}. The window
     * of site i begins at stride i - before, the first of a strip at the padded map's first site.
     *
     * @param output strips of the map that the windows belong to
     * @param beforeT sites by which a window begins before site stride i
     */
    int[] windows(Strips output, int sizeT, int sizeX, int strideT, int strideX, int beforeT, int beforeX) {
        int paddedT = (output.height - 1) * strideT + sizeT;
        int paddedX = (output.width - 1) * strideX + sizeX;
        int[] origin = new int[Math.multiplyExact(Math.multiplyExact(paddedT, paddedX), BLOCK)];
        for (int i = 0; i < origin.length; i++) {
            int lane = i % BLOCK;
            int a = i / BLOCK / paddedX;
            int b = i / BLOCK % paddedX;
            int rows = output.rows(lane);
            int columns = output.columns(lane);
            boolean read = rows > 0 && inWindow(a, rows, sizeT, strideT) && inWindow(b, columns, sizeX, strideX);
            origin[i] = read
                    ? place(
                            output.example(lane),
                            Math.floorMod(strideT * output.firstRow(lane) + a - beforeT, extentT),
                            Math.floorMod(strideX * output.firstColumn(lane) + b - beforeX, extentX))
                    : Halo.ANY;
        }
        return origin;
    }

    /**
     * For each site the padded site {@code stride * site + before} of the same lanes, where that holds the site in all lanes that own it;
     * null where it does not for all sites.
     *
     * @param origin of the padded sites, as for a {@link Halo}
     * @param paddedX sites of a padded row
     */
    int[] homes(int[] origin, int paddedX, int strideT, int strideX, int beforeT, int beforeX) {
        int[] homes = new int[sites()];
        for (int site = 0; site < homes.length; site++) {
            int column = site % width * strideX + beforeX;
            int home = (site / width * strideT + beforeT) * paddedX + column;
            if (column >= paddedX || (home + 1) * BLOCK > origin.length) {
                return null;
            }
            for (int lane = 0; lane < BLOCK; lane++) {
                if (owns(lane, site) && origin[home * BLOCK + lane] != site * BLOCK + lane) {
                    return null;
                }
            }
            homes[site] = home;
        }
        return homes;
    }

    /** Whether one of so many windows holds the padded row. */
    private static boolean inWindow(int row, int windows, int size, int stride) {
        int last = Math.min(windows - 1, row / stride);
        return row < last * stride + size;
    }

    /** A number at all places of a map {@code [site][channel][16]} that hold no site of the lattice. */
    void fillBeyond(float[] map, int channels, float value) {
        for (int place : beyond) {
            int at = place / BLOCK * channels * BLOCK + place % BLOCK;
            for (int c = 0; c < channels; c++) {
                map[at] = value;
                at += BLOCK;
            }
        }
    }

    /** {@link #fillBeyond(float[], int, float)} of a map in any layout. */
    void fillBeyond(float[] map, MapLayout layout, int channels, float value) {
        for (int place : beyond) {
            for (int c = 0; c < channels; c++) {
                map[layout.place(place / BLOCK, c, place % BLOCK)] = value;
            }
        }
    }
}
