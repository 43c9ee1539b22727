package org.silverblaze.peers.torch;

import java.util.List;

/** How libtorch is asked to do it. All give the same numbers up to rounding. */
enum TorchSetting {
    NCHW_CIRCULAR(false, false),
    NCHW_CONCATENATION(false, true),
    NHWC_CIRCULAR(true, false),
    NHWC_CONCATENATION(true, true);

    static final List<TorchSetting> ALL = List.of(values());

    /** Memory order of the maps: {@code [n][t][x][c]} instead of {@code [n][c][t][x]}. */
    final boolean channelsLast;

    /** The halo by concatenating slices, instead of {@code pad} with mode circular. */
    final boolean concatenation;

    TorchSetting(boolean channelsLast, boolean concatenation) {
        this.channelsLast = channelsLast;
        this.concatenation = concatenation;
    }

    String text() {
        return (channelsLast ? "nhwc" : "nchw") + "/" + (concatenation ? "concatenation" : "circular");
    }
}
