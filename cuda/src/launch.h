/*
 * The spellings that differ between nvcc and the host emulation (cuda/emulation/cuda_runtime.h), in one place: a launch and dynamic
 * shared memory; and copies into shared memory that a thread does not wait for.
 */
#ifndef SILVERBLAZE_LAUNCH_H
#define SILVERBLAZE_LAUNCH_H

#include <cuda_runtime.h>

#ifndef SILVERBLAZE_EMULATION
#include <cuda_pipeline_primitives.h>
#define SB_LAUNCH(kernel, grid, block, sharedBytes, stream, ...) kernel<<<(grid), (block), (sharedBytes), (stream)>>>(__VA_ARGS__)
#define SB_DYNAMIC_SHARED(type, name) extern __shared__ type name[]
#endif

namespace silverblaze {

/*
 * Thread blocks of 128 threads on a multiprocessor: three leave 168 registers each. ptxas keeps the sums of the patches' kernels in them for
 * sm_90 alone; for the others it would spill.
 */
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ == 900
constexpr int BLOCKS_OF_PATCHES = 3;
#else
constexpr int BLOCKS_OF_PATCHES = 2;
#endif

/* 16 bytes on their way from device to shared memory, or 16 zeros; there after __pipeline_commit, __pipeline_wait_prior and a barrier. */
__device__ inline void copyAsync(float *to, const float *from, bool real) {
    __pipeline_memcpy_async(to, from, sizeof(float4), real ? 0 : sizeof(float4));
}

}  // namespace silverblaze

/* Leaves the function with the error, if there is one. */
#define SB_TRY(call)                          \
    do {                                      \
        cudaError_t sbError = (call);         \
        if (sbError != cudaSuccess) {         \
            return static_cast<int>(sbError); \
        }                                     \
    } while (0)

#endif
