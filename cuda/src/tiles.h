/* Windows as tables, made once on the host: which source a tap of an output looks at, and outputs in tiles with their sources. */
#ifndef SILVERBLAZE_TILES_H
#define SILVERBLAZE_TILES_H

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "network.h"

namespace silverblaze {

/*
 * Sliding windows on a periodic lattice. Reference: convolutionSite and window of ReferenceLayers. A window of output (t, x) begins at
 * (strideT t - leftT, strideX x - leftX) and goes round the lattice as often as it needs.
 */
struct Windows {
    int inT, inX, outT, outX;
    int kernelT, kernelX, strideT, strideX, leftT, leftX;

    int taps() const { return kernelT * kernelX; }
    int inSites() const { return inT * inX; }
    int outSites() const { return outT * outX; }

    static int around(int64_t i, int extent) { return static_cast<int>((i % extent + extent) % extent); }

    /* The site under a tap of an output. */
    int source(int tap, int out) const {
        int t = around(static_cast<int64_t>(strideT) * (out / outX) + tap / kernelX - leftT, inT);
        int x = around(static_cast<int64_t>(strideX) * (out % outX) + tap % kernelX - leftX, inX);
        return t * inX + x;
    }

    /* [tap][inSites]: the one output that has this site under this tap (strides never go round), or -1. */
    std::vector<int32_t> targets() const {
        std::vector<int32_t> table(static_cast<size_t>(taps()) * inSites(), -1);
        for (int tap = 0; tap < taps(); tap++) {
            for (int out = 0; out < outSites(); out++) {
                table[static_cast<size_t>(tap) * inSites() + source(tap, out)] = out;
            }
        }
        return table;
    }

    /* [tap][outSites] */
    std::vector<int32_t> sources() const {
        std::vector<int32_t> table(static_cast<size_t>(taps()) * outSites());
        for (int tap = 0; tap < taps(); tap++) {
            for (int out = 0; out < outSites(); out++) {
                table[static_cast<size_t>(tap) * outSites() + out] = source(tap, out);
            }
        }
        return table;
    }
};

/* Tiles on the host. */
struct TileTables {
    int sites = 0;
    int rows = 0;
    int taps = 0;
    std::vector<int32_t> site;
    std::vector<int32_t> row;
    std::vector<int32_t> local;

