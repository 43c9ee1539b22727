/*
 * Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC11): org.silverblaze.random.Philox is the reference and carries the known
 * answers. Counter (draw low, draw high, chain, purpose).
 */
#ifndef SILVERBLAZE_PHILOX_CUH
#define SILVERBLAZE_PHILOX_CUH

#include <cstdint>

#include "launch.h"

/* org.silverblaze.random.Purpose */
enum Purpose : uint32_t { WORM_MOVE = 0, WORM_OPENING = 1, L_SWEEP = 2 };

struct Words {
    uint32_t at[4];
};

__device__ inline Words philox(uint32_t key0, uint32_t key1, uint64_t draw, uint32_t chain, uint32_t purpose) {
    uint32_t c0 = static_cast<uint32_t>(draw);
    uint32_t c1 = static_cast<uint32_t>(draw >> 32);
    uint32_t c2 = chain;
    uint32_t c3 = purpose;
#pragma unroll
    for (int round = 0; round < 10; round++) {
        uint32_t n0 = __umulhi(0xCD9E8D57u, c2) ^ c1 ^ key0;
        uint32_t n2 = __umulhi(0xD2511F53u, c0) ^ c3 ^ key1;
        c1 = 0xCD9E8D57u * c2;
        c3 = 0xD2511F53u * c0;
        c0 = n0;
        c2 = n2;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    return Words{{c0, c1, c2, c3}};
}

/* org.silverblaze.random.Uniform: the upper 24 bits as a float in [0, 1). */
__device__ inline float uniformFloat(uint32_t bits) { return __fmul_rn(static_cast<float>(bits >> 8), 0x1.0p-24f); }

/* An integer 0 .. bound - 1. */
__device__ inline uint32_t uniformBelow(uint32_t bits, uint32_t bound) { return __umulhi(bits, bound); }

#endif
