/*
 * Spatial and global pooling, and activations that stand alone. Reference: spatialPooling, globalPooling, activation of ReferenceLayers
 * and their backward methods. Means and sums accumulate in float64 and are rounded once; of equal maxima the first in row-major order
 * gets the gradient. Every gradient is gathered by the thread that owns it: no atomics.
 *
 * All of them move bytes: each number of the larger side is read or written once, 4 bytes.
 */
#include <algorithm>

#include "head.cuh"

namespace silverblaze {
namespace {

constexpr int THREADS = 256;
constexpr int PARTS = THREADS / LANES;
constexpr unsigned MOST_BLOCKS = 1024;

/* Phi and phi of the normal distribution in float64: where x is far below 0, 1 + erf(x / sqrt(2)) has no digits left. */
__device__ double normalBelow(double x) { return 0.5 * erfc(-x * 0.70710678118654752440); }

__device__ double normalDensity(double x) { return 0.39894228040143267794 * exp(-0.5 * x * x); }

__device__ float activateAlone(int kind, float x) {
    return kind == GELU ? static_cast<float>(x * normalBelow(x)) : activate(kind, x);
}

__device__ float slopeAlone(int kind, float x) {
    switch (kind) {
        case GELU:
            return static_cast<float>(normalBelow(x) + x * normalDensity(x));
        case TANH:
            return slopeFromOutput(TANH, tanhf(x));
        default:
            /* Of these the sign of the input is that of the output. */
            return slopeFromOutput(kind, x);
    }
}

/* grid.x is the task; threads share a map of `size` numbers of 16 lanes. */
__device__ int firstPlace() { return blockIdx.y * blockDim.x + threadIdx.x; }

__device__ int placeStep() { return gridDim.y * blockDim.x; }

dim3 gridOver(int64_t places, int tasks) {
    int64_t blocks = (places + THREADS - 1) / THREADS;
    return dim3(tasks, static_cast<unsigned>(std::min<int64_t>(blocks, MOST_BLOCKS)));
}

__global__ void activation(int kind, const float *in, float *out, int size) {
    size_t base = static_cast<size_t>(blockIdx.x) * size * LANES;
    for (int i = firstPlace(); i < size * LANES; i += placeStep()) {
        out[base + i] = activateAlone(kind, in[base + i]);
    }
}

__global__ void activationBackward(int kind, const float *in, const float *outGradient, float *inGradient, Slope slope, int size) {
    size_t base = static_cast<size_t>(blockIdx.x) * size * QUADS;
    for (int i = firstPlace(); i < size * QUADS; i += placeStep()) {
        float4 x = reinterpret_cast<const float4 *>(in)[base + i];
        float4 g = reinterpret_cast<const float4 *>(outGradient)[base + i];
        g = make_float4(g.x * slopeAlone(kind, x.x), g.y * slopeAlone(kind, x.y), g.z * slopeAlone(kind, x.z), g.w * slopeAlone(kind, x.w));
        reinterpret_cast<float4 *>(inGradient)[base + i] = timesSlope(slope, base + i, g);
    }
}

/* A maximum does not depend on the order: +0 is above -0, NaN above all. */
__device__ float larger(float m, float v) {
    if (v > m || v != v) {
        return v;
    }
    return v == 0 && m == 0 ? m + v : m;
}

__global__ void spatialPooling(const SpatialPool p, const float *in, float *out) {
    const float *source = in + static_cast<size_t>(blockIdx.x) * p.channels * p.inSites * LANES;
    size_t target = static_cast<size_t>(blockIdx.x) * p.channels * p.outSites * LANES;
    for (int i = firstPlace(); i < p.channels * p.outSites * LANES; i += placeStep()) {
        int lane = i % LANES;
        int site = i / LANES % p.outSites;
        const float *map = source + static_cast<size_t>(i / (LANES * p.outSites)) * p.inSites * LANES + lane;
        if (p.kind == MAXIMUM) {
            float best = map[p.source[site] * LANES];
            int winner = 0;
            for (int tap = 1; tap < p.taps; tap++) {
                float v = map[p.source[tap * p.outSites + site] * LANES];
                winner = v > best ? tap : winner;
                best = larger(best, v);
            }
            out[target + i] = best;
            p.winner[target + i] = winner;
        } else {
            double sum = 0;
            for (int tap = 0; tap < p.taps; tap++) {
                sum += map[p.source[tap * p.outSites + site] * LANES];
            }
            out[target + i] = static_cast<float>(sum / p.taps);
        }
    }
}

__global__ void spatialPoolingBackward(const SpatialPool p, const float *outGradient, float *inGradient, Slope slope) {
    size_t target = static_cast<size_t>(blockIdx.x) * p.channels * p.inSites * LANES;
    size_t source = static_cast<size_t>(blockIdx.x) * p.channels * p.outSites * LANES;
    for (int i = firstPlace(); i < p.channels * p.inSites * LANES; i += placeStep()) {
        int lane = i % LANES;
        int site = i / LANES % p.inSites;
        size_t map = source + static_cast<size_t>(i / (LANES * p.inSites)) * p.outSites * LANES + lane;
        float sum = 0;
        for (int tap = 0; tap < p.taps; tap++) {
            int of = p.target[tap * p.inSites + site];
            if (of >= 0) {
                size_t place = map + static_cast<size_t>(of) * LANES;
                if (p.kind != MAXIMUM) {
                    sum += outGradient[place] / p.taps;
                } else if (p.winner[place] == tap) {
                    sum += outGradient[place];
                }
            }
        }
        inGradient[target + i] = slope.of == NONE ? sum : sum * slopeFromOutput(slope.of, slope.at[target + i]);
    }
}

/* One channel of one task; 16 threads share the sites of a lane: site after site by 16, then a binary tree over the threads. */
__global__ void __launch_bounds__(THREADS) globalPooling(const GlobalPool p, const float *in, float *out) {
    SB_DYNAMIC_SHARED(double, sums);
    int32_t *places = reinterpret_cast<int32_t *>(sums + THREADS);
    const int lane = threadIdx.x % LANES;
    const int part = threadIdx.x / LANES;
    const size_t map = static_cast<size_t>(blockIdx.x) * p.channels + blockIdx.y;
    const float *values = in + map * p.sites * LANES + lane;
    if (p.kind == MAXIMUM) {
        /* Threads beyond the last site begin with site 0, which wins no tie against itself. */
        int place = part < p.sites ? part : 0;
        float best = values[place * LANES];
        for (int site = part + PARTS; site < p.sites; site += PARTS) {
            float v = values[site * LANES];
            place = v > best ? site : place;
            best = larger(best, v);
        }
        sums[threadIdx.x] = best;
        places[threadIdx.x] = place;
    } else {
        double sum = 0;
        for (int site = part; site < p.sites; site += PARTS) {
            sum += values[site * LANES];
        }
        sums[threadIdx.x] = sum;
    }
    for (int step = PARTS / 2; step > 0; step /= 2) {
        __syncthreads();
        if (part < step) {
            int other = threadIdx.x + step * LANES;
            if (p.kind == MAXIMUM) {
                float mine = static_cast<float>(sums[threadIdx.x]);
                float theirs = static_cast<float>(sums[other]);
                if (theirs > mine || (theirs == mine && places[other] < places[threadIdx.x])) {
                    places[threadIdx.x] = places[other];
                }
                sums[threadIdx.x] = larger(mine, theirs);
            } else {
                sums[threadIdx.x] += sums[other];
            }
        }
    }
    if (part == 0) {
        double divisor = p.kind == AVERAGE ? p.sites : 1;
        out[map * LANES + lane] = static_cast<float>(sums[lane] / divisor);
        if (p.kind == MAXIMUM) {
            p.winner[map * LANES + lane] = places[lane];
        }
    }
}

__global__ void globalPoolingBackward(const GlobalPool p, const float *outGradient, float *inGradient, Slope slope) {
    size_t base = static_cast<size_t>(blockIdx.x) * p.channels * p.sites * QUADS;
    for (int i = firstPlace(); i < p.channels * p.sites * QUADS; i += placeStep()) {
        size_t of = (static_cast<size_t>(blockIdx.x) * p.channels + i / (QUADS * p.sites)) * LANES;
        float4 g = pooledGradient(p, outGradient + of, p.winner + of, i / QUADS % p.sites, i % QUADS);
        reinterpret_cast<float4 *>(inGradient)[base + i] = timesSlope(slope, base + i, g);
    }
}

}  // namespace

int launchActivation(int kind, const float *in, float *out, int size, int tasks, cudaStream_t stream) {
    SB_LAUNCH(activation, gridOver(static_cast<int64_t>(size) * LANES, tasks), THREADS, 0, stream, kind, in, out, size);
    return static_cast<int>(cudaGetLastError());
}

int launchActivationBackward(int kind, const float *in, const float *outGradient, float *inGradient, Slope slope, int size, int tasks,
                             cudaStream_t stream) {
    SB_LAUNCH(activationBackward, gridOver(static_cast<int64_t>(size) * QUADS, tasks), THREADS, 0, stream, kind, in, outGradient, inGradient,
              slope, size);
    return static_cast<int>(cudaGetLastError());
}

int launchSpatialPooling(const SpatialPool &p, const float *in, float *out, int tasks, cudaStream_t stream) {
    SB_LAUNCH(spatialPooling, gridOver(static_cast<int64_t>(p.channels) * p.outSites * LANES, tasks), THREADS, 0, stream, p, in, out);
    return static_cast<int>(cudaGetLastError());
}

int launchSpatialPoolingBackward(const SpatialPool &p, const float *outGradient, float *inGradient, Slope slope, int tasks,
                                 cudaStream_t stream) {
    SB_LAUNCH(spatialPoolingBackward, gridOver(static_cast<int64_t>(p.channels) * p.inSites * LANES, tasks), THREADS, 0, stream, p,
              outGradient, inGradient, slope);
    return static_cast<int>(cudaGetLastError());
}

int launchGlobalPooling(const GlobalPool &p, const float *in, float *out, int tasks, cudaStream_t stream) {
    SB_LAUNCH(globalPooling, dim3(tasks, p.channels), THREADS, THREADS * (sizeof(double) + sizeof(int32_t)), stream, p, in, out);
    return static_cast<int>(cudaGetLastError());
}

int launchGlobalPoolingBackward(const GlobalPool &p, const float *outGradient, float *inGradient, Slope slope, int tasks,
                                cudaStream_t stream) {
    SB_LAUNCH(globalPoolingBackward, gridOver(static_cast<int64_t>(p.channels) * p.sites * QUADS, tasks), THREADS, 0, stream, p, outGradient,
              inGradient, slope);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace silverblaze
