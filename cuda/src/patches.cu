/*
 * Periodic convolution with 3 x 3 windows of stride 1, forward and by its input, where there is enough work to fill the device. Reference
 * and order of every sum: as convolution.cu, of which this changes no bit (few thread blocks run there).
 *
 * A thread has 8 output channels x a run of 4 sites x 4 lanes in registers. For each channel and row of the window it loads the 6 sources
 * of its run and 3 x 8 weights, 12 shared loads of 16 bytes, for 384 multiply-adds; rows have a halo, so that every place is known without a
 * look-up. The weights of a warp are one or two addresses (broadcast); eight neighbouring threads load two rows in different banks. While
 * a thread block multiplies one chunk of channels the next one is on its way into the other half of shared memory.
 */
#include <algorithm>

#include "activation.cuh"

namespace silverblaze {
namespace {

constexpr int CO = PATCH_CHANNELS;
constexpr int TAPS = 9;
constexpr int STAGES = 2;
constexpr int STAGE_BYTES = 24 * 1024;

int floatsOfChannel(int rows, int groups) { return rows * LANES + TAPS * groups * CO; }

/* Channels first .. first + count - 1 of a patch, then their weights [channel][tap][columns]. */
__device__ inline void fetch(const Correlation &c, const float *in, const float *weights, const int32_t *row, int first, int count,
                             int firstColumn, float *to) {
    const int quad = threadIdx.x % QUADS;
    const int rows = c.patches.rows;
    for (int r = threadIdx.x / QUADS; r < rows; r += blockDim.x / QUADS) {
        const int site = row[r];
        if (site >= 0) {
            const float *from = in + (static_cast<size_t>(first) * c.inSites + site) * LANES + quad * 4;
            float *at = to + r * LANES + quad * 4;
            for (int channel = 0; channel < count; channel++) {
                copyAsync(at, from, true);
                at += rows * LANES;
                from += static_cast<size_t>(c.inSites) * LANES;
            }
        }
    }
    float *weightsHere = to + c.chunk * rows * LANES;
    const int quads = c.groups * CO / 4;
    for (int i = threadIdx.x; i < count * TAPS * quads; i += blockDim.x) {
        const int column = firstColumn + i % quads * 4;
        const bool real = column < c.weightColumns;
        copyAsync(weightsHere + i * 4, weights + static_cast<size_t>(first * TAPS + i / quads) * c.weightColumns + (real ? column : 0), real);
    }
}

__global__ void __launch_bounds__(PATCH_THREADS, BLOCKS_OF_PATCHES) correlatePatches(const Correlation c) {
    SB_DYNAMIC_SHARED(float, shared);
    const Patches &p = c.patches;
    const int quad = threadIdx.x % QUADS;
    const int run = threadIdx.x / QUADS % p.groups;
    const int channelGroup = threadIdx.x / (QUADS * p.groups);
    const int task = blockIdx.x;
    const int columns = c.groups * CO;
    const int firstColumn = blockIdx.z * columns;
    const int firstOwn = firstColumn + channelGroup * CO;
    const int model = c.tasks[task].model;
    const int stageFloats = c.chunk * (p.rows * LANES + TAPS * columns);
    const int32_t *row = p.row + static_cast<size_t>(blockIdx.y) * p.rows;
    const float *in = c.in + static_cast<size_t>(task) * c.inChannels * c.inSites * LANES;
    const float *weights = c.weights + model * c.weightStride;

    fetch(c, in, weights, row, 0, min(c.chunk, c.inChannels), firstColumn, shared);
    __pipeline_commit();
    float4 sum[CO][RUN];
#pragma unroll
    for (int o = 0; o < CO; o++) {
        const float bias = c.bias != nullptr && firstOwn + o < c.outChannels ? c.bias[model * c.biasStride + firstOwn + o] : 0.0f;
#pragma unroll
        for (int s = 0; s < RUN; s++) {
            sum[o][s] = make_float4(bias, bias, bias, bias);
        }
    }
    float *here = shared;
    float *next = shared + stageFloats;
    for (int first = 0; first < c.inChannels; first += c.chunk) {
        const int following = first + c.chunk;
        if (following < c.inChannels) {
            fetch(c, in, weights, row, following, min(c.chunk, c.inChannels - following), firstColumn, next);
        }
        __pipeline_commit();
        __pipeline_wait_prior(1);
        __syncthreads();
        const int count = min(c.chunk, c.inChannels - first);
        const float *x = here + ((run % p.outer) * p.pitch + run / p.outer * RUN) * LANES + quad * 4;
        const float *w = here + c.chunk * p.rows * LANES + channelGroup * CO;
        for (int channel = 0; channel < count; channel++) {
#pragma unroll
            for (int outer = 0; outer < 3; outer++) {
                float4 v[RUN + 2];
#pragma unroll
                for (int i = 0; i < RUN + 2; i++) {
                    v[i] = *reinterpret_cast<const float4 *>(x + outer * p.pitch * LANES + i * LANES);
                }
#pragma unroll
                for (int inner = 0; inner < 3; inner++) {
#pragma unroll
                    for (int part = 0; part < CO; part += 4) {
                        const float4 k = *reinterpret_cast<const float4 *>(w + part);
#pragma unroll
                        for (int s = 0; s < RUN; s++) {
                            multiplyAdd(sum[part][s], k.x, v[s + inner]);
                            multiplyAdd(sum[part + 1][s], k.y, v[s + inner]);
                            multiplyAdd(sum[part + 2][s], k.z, v[s + inner]);
                            multiplyAdd(sum[part + 3][s], k.w, v[s + inner]);
                        }
                    }
                    w += columns;
                }
            }
            x += p.rows * LANES;
        }
        __syncthreads();
        float *other = here;
        here = next;
        next = other;
    }

    const Slope slope = {c.slopeOf, c.slopeAt};
#pragma unroll
    for (int s = 0; s < RUN; s++) {
        const int site = p.site[(static_cast<size_t>(blockIdx.y) * p.groups + run) * RUN + s];
#pragma unroll
        for (int o = 0; o < CO; o++) {
            if (site >= 0 && firstOwn + o < c.outChannels) {
                size_t place = ((static_cast<size_t>(task) * c.outChannels + firstOwn + o) * c.outSites + site) * QUADS + quad;
                reinterpret_cast<float4 *>(c.out)[place] = timesSlope(slope, place, activate(c.activation, sum[o][s]));
            }
        }
    }
}

}  // namespace

ChannelBlocks channelBlocksOf(int outChannels) {
    int all = (outChannels + CO - 1) / CO;
    int blocks = (all + PATCH_GROUPS - 1) / PATCH_GROUPS;
    return {blocks, (all + blocks - 1) / blocks};
}

bool patchFits(int rows, int groups) { return floatsOfChannel(rows, groups) * static_cast<int>(sizeof(float)) <= STAGE_BYTES; }

bool patchesFill(const Patches &patches, int outChannels, int tasks, int multiprocessors) {
    return patches.count > 0 && static_cast<int64_t>(tasks) * patches.count * channelBlocksOf(outChannels).blocks >= 2 * multiprocessors;
}

/*
 * 2 x tasks x 16 x outSites x outChannels x inChannels x 9 floating-point operations. 384 multiply-adds stand beside 12 shared loads and
 * 3 additions: 96 % of the issue slots, if the other warps hide the latency (12 on a multiprocessor of sm_90, 8 elsewhere). Device memory: 64 bytes for each input row (its halo again out
 * of L2) and each output row, and as many of the slope's. With 16 channels that is 288 operations for 8 bytes forward and 12 back: at
 * 60 TFLOP/s 1.7 and 2.5 TB/s, so that the FP32 peak is the limit, and HBM close to it.
 */
int launchCorrelationOfPatches(Correlation c, int tasks, cudaStream_t stream) {
    ChannelBlocks channels = channelBlocksOf(c.outChannels);
    c.groups = channels.groups;
    int bytes = floatsOfChannel(c.patches.rows, c.groups) * static_cast<int>(sizeof(float));
    c.chunk = std::min(c.inChannels, STAGE_BYTES / bytes);
    int threads = QUADS * c.patches.groups * c.groups;
    dim3 grid(tasks, c.patches.count, channels.blocks);
    SB_LAUNCH(correlatePatches, grid, threads, STAGES * c.chunk * bytes, stream, c);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace silverblaze