    int count() const { return static_cast<int>(site.size()) / sites; }
};

/* Outputs of an extentT x extentX lattice, cut into rectangles of tileT x tileX, each with room for `sites`. */
inline std::vector<int32_t> cut(int extentT, int extentX, int tileT, int tileX, int sites) {
    std::vector<int32_t> all;
    for (int t = 0; t < extentT; t += tileT) {
        for (int x = 0; x < extentX; x += tileX) {
            for (int i = 0; i < sites; i++) {
                int ofT = t + i / tileX;
                int ofX = x + i % tileX;
                bool real = i < tileT * tileX && ofT < extentT && ofX < extentX;
                all.push_back(real ? ofT * extentX + ofX : -1);
            }
        }
    }
    return all;
}

/* Sources of the tile at site[0 .. sites - 1], each once, ascending. look: [tap][outputs]. */
inline std::vector<int32_t> sourcesOf(const int32_t *site, int sites, const std::vector<int32_t> &look, int taps, int outputs) {
    std::vector<int32_t> found;
    for (int i = 0; i < sites; i++) {
        for (int tap = 0; site[i] >= 0 && tap < taps; tap++) {
            int source = look[static_cast<size_t>(tap) * outputs + site[i]];
            if (source >= 0) {
                found.push_back(source);
            }
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

/*
 * Tiles of `sites` outputs of an extentT x extentX lattice in the rectangles that need fewest sources and threads.
 *   look   [tap][outputs]: source, or -1
 *   fits   whether a thread block can hold the sources of such a tile; where not they are left in global memory
 */
inline TileTables tilesOf(int extentT, int extentX, int taps, const std::vector<int32_t> &look, int sites,
                          const std::function<bool(int rows)> &fits) {
    int outputs = extentT * extentX;
    TileTables tiles;
    tiles.sites = sites;
    tiles.taps = taps;
    int64_t least = -1;
    for (int tileX = 1; tileX <= std::min(extentX, sites); tileX++) {
        int tileT = std::min(extentT, sites / tileX);
        std::vector<int32_t> site = cut(extentT, extentX, tileT, tileX, sites);
        /* A row is fetched once, a place of a tile costs its taps. */
        int64_t rows = static_cast<int64_t>(sourcesOf(site.data(), sites, look, taps, outputs).size());
        int64_t cost = static_cast<int64_t>(site.size()) / sites * (rows + static_cast<int64_t>(sites) * taps);
        if (least < 0 || cost < least) {
            least = cost;
            tiles.site = std::move(site);
        }
    }
    std::vector<std::vector<int32_t>> sources;
    for (int tile = 0; tile < tiles.count(); tile++) {
        sources.push_back(sourcesOf(tiles.site.data() + static_cast<size_t>(tile) * sites, sites, look, taps, outputs));
        tiles.rows = std::max(tiles.rows, static_cast<int>(sources.back().size()));
    }
    if (!fits(tiles.rows)) {
        tiles.rows = 0;
    }
    for (int tile = 0; tile < tiles.count(); tile++) {
        const std::vector<int32_t> &rows = sources[tile];
        for (int i = 0; i < tiles.rows; i++) {
            tiles.row.push_back(i < static_cast<int>(rows.size()) ? rows[i] : -1);
        }
        for (int tap = 0; tap < taps; tap++) {
            for (int i = 0; i < sites; i++) {
                int out = tiles.site[static_cast<size_t>(tile) * sites + i];
                int source = out < 0 ? -1 : look[static_cast<size_t>(tap) * outputs + out];
                if (tiles.rows == 0) {
                    tiles.local.push_back(source < 0 ? -1 : source * LANES);
                } else {
                    int64_t place = source < 0 ? tiles.rows : std::lower_bound(rows.begin(), rows.end(), source) - rows.begin();
                    tiles.local.push_back(static_cast<int32_t>(place) * LANES);
                }
            }
        }
    }
    return tiles;
}

/* The taps of a 3 x 3 window in the order of Patches. */
inline int tapOfPatch(int k, bool swapped, bool backward) {
    int tap = swapped ? k % 3 * 3 + k / 3 : k;
    return backward ? 8 - tap : tap;
}

/* Patches on the host. */
struct PatchTables {
    int outer = 0;
    int groups = 0;
    int pitch = 0;
    bool swapped = false;
    std::vector<int32_t> site;
    std::vector<int32_t> row;

    int rows() const { return (outer + 2) * pitch; }
    int count() const { return groups == 0 ? 0 : static_cast<int>(site.size()) / (groups * RUN); }
    int patchesOf(int extentT, int extentX) const {
        int inner = groups / outer * RUN;
        int o = swapped ? extentX : extentT, i = swapped ? extentT : extentX;
        return (o + outer - 1) / outer * ((i + inner - 1) / inner);
    }
};

inline void fill(PatchTables &p, int extentT, int extentX) {
    int extentOuter = p.swapped ? extentX : extentT;
    int extentInner = p.swapped ? extentT : extentX;
    int inner = p.groups / p.outer * RUN;
    auto siteAt = [&](int o, int i) {
        o = Windows::around(o, extentOuter);
        i = Windows::around(i, extentInner);
        return p.swapped ? i * extentX + o : o * extentX + i;
    };
    for (int o = 0; o < extentOuter; o += p.outer) {
        for (int i = 0; i < extentInner; i += inner) {
            for (int place = 0; place < p.groups * RUN; place++) {
                int ofOuter = o + place / RUN % p.outer;
                int ofInner = i + place / RUN / p.outer * RUN + place % RUN;
                p.site.push_back(ofOuter < extentOuter && ofInner < extentInner ? siteAt(ofOuter, ofInner) : -1);
            }
            for (int row = 0; row < p.rows(); row++) {
                bool used = row % p.pitch < inner + 2;
                p.row.push_back(used ? siteAt(o + row / p.pitch - 1, i + row % p.pitch - 1) : -1);
            }
        }
    }
}

/*
 * Patches for a correlation with so many groups of output channels in a thread block: those that cost fewest multiply-adds in whole warps,
 * and copies of rows. An odd pitch lets the runs of neighbouring threads, one below the other, look at different banks.
 */
inline PatchTables correlationPatches(int extentT, int extentX, int channelGroups) {
    PatchTables best;
    int64_t least = -1;
    const int most = PATCH_THREADS / (QUADS * channelGroups);
    for (bool swapped : {false, true}) {
        int extentOuter = swapped ? extentX : extentT;
        int extentInner = swapped ? extentT : extentX;
        for (int runs = 1; runs <= std::min(most, (extentInner + RUN - 1) / RUN); runs++) {
            for (int outer = 1; outer <= std::min(extentOuter, most / runs); outer++) {
                PatchTables p;
                p.outer = outer;
                p.groups = outer * runs;
                p.pitch = (runs * RUN + 2) | 1;
                p.swapped = swapped;
                if (!patchFits(p.rows(), channelGroups)) {
                    continue;
                }
                int64_t warps = (QUADS * p.groups * channelGroups + 31) / 32;
                int64_t cost = p.patchesOf(extentT, extentX) * (warps * 9 * RUN * PATCH_CHANNELS * QUADS + 2 * static_cast<int64_t>(p.rows()));
                if (least < 0 || cost < least) {
                    least = cost;
                    best = p;
                }
            }
        }
    }
    if (best.groups > 0) {
        fill(best, extentT, extentX);
    }
    return best;
}

/* Patches for a weight gradient: up to GRADIENT_RUNS runs, one below the other, in rows of RUN + 2. */
inline PatchTables gradientPatches(int extentT, int extentX) {
    PatchTables best;
    int least = -1;
    for (bool swapped : {false, true}) {
        for (int outer = std::min(GRADIENT_RUNS, swapped ? extentX : extentT); outer >= 1; outer--) {
            PatchTables p;
            p.outer = p.groups = outer;
            p.pitch = RUN + 2;
            p.swapped = swapped;
            int cost = p.patchesOf(extentT, extentX) * (outer * RUN * 2 + (outer + 2) * (RUN + 2));
            if (least < 0 || cost < least) {
                least = cost;
                best = p;
            }
        }
    }
    fill(best, extentT, extentX);
    return best;
}

}  // namespace silverblaze

#endif
