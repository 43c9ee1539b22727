/*
 * The end of a network in one launch: its last dense layers forward, the losses, those layers back, and the gradient of what a global
 * pooling below them pooled. Reference: dense and denseBackward of ReferenceLayers, loss and lossSlope of ReferenceNetwork,
 * globalPoolingBackward. Every number has the bits that the kernels of dense.cu, loss.cu and pooling.cu give it.
 *
 * The layers are so small that each thread block of a task computes all of them; the first one stores, and all share the pooled map.
 */
#include <algorithm>

#include "head.cuh"

namespace silverblaze {
namespace {

/* Values and gradients in shared memory: [numbers][16] each, 4 bytes. */
constexpr int MOST_NUMBERS = 256;

__global__ void __launch_bounds__(DENSE_THREADS) headOfTask(const __grid_constant__ Head h, const __grid_constant__ Targets t) {
    SB_DYNAMIC_SHARED(double, shared);
    double *ofExample = shared;
    float *sums = reinterpret_cast<float *>(shared + LANES);
    float *values = sums + DENSE_OUTPUTS * DENSE_THREADS;
    int numbers = h.layer[0].dense.inputs;
    for (int l = 0; l < h.count; l++) {
        numbers += h.layer[l].dense.outputs;
    }
    float *gradients = values + numbers * LANES;
    const int task = blockIdx.x;
    const int model = t.tasks[task].model;
    const bool first = blockIdx.y == 0;
    const int lane = threadIdx.x % LANES;
    const int part = threadIdx.x / LANES;

    const float *in = h.in + static_cast<size_t>(task) * h.layer[0].dense.inputs * LANES;
    for (int i = threadIdx.x; i < h.layer[0].dense.inputs * LANES; i += blockDim.x) {
        values[i] = in[i];
    }
    __syncthreads();
    int at = 0;
    for (int l = 0; l < h.count; l++) {
        const HeadLayer &layer = h.layer[l];
        const Dense &d = layer.dense;
        const float *weights = d.raw + model * d.stride + d.weightOffset;
        const int to = at + d.inputs;
        for (int output = 0; output < d.outputs; output += DENSE_OUTPUTS) {
            const float sum = denseSum(d, weights, values + at * LANES, output, sums);
            if (part < DENSE_OUTPUTS && output + part < d.outputs) {
                const float v = activate(layer.activation, weights[static_cast<size_t>(d.outputs) * d.inputs + output + part] + sum);
                values[(to + output + part) * LANES + lane] = v;
                if (first) {
                    layer.values[(static_cast<size_t>(task) * d.outputs + output + part) * LANES + lane] = v;
                }
            }
            __syncthreads();
        }
        at = to;
    }
    lossOfTask(t, task, values + at * LANES, {h.layer[h.count - 1].activation, values + at * LANES}, gradients + at * LANES, ofExample);
    __syncthreads();
    for (int l = h.count - 1; l >= 0; l--) {
        const HeadLayer &layer = h.layer[l];
        const Dense &d = layer.dense;
        const float *weights = d.raw + model * d.stride + d.weightOffset;
        const float *gradient = gradients + at * LANES;
        for (int i = threadIdx.x; first && i < d.outputs * LANES; i += blockDim.x) {
            layer.gradient[static_cast<size_t>(task) * d.outputs * LANES + i] = gradient[i];
        }
        if (l == 0 && h.inGradient == nullptr && h.poolGradient == nullptr) {
            return;
        }
        at -= d.inputs;
        const Slope slope = l == 0 ? h.slope : Slope{h.layer[l - 1].activation, values};
        const size_t base = l == 0 ? static_cast<size_t>(task) * d.inputs * QUADS : static_cast<size_t>(at) * QUADS;
        for (int i = threadIdx.x; i < d.inputs * QUADS; i += blockDim.x) {
            const float4 g = timesSlope(slope, base + i, denseGradient(d, weights, gradient, i / QUADS, i % QUADS));
            reinterpret_cast<float4 *>(gradients)[at * QUADS + i] = g;
            if (l == 0 && first && h.inGradient != nullptr) {
                reinterpret_cast<float4 *>(h.inGradient)[base + i] = g;
            }
        }
        __syncthreads();
    }
    if (h.poolGradient != nullptr) {
        const int numbersOfMap = h.pool.channels * h.pool.sites;
        const size_t base = static_cast<size_t>(task) * numbersOfMap * QUADS;
        for (int i = blockIdx.y * blockDim.x + threadIdx.x; i < numbersOfMap * QUADS; i += gridDim.y * blockDim.x) {
            const int channel = i / (QUADS * h.pool.sites);
            const float4 g = pooledGradient(h.pool, gradients + channel * LANES,
                                            h.pool.winner + (static_cast<size_t>(task) * h.pool.channels + channel) * LANES,
                                            i / QUADS % h.pool.sites, i % QUADS);
            reinterpret_cast<float4 *>(h.poolGradient)[base + i] = timesSlope(h.poolSlope, base + i, g);
        }
    }
}

}  // namespace

bool headFits(int inputs, int outputsOfAll) { return inputs + outputsOfAll <= MOST_NUMBERS; }

/*
 * 4 x tasks x 16 x inputs x outputs operations for each layer, nothing beside a launch; with a global pooling below it a number read and
 * one written for each number of the pooled map, 8 bytes. Thread blocks of a task: enough to fill the device, at least 16 numbers a thread.
 */
int launchHead(const Head &head, const Targets &targets, int multiprocessors, int count, cudaStream_t stream) {
    int numbers = head.layer[0].dense.inputs;
    for (int l = 0; l < head.count; l++) {
        numbers += head.layer[l].dense.outputs;
    }
    int64_t blocks = 1;
    if (head.poolGradient != nullptr) {
        int64_t places = static_cast<int64_t>(head.pool.channels) * head.pool.sites * QUADS;
        int64_t wanted = (4 * multiprocessors + count - 1) / count;
        blocks = std::max<int64_t>(1, std::min(wanted, (places + 4 * DENSE_THREADS - 1) / (4 * DENSE_THREADS)));
    }
    int shared = LANES * static_cast<int>(sizeof(double)) +
                 (DENSE_OUTPUTS * DENSE_THREADS + 2 * numbers * LANES) * static_cast<int>(sizeof(float));
    SB_LAUNCH(headOfTask, dim3(count, static_cast<unsigned>(blocks)), DENSE_THREADS, shared, stream, head, targets);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace silverblaze
