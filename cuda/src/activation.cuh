/* Activations and their slopes. Reference: ReferenceLayers.activation and activationBackward. */
#ifndef SILVERBLAZE_ACTIVATION_CUH
#define SILVERBLAZE_ACTIVATION_CUH

#include "network.h"

namespace silverblaze {

constexpr float LEAK = 0.01f;

/* Those that are fused into another kernel; NaN stays NaN. */
__device__ inline float activate(int kind, float x) {
    switch (kind) {
        case RELU:
            return x > 0 || x != x ? x : 0.0f;
        case LEAKY_RELU:
            return x > 0 ? x : LEAK * x;
        case TANH:
            return tanhf(x);
        default:
            return x;
    }
}

/* Slope of a fused activation from its output y. */
__device__ inline float slopeFromOutput(int kind, float y) {
    switch (kind) {
        case RELU:
            return y > 0 ? 1.0f : 0.0f;
        case LEAKY_RELU:
            return y > 0 ? 1.0f : LEAK;
        case TANH:
            return 1.0f - y * y;
        default:
            return 1.0f;
    }
}

__device__ inline float4 activate(int kind, float4 v) {
    return make_float4(activate(kind, v.x), activate(kind, v.y), activate(kind, v.z), activate(kind, v.w));
}

/* g times the slope at [place], float4 by float4. */
__device__ inline float4 timesSlope(Slope slope, size_t place, float4 g) {
    if (slope.of == NONE) {
        return g;
    }
    float4 y = reinterpret_cast<const float4 *>(slope.at)[place];
    return make_float4(g.x * slopeFromOutput(slope.of, y.x), g.y * slopeFromOutput(slope.of, y.y),
                       g.z * slopeFromOutput(slope.of, y.z), g.w * slopeFromOutput(slope.of, y.w));
}

__device__ inline float4 zero4() { return make_float4(0, 0, 0, 0); }

/* a += w x, lane by lane. */
__device__ inline void multiplyAdd(float4 &a, float w, const float4 &x) {
    a.x = fmaf(w, x.x, a.x);
    a.y = fmaf(w, x.y, a.y);
    a.z = fmaf(w, x.z, a.z);
    a.w = fmaf(w, x.w, a.w);
}

}  // namespace silverblaze

#endif
