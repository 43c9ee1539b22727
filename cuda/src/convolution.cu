/*
 * Periodic convolution, forward and by its input: one kernel, since both correlate rows of 16 lanes with weights. Reference:
 * ReferenceLayers.convolution and the inGradient of convolutionBackward.
 *
 * An output starts with its bias and takes its products by input channel, then tap, in one chain of fused multiply-adds at every site,
 * however sites and channels are shared among threads: maps shift with the input equal to the bit, and no choice below changes a bit.
 *
 * A thread has CO output channels x S sites x 4 lanes in registers: for each (channel, tap) S + CO / 4 shared loads of 16 bytes feed
 * 4 CO S multiply-adds (CO = 8, S = 2: 4 loads, 64 multiply-adds). The weights of a warp are one address (broadcast), its rows lie
 * side by side. A thread block fetches the sources of its tile and its weights for `chunk` channels at a time into shared memory. Windows of
 * 3 x 3 with stride 1 have a faster kernel where there is work enough (patches.cu), and take their taps in its order here.
 */
#include <algorithm>

#include "activation.cuh"

namespace silverblaze {
namespace {

constexpr int THREADS = 256;
/* Without asking for more; several thread blocks share a multiprocessor. */
constexpr int SHARED_BYTES = 48 * 1024;

int tableInts(int taps, int sites) { return (taps * sites + 3) / 4 * 4; }

int bytesOfChannel(int rows, int taps, int columns) { return ((rows + 1) * LANES + taps * columns) * static_cast<int>(sizeof(float)); }

/* TAPS > 0: number of taps, known to the compiler. STAGED: rows and weights in shared memory; otherwise where they are (huge kernels). */
template <int CO, int S, int TAPS, bool STAGED>
__global__ void __launch_bounds__(THREADS, 2) correlate(const Correlation c) {
    SB_DYNAMIC_SHARED(float, shared);
    /* Where the taps are known the places of a thread's sources stay in registers; otherwise the table is in shared memory. */
    constexpr bool REGISTERS = TAPS > 0;
    [[maybe_unused]] constexpr int UNROLLED = REGISTERS ? TAPS : 1;
    const int taps = TAPS > 0 ? TAPS : c.tiles.taps;
    const int sites = c.tiles.sites;
    const int siteGroups = sites / S;
    const int quad = threadIdx.x % QUADS;
    const int siteGroup = threadIdx.x / QUADS % siteGroups;
    const int channelGroup = threadIdx.x / (QUADS * siteGroups);
    const int task = blockIdx.x;
    const int tile = blockIdx.y;
    const int columns = c.groups * CO;
    const int firstColumn = blockIdx.z * columns;
    const int model = c.tasks[task].model;
    const int rows = c.tiles.rows;

    const int32_t *local = c.tiles.local + static_cast<size_t>(tile) * taps * sites;
    int32_t *table = reinterpret_cast<int32_t *>(shared);
    float *rowsHere = shared + (REGISTERS ? 0 : (taps * sites + 3) / 4 * 4);
    float *weightsHere = rowsHere + static_cast<size_t>(c.chunk) * (rows + 1) * LANES;
    int offset[REGISTERS ? TAPS : 1][S];
    if (REGISTERS) {
#pragma unroll
        for (int tap = 0; tap < TAPS; tap++) {
#pragma unroll
            for (int s = 0; s < S; s++) {
                offset[REGISTERS ? tap : 0][s] = local[tap * sites + siteGroup + s * siteGroups];
            }
        }
    } else if (STAGED) {
        for (int i = threadIdx.x; i < taps * sites; i += blockDim.x) {
            table[i] = local[i];
        }
    }
    if (STAGED) {
        for (int i = threadIdx.x; i < c.chunk * QUADS; i += blockDim.x) {
            reinterpret_cast<float4 *>(rowsHere)[((i / QUADS) * (rows + 1) + rows) * QUADS + i % QUADS] = zero4();
        }
    }

    float4 sum[CO][S];
#pragma unroll
    for (int o = 0; o < CO; o++) {
        int channel = firstColumn + channelGroup * CO + o;
        float bias = c.bias != nullptr && channel < c.outChannels ? c.bias[model * c.biasStride + channel] : 0.0f;
#pragma unroll
        for (int s = 0; s < S; s++) {
            sum[o][s] = make_float4(bias, bias, bias, bias);
        }
    }

    const float *in = c.in + static_cast<size_t>(task) * c.inChannels * c.inSites * LANES;
    const float *weights = c.weights + model * c.weightStride;
    for (int first = 0; first < c.inChannels; first += c.chunk) {
        const int count = min(c.chunk, c.inChannels - first);
        if (STAGED) {
            __syncthreads();
            /* A thread keeps its row and walks through the channels: all copies on their way at once, no division. */
            for (int row = threadIdx.x / QUADS; row < rows; row += blockDim.x / QUADS) {
                int site = c.tiles.row[tile * rows + row];
                const float *from = in + (static_cast<size_t>(first) * c.inSites + max(site, 0)) * LANES + quad * 4;
                float *to = rowsHere + row * LANES + quad * 4;
                for (int channel = 0; channel < count; channel++) {
                    copyAsync(to, from, site >= 0);
                    from += static_cast<size_t>(c.inSites) * LANES;
                    to += (rows + 1) * LANES;
                }
            }
            const int quads = columns / 4;
            for (int i = threadIdx.x; i < count * taps * quads; i += blockDim.x) {
                const int column = firstColumn + i % quads * 4;
                const bool real = column < c.weightColumns;
                copyAsync(weightsHere + i * 4,
                          weights + static_cast<size_t>(first * taps + i / quads) * c.weightColumns + (real ? column : 0), real);
            }
            __pipeline_commit();
            __pipeline_wait_prior(0);
            __syncthreads();
        }
        for (int channel = 0; channel < count; channel++) {
            const float *from = STAGED ? rowsHere + channel * (rows + 1) * LANES + quad * 4
                                       : in + static_cast<size_t>(first + channel) * c.inSites * LANES + quad * 4;
            const float *weight = STAGED ? weightsHere + channel * taps * columns + channelGroup * CO
                                         : weights + static_cast<size_t>(first + channel) * taps * c.weightColumns + firstColumn +
                                               channelGroup * CO;
            const int step = STAGED ? columns : c.weightColumns;
#pragma unroll UNROLLED
            for (int tap = 0; tap < taps; tap++) {
                float4 x[S];
#pragma unroll
                for (int s = 0; s < S; s++) {
                    const int place = siteGroup + s * siteGroups;
                    if (STAGED) {
                        x[s] = *reinterpret_cast<const float4 *>(from + (REGISTERS ? offset[REGISTERS ? tap : 0][s] : table[tap * sites + place]));
                    } else {
                        int at = local[tap * sites + place];
                        x[s] = at < 0 ? zero4() : *reinterpret_cast<const float4 *>(from + at);
                    }
                }
#pragma unroll
                for (int part = 0; part < CO / 4; part++) {
                    float4 w = STAGED || firstColumn + channelGroup * CO + 4 * part < c.weightColumns
                                   ? *reinterpret_cast<const float4 *>(weight + static_cast<size_t>(tap) * step + 4 * part)
                                   : zero4();
#pragma unroll
                    for (int s = 0; s < S; s++) {
                        multiplyAdd(sum[4 * part][s], w.x, x[s]);
                        multiplyAdd(sum[4 * part + 1][s], w.y, x[s]);
                        multiplyAdd(sum[4 * part + 2][s], w.z, x[s]);
                        multiplyAdd(sum[4 * part + 3][s], w.w, x[s]);
                    }
                }
            }
        }
    }

    const Slope slope = {c.slopeOf, c.slopeAt};
#pragma unroll
    for (int s = 0; s < S; s++) {
        int site = c.tiles.site[tile * sites + siteGroup + s * siteGroups];
#pragma unroll
        for (int o = 0; o < CO; o++) {
            int channel = firstColumn + channelGroup * CO + o;
            if (site >= 0 && channel < c.outChannels) {
                size_t place = ((static_cast<size_t>(task) * c.outChannels + channel) * c.outSites + site) * QUADS + quad;
                reinterpret_cast<float4 *>(c.out)[place] = timesSlope(slope, place, activate(c.activation, sum[o][s]));
            }
        }
    }
}

/* Thread blocks in z, and the groups of CO channels that each has. */
int blocksOf(Correlation &c, int co, int sitesOfThread) {
    int groups = (c.outChannels + co - 1) / co;
    int most = THREADS / (QUADS * c.tiles.sites / sitesOfThread);
    int blocks = (groups + most - 1) / most;
    c.groups = (groups + blocks - 1) / blocks;
    return blocks;
}

/*
 * 2 x tasks x 16 x outSites x outChannels x inChannels x taps floating-point operations. Device memory: 64 bytes for each input
 * row (again for the overlap of tiles, out of the L2 cache) and for each output row, the weights of a model once for each tile out of L2.
 */
template <int CO, int S, int TAPS, bool STAGED>
int launch(Correlation &c, int tasks, cudaStream_t stream) {
    int blocks = blocksOf(c, CO, S);
    int perChannel = bytesOfChannel(c.tiles.rows, c.tiles.taps, c.groups * CO);
    int table = STAGED && TAPS == 0 ? tableInts(c.tiles.taps, c.tiles.sites) * static_cast<int>(sizeof(int32_t)) : 0;
    c.chunk = STAGED ? std::min(c.inChannels, (SHARED_BYTES - table) / perChannel) : c.inChannels;
    int shared = STAGED ? table + c.chunk * perChannel : 0;
    dim3 grid(tasks, c.tiles.count, blocks);
    int threads = QUADS * (c.tiles.sites / S) * c.groups;
    SB_LAUNCH((correlate<CO, S, TAPS, STAGED>), grid, threads, shared, stream, c);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace

bool correlationFits(int rows, int taps, int sites, int outChannels) {
    int most = THREADS / (QUADS * sites / 2);
    int columns = 8 * std::min(most, (outChannels + 7) / 8);
    return tableInts(taps, sites) * static_cast<int>(sizeof(int32_t)) + bytesOfChannel(rows, taps, columns) <= SHARED_BYTES;
}

int launchCorrelation(Correlation c, const Tiles &large, const Tiles &small, int tasks, int multiprocessors, cudaStream_t stream) {
    /* Enough large tiles for two thread blocks on every multiprocessor: then the tile with fewer loads for each multiply-add. */
    bool many = static_cast<int64_t>(tasks) * large.count >= 2 * multiprocessors;
    c.tiles = many ? large : small;
    if (c.tiles.rows == 0) {
        return launch<4, 2, 0, false>(c, tasks, stream);
    }
    if (many && c.outChannels > 4) {
        return launch<8, 2, 0, true>(c, tasks, stream);
    }
    /* Few: more threads with fewer sums each hide more of the latency. */
    return c.tiles.taps == 9 ? launch<4, 1, 9, true>(c, tasks, stream) : launch<4, 1, 0, true>(c, tasks, stream);
}

}  // namespace silverblaze
