/*
 * The two ends of a network: int8 fluxes to rows of lanes, and outputs to losses and their gradient. Reference: ReferenceNetwork.activations,
 * loss and lossSlope.
 */
#include "activation.cuh"

namespace silverblaze {
namespace {

constexpr int THREADS = 256;
constexpr int NUMBERS = 32;
constexpr int WIDTH = LANES + 1;

/* 32 numbers of 16 examples: read along an example, written along the lanes. Lanes without an example are 0. */
__global__ void __launch_bounds__(THREADS) expandInputs(const int8_t *inputs, int size, const int32_t *selection, const Task *tasks, float *out) {
    SB_DYNAMIC_SHARED(float, tile);
    const Task task = tasks[blockIdx.x];
    for (int first = blockIdx.y * NUMBERS; first < size; first += gridDim.y * NUMBERS) {
        __syncthreads();
        for (int i = threadIdx.x; i < NUMBERS * LANES; i += blockDim.x) {
            int number = first + i % NUMBERS;
            int lane = i / NUMBERS;
            bool real = number < size && lane < task.used;
            tile[i % NUMBERS * WIDTH + lane] =
                real ? static_cast<float>(inputs[static_cast<size_t>(selection[task.first + lane]) * size + number]) : 0.0f;
        }
        __syncthreads();
        for (int i = threadIdx.x; i < NUMBERS * LANES; i += blockDim.x) {
            int number = first + i / LANES;
            if (number < size) {
                out[(static_cast<size_t>(blockIdx.x) * size + number) * LANES + i % LANES] = tile[i / LANES * WIDTH + i % LANES];
            }
        }
    }
}

/* A task in each block, an example in each thread; losses in float64, output by output, then example by example. */
__global__ void lossAndSlope(int kind, const float *out, int outputs, const float *targets, const int32_t *selection, const Task *tasks,
                             Slope slope, float *gradient, double *sums) {
    SB_DYNAMIC_SHARED(double, ofExample);
    const Task task = tasks[blockIdx.x];
    const int lane = threadIdx.x;
    const double weight = 1.0 / (static_cast<double>(task.batch) * outputs);
    double sum = 0;
    for (int k = 0; k < outputs; k++) {
        size_t at = (static_cast<size_t>(blockIdx.x) * outputs + k) * LANES + lane;
        float g = 0;
        if (lane < task.used) {
            double z = out[at];
            double y = targets[static_cast<size_t>(selection[task.first + lane]) * outputs + k];
            if (kind == 0) {
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
    ofExample[lane] = sum;
    __syncthreads();
    if (lane == 0) {
        for (int other = 1; other < task.used; other++) {
            sum += ofExample[other];
        }
        sums[blockIdx.x] = sum;
    }
}

}  // namespace

/* A byte read and four written for each number. */
int launchExpandInputs(const int8_t *inputs, int size, const int32_t *selection, const Task *tasks, float *out, int count, cudaStream_t stream) {
    unsigned blocks = static_cast<unsigned>((static_cast<int64_t>(size) + NUMBERS - 1) / NUMBERS);
    SB_LAUNCH(expandInputs, dim3(count, blocks < 1024u ? blocks : 1024u), THREADS, NUMBERS * WIDTH * sizeof(float), stream, inputs, size,
              selection, tasks, out);
    return static_cast<int>(cudaGetLastError());
}

int launchLoss(int loss, const float *out, int outputs, const float *targets, const int32_t *selection, const Task *tasks, Slope slope,
               float *gradient, double *sums, int count, cudaStream_t stream) {
    SB_LAUNCH(lossAndSlope, count, LANES, LANES * sizeof(double), stream, loss, out, outputs, targets, selection, tasks, slope, gradient, sums);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace silverblaze
