/*
 * The two ends of a network: int8 fluxes to rows of lanes, and outputs to losses and their gradient. Reference: ReferenceNetwork.activations,
 * loss and lossSlope.
 */
#include "head.cuh"

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

/* A task in each block, an example in each thread. */
__global__ void lossAndSlope(const Targets t, const float *out, Slope slope, float *gradient) {
    SB_DYNAMIC_SHARED(double, ofExample);
    const size_t at = static_cast<size_t>(blockIdx.x) * t.outputs * LANES;
    lossOfTask(t, blockIdx.x, out + at, {slope.of, slope.at == nullptr ? nullptr : slope.at + at}, gradient == nullptr ? nullptr : gradient + at,
               ofExample);
}

}  // namespace

/* A byte read and four written for each number. */
int launchExpandInputs(const int8_t *inputs, int size, const int32_t *selection, const Task *tasks, float *out, int count, cudaStream_t stream) {
    unsigned blocks = static_cast<unsigned>((static_cast<int64_t>(size) + NUMBERS - 1) / NUMBERS);
    SB_LAUNCH(expandInputs, dim3(count, blocks < 1024u ? blocks : 1024u), THREADS, NUMBERS * WIDTH * sizeof(float), stream, inputs, size,
              selection, tasks, out);
    return static_cast<int>(cudaGetLastError());
}

int launchLoss(const Targets &targets, const float *out, Slope slope, float *gradient, int count, cudaStream_t stream) {
    SB_LAUNCH(lossAndSlope, count, LANES, LANES * sizeof(double), stream, targets, out, slope, gradient);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace silverblaze
