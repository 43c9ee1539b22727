/*
 * Dense layers, forward and by their input; the gradient of their weights is summed in optimizer.cu. Reference: ReferenceLayers.dense and
 * the inGradient of denseBackward.
 */
#include <algorithm>

#include "activation.cuh"

namespace silverblaze {
namespace {

constexpr int THREADS = 256;
constexpr int PARTS = THREADS / LANES;
constexpr int OUTPUTS = 4;
constexpr unsigned MOST_BLOCKS = 1024;

/* Four outputs of one task; 16 threads share the inputs of a lane: one after the other by 16, then a binary tree over the threads. */
__global__ void __launch_bounds__(THREADS) dense(const Dense d, const float *in, float *out, int activation, const Task *tasks) {
    SB_DYNAMIC_SHARED(float, sums);
    const int lane = threadIdx.x % LANES;
    const int part = threadIdx.x / LANES;
    const int task = blockIdx.x;
    const int first = blockIdx.y * OUTPUTS;
    const float *weights = d.raw + tasks[task].model * d.stride + d.weightOffset;
    const float *values = in + static_cast<size_t>(task) * d.inputs * LANES + lane;
    float sum[OUTPUTS] = {0, 0, 0, 0};
    for (int i = part; i < d.inputs; i += PARTS) {
        float x = values[static_cast<size_t>(i) * LANES];
#pragma unroll
        for (int o = 0; o < OUTPUTS; o++) {
            int output = min(first + o, d.outputs - 1);
            sum[o] = fmaf(weights[static_cast<size_t>(output) * d.inputs + i], x, sum[o]);
        }
    }
#pragma unroll
    for (int o = 0; o < OUTPUTS; o++) {
        sums[o * THREADS + threadIdx.x] = sum[o];
    }
    for (int step = PARTS / 2; step > 0; step /= 2) {
        __syncthreads();
        if (part < step) {
#pragma unroll
            for (int o = 0; o < OUTPUTS; o++) {
                sums[o * THREADS + threadIdx.x] += sums[o * THREADS + threadIdx.x + step * LANES];
            }
        }
    }
    __syncthreads();
    int output = first + part;
    if (part < OUTPUTS && output < d.outputs) {
        float bias = weights[static_cast<size_t>(d.outputs) * d.inputs + output];
        out[(static_cast<size_t>(task) * d.outputs + output) * LANES + lane] = activate(activation, bias + sums[part * THREADS + lane]);
    }
}

__global__ void denseBackward(const Dense d, const float *outGradient, float *inGradient, Slope slope, const Task *tasks) {
    const int task = blockIdx.x;
    const float *weights = d.raw + tasks[task].model * d.stride + d.weightOffset;
    const float4 *gradient = reinterpret_cast<const float4 *>(outGradient) + static_cast<size_t>(task) * d.outputs * QUADS;
    size_t base = static_cast<size_t>(task) * d.inputs * QUADS;
    for (int i = blockIdx.y * blockDim.x + threadIdx.x; i < d.inputs * QUADS; i += gridDim.y * blockDim.x) {
        float4 sum = zero4();
        for (int o = 0; o < d.outputs; o++) {
            multiplyAdd(sum, weights[static_cast<size_t>(o) * d.inputs + i / QUADS], gradient[o * QUADS + i % QUADS]);
        }
        reinterpret_cast<float4 *>(inGradient)[base + i] = timesSlope(slope, base + i, sum);
    }
}

}  // namespace

/* 2 x tasks x 16 x inputs x outputs operations; the weights of a model once for each task, inputs once for each four outputs, out of L2. */
int launchDense(const Dense &d, const float *in, float *out, int activation, const Task *tasks, int count, cudaStream_t stream) {
    dim3 grid(count, (d.outputs + OUTPUTS - 1) / OUTPUTS);
    SB_LAUNCH(dense, grid, THREADS, OUTPUTS * THREADS * sizeof(float), stream, d, in, out, activation, tasks);
    return static_cast<int>(cudaGetLastError());
}

/* 2 x tasks x 16 x inputs x outputs operations; the weights of a model once for each task, gradients once for each 64 inputs. */
int launchDenseBackward(const Dense &d, const float *outGradient, float *inGradient, Slope slope, const Task *tasks, int count,
                        cudaStream_t stream) {
    unsigned blocks = static_cast<unsigned>((static_cast<int64_t>(d.inputs) * QUADS + THREADS - 1) / THREADS);
    SB_LAUNCH(denseBackward, dim3(count, std::min(blocks, MOST_BLOCKS)), THREADS, 0, stream, d, outGradient, inGradient, slope, tasks);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace silverblaze
