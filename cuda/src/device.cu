/* Which devices there are. */
#include <cstring>

#include "launch.h"
#include "silverblaze_cuda.h"

int sb_emulated(void) {
#ifdef SILVERBLAZE_EMULATION
    return 1;
#else
    return 0;
#endif
}

int sb_device_count(int *count) { return static_cast<int>(cudaGetDeviceCount(count)); }

int sb_device_name(int device, char *name, int capacity) {
    cudaDeviceProp properties;
    SB_TRY(cudaGetDeviceProperties(&properties, device));
    std::strncpy(name, properties.name, capacity - 1);
    name[capacity - 1] = 0;
    return 0;
}

int sb_device_shape(int device, int *multiprocessors, int64_t *bytes) {
    cudaDeviceProp properties;
    SB_TRY(cudaGetDeviceProperties(&properties, device));
    *multiprocessors = properties.multiProcessorCount;
    *bytes = static_cast<int64_t>(properties.totalGlobalMem);
    return 0;
}

const char *sb_error_string(int error) { return cudaGetErrorString(static_cast<cudaError_t>(error)); }
