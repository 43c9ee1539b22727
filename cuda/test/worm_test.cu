/*
 * The kernels of the worm without Java. It needs no reference: every sample has to conserve flux at every site, and no bit may depend on where occupations lie, on the size of thread blocks, or
 * on how often samples are fetched.
 */
#include <cmath>
#include <cstdint>
#include <vector>

#include "check.h"
#include "silverblaze_cuda.h"

namespace {

struct Shape {
    const char *name;
    std::vector<int32_t> extents;
    int chains;
};

int64_t volumeOf(const Shape &shape) {
    int64_t volume = 1;
    for (int32_t extent : shape.extents) {
        volume *= extent;
    }
    return volume;
}

/* Weights of a free field, W(f) = (f/2)! / 2: any positive tables will do here. */
struct Tables {
    std::vector<float> g, grow, shrink, inverse;
    explicit Tables(int dimensions) {
        for (int i = 0; i < 2 * dimensions * 127 + 3; i++) {
            g.push_back(0.2f * std::sqrt(static_cast<float>(i) + 1));
        }
        for (int leg = 0; leg < 2 * dimensions; leg++) {
            float fugacity = leg == 0 ? 1.3f : leg == dimensions ? 1 / 1.3f : 1;
            for (int n = 0; n < 128; n++) {
                grow.push_back(fugacity / std::sqrt(n + 1.0f));
                shrink.push_back(fugacity * std::sqrt(static_cast<float>(n)));
            }
        }
        for (int n = 0; n < 129; n++) {
            inverse.push_back(n == 0 ? 0 : 1.0f / n);
        }
    }
};

/* All samples of all chains, [chain][sample][k then l][axis][site]. */
std::vector<std::vector<int8_t>> sampled(const Shape &shape, int slots, int threads, int inShared) {
    int d = static_cast<int>(shape.extents.size());
    int64_t volume = volumeOf(shape);
    int64_t bytes = 2 * d * volume;
    int n = shape.chains;
    Tables tables(d);
    int32_t key[2] = {12345, 67890};
    int64_t worm;
    check(sb_worm_create(0, d, shape.extents.data(), n, 5, key, 20, 2, 2, tables.g.data(), static_cast<int>(tables.g.size()),
                         tables.grow.data(), tables.shrink.data(), tables.inverse.data(), slots, threads, inShared, &worm));
    std::vector<int8_t> legs(4 * d * volume * n, 0);
    std::vector<int64_t> zero(n, 0), wanted(n, 1000), clocks(n), samples(n), reached(n);
    std::vector<int32_t> none(n, 0);
    check(sb_worm_load(worm, 0, legs.data(), zero.data(), zero.data(), none.data(), none.data(), none.data(), none.data()));
    std::vector<std::vector<int8_t>> all(n);
    std::vector<int8_t> fetched;
    std::vector<int32_t> counts(n);
    bool done = false;
    while (!done) {
        int32_t fault;
        check(sb_worm_run(worm, 400, wanted.data(), clocks.data(), samples.data(), reached.data(), &fault));
        require(fault == 0, "an occupation left its range", shape.name);
        check(sb_worm_counts(worm, counts.data()));
        fetched.assign(bytes * n * slots, 0);
        check(sb_worm_samples(worm, slots, fetched.data()));
        done = true;
        for (int c = 0; c < n; c++) {
            auto from = fetched.begin() + bytes * slots * c;
            all[c].insert(all[c].end(), from, from + bytes * counts[c]);
            done = done && clocks[c] == 400;
        }
    }
    check(sb_worm_destroy(worm));
    return all;
}

int neighbour(const Shape &shape, int site, int axis, int step) {
    int stride = 1;
    for (size_t i = shape.extents.size() - 1; i > static_cast<size_t>(axis); i--) {
        stride *= shape.extents[i];
    }
    int extent = shape.extents[axis];
    int coordinate = site / stride % extent;
    return site + ((coordinate + step + extent) % extent - coordinate) * stride;
}

void conserves(const Shape &shape, const std::vector<std::vector<int8_t>> &all) {
    int64_t volume = volumeOf(shape);
    int d = static_cast<int>(shape.extents.size());
    size_t count = 0;
    for (const auto &chain : all) {
        for (size_t at = 0; at < chain.size(); at += 2 * d * volume, count++) {
            for (int x = 0; x < volume; x++) {
                int divergence = 0;
                for (int axis = 0; axis < d; axis++) {
                    divergence += chain[at + axis * volume + x] - chain[at + axis * volume + neighbour(shape, x, axis, -1)];
                }
                require(divergence == 0, "flux is not conserved", shape.name);
            }
        }
    }
    require(count > 0, "no samples", shape.name);
    std::printf("%s: %zu samples\n", shape.name, count);
}

}  // namespace

void wormTest() {
    std::vector<Shape> shapes = {{"6x4", {6, 4}, 70}, {"5x3", {5, 3}, 33},       {"2x1", {2, 1}, 32},
                                 {"7", {7}, 5},       {"3x2x2", {3, 2, 2}, 40}, {"2x3x1x2", {2, 3, 1, 2}, 31}};
    for (const Shape &shape : shapes) {
        auto expected = sampled(shape, 64, 32, 0);
        conserves(shape, expected);
        require(sampled(shape, 64, 64, 1) == expected, "shared memory changes bits", shape.name);
        require(sampled(shape, 1, 32, -1) == expected, "fetching often changes bits", shape.name);
    }
}
