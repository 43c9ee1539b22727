/*
 * Gradient of a convolution by its weights and biases. Reference: the gradient of ReferenceLayers.convolutionBackward.
 *
 * The sum of a weight over a micro-block has one order, which depends on lattice and kernel alone: a thread adds the products of its four
 * lanes, site after site of its part of the tiles, in one chain of fused multiply-adds; the four quads of lanes in a tree; then the parts,
 * one after the other (optimizer.cu). No atomics. A bias is one more column, correlated with a row of ones.
 *
 * A thread has TM outputs x 4 columns (c, tap) in registers: for each site TM + 4 shared loads of 16 bytes feed 16 TM multiply-adds. The
 * threads of a warp share their gradients and, where there are two groups of outputs, by twos their inputs, so that a load mostly takes one
 * or two passes through the banks.
 */
#include <algorithm>

#include "activation.cuh"

namespace silverblaze {
namespace {

constexpr int THREADS = 320;
constexpr int SHARED_BYTES = 48 * 1024;
constexpr int TN = 4;
constexpr int MOST_GROUPS = 2;
constexpr unsigned FULL_WARP = 0xFFFFFFFFu;

/* [site][tap], and one more tap for the ones: neighbouring columns look at neighbouring banks. */
int tableInts(int taps) { return ((taps + 1) * GRADIENT_TILE + 3) / 4 * 4; }

template <int TM, bool STAGED>
__global__ void __launch_bounds__(THREADS, 2) weightGradient(const WeightGradient g) {
    SB_DYNAMIC_SHARED(float, shared);
    const int taps = g.tiles.taps;
    const int sites = g.tiles.sites;
    const int rows = g.tiles.rows;
    const int task = blockIdx.x;
    const int part = blockIdx.y;
    const int columnBlock = blockIdx.z % g.columnBlocks;
    const int firstOutput = blockIdx.z / g.columnBlocks * g.outputGroups * TM;
    const int outputsHere = g.outputGroups * TM;
    const int allColumns = g.inChannels * taps;
    const int firstColumn = columnBlock * g.columns;
    const int firstChannel = firstColumn / taps;

    const int quad = threadIdx.x % QUADS;
    const int outputGroup = threadIdx.x / QUADS % g.outputGroups;
    /* Threads that fill up the last warps work along, and store nothing. */
    const bool working = static_cast<int>(threadIdx.x) / (QUADS * g.outputGroups) < g.columnGroups;
    const int columnGroup = working ? threadIdx.x / (QUADS * g.outputGroups) : 0;
    const int firstOwn = outputGroup * TM;

    int32_t *table = reinterpret_cast<int32_t *>(shared);
    float *gradientHere = shared + (STAGED ? ((taps + 1) * sites + 3) / 4 * 4 : 0);
    /* A row is left out between groups of outputs: theirs lie in other banks. */
    float *ones = gradientHere + (outputsHere * sites + g.outputGroups) * LANES;
    float *rowsHere = ones + LANES;

    const float *in = g.in + static_cast<size_t>(task) * g.inChannels * g.inSites * LANES;
    const float *base[TN];
    int tapOf[TN];
    bool isBias[TN];
#pragma unroll
    for (int j = 0; j < TN; j++) {
        int own = j * g.columnGroups + columnGroup;
        int column = firstColumn + own;
        isBias[j] = own >= g.columns || column >= allColumns;
        int channel = isBias[j] ? firstChannel : column / taps;
        tapOf[j] = isBias[j] ? (STAGED ? taps : 0) : column % taps;
        base[j] = (STAGED ? isBias[j] ? ones : rowsHere + (channel - firstChannel) * (rows + 1) * LANES
                          : in + static_cast<size_t>(channel) * g.inSites * LANES) +
                  quad * 4;
    }
    float sum[TM][TN];
#pragma unroll
    for (int m = 0; m < TM; m++) {
#pragma unroll
        for (int j = 0; j < TN; j++) {
            sum[m][j] = 0;
        }
    }
    if (threadIdx.x < LANES) {
        ones[threadIdx.x] = 1.0f;
    }

    const int perPart = (g.tiles.count + g.parts - 1) / g.parts;
    const int end = min(g.tiles.count, (part + 1) * perPart);
    const int channels = min(g.span, g.inChannels - firstChannel);
    for (int tile = part * perPart; tile < end; tile++) {
        const int32_t *local = g.tiles.local + static_cast<size_t>(tile) * taps * sites;
        __syncthreads();
        /* A thread keeps its site, or its row, and walks through the channels: many loads on their way, no division. */
        {
            const int slot = threadIdx.x / QUADS % sites;
            const int site = g.tiles.site[tile * sites + slot];
            const float4 *from = reinterpret_cast<const float4 *>(g.gradient) +
                                 ((static_cast<size_t>(task) * g.outChannels + firstOutput) * g.outSites + max(site, 0)) * QUADS + quad;
#pragma unroll 4
            for (int o = threadIdx.x / (QUADS * sites); o < outputsHere; o += blockDim.x / (QUADS * sites)) {
                bool real = site >= 0 && firstOutput + o < g.outChannels;
                reinterpret_cast<float4 *>(gradientHere)[(o * sites + slot + o / TM) * QUADS + quad] =
                    real ? from[static_cast<size_t>(o) * g.outSites * QUADS] : zero4();
            }
        }
        if (STAGED) {
            for (int i = threadIdx.x; i < (taps + 1) * sites; i += blockDim.x) {
                int tap = i / sites;
                table[i % sites * (taps + 1) + tap] = tap < taps ? local[i] : 0;
            }
            for (int row = threadIdx.x / QUADS; row <= rows; row += blockDim.x / QUADS) {
                int site = row < rows ? g.tiles.row[tile * rows + row] : -1;
                const float4 *from =
                    reinterpret_cast<const float4 *>(in) + (static_cast<size_t>(firstChannel) * g.inSites + max(site, 0)) * QUADS + quad;
                float4 *to = reinterpret_cast<float4 *>(rowsHere) + row * QUADS + quad;
#pragma unroll 4
                for (int channel = 0; channel < channels; channel++) {
                    float4 v = from[static_cast<size_t>(channel) * g.inSites * QUADS];
                    to[channel * (rows + 1) * QUADS] = site < 0 ? zero4() : v;
                }
            }
        }
        __syncthreads();
        for (int i = 0; i < sites; i++) {
            float4 x[TN];
#pragma unroll
            for (int j = 0; j < TN; j++) {
                if (STAGED) {
                    x[j] = *reinterpret_cast<const float4 *>(base[j] + table[i * (taps + 1) + tapOf[j]]);
                } else {
                    /* Beyond the tile's end the gradient is 0: any source will do. */
                    x[j] = isBias[j] ? make_float4(1, 1, 1, 1)
                                     : *reinterpret_cast<const float4 *>(base[j] + max(0, local[tapOf[j] * sites + i]));
                }
            }
#pragma unroll
            for (int m = 0; m < TM; m++) {
                float4 d = reinterpret_cast<const float4 *>(gradientHere)[((firstOwn + m) * sites + i + outputGroup) * QUADS + quad];
#pragma unroll
                for (int j = 0; j < TN; j++) {
                    sum[m][j] = fmaf(d.x, x[j].x, sum[m][j]);
                    sum[m][j] = fmaf(d.y, x[j].y, sum[m][j]);
                    sum[m][j] = fmaf(d.z, x[j].z, sum[m][j]);
                    sum[m][j] = fmaf(d.w, x[j].w, sum[m][j]);
                }
            }
        }
    }

    const int parameters = g.outChannels * (allColumns + 1);
    float *partial = g.partial + (static_cast<size_t>(task) * g.parts + part) * parameters;
#pragma unroll
    for (int m = 0; m < TM; m++) {
        int output = firstOutput + firstOwn + m;
#pragma unroll
        for (int j = 0; j < TN; j++) {
            float v = sum[m][j];
            v += __shfl_xor_sync(FULL_WARP, v, 1);
            v += __shfl_xor_sync(FULL_WARP, v, 2);
            int own = j * g.columnGroups + columnGroup;
            if (working && quad == j && output < g.outChannels) {
                if (!isBias[j]) {
                    partial[output * allColumns + firstColumn + own] = v;
                } else if (own == g.columns && columnBlock == 0) {
                    partial[g.outChannels * allColumns + output] = v;
                }
            }
        }
    }
}

/* Shared bytes of a thread block that has so many outputs and channels. */
int bytesOf(int outputs, int channels, int rows, int taps) {
    return (tableInts(taps) + (outputs * GRADIENT_TILE + MOST_GROUPS + 1 + channels * (rows + 1)) * LANES) * static_cast<int>(sizeof(float));
}

/*
 * 2 x tasks x 16 x outSites x outChannels x (inChannels x taps + 1) floating-point operations. Device memory: inputs and gradients once
 * for each block of columns and outputs (out of L2), partial sums of 4 bytes for each weight, task and part, written here and read once.
 */
template <int TM, bool STAGED>
int launch(WeightGradient &g, int tasks, cudaStream_t stream) {
    int taps = g.tiles.taps;
    int groups = (g.outChannels + TM - 1) / TM;
    int outputBlocks = (groups + MOST_GROUPS - 1) / MOST_GROUPS;
    g.outputGroups = (groups + outputBlocks - 1) / outputBlocks;
    /* One column of the threads is kept for the bias. */
    int mostColumns = THREADS / (QUADS * g.outputGroups) * TN - 1;
    if (STAGED) {
        int channels = std::min(g.inChannels, std::max(1, mostColumns / taps));
        while (channels > 1 && bytesOf(g.outputGroups * TM, channels, g.tiles.rows, taps) > SHARED_BYTES) {
            channels--;
        }
        g.columnBlocks = (g.inChannels + channels - 1) / channels;
        g.span = (g.inChannels + g.columnBlocks - 1) / g.columnBlocks;
        g.columns = g.span * taps;
        g.columnBlocks = (g.inChannels + g.span - 1) / g.span;
    } else {
        g.columns = std::min(mostColumns, g.inChannels * taps);
        g.columnBlocks = (g.inChannels * taps + g.columns - 1) / g.columns;
        g.span = 0;
    }
    g.columnGroups = (g.columns + 1 + TN - 1) / TN;
    /* Whole tiles of threads, QUADS for each site. */
    const int whole = QUADS * GRADIENT_TILE;
    int threads = (QUADS * g.columnGroups * g.outputGroups + whole - 1) / whole * whole;
    int shared = STAGED ? bytesOf(g.outputGroups * TM, g.span, g.tiles.rows, taps)
                        : (g.outputGroups * (TM * GRADIENT_TILE + 1) + 1) * LANES * static_cast<int>(sizeof(float));
    dim3 grid(tasks, g.parts, g.columnBlocks * outputBlocks);
    SB_LAUNCH((weightGradient<TM, STAGED>), grid, threads, shared, stream, g);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace

bool weightGradientFits(int rows, int taps) {
    return taps < THREADS / (QUADS * MOST_GROUPS) * TN && bytesOf(8 * MOST_GROUPS, 1, rows, taps) <= SHARED_BYTES;
}

int launchWeightGradient(WeightGradient g, int tasks, cudaStream_t stream) {
    if (g.tiles.rows == 0) {
        return launch<4, false>(g, tasks, stream);
    }
    return g.outChannels > 4 ? launch<8, true>(g, tasks, stream) : launch<4, true>(g, tasks, stream);
}

}  // namespace silverblaze
