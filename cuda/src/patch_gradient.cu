/*
 * Gradient of a 3 x 3 convolution of stride 1 by its weights and biases. Reference: the gradient of ReferenceLayers.convolutionBackward.
 *
 * The sum of a weight over a micro-block has one order, which depends on lattice and kernel alone: a thread adds the products of its four
 * lanes, site after site of a part of the patches, in one chain of fused multiply-adds; the four quads of lanes in a tree; then
 * PARTS_TOGETHER parts one after the other, and such sums one after the other (here, or in optimizer.cu). No atomics.
 *
 * A thread has TM outputs x all 9 taps of one input channel in registers. The window slides along a run of 4 sites: for each site 3 new
 * sources and TM gradients, shared loads of 16 bytes, feed 36 TM multiply-adds. Neighbouring threads hold neighbouring channels, an odd
 * number of rows apart, and the same outputs: their sources lie in different banks, their gradients are one address.
 */
#include <algorithm>

#include "activation.cuh"

namespace silverblaze {
namespace {

constexpr int TAPS = 9;
constexpr int PITCH = RUN + 2;
constexpr int SITES = GRADIENT_RUNS * RUN;
/* Rows of a channel, an odd number. */
constexpr int ROWS = (GRADIENT_RUNS + 2) * PITCH + 1;
constexpr int CHANNELS = 16;
constexpr int OUTPUTS = 16;
constexpr unsigned FULL_WARP = 0xFFFFFFFFu;

constexpr int threadsOf(int tm) { return QUADS * CHANNELS * OUTPUTS / tm; }

template <int TM>
__global__ void __launch_bounds__(threadsOf(TM), TM == 8 ? BLOCKS_OF_PATCHES : 2) weightGradientOfPatches(const WeightGradient g) {
    SB_DYNAMIC_SHARED(float, shared);
    const Patches &p = g.patches;
    const int quad = threadIdx.x % QUADS;
    const int index = threadIdx.x / QUADS;
    const int outputsHere = g.outputGroups * TM;
    /* g.columns channels; threads beyond fill up warps, or add biases. */
    const bool working = index < g.columns * g.outputGroups;
    const int channel = working ? index % g.columns : 0;
    const int firstOwn = working ? index / g.columns * TM : 0;
    const int task = blockIdx.x;
    const int channelBlock = blockIdx.z % g.columnBlocks;
    const int firstChannel = channelBlock * g.columns;
    const int firstOutput = blockIdx.z / g.columnBlocks * outputsHere;
    const bool biases = channelBlock == 0 && index < outputsHere;
    float *rowsHere = shared + outputsHere * SITES * LANES;
    const float *in = g.in + (static_cast<size_t>(task) * g.inChannels + firstChannel) * g.inSites * LANES + quad * 4;
    const float *gradient = g.gradient + (static_cast<size_t>(task) * g.outChannels + firstOutput) * g.outSites * LANES + quad * 4;
    const int channels = min(g.columns, g.inChannels - firstChannel);
    const int outputs = min(outputsHere, g.outChannels - firstOutput);
    const int parameters = g.outChannels * (g.inChannels * TAPS + 1);
    float *partial =
        g.partial + (static_cast<size_t>(task) * ((g.parts + g.together - 1) / g.together) + blockIdx.y) * parameters;
    const int perPart = (p.count + g.parts - 1) / g.parts;

    for (int own = 0; own < g.together; own++) {
        const int part = blockIdx.y * g.together + own;
        if (part >= g.parts) {
            break;
        }
        float sum[TM][TAPS];
#pragma unroll
        for (int m = 0; m < TM; m++) {
#pragma unroll
            for (int k = 0; k < TAPS; k++) {
                sum[m][k] = 0;
            }
        }
        float bias = 0;
        const int end = min(p.count, (part + 1) * perPart);
        for (int patch = part * perPart; patch < end; patch++) {
            __syncthreads();
            /* A thread keeps its site, or its row, and walks through the channels. */
            const int32_t *row = p.row + patch * p.rows;
            for (int r = index; r < p.rows; r += blockDim.x / QUADS) {
                const float *from = in + static_cast<size_t>(row[r]) * LANES;
                float *to = rowsHere + r * LANES + quad * 4;
                for (int c = 0; c < g.columns; c++) {
                    copyAsync(to + c * ROWS * LANES, c < channels ? from + static_cast<size_t>(c) * g.inSites * LANES : from, c < channels);
                }
            }
            const int32_t *site = p.site + patch * p.groups * RUN;
            for (int s = index; s < p.groups * RUN; s += blockDim.x / QUADS) {
                const int at = site[s];
                const float *from = gradient + static_cast<size_t>(max(at, 0)) * LANES;
                float *to = shared + s * LANES + quad * 4;
                for (int o = 0; o < outputsHere; o++) {
                    const bool real = at >= 0 && o < outputs;
                    copyAsync(to + o * SITES * LANES, real ? from + static_cast<size_t>(o) * g.outSites * LANES : from, real);
                }
            }
            __pipeline_commit();
            __pipeline_wait_prior(0);
            __syncthreads();
            if (working) {
                const float *x = rowsHere + channel * ROWS * LANES + quad * 4;
                const float *d = shared + firstOwn * SITES * LANES + quad * 4;
                for (int run = 0; run < p.groups; run++) {
                    float4 window[3][3];
#pragma unroll
                    for (int outer = 0; outer < 3; outer++) {
#pragma unroll
                        for (int inner = 0; inner < 2; inner++) {
                            window[outer][inner] = *reinterpret_cast<const float4 *>(x + (outer * PITCH + inner) * LANES);
                        }
                    }
#pragma unroll
                    for (int s = 0; s < RUN; s++) {
#pragma unroll
                        for (int outer = 0; outer < 3; outer++) {
                            window[outer][(s + 2) % 3] = *reinterpret_cast<const float4 *>(x + (outer * PITCH + s + 2) * LANES);
                        }
#pragma unroll
                        for (int m = 0; m < TM; m++) {
                            const float4 e = *reinterpret_cast<const float4 *>(d + (m * SITES + s) * LANES);
#pragma unroll
                            for (int k = 0; k < TAPS; k++) {
                                const float4 &v = window[k / 3][(s + k % 3) % 3];
                                sum[m][k] = fmaf(e.x, v.x, sum[m][k]);
                                sum[m][k] = fmaf(e.y, v.y, sum[m][k]);
                                sum[m][k] = fmaf(e.z, v.z, sum[m][k]);
                                sum[m][k] = fmaf(e.w, v.w, sum[m][k]);
                            }
                        }
                    }
                    x += PITCH * LANES;
                    d += RUN * LANES;
                }
            }
            if (biases) {
                for (int s = 0; s < p.groups * RUN; s++) {
                    const float4 e = *reinterpret_cast<const float4 *>(shared + (index * SITES + s) * LANES + quad * 4);
                    bias = bias + e.x + e.y + e.z + e.w;
                }
            }
        }
        /* Every quad has the sum of all four; each of them stores every fourth weight. */
#pragma unroll
        for (int m = 0; m < TM; m++) {
#pragma unroll
            for (int k = 0; k < TAPS; k++) {
                float v = sum[m][k];
                v += __shfl_xor_sync(FULL_WARP, v, 1);
                v += __shfl_xor_sync(FULL_WARP, v, 2);
                if (working && (m * TAPS + k) % QUADS == quad && channel < channels && firstOwn + m < outputs) {
                    const int tap = p.swapped ? k % 3 * 3 + k / 3 : k;
                    float *at = partial + ((firstOutput + firstOwn + m) * g.inChannels + firstChannel + channel) * TAPS + tap;
                    *at = own == 0 ? v : *at + v;
                }
            }
        }
        bias += __shfl_xor_sync(FULL_WARP, bias, 1);
        bias += __shfl_xor_sync(FULL_WARP, bias, 2);
        if (biases && quad == 0 && index < outputs) {
            float *at = partial + g.outChannels * g.inChannels * TAPS + firstOutput + index;
            *at = own == 0 ? bias : *at + bias;
        }
    }
}

int evenly(int count, int most) {
    int blocks = (count + most - 1) / most;
    return (count + blocks - 1) / blocks;
}

template <int TM>
int launch(WeightGradient &g, int tasks, cudaStream_t stream) {
    int outputs = evenly(g.outChannels, OUTPUTS);
    g.columns = evenly(g.inChannels, CHANNELS);
    g.columnBlocks = (g.inChannels + g.columns - 1) / g.columns;
    g.outputGroups = (outputs + TM - 1) / TM;
    int outputsHere = g.outputGroups * TM;
    int threads = QUADS * std::max(g.columns * g.outputGroups, outputsHere);
    threads = (threads + 31) / 32 * 32;
    int shared = (outputsHere * SITES + g.columns * ROWS) * LANES * static_cast<int>(sizeof(float));
    dim3 grid(tasks, (g.parts + g.together - 1) / g.together, g.columnBlocks * ((g.outChannels + outputsHere - 1) / outputsHere));
    SB_TRY(cudaFuncSetAttribute(weightGradientOfPatches<TM>, cudaFuncAttributeMaxDynamicSharedMemorySize, shared));
    SB_LAUNCH(weightGradientOfPatches<TM>, grid, threads, shared, stream, g);
    return static_cast<int>(cudaGetLastError());
}

int64_t blocksOf(const WeightGradient &g, int tasks, int together) {
    int64_t parts = (g.parts + together - 1) / together;
    return tasks * parts * ((g.inChannels + CHANNELS - 1) / CHANNELS) * ((g.outChannels + OUTPUTS - 1) / OUTPUTS);
}

}  // namespace

int partsTogether(const WeightGradient &g, int tasks, int multiprocessors) {
    return blocksOf(g, tasks, PARTS_TOGETHER) >= 4 * multiprocessors ? PARTS_TOGETHER : 1;
}

/*
 * 2 x tasks x 16 x outSites x outChannels x inChannels x 9 floating-point operations. TM = 8: 288 multiply-adds stand beside 11 shared
 * loads, 96 % of the issue slots if two or three thread blocks hide the latency; TM = 4 has twice the threads, for few thread blocks: 144 beside 7.
 * Device memory: inputs (their halo of 20 rows for 16 sites out of L2) once for each 16 outputs, gradients once for each 16 inputs, sums of
 * 4 bytes for each weight, task and part, written here and read once. With 16 channels 288 operations for 8 bytes, as forward.
 */
int launchWeightGradientOfPatches(WeightGradient g, int tasks, int multiprocessors, cudaStream_t stream) {
    return blocksOf(g, tasks, g.together) >= 3 * multiprocessors && g.outChannels > 4 ? launch<8>(g, tasks, stream)
                                                                                       : launch<4>(g, tasks, stream);
}

}  // namespace silverblaze
