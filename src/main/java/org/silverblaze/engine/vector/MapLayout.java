package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;
import static org.silverblaze.engine.vector.Lanes.WIDTH;

import java.util.Arrays;

/**
 * Where the numbers of a micro-block's map stand in an array. What passes from one convolution to the next, or back to
 * one from a pooling, stands in the padded input of the next correlation at once ({@link Correlation#homes}), all else site by site
 * ({@link #flat}).
 *
 * @param sites where each site's channel 0 begins
 * @param channel floats from a channel to the next
 * @param vector floats from a vector of the 16 lanes to the next
 */
record MapLayout(int[] sites, int channel, int vector) {
    /** {@code [site][channel][16]}. */
    static MapLayout flat(int sites, int channels) {
        int[] places = new int[sites];
        for (int site = 0; site < sites; site++) {
            places[site] = site * channels * BLOCK;
        }
        return new MapLayout(places, BLOCK, WIDTH);
    }

    /** Whether the channels of a site, with all their lanes, follow one another. */
    boolean siteBySite() {
        return channel == BLOCK && vector == WIDTH;
    }

    /** How far the vector that begins with a lane stands, in a channel, from channel 0 of lane 0. */
    int offset(int number, int lane) {
        return number * channel + lane / WIDTH * vector;
    }

    /** The place of one number. */
    int place(int site, int number, int lane) {
        return sites[site] + offset(number, lane) + lane % WIDTH;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MapLayout layout
                && channel == layout.channel
                && vector == layout.vector
                && Arrays.equals(sites, layout.sites);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sites) + 31 * channel + vector;
    }
}
