/*
 * The two spellings that differ between nvcc and the host emulation (cuda/emulation/cuda_runtime.h), in one place: a launch, and
 * dynamic shared memory.
 */
#ifndef SILVERBLAZE_LAUNCH_H
#define SILVERBLAZE_LAUNCH_H

#include <cuda_runtime.h>

#ifndef SILVERBLAZE_EMULATION
#define SB_LAUNCH(kernel, grid, block, sharedBytes, stream, ...) kernel<<<(grid), (block), (sharedBytes), (stream)>>>(__VA_ARGS__)
#define SB_DYNAMIC_SHARED(type, name) extern __shared__ type name[]
#endif

/* Leaves the function with the error, if there is one. */
#define SB_TRY(call)                          \
    do {                                      \
        cudaError_t sbError = (call);         \
        if (sbError != cudaSuccess) {         \
            return static_cast<int>(sbError); \
        }                                     \
    } while (0)

#endif
