package org.silverblaze.network;

/**
 * Shape of what stands between two layers, for one example: a map {@code [channel][t][x]} or, after global pooling or
 * flatten, a vector.
 *
 * @param channels channels of a map, length of a vector
 * @param extentT time extent of a map, 1 for a vector
 * @param extentX space extent of a map, 1 for a vector
 * @param vector true after global pooling, flatten or dense
 */
public record Shape(int channels, int extentT, int extentX, boolean vector) {
    /** A map {@code [channels][extentT][extentX]}. */
    public static Shape map(int channels, int extentT, int extentX) {
        return new Shape(channels, extentT, extentX, false);
    }

    /** A vector of this length. */
    public static Shape vector(int length) {
        return new Shape(length, 1, 1, true);
    }

    /** Sites of a map; 1 for a vector. */
    public int sites() {
        return extentT * extentX;
    }

    /** Numbers in all. */
    public int size() {
        return channels * extentT * extentX;
    }

    /** {@code 16@60x4} for a map, {@code 16} for a vector. */
    @Override
    public String toString() {
        return vector ? Integer.toString(channels) : channels + "@" + extentT + "x" + extentX;
    }
}
