/*
 * What a device can do at most, measured by kernels that do nothing else: fused multiply-adds on registers, and updates of memory in place.
 *
 * multiplyAdds   grid 16 blocks a multiprocessor, block 256 threads; 2 * 16 * 2048 operations a thread, no memory but one number out
 * updateMemory   grid 16 blocks a multiprocessor, block 256 threads; each number is read once and written once, neighbours by neighbours
 */
#include <cstdint>

#include "launch.h"
#include "silverblaze_cuda.h"

namespace {

constexpr int THREADS = 256;
constexpr int BLOCKS = 16;
/* Sums of a thread that do not wait for each other: more than the latency of a multiply-add. */
constexpr int SUMS = 16;
constexpr int STEPS = 2048;
/* Launches between two waits of the host, so that a wait does not count. */
constexpr int LAUNCHES = 4;

__global__ void multiplyAdds(float *out, float a, float b) {
    float x[SUMS];
#pragma unroll
    for (int i = 0; i < SUMS; i++) {
        x[i] = a + i + threadIdx.x;
    }
    for (int step = 0; step < STEPS; step++) {
#pragma unroll
        for (int i = 0; i < SUMS; i++) {
            x[i] = fmaf(x[i], a, b);
        }
    }
    float sum = 0;
#pragma unroll
    for (int i = 0; i < SUMS; i++) {
        sum += x[i];
    }
    out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

__global__ void updateMemory(float4 *memory, int64_t length) {
    for (int64_t i = blockIdx.x * static_cast<int64_t>(blockDim.x) + threadIdx.x; i < length; i += static_cast<int64_t>(gridDim.x) * blockDim.x) {
        float4 v = memory[i];
        memory[i] = make_float4(v.x + 1, v.y + 1, v.z + 1, v.w + 1);
    }
}

struct Loop {
    int device = 0;
    bool arithmetic = false;
    int blocks = 0;
    int64_t bytes = 0;
    void *memory = nullptr;
    cudaStream_t stream = nullptr;
};

int prepare(Loop &loop) {
    cudaDeviceProp properties;
    SB_TRY(cudaSetDevice(loop.device));
    SB_TRY(cudaGetDeviceProperties(&properties, loop.device));
    loop.blocks = BLOCKS * properties.multiProcessorCount;
    if (loop.arithmetic) {
        loop.bytes = static_cast<int64_t>(loop.blocks) * THREADS * sizeof(float);
    }
    SB_TRY(cudaStreamCreate(&loop.stream));
    SB_TRY(cudaMalloc(&loop.memory, static_cast<size_t>(loop.bytes)));
    SB_TRY(cudaMemsetAsync(loop.memory, 0, static_cast<size_t>(loop.bytes), loop.stream));
    SB_TRY(cudaStreamSynchronize(loop.stream));
    return 0;
}

void release(Loop *loop) {
    if (loop->memory != nullptr) {
        cudaFree(loop->memory);
    }
    if (loop->stream != nullptr) {
        cudaStreamDestroy(loop->stream);
    }
    delete loop;
}

}  // namespace

int sb_limit_create(int device, int64_t bytes, int64_t *handle) {
    Loop *loop = new Loop();
    loop->device = device;
    loop->arithmetic = bytes == 0;
    loop->bytes = bytes / static_cast<int64_t>(sizeof(float4)) * static_cast<int64_t>(sizeof(float4));
    int error = prepare(*loop);
    if (error != 0) {
        release(loop);
        return error;
    }
    *handle = reinterpret_cast<int64_t>(loop);
    return 0;
}

int sb_limit_run(int64_t handle, int64_t *units) {
    Loop &loop = *reinterpret_cast<Loop *>(handle);
    SB_TRY(cudaSetDevice(loop.device));
    for (int launch = 0; launch < LAUNCHES; launch++) {
        if (loop.arithmetic) {
            SB_LAUNCH(multiplyAdds, loop.blocks, THREADS, 0, loop.stream, static_cast<float *>(loop.memory), 0.999f, 1e-3f);
        } else {
            SB_LAUNCH(updateMemory, loop.blocks, THREADS, 0, loop.stream, static_cast<float4 *>(loop.memory),
                      loop.bytes / static_cast<int64_t>(sizeof(float4)));
        }
    }
    *units = LAUNCHES * (loop.arithmetic ? int64_t(2) * SUMS * STEPS * loop.blocks * THREADS : 2 * loop.bytes);
    SB_TRY(cudaGetLastError());
    SB_TRY(cudaStreamSynchronize(loop.stream));
    return 0;
}

int sb_limit_first(int64_t handle, float *value) {
    Loop &loop = *reinterpret_cast<Loop *>(handle);
    SB_TRY(cudaSetDevice(loop.device));
    SB_TRY(cudaMemcpyAsync(value, loop.memory, sizeof(float), cudaMemcpyDeviceToHost, loop.stream));
    SB_TRY(cudaStreamSynchronize(loop.stream));
    return 0;
}

int sb_limit_destroy(int64_t handle) {
    release(reinterpret_cast<Loop *>(handle));
    return 0;
}
