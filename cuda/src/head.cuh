/*
 * The end of a network, as device functions: a dense layer's outputs, the loss of a micro-block, a dense layer's input gradient. Each is
 * one kernel where layers are large (dense.cu, loss.cu), and together one where they are small (head.cu): the same sums in the same order.
 */
#ifndef SILVERBLAZE_HEAD_CUH
#define SILVERBLAZE_HEAD_CUH

#include "activation.cuh"

namespace silverblaze {

constexpr int DENSE_THREADS = 256;
constexpr int DENSE_PARTS = DENSE_THREADS / LANES;
constexpr int DENSE_OUTPUTS = 4;

/*
 * Outputs first .. first + 3 of one task for a whole thread block; 16 threads share the inputs of a lane: one after the other by 16, then a
 * binary tree over the threads. in [input][16]; sums [4][256] shared. Thread (part, lane) with part < 4 gets the sum of output first + part.
 */
__device__ inline float denseSum(const Dense &d, const float *weights, const float *in, int first, float *sums) {
    const int lane = threadIdx.x % LANES;
    const int part = threadIdx.x / LANES;
    float sum[DENSE_OUTPUTS] = {0, 0, 0, 0};
    for (int i = part; i < d.inputs; i += DENSE_PARTS) {
        float x = in[static_cast<size_t>(i) * LANES + lane];
#pragma unroll
        for (int o = 0; o < DENSE_OUTPUTS; o++) {
            int output = min(first + o, d.outputs - 1);
            sum[o] = fmaf(weights[static_cast<size_t>(output) * d.inputs + i], x, sum[o]);
        }
    }
#pragma unroll
    for (int o = 0; o < DENSE_OUTPUTS; o++) {
        sums[o * DENSE_THREADS + threadIdx.x] = sum[o];
    }
    for (int step = DENSE_PARTS / 2; step > 0; step /= 2) {
        __syncthreads();
        if (part < step) {
#pragma unroll
            for (int o = 0; o < DENSE_OUTPUTS; o++) {
                sums[o * DENSE_THREADS + threadIdx.x] += sums[o * DENSE_THREADS + threadIdx.x + step * LANES];
            }
        }
    }
    __syncthreads();
    return part < DENSE_OUTPUTS ? sums[part * DENSE_THREADS + lane] : 0.0f;
}

/* Gradient of input i, four lanes of it: output after output. gradient [output][16]. */
__device__ inline float4 denseGradient(const Dense &d, const float *weights, const float *gradient, int i, int quad) {
    float4 sum = zero4();
    for (int o = 0; o < d.outputs; o++) {
        multiplyAdd(sum, weights[static_cast<size_t>(o) * d.inputs + i], reinterpret_cast<const float4 *>(gradient)[o * QUADS + quad]);
    }
    return sum;
}

/*
 * Losses of a task in float64, output by output, then example by example, for a whole thread block of which 16 threads have an example
 * each; gradient (or null), times the slope found from slope.at. out, slope.at and gradient are those of the task, [output][16];
 * ofExample [16] shared.
 */
__device__ inline void lossOfTask(const Targets &t, int index, const float *out, Slope slope, float *gradient, double *ofExample) {
    const Task task = t.tasks[index];
    const int lane = threadIdx.x;
    const double weight = 1.0 / (static_cast<double>(task.batch) * t.outputs);
    double sum = 0;
    for (int k = 0; lane < LANES && k < t.outputs; k++) {
        const int at = k * LANES + lane;
        float g = 0;
        if (lane < task.used) {
            double z = out[at];
            double y = t.targets[static_cast<size_t>(t.selection[task.first + lane]) * t.outputs + k];
            if (t.loss == 0) {
                sum += (z - y) * (z - y);
                g = static_cast<float>(2 * (z - y) * weight);
            } else {
                double e = exp(-fabs(z));
                sum += fmax(z, 0.0) - z * y + log1p(e);
                g = static_cast<float>(((z >= 0 ? 1 / (1 + e) : e / (1 + e)) - y) * weight);
            }
            if (slope.of != NONE) {
                g *= slopeFromOutput(slope.of, slope.at[at]);
            }
        }
        if (gradient != nullptr) {
            gradient[at] = g;
        }
    }
    if (lane < LANES) {
        ofExample[lane] = sum;
    }
    __syncthreads();
    if (lane == 0) {
        for (int other = 1; other < task.used; other++) {
            sum += ofExample[other];
        }
        t.sums[static_cast<size_t>(*t.slot) * t.mostTasks + index] = sum;
    }
}

/* Gradient of a site under a global pooling, four lanes, from that of its channel: [16] at gradient and, of a maximum, winner. */
__device__ inline float4 pooledGradient(const GlobalPool &p, const float *gradient, const int32_t *winner, int site, int quad) {
    float4 g = reinterpret_cast<const float4 *>(gradient)[quad];
    if (p.kind == MAXIMUM) {
        const int32_t *w = winner + quad * 4;
        return make_float4(w[0] == site ? g.x : 0, w[1] == site ? g.y : 0, w[2] == site ? g.z : 0, w[3] == site ? g.w : 0);
    }
    if (p.kind == AVERAGE) {
        const float divisor = p.sites;
        return make_float4(g.x / divisor, g.y / divisor, g.z / divisor, g.w / divisor);
    }
    return g;
}

}  // namespace silverblaze

#endif
