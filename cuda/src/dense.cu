/*
 * Dense layers, forward and by their input; the gradient of their weights is summed in optimizer.cu. Reference: ReferenceLayers.dense and
 * the inGradient of denseBackward. Small layers at the end of a network: head.cu.
 */
#include <algorithm>

#include "head.cuh"

namespace silverblaze {
namespace {

constexpr unsigned MOST_BLOCKS = 1024;

/* Four outputs of one task. */
__global__ void __launch_bounds__(DENSE_THREADS) dense(const Dense d, const float *in, float *out, int activation, const Task *tasks) {
    SB_DYNAMIC_SHARED(float, sums);
    const int task = blockIdx.x;
    const int first = blockIdx.y * DENSE_OUTPUTS;
    const float *weights = d.raw + tasks[task].model * d.stride + d.weightOffset;
    const float sum = denseSum(d, weights, in + static_cast<size_t>(task) * d.inputs * LANES, first, sums);
    const int output = first + threadIdx.x / LANES;
    if (threadIdx.x / LANES < DENSE_OUTPUTS && output < d.outputs) {
        float bias = weights[static_cast<size_t>(d.outputs) * d.inputs + output];
        out[(static_cast<size_t>(task) * d.outputs + output) * LANES + threadIdx.x % LANES] = activate(activation, bias + sum);
    }
}

__global__ void denseBackward(const Dense d, const float *outGradient, float *inGradient, Slope slope, const Task *tasks) {
    const int task = blockIdx.x;
    const float *weights = d.raw + tasks[task].model * d.stride + d.weightOffset;
    const float *gradient = outGradient + static_cast<size_t>(task) * d.outputs * LANES;
    size_t base = static_cast<size_t>(task) * d.inputs * QUADS;
    for (int i = blockIdx.y * blockDim.x + threadIdx.x; i < d.inputs * QUADS; i += gridDim.y * blockDim.x) {
        float4 sum = denseGradient(d, weights, gradient, i / QUADS, i % QUADS);
        reinterpret_cast<float4 *>(inGradient)[base + i] = timesSlope(slope, base + i, sum);
    }
}

}  // namespace

/* 2 x tasks x 16 x inputs x outputs operations; the weights of a model once for each task, inputs once for each four outputs, out of L2. */
int launchDense(const Dense &d, const float *in, float *out, int activation, const Task *tasks, int count, cudaStream_t stream) {
    dim3 grid(count, (d.outputs + DENSE_OUTPUTS - 1) / DENSE_OUTPUTS);
    SB_LAUNCH(dense, grid, DENSE_THREADS, DENSE_OUTPUTS * DENSE_THREADS * sizeof(float), stream, d, in, out, activation, tasks);
    return static_cast<int>(cudaGetLastError());
}

/* 2 x tasks x 16 x inputs x outputs operations; the weights of a model once for each task, gradients once for each 64 inputs. */
int launchDenseBackward(const Dense &d, const float *outGradient, float *inGradient, Slope slope, const Task *tasks, int count,
                        cudaStream_t stream) {
    unsigned blocks = static_cast<unsigned>((static_cast<int64_t>(d.inputs) * QUADS + DENSE_THREADS - 1) / DENSE_THREADS);
    SB_LAUNCH(denseBackward, dim3(count, std::min(blocks, MOST_BLOCKS)), DENSE_THREADS, 0, stream, d, outGradient, inGradient, slope, tasks);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace silverblaze
